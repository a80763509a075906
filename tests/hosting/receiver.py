"""A small receiver of the signed webhook, as an outside system would write it (docs/webhooks.md).

A real HTTP server on loopback. It believes a message only when the signature fits, the timestamp is
of the last five minutes, and the delivery's id was not taken before:

    401  the signature does not fit: somebody else, or another secret
    408  too old, or from the future: a recording that is played again, or a wrong clock
    200  taken; also for an id that was taken before, which changes nothing

`answers` are statuses to give first, whatever comes; `delay` makes it slow.
"""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOLERANCE_SECONDS = 300


class Receiver:
    """Use it as a context manager; `url` is its address, `events` what it took, in order."""

    def __init__(self, secret: str, clock: Callable[[], float] = time.time) -> None:
        self.secret = secret
        self.clock = clock
        self.events: list[dict[str, Any]] = []
        self.taken: set[str] = set()
        self.tries: list[tuple[str, int]] = []  # id and status, also of what was refused
        self.answers: list[int] = []
        self.delay = threading.Event()
        self.slow = False
        self.lock = threading.Lock()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"

    def judge(self, headers: Any, body: bytes) -> int:
        """The status for a message; it is taken when it is right and new."""
        delivery = headers.get("X-Easyhoster-Delivery", "")
        timestamp = headers.get("X-Easyhoster-Timestamp", "")
        signed = f"{timestamp}.{delivery}.".encode() + body
        right = "v1=" + hmac.new(self.secret.encode(), signed, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(right, headers.get("X-Easyhoster-Signature", "")):
            return 401
        if abs(self.clock() - int(timestamp)) > TOLERANCE_SECONDS:
            return 408
        with self.lock:
            if delivery not in self.taken:
                self.taken.add(delivery)
                self.events.append(json.loads(body))
        return 200

    def _handler(receiver) -> type[BaseHTTPRequestHandler]:  # noqa: N805 (a class inside needs self)
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if receiver.slow:
                    receiver.delay.wait(timeout=30)
                status = receiver.answers.pop(0) if receiver.answers else None
                status = status or receiver.judge(self.headers, body)
                receiver.tries.append((self.headers["X-Easyhoster-Delivery"], status))
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("Location", receiver.url + "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Quiet."""

        return Handler

    def __enter__(self) -> "Receiver":
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.delay.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
