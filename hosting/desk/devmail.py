"""`/dev/mail/`: the mails that the local mail peer kept, so that a newcomer can click their links.

In development only; elsewhere there is no such page.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

MOST = 200
HTML_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)
LINK = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True)
class KeptMail:
    """A kept mail as the pages show it; each asks only for what it shows."""

    key: str
    message: EmailMessage

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "")

    @property
    def to(self) -> str:
        return str(self.message["To"] or "")

    @property
    def sent_at(self) -> datetime | None:
        return parsedate_to_datetime(self.message["Date"]) if self.message["Date"] else None

    @property
    def text(self) -> str:
        body = self.message.get_body(("plain",))
        return str(body.get_content()) if body else ""

    @property
    def has_html(self) -> bool:
        return self.message.get_body(("html",)) is not None

    @property
    def pieces(self) -> list[tuple[str, bool]]:
        """The text in pieces, each with whether it is a link."""
        found, place = [], 0
        for match in LINK.finditer(self.text):
            found += [(self.text[place : match.start()], False), (match[0], True)]
            place = match.end()
        return [*found, (self.text[place:], False)]


@require_safe
@never_cache
def mailbox(request: HttpRequest) -> HttpResponse:
    """The newest mails first."""
    files = sorted(folder().glob("*.eml"), reverse=True)
    mails = [KeptMail(file.stem, headers_of(file)) for file in files[:MOST]]
    return render(request, "dev/mailbox.html", {"mails": mails, "more": len(files) > MOST})


@require_safe
@never_cache
def mail(request: HttpRequest, key: str) -> HttpResponse:
    """One mail: its text with links to click, and its HTML beside."""
    return render(request, "dev/mail.html", {"mail": KeptMail(key, message_of(key))})


@require_safe
@never_cache
def mail_html(request: HttpRequest, key: str) -> HttpResponse:
    """The HTML part alone, under a policy that lets it run and load nothing."""
    body = message_of(key).get_body(("html",))
    if body is None:
        raise Http404("no HTML in this mail")
    response = HttpResponse(body.get_content())
    response["Content-Security-Policy"] = HTML_POLICY
    response["Referrer-Policy"] = "no-referrer"
    return response


def folder() -> Path:
    """Where the peer keeps its mails. Raises Http404 outside development."""
    if not (settings.DEVELOPMENT and settings.DEV_MAIL_DIR):
        raise Http404("no mailbox here")
    return Path(settings.DEV_MAIL_DIR)


def message_of(key: str) -> EmailMessage:
    """The mail of that key. Raises Http404 when there is none."""
    file = folder() / f"{key}.eml"
    if not file.is_file():
        raise Http404("no such mail")
    return read(file)


def headers_of(file: Path) -> EmailMessage:
    """The mail without its parts: a long list opens quickly."""
    parser = BytesParser(policy=default)
    message: EmailMessage = parser.parsebytes(file.read_bytes(), headersonly=True)  # type: ignore[assignment]
    return message


def read(file: Path) -> EmailMessage:
    message: EmailMessage = message_from_bytes(file.read_bytes(), policy=default)  # type: ignore[assignment]
    return message
