"""The child of `hosting.lib.inspection`: reads orders as JSON lines, answers each with one line.

It never looks into a file itself: each order is done by a process forked for it, under its limits.
Nothing of Django is imported here.
"""

import json
import os
import resource
import signal
import sys
import time
from typing import Any

from hosting.lib.inspection import DAMAGED, TOO_HEAVY, pdf, pictures
from hosting.lib.inspection.problems import Problem

MEGA = 1024 * 1024
KILOBYTES = 1024
LARGEST_FILE = 200 * MEGA
PDF = "application/pdf"
HEAVY_SIGNALS = frozenset({signal.SIGKILL, signal.SIGXCPU, signal.SIGXFSZ})
LONGEST_ANSWER = 4096


def look(order: dict[str, Any]) -> dict[str, Any]:
    """Do one order in a process of its own; what it said, or what became of it."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _forked(order, writing)
    os.close(writing)
    status, used = _await(pid, order["seconds"])
    said = os.read(reading, LONGEST_ANSWER)
    os.close(reading)
    peak = {"peak": used.ru_maxrss // KILOBYTES}
    if os.WIFSIGNALED(status):
        heavy = os.WTERMSIG(status) in HEAVY_SIGNALS
        return {"problem": TOO_HEAVY if heavy else DAMAGED} | peak
    return (json.loads(said) if said else {"problem": DAMAGED}) | peak


def _await(pid: int, seconds: float) -> tuple[int, resource.struct_rusage]:
    """Wait for a process, and kill it when its time by the clock is over."""
    ends = time.monotonic() + seconds
    pause = 0.0005
    while True:
        done, status, used = os.wait4(pid, os.WNOHANG)
        if done:
            return status, used
        if time.monotonic() > ends:
            os.kill(pid, signal.SIGKILL)
            _done, status, used = os.wait4(pid, 0)
            return status, used
        time.sleep(pause)
        pause = min(pause * 1.5, 0.02)


def _forked(order: dict[str, Any], writing: int) -> None:
    """Look at the file, say what was seen, end: nothing above is ever reached from here."""
    said: dict[str, Any]
    try:
        _limit(order)
        said = _seen(order)
    except Problem as problem:
        said = {"problem": str(problem)}
    except MemoryError:
        said = {"problem": TOO_HEAVY}
    except BaseException:  # whatever a library raises over a bad file: there is nobody above
        said = {"problem": DAMAGED}
    os.write(writing, json.dumps(said).encode())
    os._exit(0)


def _seen(order: dict[str, Any]) -> dict[str, Any]:
    if order["type"] == PDF:
        return {"pages": pdf.pages(order["path"], order["pages"], order["megapixels"])}
    return pictures.renew(
        order["path"], order["new"], order["type"], order["pages"], order["megapixels"]
    )


def _limit(order: dict[str, Any]) -> None:
    memory = order["megabytes"] * MEGA
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (order["seconds"], order["seconds"]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)  # no library writes into the answers


def main() -> None:
    for line in sys.stdin.buffer:
        answer = json.dumps(look(json.loads(line))) + "\n"
        sys.stdout.write(answer)
        sys.stdout.flush()


if __name__ == "__main__":
    main()
