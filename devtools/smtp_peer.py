"""The local mail server of `./dev run`: accepts every mail and keeps it as a file.

Run as `python -m devtools.smtp_peer FD FOLDER`: FD is a listening socket that the starter bound.
Each mail becomes `FOLDER/<arrival>.eml` with the envelope in front, as `X-Envelope-*` headers.
"""

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

SIZE_LIMIT = 50 * 1024 * 1024


class Keep:
    """aiosmtpd's handler: 250 for everything, once the file is complete on disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 (its name there)
        name = f"{time.time_ns()}-{os.urandom(3).hex()}"
        part = self.folder / f"{name}.part"
        part.write_bytes(_envelope_headers(envelope) + (envelope.original_content or b""))
        part.rename(part.with_suffix(".eml"))
        return f"250 kept as {name}"


def kept_mails(folder: Path) -> Iterator[EmailMessage]:
    """The mails kept in `folder`, in the order of their arrival."""
    for file in sorted(folder.glob("*.eml")):
        yield message_from_bytes(file.read_bytes(), policy=default)


def _envelope_headers(envelope: Envelope) -> bytes:
    lines = [f"X-Envelope-From: {envelope.mail_from}"]
    lines += [f"X-Envelope-To: {recipient}" for recipient in envelope.rcpt_tos]
    return "".join(f"{line}\r\n" for line in lines).encode()


async def serve(listener: socket.socket, folder: Path) -> None:
    loop = asyncio.get_running_loop()
    finished = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, finished.set)

    def session() -> SMTP:
        return SMTP(Keep(folder), hostname="localhost", data_size_limit=SIZE_LIMIT, loop=loop)

    server = await loop.create_server(session, sock=listener)
    async with server:
        await finished.wait()


if __name__ == "__main__":
    asyncio.run(serve(socket.socket(fileno=int(sys.argv[1])), Path(sys.argv[2])))
