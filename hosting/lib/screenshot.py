"""A picture of a client's page by Chromium, where it is installed; it reaches that site alone (V3).

Chromium resolves nothing: the site's name, with and without www, leads to the address that
`hosting.lib.fetch` found public; every other name and address leads nowhere. Nothing is kept.
"""

import os
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from subprocess import DEVNULL
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from hosting.lib.fetch import PORTS, NotFetched, public_address

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
SECONDS = 40
WIDTH, HEIGHT = 1280, 1600
SETTLE_MILLISECONDS = 5000


class NoPicture(Exception):
    """There is no picture; the words say why, for staff."""


def browser() -> str | None:
    """The path of an installed Chromium; None when there is none."""
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


def picture(url: str) -> bytes:
    """A PNG of the page at `url`, as a visitor of the site sees it. Raises NoPicture, NotFetched."""
    program = browser()
    if program is None:
        raise NoPicture("Chromium is not installed here")
    parts = urlsplit(url)
    name = parts.hostname
    if parts.scheme not in PORTS or not name or any(sign in name for sign in " ,*"):
        raise NotFetched("name", "no address of a page")
    address = public_address(name, parts.port or PORTS[parts.scheme])
    with TemporaryDirectory() as folder:
        file = Path(folder) / "page.png"
        try:
            _run([program, *_words(name, address, folder, file), "--", url], folder)
            return file.read_bytes()
        except subprocess.TimeoutExpired as error:
            raise NoPicture("the page did not settle in time") from error
        except (subprocess.CalledProcessError, OSError) as error:
            raise NoPicture(f"Chromium gave no picture ({type(error).__name__})") from error


def _run(words: list[str], folder: str) -> None:
    """Chromium from start to end, with all the processes it starts: a page that keeps one of them busy
    outlives no picture."""
    with subprocess.Popen(
        words,
        stdin=DEVNULL,
        stdout=DEVNULL,
        stderr=DEVNULL,
        env={"HOME": folder, "PATH": os.environ["PATH"]},
        start_new_session=True,
    ) as chromium:
        try:
            status = chromium.wait(SECONDS)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(chromium.pid, signal.SIGKILL)
    if status:
        raise subprocess.CalledProcessError(status, words[0])


def _words(name: str, address: str, folder: str, file: Path) -> list[str]:
    there = f"[{address}]" if ":" in address else address
    bare = name.removeprefix("www.")
    rules = [f"MAP {bare} {there}", f"MAP www.{bare} {there}", "MAP * ~NOTFOUND"]
    return [
        "--headless=new",
        *(["--no-sandbox"] if os.geteuid() == 0 else []),
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--no-first-run",
        "--no-proxy-server",
        "--hide-scrollbars",
        "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
        f"--user-data-dir={folder}/profile",
        f"--host-resolver-rules={', '.join(rules)}",
        f"--window-size={WIDTH},{HEIGHT}",
        f"--virtual-time-budget={SETTLE_MILLISECONDS}",
        f"--screenshot={file}",
    ]
