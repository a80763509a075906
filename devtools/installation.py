"""A complete back office on this machine: database, broker, mail peer, web, worker, beat.

`./dev run` keeps one in the checkout's state folder. The tour, the browser tests and the fault
tests take `throwaway()`: everything of its own in a new folder, gone in the end.
"""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from devtools import health
from devtools.broker import Broker
from devtools.paths import ROOT, Trouble, private_folder, socket_folder, throwaway_folder
from devtools.postgres import Cluster
from devtools.processes import Child, Leftovers, marked, spawn, wait_until
from devtools.smtp_peer import kept_mails

Report = Callable[[str], None]
SERVER_VARIABLES = ("DATABASE_URL", "PGHOST", "PGUSER", "REDIS_URL", "EMAIL_URL")
GUNICORN = ["gunicorn", "hosting.wsgi", "-k", "gthread", "--threads", "8"]
GUNICORN += ["--log-level", "warning", "--no-control-socket"]
CELERY = ["celery", "-A", "hosting.celery"]
WORKER = [*CELERY, "worker", "-c", "1", "-l", "INFO", "--without-gossip", "--without-mingle"]
BEAT = [*CELERY, "beat", "-l", "INFO", "--pidfile="]
SIDE_BY_SIDE = {"web", "worker", "beat"}  # they stop at the same time


def quiet(line: str) -> None:
    """Report nothing."""


