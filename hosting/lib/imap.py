"""One mailbox by IMAP: what is new in it, fetched without marking it, and marked when it is safe."""

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote, urlsplit

BEGINNING = re.compile(rb"\{\d+\}\Z")
FOLDER = "INBOX"


class OutOfReach(OSError):
    """The mailbox cannot be read now; the word says at which step, never the password."""


class Mailbox:
    """A signed-in connection with a folder selected."""

    def __init__(self, connection: imaplib.IMAP4) -> None:
        self._connection = connection

    def unseen(self, most: int) -> list[str]:
        """The numbers (UID) of the mails not seen yet, the oldest first."""
        found = self._uid("search", "UNSEEN")
        numbers = b" ".join(part for part in found if isinstance(part, bytes)).split()
        return [number.decode() for number in numbers if number.isdigit()][:most]

    def fetch(self, number: str, most_bytes: int) -> bytes | None:
        """The first `most_bytes` of a mail; None when it has gone meanwhile. It stays unseen."""
        for part in self._uid("fetch", number, f"(BODY.PEEK[]<0.{most_bytes}>)"):
            if isinstance(part, tuple) and BEGINNING.search(part[0]):
                return bytes(part[1])
        return None

    def mark_seen(self, number: str) -> None:
        """The mail is safe with us: not to be fetched again."""
        self._uid("store", number, "+FLAGS.SILENT", r"(\Seen)")

    def _uid(self, command: str, *words: str) -> list[object]:
        with _told(command):
            kind, data = self._connection.uid(command, *words)
            if kind != "OK":
                raise OutOfReach(command)
            return list(data)


@contextmanager
def mailbox(url: str, timeout: float) -> Iterator[Mailbox]:
    """The mailbox of `url` (`imaps://user:password@host[:port][/folder]`; `imap+tls` for STARTTLS,
    `imap` for this machine). Raises OutOfReach."""
    parts = urlsplit(url)
    with _told("connect"):
        connection = _connect(parts.scheme, parts.hostname or "", parts.port, timeout)
    try:
        with _told("sign in"):
            connection.login(_quoted(unquote(parts.username or "")), unquote(parts.password or ""))
        folder = unquote(parts.path.strip("/")) or FOLDER
        with _told("select"):
            kind, _data = connection.select(_quoted(folder))
            if kind != "OK":
                raise OutOfReach("select")
        yield Mailbox(connection)
    finally:
        _leave(connection)


def _connect(scheme: str, host: str, port: int | None, timeout: float) -> imaplib.IMAP4:
    context = ssl.create_default_context()
    if scheme == "imaps":
        return imaplib.IMAP4_SSL(host, port or 993, ssl_context=context, timeout=timeout)
    connection = imaplib.IMAP4(host, port or 143, timeout=timeout)
    if scheme == "imap+tls":
        connection.starttls(context)
    return connection


def _leave(connection: imaplib.IMAP4) -> None:
    try:
        connection.logout()
    except (imaplib.IMAP4.error, OSError):
        connection.shutdown()


@contextmanager
def _told(step: str) -> Iterator[None]:
    """Trouble of any kind as OutOfReach with the step and the kind, without a server's words."""
    try:
        yield
    except OutOfReach:
        raise
    except (imaplib.IMAP4.error, OSError, ValueError) as error:
        raise OutOfReach(f"{step}: {type(error).__name__}") from error


def _quoted(text: str) -> str:
    """`text` as a quoted string of IMAP."""
    return '"' + text.replace("\\", r"\\").replace('"', r"\"") + '"'
