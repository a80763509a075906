"""ClamAV's daemon, asked through its socket: whether it is there, and what it finds in a file (D6)."""

import socket
import struct
import time
from contextlib import suppress
from typing import IO
from urllib.parse import urlsplit

PIECE = 256 * 1024
PING_SECONDS = 3.0
LONGEST_ANSWER = 4096
DEFAULT_PORT = 3310


class NotScanned(Exception):
    """The daemon gave no verdict: it is away, too slow, or refuses the file; the words say which."""


def answers(url: str) -> bool:
    """Whether a daemon answers at `url`; never where `url` is empty."""
    if not url:
        return False
    try:
        return _Talk(url, PING_SECONDS).ask(b"PING") == "PONG"
    except NotScanned:
        return False


def scan(url: str, content: IO[bytes], seconds: float) -> str:
    """The name of the malware in `content`, "" when there is none. Raises NotScanned."""
    said = _Talk(url, seconds).ask(b"INSTREAM", content).removeprefix("stream: ")
    if said == "OK":
        return ""
    if said.endswith(" FOUND"):
        return said.removesuffix(" FOUND")
    raise NotScanned(said or "no answer")


class _Talk:
    """One connection for one question, over before `seconds` are."""

    def __init__(self, url: str, seconds: float) -> None:
        self._parts = urlsplit(url)
        self._ends = time.monotonic() + seconds
        self._seconds = seconds

    def ask(self, command: bytes, content: IO[bytes] | None = None) -> str:
        try:
            with self._connect() as link:
                # Over StreamMaxLength the daemon answers and hangs up before all is sent.
                with suppress(BrokenPipeError, ConnectionResetError):
                    self._send(link, b"z" + command + b"\0")
                    if content is not None:
                        self._stream(link, content)
                return self._answer(link)
        except TimeoutError as error:
            raise NotScanned(f"no verdict in {self._seconds:.0f} s") from error
        except OSError as error:
            raise NotScanned(f"out of reach: {error.strerror or error}") from error

    def _connect(self) -> socket.socket:
        if self._parts.scheme == "unix":
            link = socket.socket(socket.AF_UNIX)
            try:
                link.settimeout(self._left())
                link.connect(self._parts.path)
            except BaseException:
                link.close()
                raise
            return link
        address = (self._parts.hostname or "", self._parts.port or DEFAULT_PORT)
        return socket.create_connection(address, self._left())

    def _stream(self, link: socket.socket, content: IO[bytes]) -> None:
        while piece := content.read(PIECE):
            self._send(link, struct.pack("!I", len(piece)) + piece)
        self._send(link, struct.pack("!I", 0))

    def _send(self, link: socket.socket, data: bytes) -> None:
        link.settimeout(self._left())
        link.sendall(data)

    def _answer(self, link: socket.socket) -> str:
        said = b""
        while not said.endswith(b"\0") and len(said) < LONGEST_ANSWER:
            link.settimeout(self._left())
            piece = link.recv(LONGEST_ANSWER)
            if not piece:
                break
            said += piece
        return said.rstrip(b"\0\n").decode("utf-8", "replace").strip()

    def _left(self) -> float:
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left
