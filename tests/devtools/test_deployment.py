"""Dockerfile and compose file, as far as reading them goes: no engine runs in the tests.

`./dev lint` checks the compose file against the specification's schema.
"""

import re
from typing import Any

import pytest
import yaml

from devtools.catalogues import EXTRACTED_FROM
from devtools.lint import PRODUCT
from devtools.packages import NEEDED_BY_RUN
from devtools.paths import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
OURS = ["web", "worker", "beat", "migrate"]
OF_COMPOSE_ALONE = {"APPLICATION_DB_PASSWORD", "POSTGRES_PASSWORD", "WEB_PORTS"}


def test_all_parts_are_there():
    assert {"web", "worker", "beat", "postgres", "redis", "clamav", "mailpit"} <= set(SERVICES)
    assert SERVICES["mailpit"]["profiles"] == ["trial"]


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_every_lasting_service_has_a_health_check(name: str):
    assert SERVICES[name]["healthcheck"]["test"]


@pytest.mark.parametrize("name", ["web", "worker"])
def test_what_there_may_be_several_of_has_no_fixed_name_and_no_fixed_port(name: str):
    service = SERVICES[name]
    assert "container_name" not in service
    assert all("-8009" in port for port in service.get("ports", []))


@pytest.mark.parametrize("name", OURS)
def test_our_containers_run_read_only_and_without_privileges(name: str):
    assert SERVICES[name]["read_only"] is True
    assert SERVICES[name]["cap_drop"] == ["ALL"]
    assert SERVICES[name]["environment"]["SECRET_KEY"].startswith("${SECRET_KEY:?")


def test_no_secret_stands_in_the_compose_file():
    text = (ROOT / "docker-compose.yml").read_text()
    given = re.findall(r"^ +\w*(?:SECRET|PASSWORD)\w*: *(.+)$", text, re.MULTILINE)
    assert given
    assert all(re.fullmatch(r"\$\{\w+:\?[^}]+\}", word) for word in given)
    in_addresses = re.findall(r"//\w+:(.+?)@postgres", text)
    assert in_addresses
    assert all(word.startswith("${") for word in in_addresses)


def test_every_variable_is_a_setting_that_the_settings_read():
    settings = (ROOT / "hosting" / "settings.py").read_text()
    named = set(SERVICES["web"]["environment"])
    named |= set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    unknown = {name for name in named - OF_COMPOSE_ALONE if f'"{name}"' not in settings}
    assert not unknown


def test_the_application_owns_no_table_and_migrations_run_as_the_owner():
    assert "//easyhoster_app:" in SERVICES["web"]["environment"]["DATABASE_URL"]
    assert "//easyhoster:" in SERVICES["migrate"]["environment"]["DATABASE_URL"]
    assert "grant_application_role easyhoster_app" in " ".join(SERVICES["migrate"]["command"])
    assert "CREATE ROLE easyhoster_app LOGIN" in COMPOSE["configs"]["application-role"]["content"]


def test_only_loopback_is_published():
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_every_volume_that_is_used_is_declared():
    used = {word.split(":")[0] for one in SERVICES.values() for word in one.get("volumes", [])}
    assert used == set(COMPOSE["volumes"])


def test_the_image_runs_as_an_ordinary_user_from_the_product_lock_alone():
    run_stage = DOCKERFILE.split(" AS run")[1]
    assert re.search(r"^USER easyhoster$", run_stage, re.MULTILINE)
    assert "requirements-dev" not in run_stage
    assert re.search(r"--require-hashes.*\n?.* requirements.lock$", DOCKERFILE, re.MULTILINE)


def test_the_image_holds_all_of_the_product_and_its_system_packages():
    copied = re.findall(r"^COPY (\w+) \1$", DOCKERFILE, re.MULTILINE)
    assert set(copied) == {*PRODUCT, *EXTRACTED_FROM, "static", "locale"}
    let_in = re.findall(r"^!(\w+)$", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    assert set(copied) == set(let_in)
    for package in NEEDED_BY_RUN:
        assert package.debian in DOCKERFILE
