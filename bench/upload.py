"""Five files of 5 MB in one POST of the public form, against a bare loop that takes the same bytes from
a socket, hashes and writes them (PERFORMANCE: at most 1.2 times, and less than 100 MB resident).

python -m bench.upload

Ours is the whole page behind gunicorn: parts of the form, limits, types, a draft and five rows in
PostgreSQL; the loop knows none of it. The second line leaves out what the same page takes with files
of 1 KB.
"""

import http.client
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

ROUNDS = 15
FILES, MEGABYTES = 5, 5
MEMORY_MEGABYTES = 100
BOUNDARY = "----bench"
TOKEN = "t" * 32
BARE = """
import hashlib, os, socket, sys
listener = socket.socket(fileno=int(sys.argv[1]))
piece = bytearray(1024 * 1024)
while True:
    link, _ = listener.accept()
    head = b""
    while b"\\r\\n\\r\\n" not in head:
        head += link.recv(65536)
    head, _, rest = head.partition(b"\\r\\n\\r\\n")
    left = int(head.lower().split(b"content-length:")[1].split(b"\\r\\n")[0]) - len(rest)
    sha = hashlib.sha256(rest)
    with open(sys.argv[2], "wb") as file:
        file.write(rest)
        while left:
            filled = 0
            while filled < len(piece) and left:
                count = link.recv_into(memoryview(piece)[filled:])
                filled, left = filled + count, left - count
            sha.update(memoryview(piece)[:filled])
            file.write(memoryview(piece)[:filled])
    link.sendall(b"HTTP/1.1 302 Found\\r\\nLocation: /" + sha.hexdigest().encode() + b"\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n")
    link.close()
"""


def main() -> None:
    from devtools.throwaway import ThrowawayServers

    servers = ThrowawayServers()
    try:
        os.environ.update(
            {
                "DEVELOPMENT": "on",
                "DEBUG": "off",
                "LOG_LEVEL": "ERROR",
                "RATE_LIMITS": "off",
                "SCAN_BYPASS": "on",
                "DJANGO_SETTINGS_MODULE": "hosting.settings",
            }
            | servers.start()
        )
        os.environ["PRIVATE_FILES_ROOT"] = str(servers.folder / "files")
        with TemporaryDirectory(dir=servers.folder) as folder:
            for line in measure(Path(folder)):
                print(line, flush=True)
    finally:
        servers.stop()


def measure(folder: Path) -> Iterator[str]:
    """One line per figure: name, value, unit, floor, ratio. The rounds of both interleave."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    ours, bare = listener(), listener()
    web = started("gunicorn", "hosting.wsgi", "-k", "gthread", "--threads", "4", listening=ours)
    loop = subprocess.Popen(
        [sys.executable, "-c", BARE, str(bare.fileno()), str(folder / "bytes")],
        pass_fds=[bare.fileno()],
    )
    try:
        body = form()
        before = idle(ours, web.pid)
        small = form(kilobytes=1)
        own, page, floor = medians(
            lambda: post(ours, body), lambda: post(ours, small), lambda: post(bare, body)
        )
        memory = resident(web.pid)
    finally:
        for process in (web, loop):
            process.terminate()
            process.wait()
    yield f"upload_five {own:.0f} ms {floor:.0f} {own / floor:.2f}"
    yield f"upload_bytes_alone {own - page:.0f} ms {floor:.0f} {(own - page) / floor:.2f}"
    yield f"upload_memory {memory:.0f} MB {MEMORY_MEGABYTES} {memory / MEMORY_MEGABYTES:.2f}"
    yield f"upload_memory_over_idle {memory:.0f} MB {before:.0f} {memory / before:.2f}"


def listener() -> socket.socket:
    made = socket.create_server(("127.0.0.1", 0))
    made.set_inheritable(True)
    return made


def started(*words: str, listening: socket.socket) -> "subprocess.Popen[bytes]":
    """gunicorn on a socket that listens already."""
    bind = ["-b", f"fd://{listening.fileno()}", "--log-level", "error", "--no-control-socket"]
    return subprocess.Popen(
        [sys.executable, "-m", *words, *bind], pass_fds=[listening.fileno()], env=os.environ
    )


def form(kilobytes: int = MEGABYTES * 1024) -> bytes:
    """A draft with files of that size, as a browser sends it."""
    parts = [field("csrfmiddlewaretoken", TOKEN), field("do", "save"), field("full_name", "Ada")]
    for number in range(FILES):
        head = f'name="document_invoice"; filename="{number}.pdf"'
        content = b"%PDF-1.7\n" + secrets.token_bytes(kilobytes * 1024)
        parts.append(part(head, b"Content-Type: application/pdf\r\n", content))
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def field(name: str, value: str) -> bytes:
    return part(f'name="{name}"', b"", value.encode())


def part(head: str, more: bytes, content: bytes) -> bytes:
    line = f"--{BOUNDARY}\r\nContent-Disposition: form-data; {head}\r\n".encode()
    return line + more + b"\r\n" + content + b"\r\n"


def post(listening: socket.socket, body: bytes) -> None:
    """One POST to its end; anything but a redirect is a mistake of the bench."""
    link = http.client.HTTPConnection("127.0.0.1", listening.getsockname()[1], timeout=60)
    link.request(
        "POST",
        "/cession/",
        body,
        {
            "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
            "Cookie": f"csrftoken={TOKEN}",
        },
    )
    answer = link.getresponse()
    answer.read()
    link.close()
    if answer.status != http.client.FOUND:
        raise SystemExit(f"the form answered {answer.status}")


def idle(listening: socket.socket, pid: int) -> float:
    """What the server holds once it has shown the form, in megabytes."""
    link = http.client.HTTPConnection("127.0.0.1", listening.getsockname()[1], timeout=60)
    link.request("GET", "/cession/")
    link.getresponse().read()
    link.close()
    return resident(pid)


def medians(*jobs: Callable[[], None]) -> list[float]:
    """Milliseconds of each job, taken in turn after a first round that counts for nothing."""
    taken: list[list[float]] = [[] for _job in jobs]
    for _round in range(ROUNDS + 1):
        for times, job in zip(taken, jobs, strict=True):
            begun = time.perf_counter()
            job()
            times.append(time.perf_counter() - begun)
    return [median(times[1:]) * 1000 for times in taken]


def resident(pid: int) -> float:
    """The most that a server's worker ever held, in megabytes."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    found = [Path(f"/proc/{child}/status").read_text() for child in children]
    return max(int(text.split("VmHWM:")[1].split()[0]) for text in found) / 1024


if __name__ == "__main__":
    main()
