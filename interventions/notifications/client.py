"""Mails to the client of an intervention. A mail that asks for an answer prints the deadline with date,
hour and zone: his own, and the provider's (I5)."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import formats, timezone, translation

from hosting.lib import replies
from hosting.lib.links import placeholder
from hosting.records.models import OutgoingMail
from hosting.records.services.mail import queue_mail, render_mail
from interventions import policies
from interventions.models import Contest, Intervention, Ticket

PAGE = "intervention"
REPLIES = "ticket"


def please_check(intervention: Intervention, *, now: datetime) -> OutgoingMail:
    """The work is done: please check every area and tell us within 24 hours (I5)."""
    return _send(
        "intervention_check",
        intervention,
        now,
        report=intervention.report,
        areas=intervention.areas,
        deadlines=deadline_words(policies.answer_by(now), intervention.ticket),
        link=_link(intervention),
    )


def reminder(intervention: Intervention, *, now: datetime) -> OutgoingMail:
    """Please check: the delay ends at the instant that is printed (I5)."""
    if intervention.t0_at is None:
        raise ValueError("nothing is awaited before T0")
    until = deadline_words(policies.answer_by(intervention.t0_at), intervention.ticket)
    return _send(
        "intervention_reminder", intervention, now, deadlines=until, link=_link(intervention)
    )


def restored(intervention: Intervention, *, now: datetime) -> OutgoingMail:
    """The site is as it was before the work (I9)."""
    return _send("intervention_restored", intervention, now, link=_link(intervention))


def revoked(intervention: Intervention, *, reason: str, now: datetime) -> OutgoingMail:
    """The account gets no courtesy interventions any more; why, and how to contest it (I13)."""
    contest = settings.SITE_URL + "/assistance/contester/"
    return _send("intervention_revoked", intervention, now, reason=reason, link=contest)


def contest_answered(contest: Contest, *, now: datetime) -> None:
    """What a supervisor answered to a contest; to whoever opened the account's last ticket (I13)."""
    account = contest.note.account
    ticket = account.tickets.order_by("-created_at").first()
    if ticket is None:
        return
    to_client("intervention_contest", ticket, now, granted=contest.granted, answer=contest.answer)


def deadline_words(at: datetime, ticket: Ticket, *, language: str | None = None) -> list[str]:
    """`at` in the client's zone and the provider's, with date, hour and zone; once if they agree."""
    zones = [ticket.time_zone or settings.TIME_ZONE, settings.TIME_ZONE]
    with translation.override(language or ticket.language):
        local = {name: at.astimezone(ZoneInfo(name)) for name in zones}
        words = {
            f"{formats.date_format(here, 'DATETIME_FORMAT')} ({name}, UTC{here:%z})": None
            for name, here in local.items()
        }
    return list(words)


def _link(intervention: Intervention) -> str:
    return placeholder(PAGE, intervention.pk, intervention.ticket.link_generation)


def _send(name: str, intervention: Intervention, now: datetime, **context: Any) -> OutgoingMail:
    words = {"intervention": intervention, **context}
    return to_client(name, intervention.ticket, now, **words)


def to_client(name: str, ticket: Ticket, now: datetime, **context: Any) -> OutgoingMail:
    """Put the mail `name` into the outbox, in the ticket's language and its client's zone."""
    with timezone.override(ticket.time_zone or settings.TIME_ZONE):
        mail = render_mail(name, ticket.language, {"ticket": ticket, **context})
    return queue_mail(
        kind=name,
        recipient=ticket.email,
        language=ticket.language,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        now=now,
        stream=ticket.stream,
        sensitive="link" in context,
        reply_to=reply_to(ticket),
    )


def reply_to(ticket: Ticket) -> str:
    """Where the client's answer by mail goes: to the ticket; nowhere else when no mail is taken."""
    if not settings.REPLY_ADDRESS:
        return ""
    return replies.placeholder(REPLIES, ticket.pk, ticket.link_generation)