@dataclass
class Installation:
    """One installation in the folder `state`.

    `base` is the environment to start from; `DATABASE_URL`, `REDIS_URL` and `EMAIL_URL` in it
    replace the embedded parts. `port` 0 takes a free one. `durable=False` trades the database's
    safety for speed.
    """

    state: Path
    port: int = 0
    durable: bool = True
    base: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    report: Report = quiet
    environment: dict[str, str] = field(default_factory=dict)
    children: dict[str, Child] = field(default_factory=dict)
    sign_ins: str = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def mail_folder(self) -> Path:
        return self.state / "mails"

    @property
    def worker_name(self) -> str:
        return f"easyhoster-{os.getpid()}@localhost"

    def start(self, *, demo: bool = False) -> None:
        """Start every part in order and wait until each answers. Raises Trouble."""
        web_listener = self._listener(self.port)
        self.port = web_listener.getsockname()[1]
        self.start_servers()
        self._start_mail_peer()
        self._start_web(web_listener)  # it loads while the database is prepared
        self._prepare(demo)
        self.start_worker()  # not before: the demo lives in the past, no bell may be heard there
        self.start_beat()
        self._wait_for_all()
        self._remember()

    def stop(self) -> None:
        """Stop what was started, servers last; everything is gone when this returns."""
        for name in SIDE_BY_SIDE & set(self.children):
            self.children[name].ask_to_stop()
        for child in reversed(self.children.values()):
            child.stop()
        self.children.clear()
        self._environment_file.unlink(missing_ok=True)
        if not self._sockets.is_relative_to(self.state):
            shutil.rmtree(self._sockets, ignore_errors=True)

    def dead_child(self) -> Child | None:
        """A part that ended by itself, if there is one."""
        return next((child for child in self.children.values() if not child.alive), None)

    # -- parts ---------------------------------------------------------------------------------

    def start_servers(self) -> None:
        """Folders, environment, then database and broker unless the environment names others."""
        self._prepare_folders()
        self.environment = self._own_environment()
        if not self.environment.get("DATABASE_URL"):
            data, log = self.state / "pgdata", self._log("postgres")
            cluster = Cluster(data, self._sockets, log, self.durable)
            cluster.start()
            self._adopt("database", cluster.child, cluster.environment())
        if not self.environment.get("REDIS_URL"):
            broker = Broker(self._sockets / "broker", self._log("broker"))
            broker.start()
            self._adopt("broker", broker.child, broker.environment())

    def start_worker(self) -> None:
        words = [*WORKER, "-n", self.worker_name]
        if not os.access("/dev/shm", os.W_OK):
            self.report("/dev/shm is not writable: the worker runs a thread, not a process")
            words += ["-P", "threads"]
        self._python("worker", words)

    def start_beat(self) -> None:
        for file in self._beat_files():
            file.unlink()
        self._python("beat", [*BEAT, "-s", str(self._beat_file)])

    def kill(self, name: str) -> None:
        """`kill -9` one part with all its processes."""
        self.children.pop(name).kill()

    # -- what a driver needs ---------------------------------------------------------------------

    def manage(self, *words: str) -> str:
        """Run manage.py in this installation; its output. Raises CalledProcessError."""
        command = [sys.executable, "manage.py", *words]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, check=True, capture_output=True, text=True
        ).stdout

    def ring(self, task: str, **arguments: Any) -> None:
        """Send a task by name, as beat would."""
        health.ring(self.environment["REDIS_URL"], task, arguments)

    def mails(self) -> list[EmailMessage]:
        """The mails the local peer accepted, in order."""
        return list(kept_mails(self.mail_folder))

    def move_clock(self, by: timedelta) -> None:
        """Move the clock of every process of this installation (a throw-away one)."""
        from hosting.lib import clock

        clock.move(Path(self.environment["CLOCK_OFFSET_FILE"]), by)

    # -- inside ------------------------------------------------------------------------------------

    @property
    def _sockets(self) -> Path:
        return socket_folder(self.state)

    @property
    def _beat_file(self) -> Path:
        return self.state / "beat-schedule"

    def _beat_files(self) -> list[Path]:
        """The schedule that beat writes as it starts (some dbm flavours add a suffix)."""
        return list(self.state.glob(f"{self._beat_file.name}*"))

    @property
    def _environment_file(self) -> Path:
        return self.state / "environment.json"

    def _log(self, name: str) -> Path:
        return self.state / "log" / f"{name}.log"

    def _prepare_folders(self) -> None:
        self.state.mkdir(parents=True, exist_ok=True)
        self.state.chmod(0o711)  # the servers' account passes through, and sees nothing
        for folder in ("log", "mails", "private"):
            private_folder(self.state / folder)

    def _own_environment(self) -> dict[str, str]:
        defaults = {
            "DEVELOPMENT": "on",
            "SCAN_BYPASS": "on",
            "PRIVATE_FILES_ROOT": str(self.state / "private"),
            "DEV_MAIL_DIR": str(self.mail_folder),
        }
        fixed = {"SITE_URL": self.url, "PYTHONUNBUFFERED": "1"}
        return marked(self.state, {**defaults, **self.base, **fixed})

    def _listener(self, port: int) -> socket.socket:
        """A socket that listens on 127.0.0.1 already. Raises Trouble when the port is taken."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError as error:
            listener.close()
            raise Trouble(f"port {port} is taken; choose another: PORT=8001 ./dev run") from error
        listener.listen(256)
        return listener

    def _start_mail_peer(self) -> None:
        if self.environment.get("EMAIL_URL"):
            return
        listener = self._listener(0)
        port = listener.getsockname()[1]
        words = ["devtools.smtp_peer", str(listener.fileno()), str(self.mail_folder)]
        self._python("mail peer", words, listener)
        self.environment["EMAIL_URL"] = f"smtp://127.0.0.1:{port}"
        self._wait("mail peer", lambda: health.smtp_answers(port))

    def _prepare(self, demo: bool) -> None:
        self.report("preparing the database" + (" (a first demo takes a while)" if demo else ""))
        words = [sys.executable, "-m", "devtools.prepare", *(["--demo"] if demo else [])]
        done = subprocess.run(
            words, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise Trouble(f"the database could not be prepared:\n{done.stdout}{done.stderr}")
        self.sign_ins = done.stdout

    def _start_web(self, listener: socket.socket) -> None:
        self._python("web", [*GUNICORN, "-b", f"fd://{listener.fileno()}"], listener)

    def _python(self, name: str, words: list[str], listener: socket.socket | None = None) -> None:
        """Start a Python module with our environment, handing over `listener` if there is one."""
        environment = dict(self.environment)
        if name == "web" and not environment.get("DATABASE_POOL"):
            environment["DATABASE_POOL"] = "on"
        self.children[name] = spawn(
            name,
            [sys.executable, "-m", *words],
            self._log(name.replace(" ", "-")),
            cwd=ROOT,
            env=environment,
            pass_fds=[listener.fileno()] if listener else [],
        )
        if listener:
            listener.close()

    def _adopt(self, name: str, child: Child | None, variables: dict[str, str]) -> None:
        if child:
            self.children[name] = child
        self.environment |= variables

    def _wait_for_all(self) -> None:
        self._wait_for_web()
        self._wait("worker", lambda: health.is_ready(self.url))
        self._wait("beat", lambda: bool(self._beat_files()))

    def _wait_for_web(self) -> None:
        self._wait("web", lambda: health.web_answers(self.url))

    def _wait(self, name: str, ready: Callable[[], bool]) -> None:
        wait_until(name, ready, self.children[name])

    def _remember(self) -> None:
        self._environment_file.write_text(json.dumps(self.environment))
        self._environment_file.chmod(0o600)


@contextlib.contextmanager
def throwaway(*, demo: bool = False, report: Report = quiet) -> Iterator[Installation]:
    """A complete installation with servers, mails, files and a movable clock of its own."""
    state = throwaway_folder()
    base = {name: value for name, value in os.environ.items() if name not in SERVER_VARIABLES}
    base |= {
        "CLOCK_OFFSET_FILE": str(state / "clock-offset"),
        "PRIVATE_FILES_ROOT": str(state / "private"),
        "DEVELOPMENT": "on",
        "SCAN_BYPASS": "on",
    }
    installation = Installation(state, durable=False, base=base, report=report)
    try:
        installation.start(demo=demo)
        yield installation
    finally:
        installation.stop()
        Leftovers(state).clear()
        shutil.rmtree(state, ignore_errors=True)
