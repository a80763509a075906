"""A small DNS server on loopback, for TXT records."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import dns.flags
import dns.message
import dns.rcode
import dns.rrset


class Zone:
    """What the server answers: texts per name; a name in `silent` gets no answer at all."""

    def __init__(self) -> None:
        self.texts: dict[str, list[str]] = {}
        self.silent: set[str] = set()
        self.asked: list[str] = []

    def answer(self, wire: bytes) -> bytes | None:
        question = dns.message.from_wire(wire)
        name = question.question[0].name.to_text().rstrip(".")
        self.asked.append(name)
        if name in self.silent:
            return None
        reply = dns.message.make_response(question)
        reply.flags |= dns.flags.RA
        if name not in self.texts:
            reply.set_rcode(dns.rcode.NXDOMAIN)
        elif self.texts[name]:
            words = [f'"{text}"' for text in self.texts[name]]
            reply.answer.append(dns.rrset.from_text(f"{name}.", 60, "IN", "TXT", *words))
        return reply.to_wire()


@contextmanager
def zone_served() -> Iterator[tuple[Zone, tuple[str, int]]]:
    """A zone, and the address at which it is asked."""
    zone = Zone()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.bind(("127.0.0.1", 0))
        line.settimeout(0.1)
        done = threading.Event()

        def serve() -> None:
            while not done.is_set():
                try:
                    wire, where = line.recvfrom(4096)
                except TimeoutError:
                    continue
                if (reply := zone.answer(wire)) is not None:
                    line.sendto(reply, where)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield zone, line.getsockname()
        finally:
            done.set()
            thread.join(timeout=10)
