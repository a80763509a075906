"""The commands of `./dev`. Each is imported when it is asked for: some bring half of Django."""

import importlib
import os
import sys
from typing import NoReturn

from devtools.packages import (
    NEEDED_BY_BENCH,
    NEEDED_BY_PROOF,
    NEEDED_BY_RUN,
    NEEDED_BY_TEST,
    SystemPackage,
    ensure,
)
from devtools.paths import ROOT, Trouble, read_dotenv

USAGE = """usage: ./dev COMMAND

  setup                 make .venv and install the locked packages
  run [--no-demo]       start everything on http://127.0.0.1:8000 (PORT chooses another port)
  tour                  the main job in about a minute, in a throw-away database
  test [pytest words]   run the tests; --proof: the long ones instead (a real WordPress, large sites)
  lint                  style, types, architecture, migrations, catalogues
  messages              catalogues in step with the sources, and compiled
  audit                 known vulnerabilities of the locked packages (needs the network)
  bench [NAME]          measure
  manage ...            manage.py of the installation that `run` made
"""


FUNCTIONS = {
    "run": "devtools.run:run",
    "manage": "devtools.run:manage",
    "lint": "devtools.lint:lint",
    "messages": "devtools.catalogues:update",
    "audit": "devtools.lint:audit",
}
PROGRAMS: dict[str, tuple[str, tuple[SystemPackage, ...]]] = {
    "test": ("pytest", NEEDED_BY_TEST),
    "tour": ("devtools.tour", NEEDED_BY_RUN),
    "bench": ("bench", NEEDED_BY_BENCH),
}
PROOF = "--proof"
HELP = {"help", "--help", "-h"}


def main() -> int:
    name, *words = sys.argv[1:] or ["help"]
    os.chdir(ROOT)
    read_dotenv()
    try:
        return start(name, words)
    except Trouble as trouble:
        print(f"dev: {trouble}", file=sys.stderr)
        return 1


def start(name: str, words: list[str]) -> int:
    """Run the command `name`; its exit code. An unknown name gets the usage and 2."""
    if name == "setup":
        print(f"ready: {sys.prefix}")
        return 0
    if name in FUNCTIONS:
        module, _, function = FUNCTIONS[name].partition(":")
        code: int = getattr(importlib.import_module(module), function)(words)
        return code
    if name in PROGRAMS:
        program, packages = PROGRAMS[name]
        ensure((*packages, *NEEDED_BY_PROOF) if PROOF in words else packages)
        become(program, words)
    print(USAGE, file=sys.stdout if name in HELP else sys.stderr)
    return 0 if name in HELP else 2


def become(module: str, words: list[str]) -> NoReturn:
    """Go on as `module`, in this very process, so that signals reach it and nobody between."""
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", module, *words])  # noqa: S606 (no shell)


if __name__ == "__main__":
    sys.exit(main())
