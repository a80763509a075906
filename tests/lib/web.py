"""A small web server on loopback to which names of a test resolve: a client's site, a registry."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = tuple[int, dict[str, str], bytes]


class Web:
    """What is answered, by path; `asked` keeps host and path of each request."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer] = {}
        self.asked: list[tuple[str, str]] = []
        self.port = 0

    def says(self, path: str, body: str | bytes, status: int = 200, **headers: str) -> None:
        content = body.encode() if isinstance(body, str) else body
        self.pages[path] = (status, headers, content)

    def leads(self, path: str, where: str) -> None:
        self.says(path, b"", 302, Location=where)


def resolve_to_loopback(monkeypatch, *names: str) -> None:
    """`names` resolve to 127.0.0.1, all others as ever."""
    real: Callable = socket.getaddrinfo

    def answer(name, port, *args, **kwargs):
        found = "127.0.0.1" if name in names else name
        return real(found, port, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", answer)


@contextmanager
def web_served() -> Iterator[Web]:
    """The server, while the test runs."""
    web = Web()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            web.asked.append((self.headers["Host"], self.path))
            status, headers, body = web.pages.get(self.path, (404, {}, b"no"))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                self.wfile.write(body)
            except OSError:
                return

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    web.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.daemon = True
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)
