"""Reading a delivery status notification (RFC 3464). Pure: bytes in, a value out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from typing import Any

MESSAGE_ID = re.compile(r"<[!-;=?-~]+@[!-;=?-~]+>")
STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")


class NotUnderstood(ValueError):
    """The message is no notification that a program can read."""


@dataclass(frozen=True)
class Notification:
    """What a mail server tells of a mail it had taken.

    `failed` means that it will not be delivered; otherwise it is late, delivered or relayed.
    """

    message_id: str
    failed: bool
    status: str
    diagnosis: str


def read_notification(raw: bytes) -> Notification | None:
    """The notification in `raw`; None for an automatic reply or any other mail. Raises NotUnderstood."""
    message = message_from_bytes(raw, policy=compat32)
    if message.get_content_type() != "multipart/report" or not message.is_multipart():
        return None
    if str(message.get_param("report-type", "delivery-status")).lower() != "delivery-status":
        return None
    parts: list[Message[Any, Any]] = list(message.walk())
    fields = _recipient_fields(parts)
    message_id = _original_message_id(parts) or _referred(message)
    if not message_id:
        raise NotUnderstood("the notification does not say which message it speaks of")
    status = STATUS.search(str(fields.get("Status", "")))
    return Notification(
        message_id=message_id,
        failed=_failed(str(fields.get("Action", "")), status[0] if status else ""),
        status=status[0] if status else "",
        diagnosis=" ".join(str(fields.get("Diagnostic-Code", "")).split()),
    )


def _recipient_fields(parts: list[Message[Any, Any]]) -> Message[Any, Any]:
    """The fields of the first recipient: our mails have one each."""
    for part in parts:
        if part.get_content_type() == "message/delivery-status":
            blocks = part.get_payload()
            if isinstance(blocks, list):
                for block in blocks:
                    if isinstance(block, Message) and ("Action" in block or "Status" in block):
                        return block
    raise NotUnderstood("the notification has no status of a recipient")


def _failed(action: str, status: str) -> bool:
    """The action decides: a mail given up after days fails with a 4.x.x status."""
    word = action.strip().lower()
    return word == "failed" or (not word and status.startswith("5"))


def _original_message_id(parts: list[Message[Any, Any]]) -> str:
    """Of the message or the headers that came back."""
    inside = False
    for part in parts:
        kind = part.get_content_type()
        if kind == "text/rfc822-headers":
            found = MESSAGE_ID.search(_header_of(part))
            return found[0] if found else ""
        if inside and part["Message-ID"]:
            found = MESSAGE_ID.search(str(part["Message-ID"]))
            return found[0] if found else ""
        inside = inside or kind == "message/rfc822"
    return ""


def _header_of(part: Message[Any, Any]) -> str:
    text = part.get_payload(decode=True)
    headers = message_from_bytes(text if isinstance(text, bytes) else b"", policy=compat32)
    return str(headers.get("Message-ID", ""))


def _referred(message: Message[Any, Any]) -> str:
    """What a notification without the original names in its own headers."""
    for name in ("X-Failed-Message-ID", "In-Reply-To", "References"):
        found = MESSAGE_ID.findall(str(message.get(name, "")))
        if found:
            return str(found[-1])
    return ""
