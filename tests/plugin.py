"""Loaded by pytest before anything else (`-p tests.plugin` in pyproject.toml).

The settings are read by pytest-django earlier than any conftest, so what they need is put into
the environment here: development mode, a throw-away PostgreSQL and broker shared by all xdist
workers, a private files folder that goes away.
"""

import atexit
import os
from pathlib import Path

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


_prepare()
