"""`./dev run` and `./dev manage`: the installation that this checkout keeps."""

import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from devtools.installation import Installation
from devtools.packages import NEEDED_BY_RUN, ensure
from devtools.paths import ROOT, Trouble, state_folder
from devtools.processes import Leftovers

DEFAULT_PORT = "8000"


def run(words: list[str]) -> int:
    """Start everything, say where it is, stay until a signal or until a part dies."""
    unknown = set(words) - {"--no-demo"}
    if unknown:
        raise Trouble(f"run does not know {' '.join(sorted(unknown))}; it knows --no-demo")
    ensure(NEEDED_BY_RUN)
    _signals_interrupt()
    began = time.monotonic()
    with _only_one(state_folder()) as state:
        Leftovers(state).clear()
        installation = Installation(state, port=_port(), report=_say)
        try:
            _say(f"starting in {state}")
            installation.start(demo="--no-demo" not in words)
            _welcome(installation, time.monotonic() - began)
            return _stay(installation)
        except KeyboardInterrupt:
            return 0
        finally:
            _ignore_signals()
            _say("stopping")
            installation.stop()


def manage(words: list[str]) -> int:
    """manage.py in the running installation, or with its database and broker started for it."""
    state = state_folder()
    remembered = state / "environment.json"
    if remembered.exists() and _is_locked(state):
        return _manage_py(words, json.loads(remembered.read_text()))
    with _only_one(state):
        Leftovers(state).clear()
        installation = Installation(state, port=int(DEFAULT_PORT))
        try:
            installation.start_servers()
            return _manage_py(words, installation.environment)
        finally:
            installation.stop()


def _manage_py(words: list[str], environment: dict[str, str]) -> int:
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def _port() -> int:
    text = os.environ.get("PORT", DEFAULT_PORT)
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise Trouble(f"PORT is {text!r}; it must be a number from 1 to 65535")
    return int(text)


def _stay(installation: Installation) -> int:
    while not (dead := installation.dead_child()):
        time.sleep(0.3)
    code = dead.process.returncode
    _say(f"{dead.name} ended by itself (exit code {code}); stopping everything. Its last words:")
    print(dead.last_words(), file=sys.stderr)
    return 1


def _welcome(installation: Installation, seconds: float) -> None:
    print(f"""
  Everything answers, after {seconds:.1f} s.

  transfer request   {installation.url}/cession/
  reseller's space   {installation.url}/espace/
  help with a site   {installation.url}/assistance/
  staff              {installation.url}/admin/
  mails sent         {installation.url}/dev/mail/
  logs and mails     {installation.state}/log/  {installation.mail_folder}/
""")
    for line in installation.sign_ins.splitlines():
        print(f"  {line}")
    print("\n  Ctrl-C stops all of it.\n", flush=True)


def _say(line: str) -> None:
    print(f"dev: {line}", file=sys.stderr, flush=True)


@contextlib.contextmanager
def _only_one(state: Path) -> Iterator[Path]:
    """Hold the state folder's lock. Raises Trouble when another launcher holds it."""
    state.mkdir(parents=True, exist_ok=True)
    with (state / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Trouble(f"{state} is in use by another ./dev run or ./dev manage") from error
        yield state


def _is_locked(state: Path) -> bool:
    try:
        with _only_one(state):
            return False
    except Trouble:
        return True


def _signals_interrupt() -> None:
    """A polite end (SIGTERM) and a closed terminal (SIGHUP) are treated like Ctrl-C, which
    itself is ignored in what a script starts in the background, unless asked for."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)


def _ignore_signals() -> None:
    """While stopping, a second Ctrl-C must not leave half of it running."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
