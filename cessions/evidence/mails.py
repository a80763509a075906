"""The mails of a case as .eml files: the words exactly as they are kept, so that their hash can be
computed again (X6). In the place of private links and codes stand the placeholders without their seals.
"""

import base64
import hashlib
from collections.abc import Iterator
from datetime import UTC
from email.header import Header
from email.utils import format_datetime
from typing import Any

from django.conf import settings

from cessions.models import Filing
from hosting.lib.archives import plain_name
from hosting.records.models import OutgoingMail
from hosting.records.services.mail import content_hash, handed_out

PIECE = 100


def mails_of(filing: Filing) -> Iterator[OutgoingMail]:
    """Every mail about the case, in the order it was written, with its outcomes."""
    found = OutgoingMail.objects.filter(stream=filing.stream).order_by("pk")
    return found.prefetch_related("outcomes").iterator(chunk_size=PIECE)


def file_of(mail: OutgoingMail) -> str:
    """Its name in the archive; empty where its words are not handed out."""
    return "" if why_not(mail) else "mails/" + plain_name(mail.pk, mail.kind, like="mail.eml")


def why_not(mail: OutgoingMail) -> str:
    """Why its words are not handed out, as a code: they held a one-time code, or were erased (L2)."""
    if mail.erased_at is not None:
        return "erased"
    return "sensitive" if mail.sensitive else ""


def is_of_seals(mail: OutgoingMail) -> bool:
    """Whether its hash was made with the seals of its links, which are not handed out: older software
    did so, and nobody but the provider can compute such a hash again."""
    words = "\0".join((mail.subject, mail.text, mail.html))
    own = hashlib.sha256(words.encode()).hexdigest()
    return own == mail.content_hash != content_hash(mail.subject, mail.text, mail.html)


def mail_row(mail: OutgoingMail) -> dict[str, Any]:
    """What is known of the mail, with what the servers answered."""
    return {
        "mail": mail.pk,
        "message_id": mail.message_id,
        "kind": mail.kind,
        "language": mail.language,
        "recipient": mail.recipient,
        "subject": "" if why_not(mail) else mail.subject,
        "state": mail.state,
        "created_at": mail.created_at,
        "accepted_at": mail.accepted_at,
        "bounced_at": mail.bounced_at,
        "tries": mail.tries,
        "content_hash": mail.content_hash,
        "hash_with_seals": not why_not(mail) and is_of_seals(mail),
        "file": file_of(mail) or None,
        "why_not": why_not(mail),
        "outcomes": [
            {"at": row.at, "kind": row.kind, "code": row.code, "text": row.text}
            for row in mail.outcomes.all()
        ],
    }


def eml(mail: OutgoingMail) -> bytes:
    """The mail as a file that mail programs open. Its Date is the acceptance, or else the writing."""
    at = (mail.accepted_at or mail.created_at).astimezone(UTC)
    head = [
        ("From", _encoded(settings.DEFAULT_FROM_EMAIL)),
        ("To", _encoded(mail.recipient)),
        ("Subject", _encoded(mail.subject)),
        ("Date", format_datetime(at)),
        ("Message-ID", mail.message_id),
    ]
    if mail.references:
        head.append(("References", mail.references))
    return "".join(f"{name}: {value}\n" for name, value in head).encode() + _body(mail)


def _body(mail: OutgoingMail) -> bytes:
    text = _part("text/plain", handed_out(mail.text))
    if not mail.html:
        return b"MIME-Version: 1.0\n" + text
    html = _part("text/html", handed_out(mail.html))
    mark = b"=_" + hashlib.sha256(text + html).hexdigest()[:32].encode()
    head = b'MIME-Version: 1.0\nContent-Type: multipart/alternative;\n boundary="' + mark + b'"\n\n'
    parts = [b"--" + mark + b"\n" + part for part in (text, html)]
    return head + b"".join(parts) + b"--" + mark + b"--\n"


def _part(kind: str, words: str) -> bytes:
    """Base64: nothing on the way can change an end of line."""
    head = f'Content-Type: {kind}; charset="utf-8"\nContent-Transfer-Encoding: base64\n\n'
    return head.encode() + base64.encodebytes(words.encode())


def _encoded(value: str) -> str:
    """A header's value on one line where it is plain, otherwise as encoded words."""
    words = " ".join(value.split())
    if words.isascii() and words.isprintable() and "=?" not in words:
        return words
    return Header(words, "utf-8").encode(linesep="\n")
