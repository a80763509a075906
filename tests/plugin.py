"""Loaded by pytest before anything else (`-p tests.plugin` in pyproject.toml).

The settings are read by pytest-django earlier than any conftest, so what they need is put into
the environment here: development mode, a throw-away PostgreSQL and broker shared by all xdist
workers, a private files folder that goes away.
"""

import atexit
import os
from pathlib import Path
from typing import Any

import pytest

from devtools.throwaway import ThrowawayServers

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
FIXED = {
    "DEVELOPMENT": "on",
    "DEBUG": "off",
    "SECRET_KEY": "tests-only",
    "SITE_URL": "http://testserver",
    "TIME_ZONE": "Europe/Paris",
    "EMAIL_URL": "smtp://127.0.0.1:9",
    "CLOCK_OFFSET_FILE": "",
    "SCAN_BYPASS": "off",
    "CLAMD_URL": "",
    "RATE_LIMITS": "off",
    # Playwright's synchronous API runs a loop in the test's thread; Django would refuse the ORM.
    "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
}


def _prepare() -> None:
    """In the run's first process start the servers; in a worker use a files folder of its own."""
    os.environ.update(FIXED)
    if WORKER:
        os.environ["PRIVATE_FILES_ROOT"] = str(
            Path(os.environ["PRIVATE_FILES_ROOT"]).with_name(f"files-{WORKER}")
        )
        return
    servers = ThrowawayServers()
    atexit.register(servers.stop)
    os.environ.update(servers.start())
    os.environ.setdefault("DATABASE_URL", "postgresql:///easyhoster")
    os.environ["PRIVATE_FILES_ROOT"] = str(servers.folder / "files")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--proof", action="store_true", help="only the long proofs, and all of them")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "proof: a long one, run by `./dev test --proof` alone")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long proofs run when they are asked for, and then alone; what does not run is said as deselected."""
    proofs = bool(config.getoption("--proof"))
    left_out = [item for item in items if (item.get_closest_marker("proof") is not None) != proofs]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if not config.getoption("--proof"):
        terminalreporter.write_line("Long proofs did not run; they do by: ./dev test --proof")


_prepare()
