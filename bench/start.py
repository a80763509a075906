"""Start-up (PERFORMANCE: first page after start within 1 s; second `./dev run` within 8 s).

    python -m bench.start

Beside the first page stands the same server with an empty application; beside the second start of
the whole installation stands its first, which makes the database and the demo.
"""

import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

ROUNDS = 5
EMPTY = "def application(environ, start):\n    start('200 OK', [])\n    return [b'']\n"


def main() -> None:
    for line in measure():
        print(line, flush=True)


def measure() -> Iterator[str]:
    """One line per figure: name, seconds, floor, ratio."""
    from devtools.installation import throwaway
    from devtools.paths import ROOT

    with throwaway(demo=True) as installation, TemporaryDirectory() as folder:
        Path(folder, "empty.py").write_text(EMPTY)
        ours, floor = [], []
        for _ in range(ROUNDS):
            ours.append(first_page("hosting.wsgi", ROOT, installation.environment))
            floor.append(first_page("empty:application", Path(folder), installation.environment))
        yield line("first_page_after_start", median(ours), median(floor))
        installation.stop()
        began = time.perf_counter()
        installation.start()
        second = time.perf_counter() - began
    yield line("second_start", second, first_start())


def first_start() -> float:
    """The seconds that a whole installation with the demo takes on a machine that has none."""
    from devtools.installation import throwaway

    began = time.perf_counter()
    with throwaway(demo=True):
        return time.perf_counter() - began


def first_page(application: str, folder: Path, environment: dict[str, str]) -> float:
    """The seconds from the start of a web server with `application` to its first answer."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    words = ["gunicorn", application, "-k", "gthread", "-b", f"127.0.0.1:{port}"]
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", *words, "--log-level", "error", "--no-control-socket"],
        cwd=folder,
        env={**environment, "LOG_LEVEL": "ERROR"},
    )
    try:
        while not answers(port):
            time.sleep(0.005)
        return time.perf_counter() - began
    finally:
        process.terminate()
        process.wait()


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5):
            return True
    except OSError:
        return False


def line(name: str, value: float, floor: float) -> str:
    return f"{name} {value:.2f} s {floor:.2f} {value / floor:.2f}"


if __name__ == "__main__":
    main()
