"""A scripted mail server on loopback: real SMTP, told per recipient what to answer.

    with Peer({"ada@example.org": ["451 later", "250 ok"]}) as peer: ...

A script's words: "NNN text" is the answer to RCPT (4xx, 5xx) or to the end of DATA (250); "hang"
never answers the end of DATA; "drop" keeps the mail and cuts the connection; "554-data text" refuses
at the end of DATA; "421" closes politely. Without a script every mail is kept.
"""

import asyncio
import threading
from collections.abc import Mapping, Sequence
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.smtp import SMTP, Envelope, Session


class Peer:
    """`mails` are those kept, in order; `connections` counts them; `delay` seconds before a reply."""

    def __init__(
        self,
        scripts: Mapping[str, Sequence[str]] | None = None,
        *,
        delay: float = 0,
        per_connection: int = 0,
    ) -> None:
        self.scripts = {address: list(words) for address, words in (scripts or {}).items()}
        self.mails: list[EmailMessage] = []
        self.connections = 0
        self.port = 0
        self._delay, self._per_connection = delay, per_connection
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> "Peer":
        self._thread.start()
        self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def kept(self, recipient: str) -> list[EmailMessage]:
        return [mail for mail in self.mails if mail["To"] == recipient]

    # -- aiosmtpd's handler --------------------------------------------------------------------

    async def handle_MAIL(  # noqa: N802 (aiosmtpd names it)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        await self._wait()
        session.kept = getattr(session, "kept", 0)  # type: ignore[attr-defined]
        if self._per_connection and session.kept >= self._per_connection:  # type: ignore[attr-defined]
            return "421 enough for this connection"
        envelope.mail_from = address
        return "250 sender ok"

    async def handle_RCPT(  # noqa: N802 (aiosmtpd names it)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        await self._wait()
        script = self.scripts.get(address)
        word = script[0] if script else "250 ok"
        if word[0] in "45" and "-data" not in word:
            assert script
            return script.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 recipient ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        await self._wait()
        script = self.scripts.get(envelope.rcpt_tos[0])
        word = script.pop(0) if script else "250 kept"
        if word == "hang":
            await asyncio.Event().wait()
        if "-data" in word:
            return word.replace("-data", "")
        self.mails.append(message_from_bytes(envelope.original_content or b"", policy=default))
        session.kept += 1  # type: ignore[attr-defined]
        if word == "drop":
            assert server.transport
            server.transport.abort()
        return word

    # -- its thread ------------------------------------------------------------------------------

    async def _wait(self) -> None:
        if self._delay:
            await asyncio.sleep(self._delay)

    def _session(self) -> SMTP:
        self.connections += 1
        return SMTP(self, hostname="peer.example", loop=self._loop)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            self._loop.create_server(self._session, "127.0.0.1", 0)
        )
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()
