"""`./dev lint`: style, types, architecture, migrations, templates, catalogues, deployment files.

Every check runs, whatever the others say; each gets one line, and its own words when it fails.
Known vulnerabilities change without our code changing, so they are a command of their own,
`./dev audit`, which needs the network.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from devtools.packages import NEEDED_BY_LINT, ensure
from devtools.paths import ROOT

PRODUCT = ("accounts", "cessions", "hosting", "interventions")
DEVELOPMENT = {
    "DEVELOPMENT": "on",
    "DATABASE_URL": "postgresql://nowhere.invalid/none",
    "DJANGO_SETTINGS_MODULE": "hosting.settings",
}
PRODUCTION = {
    "DEVELOPMENT": "off",
    "DEBUG": "off",
    "ENVELOPE_KEYS": "b25seS1mb3ItdGhlLWxpbnRlci0tLS0tLS0tLS0tLS0=",
    "SECRET_KEY": "a-key-that-only-the-linter-knows-" * 2 + "0123456789",
    "ALLOWED_HOSTS": "backoffice.example.org",
    "SITE_URL": "https://backoffice.example.org",
    "CLOCK_OFFSET_FILE": "",
    "SCAN_BYPASS": "off",
    "DATABASE_URL": "postgresql://nowhere.invalid/none",
}


@dataclass(frozen=True)
class Check:
    """A name for people, a command, and what it needs in its environment."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)


def module(name: str, *words: str) -> tuple[str, ...]:
    return (sys.executable, "-m", name, *words)


def manage(*words: str) -> tuple[str, ...]:
    return (sys.executable, "-W", "ignore::RuntimeWarning", "manage.py", *words)


def program(name: str, *words: str) -> tuple[str, ...]:
    """A program of the environment that cannot be called as a module."""
    return (str(Path(sys.executable).parent / name), *words)


CHECKS = (
    Check("types", module("mypy"), DEVELOPMENT),
    Check("style", module("ruff", "check", ".")),
    Check("format", module("ruff", "format", "--check", ".")),
    Check("architecture", program("lint-imports", "--no-cache")),
    Check("migrations in step", manage("makemigrations", "--check", "--dry-run"), DEVELOPMENT),
    Check("settings", manage("check", "--fail-level", "WARNING"), DEVELOPMENT),
    Check("deployment", manage("check", "--deploy", "--fail-level", "WARNING"), PRODUCTION),
    Check("catalogues", module("devtools.catalogues")),
    Check("templates", program("djlint", "--lint", "--quiet", "templates")),
    Check(
        "security", module("bandit", "-q", "-r", "-ll", "-iii", "-c", "pyproject.toml", *PRODUCT)
    ),
    Check(
        "compose file",
        program(
            "check-jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"
        ),
    ),
)


def lint(words: list[str]) -> int:
    """Run the checks whose names contain one of `words` (all without words); 1 if one failed."""
    ensure(NEEDED_BY_LINT)
    chosen = [check for check in CHECKS if not words or any(word in check.name for word in words)]
    began = time.monotonic()
    failed = [name for name, good in _results(chosen) if not good]
    seconds = f"{time.monotonic() - began:.0f} s"
    if failed:
        print(f"\nlint: {', '.join(failed)} failed ({seconds})")
        return 1
    print(f"\nlint: {len(chosen)} checks passed ({seconds})")
    return 0


def audit(words: list[str]) -> int:
    """Ask the index for known vulnerabilities of what the locks name."""
    locks = (
        word for lock in ("requirements.lock", "requirements-dev.lock") for word in ("-r", lock)
    )
    command = module("pip_audit", "--disable-pip", "--require-hashes", *locks, *words)
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def _results(checks: list[Check]) -> Iterator[tuple[str, bool]]:
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        for check, done in zip(checks, pool.map(_run, checks), strict=True):
            good = done.returncode == 0
            print(f"{'ok    ' if good else 'FAILED'} {check.name}", flush=True)
            if not good:
                print(f"$ {' '.join(check.command)}\n{done.stdout}{done.stderr}", flush=True)
            yield check.name, good


def _run(check: Check) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **check.environment}
    return subprocess.run(
        check.command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
