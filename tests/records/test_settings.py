"""Settings: every one is in `.env.example`; what is bad or unsafe stops the start with one line."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / ".env.example"
PRODUCTION = {
    "ENVELOPE_KEYS": "b25seS1mb3ItdGhpcy10ZXN0LS0tLS0tLS0tLS0tLS0=",
    "SECRET_KEY": "only-for-this-test-" * 4 + "0123456789",
    "ALLOWED_HOSTS": "backoffice.example.org",
    "SITE_URL": "https://backoffice.example.org",
    "DATABASE_URL": "postgresql://nowhere.invalid/none",
}
COMPUTED = {
    "SECRET_KEY",
    "ENVELOPE_KEYS",
    "ALLOWED_HOSTS",
    "SITE_URL",
    "CSRF_TRUSTED_ORIGINS",
    "DATABASE_URL",
}
COMPUTED |= {"PRIVATE_FILES_ROOT", "DEFAULT_FROM_EMAIL"}
DUMP = """
import json, pathlib, environ
environ.Env.read_env = lambda *words: None  # the checkout's own .env does not speak here
from hosting import settings
values = {name: value for name, value in vars(settings).items() if name.isupper()}
plain = lambda value: str(value) if isinstance(value, pathlib.Path) else type(value).__name__
print(json.dumps(values, default=plain, sort_keys=True))
"""


def start(code=DUMP, **variables):
    """A process of its own with these variables and no other setting of ours."""
    keep = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    environment = {**keep, "DJANGO_SETTINGS_MODULE": "hosting.settings", **variables}
    words = [sys.executable, "-c", code] if isinstance(code, str) else [sys.executable, *code]
    return subprocess.run(
        words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60
    )


def in_settings():
    """The names of all environment variables that the settings read."""
    tree = ast.parse((ROOT / "hosting" / "settings.py").read_text())
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    names = set()
    for call in calls:
        function = ast.unparse(call.func)
        place = 1 if function == "checked" else 0 if function.startswith("env.") else None
        if place is not None and function != "env.read_env":
            names.add(ast.literal_eval(call.args[place]))
    return names


def in_example():
    """Name -> value of each line of the example, as a shell would read it."""
    found = re.findall(r"^#([A-Z][A-Z0-9_]*)=(.*)$", EXAMPLE.read_text(), re.M)
    return {name: value.strip('"') for name, value in found}


def test_the_example_lists_every_setting_and_no_other():
    assert set(in_example()) == in_settings()


def test_the_example_shows_each_default():
    shown = {name: value for name, value in in_example().items() if name not in COMPUTED}
    plain, spelled_out = start(**PRODUCTION), start(**PRODUCTION, **shown)
    assert plain.returncode == spelled_out.returncode == 0, plain.stderr + spelled_out.stderr
    assert json.loads(plain.stdout) == json.loads(spelled_out.stdout)


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "guessed in an hour"}, "SECRET_KEY"),
        ({"SECRET_KEY": "demo-secret-key-for-development-only-never-in-production"}, "SECRET_KEY"),
        ({"ENVELOPE_KEYS": ""}, "ENVELOPE_KEYS"),
        ({"ENVELOPE_KEYS": "aHVzaGh1c2g="}, "32 random bytes"),
        ({"ENVELOPE_KEYS": "ZGVtby1lbnZlbG9wZS1rZXktZm9yLWRldmVsb3BtZW4="}, "ENVELOPE_KEYS"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS"),
        ({"SITE_URL": "http://localhost:8000"}, "SITE_URL"),
        ({"SITE_URL": "backoffice.example.org"}, "SITE_URL"),
        ({"DEBUG": "on"}, "DEBUG"),
        ({"CLOCK_OFFSET_FILE": "offset"}, "CLOCK_OFFSET_FILE"),
        ({"SCAN_BYPASS": "on"}, "SCAN_BYPASS"),
        ({"RATE_LIMITS": "off"}, "RATE_LIMITS"),
        ({"DEVELOPMENT": "onn"}, "DEVELOPMENT"),
        ({"CESSION_MINIMUM_ATTEMPT_DATES": "6"}, "the minimum is 7"),
        ({"CESSION_MINIMUM_ATTEMPT_DATES": "seven"}, "CESSION_MINIMUM_ATTEMPT_DATES"),
        ({"CESSION_HOLD_HOURS": "169"}, "the maximum is 168"),
        ({"TIME_ZONE": "Europe/Strasbourg"}, "TIME_ZONE"),
        ({"PROVIDER_COLOUR": "blue"}, "PROVIDER_COLOUR"),
        ({"METRICS_ALLOWED": "10.0.0.0/8,intranet"}, "intranet"),
        ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL"),
        ({"DATABASE_URL": "mysql://user:hushhush@host/name"}, "DATABASE_URL"),
        ({"DATABASE_URL": "rubbish hushhush"}, "DATABASE_URL"),
        ({"REDIS_URL": "http://:hushhush@host"}, "REDIS_URL"),
        ({"EMAIL_URL": "carrier-pigeon://user:hushhush@host"}, "EMAIL_URL"),
        ({"ANYMAIL": "{hushhush"}, "ANYMAIL"),
        ({"WEBHOOKS": "[hushhush"}, "WEBHOOKS"),
        ({"CESSION_REQUIRED_CHALLENGES": "0"}, "the minimum is 1"),
        ({"CESSION_CHALLENGES": '{"domain": ["telepathy"]}'}, "CESSION_CHALLENGES"),
        ({"CESSION_CHALLENGES": '{"hosting": []}'}, "fewer ways for hosting"),
        ({"CHALLENGE_NAME": "../x"}, "CHALLENGE_NAME"),
        ({"DNS_RESOLVERS": "127.0.0.1:99999"}, "DNS_RESOLVERS"),
        ({"RDAP_URL": '{"fr": "rdap.nic.fr"}'}, "RDAP_URL"),
        ({"TAX_RATES": '{"fr": "20"}'}, "TAX_RATES"),
        ({"TAX_RATES": '{"fr": "x", "de": "19", "reverse": "0"}'}, "TAX_RATES"),
        ({"TAX_RATES": '{"fr": "120", "de": "19", "reverse": "0"}'}, "TAX_RATES"),
        ({"QUOTE_VALID_DAYS": "0"}, "QUOTE_VALID_DAYS"),
        ({"MAIL_CONNECTIONS": "0"}, "MAIL_CONNECTIONS"),
    ],
)
def test_a_bad_or_unsafe_setting_stops_the_start_with_one_line(variables, words):
    done = start(**{**PRODUCTION, **variables})
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert done.stderr.startswith("easyhoster: ")
    assert words in done.stderr
    assert "hushhush" not in done.stderr


def test_development_needs_no_setting_at_all():
    assert start(DEVELOPMENT="on").returncode == 0


def test_the_deployment_check_finds_nothing():
    done = start(["manage.py", "check", "--deploy", "--fail-level", "WARNING"], **PRODUCTION)
    assert done.returncode == 0, done.stderr


def test_an_object_store_takes_the_place_of_the_folder():
    done = start(**PRODUCTION, S3_BUCKET="files", S3_ENDPOINT_URL="https://s3.example.org")
    storage = json.loads(done.stdout)["STORAGES"]["default"]
    assert storage["BACKEND"] == "storages.backends.s3.S3Storage"
    assert storage["OPTIONS"]["bucket_name"] == "files"
    assert "ACL" not in storage["OPTIONS"]
