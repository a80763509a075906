"""Mails to the claimant: his own file, the dates of T5 and the outcome, nothing of the reseller (A10).

Each function puts one mail into the outbox, inside the verb's transaction. A claimant entered by
staff without an address gets none: staff write to him by post (T2). What a mail to an address that
nobody has confirmed says is ours alone, so that the form cannot be used to write to strangers.
"""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from cessions.models import Document, Filing, StaffQuestion
from cessions.naming import names
from cessions.policies import earliest_decision_at
from hosting.lib.links import placeholder
from hosting.records.services.mail import queue_mail, render_mail


def draft_saved(filing: Filing, *, now: datetime) -> None:
    """The private link of a draft (T1)."""
    _send("cession_draft", filing, now, link=_link("cession_draft", filing))


def confirm_address(filing: Filing, *, now: datetime) -> None:
    """Please confirm your address: the request counts from then on (T3)."""
    _send("cession_confirm", filing, now, link=_link("cession_confirm", filing))


def received(filing: Filing, *, received_at: datetime, now: datetime) -> None:
    """Received, with the private status page and the earliest decision date (T5)."""
    _send(
        "cession_received",
        filing,
        now,
        received_at=received_at,
        earliest=earliest_decision_at(received_at, ZoneInfo(settings.TIME_ZONE)),
        services=_names(filing),
        **_status(filing),
    )


def status_link(filing: Filing, *, now: datetime) -> None:
    """The lost link to the status page, sent again (T5)."""
    _send("cession_link", filing, now, **_status(filing))


def question_asked(filing: Filing, question: StaffQuestion, *, now: datetime) -> None:
    """Staff need something more (T6)."""
    _send("cession_question", filing, now, question=question, **_status(filing))


def question_reminder(filing: Filing, question: StaffQuestion, *, now: datetime) -> None:
    """What was asked is still waiting for an answer (T6)."""
    _send("cession_reminder", filing, now, question=question, **_status(filing))


def document_refused(filing: Filing, document: Document, *, now: datetime) -> None:
    """One document could not be accepted, why, and how to replace it (D4, T6)."""
    _send("cession_document_refused", filing, now, document=document, **_status(filing))


def file_closed(filing: Filing, document: Document, *, why: str, now: datetime) -> None:
    """A file of his cannot be opened safely, why (in his language), and how to replace it (D6)."""
    _send("cession_file_closed", filing, now, document=document, why=why, **_status(filing))


def lapsed(filing: Filing, *, now: datetime) -> None:
    """No answer came in time: the request has lapsed (T6)."""
    _send("cession_lapsed", filing, now, services=_names(filing), **_status(filing))


def withdrawn(filing: Filing, *, now: datetime) -> None:
    """The request was withdrawn (T6)."""
    _send("cession_withdrawn", filing, now, services=_names(filing), **_status(filing))


def holder_reached(filing: Filing, *, services: list[str], now: datetime) -> None:
    """The holder answered, and nothing else of him (A10, C9). `services` are names to show."""
    _send("cession_holder_reached", filing, now, services=services, **_status(filing))


def _send(name: str, filing: Filing, now: datetime, **context: Any) -> None:
    if not filing.email:
        return
    mail = render_mail(name, filing.language, {"filing": filing, **context})
    queue_mail(
        kind=name,
        recipient=filing.email,
        language=filing.language,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        now=now,
        stream=filing.stream,
    )


def _link(purpose: str, filing: Filing) -> str:
    return placeholder(purpose, filing.pk, filing.link_generation)


def _status(filing: Filing) -> dict[str, str]:
    return {"link": _link("cession_status", filing)}


def _names(filing: Filing) -> list[str]:
    return names(filing.services.all())
