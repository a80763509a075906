"""Reading a mail from outside. Pure: any bytes in, a value out; nothing here raises (RFC 5322, RFC 3834).

The oldest of Python's mail policies is used: it is the one that takes everything. What would make
reading slow (thousands of nested parts, megabytes of text) is not read at all, and said to be so.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import getaddresses
from typing import Any, TypeAlias

from hosting.lib import mailtext

MOST_BYTES = 5 * 1024 * 1024
MOST_NESTED = 60
MOST_PARTS = 200
MOST_FILES = 50
MOST_TEXT_BYTES = 200_000
MOST_HTML_BYTES = 100_000
LONGEST_HEADER = 4000
LONGEST_ID = 200
MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,190}@[!-;=?-~]{1,190}>")
NESTED = re.compile(rb"(?i)\b(?:multipart|message)/")
SLOW_CODECS = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"}
RECIPIENTS = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")
AUTOMATIC_SUBJECT = re.compile(
    r"\s*(?:\[[^\]]{0,40}\]\s*)?(?:"
    r"auto(?:matic(?:ally)?)?[ -]?(?:reply|response|generated)|auto:|out of (?:the )?office|"
    r"on (?:vacation|holiday|leave)\b|vacation (?:reply|response|notice)|"
    r"r[ée]ponse automatique|r[ée]ponse d[’']absence|message d[’']absence|notification d[’']absence|"
    r"absence du bureau|absente? (?:du bureau|jusqu)|"
    r"automatische antwort|autom\.? antwort|autoantwort|abwesenheit|abwesend\b|"
    r"(?:ich bin )?(?:nicht|au(?:ß|ss)er) (?:im )?(?:haus|b[üu]ro)\b)",
    re.IGNORECASE,
)
Part: TypeAlias = "Message[Any, Any]"


@dataclass(frozen=True)
class Attachment:
    """A file that came along; its bytes, unless they were not read."""

    name: str
    size: int
    content: bytes | None


@dataclass(frozen=True)
class Incoming:
    """What a mail says. `sender` is its one address, in small letters; empty when there is not just one.

    `message_id` names it for good, also when it had no usable one of its own; `refers_to` are the
    Message-IDs it answers, the nearest last. `whole` is false when something of it was not read.
    """

    sender: str
    recipients: tuple[str, ...]
    subject: str
    message_id: str
    refers_to: tuple[str, ...]
    automatic: bool
    report: bool
    text: str
    attachments: tuple[Attachment, ...]
    whole: bool


def read(raw: bytes) -> Incoming:
    """The mail in `raw`."""
    whole = len(raw) <= MOST_BYTES
    kept = raw[:MOST_BYTES]
    message = _parsed(kept) if is_flat(kept) else None
    head = message if message is not None else BytesHeaderParser(policy=compat32).parsebytes(kept)
    parts = _parts(message) if message is not None else []
    text, text_whole = _text(parts)
    return Incoming(
        sender=_sender(head),
        recipients=tuple(_all(head, *RECIPIENTS)),
        subject=_one(head, "Subject"),
        message_id=_message_id(head, raw),
        refers_to=_references(head),
        automatic=_automatic(head),
        report=_kind(head) == "multipart/report",
        text=text,
        attachments=tuple(_attachments(parts, whole)),
        whole=whole and text_whole and message is not None,
    )


def is_flat(raw: bytes) -> bool:
    """Whether `raw` can be taken apart in decent time: Python holds each line against each open part."""
    return len(NESTED.findall(raw)) <= MOST_NESTED


def _parsed(raw: bytes) -> Part | None:
    try:
        return message_from_bytes(raw, policy=compat32)
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError, AssertionError):
        return None


# -- Headers ------------------------------------------------------------------------------------------


def _all(message: Part, *names: str) -> list[str]:
    """The values of the headers of these names, decoded, up to a limit each."""
    wanted = {name.lower() for name in names}
    found = [value for name, value in message.raw_items() if name.lower() in wanted]
    return [_decoded(value) for value in found[:MOST_PARTS]]


def _one(message: Part, name: str) -> str:
    return next(iter(_all(message, name)), "")


def _decoded(value: Any) -> str:
    """A header as text: encoded words decoded where they can be; on one line, without control signs."""
    raw = str(value)[:LONGEST_HEADER].encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    try:
        pieces = [
            piece if isinstance(piece, str) else decode(piece, charset)
            for piece, charset in decode_header(raw)
        ]
    except (ValueError, LookupError, TypeError, AttributeError):  # base64 that is none, say
        pieces = [raw]
    return mailtext.clean(" ".join("".join(pieces).split()))


def _sender(message: Part) -> str:
    """The address of the one author; a mail with several, or with none, has no sender."""
    fields = [str(value) for name, value in message.raw_items() if name.lower() == "from"]
    if len(fields) != 1:
        return ""
    try:
        found = [address for _name, address in getaddresses([fields[0][:LONGEST_HEADER]])]
    except (ValueError, TypeError, IndexError, AttributeError):
        return ""
    usable = [mailtext.clean(address).strip().lower() for address in found]
    right = len(usable) == 1 and re.fullmatch(r"[^\s@<>,;]+@[^\s@<>,;]+", usable[0])
    return usable[0][:254] if right else ""


def _message_id(message: Part, raw: bytes) -> str:
    match = MESSAGE_ID.search(_one(message, "Message-ID"))
    if match and len(match[0]) <= LONGEST_ID:
        return match[0]
    return f"sha256:{hashlib.sha256(raw).hexdigest()}"


def _references(message: Part) -> tuple[str, ...]:
    words = " ".join(_all(message, "References") + _all(message, "In-Reply-To"))
    found = [one for one in MESSAGE_ID.findall(words) if len(one) <= LONGEST_ID]
    return tuple(dict.fromkeys(found[-20:]))


def _kind(message: Part) -> str:
    try:
        return message.get_content_type()
    except (ValueError, TypeError, AttributeError, LookupError):
        return "text/plain"


def _automatic(message: Part) -> bool:
    """Whether a machine wrote it: an automatic reply, a bulk mail, a report (RFC 3834, and habit)."""
    submitted = [
        value.partition(";")[0].strip().lower() for value in _all(message, "Auto-Submitted")
    ]
    precedence = {value.strip().lower() for value in _all(message, "Precedence", "X-Precedence")}
    return bool(
        any(word not in ("", "no") for word in submitted)
        or precedence & {"bulk", "junk", "list", "auto_reply"}
        or _all(message, "X-Autoreply", "X-Autorespond", "X-Autoresponse", "X-Auto-Reply")
        or _all(message, "X-Failed-Recipients", "List-Id")
        or any(value.strip() == "<>" for value in _all(message, "Return-Path"))
        or _kind(message) == "multipart/report"
        or AUTOMATIC_SUBJECT.match(_one(message, "Subject"))
    )


# -- Parts --------------------------------------------------------------------------------------------


def _parts(message: Part) -> list[tuple[Part, bool]]:
    """The leaves in their order, each with whether it belongs to the text; at most 200.

    A mail inside a mail is one leaf: what it says was said elsewhere.
    """
    leaves: list[tuple[Part, bool]] = []
    waiting = [message]
    while waiting and len(leaves) < MOST_PARTS:
        part = waiting.pop()
        if _kind(part).startswith("multipart/") and part.is_multipart():
            inner: Any = part.get_payload()
            waiting.extend(one for one in reversed(inner) if isinstance(one, Message))
        else:
            leaves.append((part, _is_text(part)))
    return leaves


def _is_text(part: Part) -> bool:
    disposition = _one(part, "Content-Disposition").lower()
    return _kind(part) in ("text/plain", "text/html") and not (
        disposition.startswith("attachment") or _name(part)
    )


def _text(parts: list[tuple[Part, bool]]) -> tuple[str, bool]:
    """The plain text; of HTML where there is no plain one. And whether it is whole."""
    texts = [part for part, is_text in parts if is_text]
    plain = [part for part in texts if _kind(part) == "text/plain"]
    read_, whole = _joined(plain, MOST_TEXT_BYTES)
    if not read_.strip():
        html, whole = _joined([part for part in texts if part not in plain], MOST_HTML_BYTES)
        read_ = mailtext.from_html(html)
    return mailtext.tidy(read_), whole


def _joined(parts: list[Part], limit: int) -> tuple[str, bool]:
    texts, left, whole = [], limit, True
    for part in parts:
        content = _content(part)
        whole = whole and len(content) <= left
        texts.append(decode(content[:left], _charset(part)))
        left = max(0, left - len(content))
    return "\n\n".join(text for text in texts if text.strip()), whole


def _attachments(parts: list[tuple[Part, bool]], whole: bool) -> list[Attachment]:
    found: list[Attachment] = []
    for place, (part, is_text) in enumerate(parts, start=1):
        if is_text or len(found) == MOST_FILES:
            continue
        content = _content(part)
        if content or _name(part):
            name = _name(part) or f"{_kind(part).replace('/', '-')[:60]}-{place}"
            found.append(Attachment(name, len(content), content if whole else None))
    return found


def _name(part: Part) -> str:
    try:
        return _decoded(part.get_filename() or "")[:200]
    except (ValueError, TypeError, LookupError, AttributeError, IndexError):
        return ""


def _content(part: Part) -> bytes:
    """The bytes of a leaf; of a mail inside, as it is written."""
    try:
        if part.is_multipart():
            return part.as_bytes(policy=compat32)
        content = part.get_payload(decode=True)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError, IndexError):
        return b""
    return content if isinstance(content, bytes) else b""


def _charset(part: Part) -> str:
    try:
        return str(part.get_content_charset() or "")
    except (ValueError, TypeError, LookupError, AttributeError):
        return ""


def decode(content: bytes, charset: str | None) -> str:
    """`content` as text: in the charset it claims, else UTF-8, else what Windows wrote."""
    name = _text_codec(charset or "utf-8")
    for one in (name, "utf-8"):
        try:
            return content.decode(one)
        except (LookupError, ValueError):
            continue
    return content.decode("utf-8" if name == "utf-8" else "cp1252", "replace")


def _text_codec(charset: str) -> str:
    """Python's name of `charset`; ASCII for what is none, or takes for ever."""
    try:
        codec = codecs.lookup(charset)
    except (LookupError, ValueError):
        return "ascii"
    usable = codec._is_text_encoding and codec.name not in SLOW_CODECS
    return codec.name if usable else "ascii"
