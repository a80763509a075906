"""Migrate, seed the demo, ring once: `python -m devtools.prepare [--demo]`, in one Django start.

The ring waits in the broker until the worker is there; that it was heard shows in readiness.
Standard output gets who may sign in, a line each, and nothing else.
"""

import importlib
import importlib.util
import os
import sys

import django
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command, get_commands

from hosting.lib import bell


def main(words: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hosting.settings")
    django.setup()
    call_command("migrate", verbosity=0)
    if "--demo" in words and "seed_demo" in get_commands():
        try:
            call_command("seed_demo", stdout=sys.stderr)
        except CommandError as refusal:  # a database with customers of its own, say
            print(f"no demo: {refusal}")
        else:
            _print_sign_ins()
    if not get_user_model().objects.exists():
        print("Nobody can sign in yet. The first person: ./dev manage createsuperuser")
    bell.ring("hosting.records.tasks.note_heartbeat")


def _print_sign_ins() -> None:
    """Each entry of DEMO_SIGN_INS is a row of words: e-mail, password, role."""
    if importlib.util.find_spec("hosting.desk.demo"):
        for entry in importlib.import_module("hosting.desk.demo").DEMO_SIGN_INS:
            print("   ".join(map(str, entry)))


if __name__ == "__main__":
    main(sys.argv[1:])
