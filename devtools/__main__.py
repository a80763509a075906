"""The commands of `./dev`."""

import os
import sys
from collections.abc import Callable
from typing import NoReturn

from devtools.lint import audit, lint
from devtools.packages import NEEDED_BY_RUN, NEEDED_BY_TEST, ensure
from devtools.paths import ROOT, Trouble, read_dotenv
from devtools.run import manage, run

USAGE = """usage: ./dev COMMAND

  setup                 make .venv and install the locked packages
  run [--no-demo]       start everything on http://127.0.0.1:8000 (PORT chooses another port)
  tour                  the main job in about a minute, in a throw-away database
  test [pytest words]   run the tests
  lint                  style, types, architecture, migrations, catalogues
  audit                 known vulnerabilities of the locked packages (needs the network)
  bench [NAME]          measure
  manage ...            manage.py of the installation that `run` made
"""


def setup(words: list[str]) -> int:
    """The shell script has done it already; say so."""
    print(f"ready: {sys.prefix}")
    return 0


def test(words: list[str]) -> int:
    """Run pytest with the system packages the tests need."""
    ensure(NEEDED_BY_TEST)
    return _become("pytest", words)


def tour(words: list[str]) -> int:
    """The main job with the days passing, in an installation of its own."""
    ensure(NEEDED_BY_RUN)
    return _become("devtools.tour", words)


def bench(words: list[str]) -> int:
    """Figures beside their floors."""
    ensure(NEEDED_BY_RUN)
    return _become("bench", words)


def _become(module: str, words: list[str]) -> NoReturn:
    """Go on as `module`, in this very process, so that signals reach it and nobody between."""
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", module, *words])  # noqa: S606 (no shell wanted)


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "setup": setup,
    "run": run,
    "tour": tour,
    "lint": lint,
    "bench": bench,
    "audit": audit,
    "manage": manage,
    "test": test,
}


def main() -> int:
    name, *words = sys.argv[1:] or ["help"]
    if name not in COMMANDS:
        print(USAGE, file=sys.stdout if name in {"help", "--help", "-h"} else sys.stderr)
        return 0 if name in {"help", "--help", "-h"} else 2
    os.chdir(ROOT)
    read_dotenv()
    try:
        return COMMANDS[name](words)
    except Trouble as trouble:
        print(f"dev: {trouble}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
