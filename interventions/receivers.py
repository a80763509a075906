"""What the e-mail service hands over of mail that came in (`/anymail/<service>/inbound/`)."""

from typing import Any

import structlog
from anymail.inbound import AnymailInboundMessage
from anymail.signals import AnymailInboundEvent, inbound
from django.dispatch import receiver

from hosting.lib.clock import now
from interventions.enums import MailWay
from interventions.services.inbox import take_in

log = structlog.get_logger(__name__)


@receiver(inbound, dispatch_uid="interventions.mail_came")
def mail_came(event: AnymailInboundEvent, **_: Any) -> None:
    """Keep the mail as it is; it is read by a sweep. One that cannot be written down is refused for
    good: asked again, the service could but send the same."""
    try:
        raw = _envelope(event.message) + event.message.as_bytes()
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        log.error("incoming_mail_unreadable", error=type(error).__name__)
        return
    take_in(raw, way=MailWay.WEBHOOK, now=now())


def _envelope(message: AnymailInboundMessage) -> bytes:
    """For whom and from whom the mail was, as headers above its own: a blind copy names nobody."""
    lines = []
    if message.envelope_recipient:
        lines.append(f"Delivered-To: {_line(message.envelope_recipient)}\r\n")
    if message.envelope_sender is not None:
        lines.append(f"Return-Path: <{_line(message.envelope_sender).strip('<>')}>\r\n")
    return "".join(lines).encode("utf-8", "replace")


def _line(text: str) -> str:
    return " ".join(str(text).split())
