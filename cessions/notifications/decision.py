"""Mails of a decision: to the claimant, to the holder's present and former contacts, to supervisors.

Each function puts mails into the outbox, inside the verb's transaction. The claimant reads of his own
file, dates and the outcome only (A10).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Protocol

from django.conf import settings
from django.urls import reverse

from accounts.models import User
from accounts.roles import SUPERVISOR
from cessions.models import Decision, RequestedService
from cessions.naming import names
from cessions.policies import contestable_until
from hosting.lib.links import placeholder
from hosting.records.models import OutgoingMail
from hosting.records.services.mail import build_mail, queue_mails, render_mail


class MailboxLike(Protocol):
    """An address of the holder and the placeholder of its answer page."""

    @property
    def address(self) -> str: ...
    @property
    def link(self) -> str: ...


Services = Sequence[RequestedService]


def approved(decision: Decision, services: Services, *, now: datetime) -> None:
    """To the claimant: approved, and from when it takes effect unless something comes between (X3)."""
    _to_claimant("decision_approved", decision, now, names(services))


def hold(
    decision: Decision, services: Services, mailboxes: Iterable[MailboxLike], *, now: datetime
) -> None:
    """To every present and former contact of the holder: the last chance to answer (X3)."""
    _to_holder("decision_hold", decision, mailboxes, now, names(services))


def voided(decision: Decision, services: Services, *, now: datetime) -> None:
    """To the claimant: the approval did not take effect, his request goes on (X3)."""
    _to_claimant("decision_voided", decision, now, names(services))


def refused(decision: Decision, services: Services, *, now: datetime) -> None:
    """To the claimant: refused, why, and how to contest it once (X1)."""
    until = contestable_until(now)
    _to_claimant("decision_refused", decision, now, names(services), contest_until=until)


def contested(decision: Decision, *, now: datetime) -> None:
    """To the supervisors but the one who refused: a refusal is contested (X1)."""
    page = reverse("admin:cessions_transferrequest_change", args=[decision.request_id])
    words = {"decision": decision, "request": decision.request, "link": settings.SITE_URL + page}
    supervisors = User.objects.filter(groups__name=SUPERVISOR, is_active=True, is_staff=True)
    others = [user for user in supervisors.order_by("pk") if user.pk != decision.decided_by_id]
    queue_mails(
        _mail("decision_contested", user.email, user.language, decision, now, words)
        for user in others
    )


def contest_decided(decision: Decision, *, now: datetime) -> None:
    """To the claimant: what came of contesting (X1)."""
    services = decision.services.order_by("pk")
    _to_claimant("decision_contest", decision, now, names(services))


def executed(decision: Decision, services: Services, account: str, *, now: datetime) -> None:
    """To the assignee: the services are his, in the account of this number (X4)."""
    _to_claimant("decision_executed", decision, now, names(services), account=account)


def executed_holder(
    decision: Decision,
    services: Services,
    mailboxes: Iterable[MailboxLike],
    until: datetime,
    *,
    now: datetime,
) -> None:
    """To the holder: what was transferred, and up to when he can have it looked at again (X5)."""
    _to_holder("decision_executed_holder", decision, mailboxes, now, names(services), until=until)


def reversed_claimant(decision: Decision, services: Services, *, now: datetime) -> None:
    """To the former assignee: the transfer was reversed (X5)."""
    _to_claimant("decision_reversed", decision, now, names(services))


def reversed_holder(
    decision: Decision, services: Services, mailboxes: Iterable[MailboxLike], *, now: datetime
) -> None:
    """To the holder: his services are back (X5)."""
    _to_holder("decision_reversed_holder", decision, mailboxes, now, names(services))


def _to_claimant(
    name: str, decision: Decision, now: datetime, services: list[str], **more: Any
) -> None:
    filing = decision.request.filing
    if not filing.email:
        return
    link = placeholder("cession_status", filing.pk, filing.link_generation)
    words = {"filing": filing, "decision": decision, "services": services, "link": link, **more}
    queue_mails([_mail(name, filing.email, filing.language, decision, now, words)])


def _to_holder(
    name: str,
    decision: Decision,
    mailboxes: Iterable[MailboxLike],
    now: datetime,
    services: list[str],
    **more: Any,
) -> None:
    account = decision.request.holder
    words = {
        "account": account,
        "request": decision.request,
        "decision": decision,
        "services": services,
        **more,
    }
    queue_mails(
        _mail(
            name, mailbox.address, account.language, decision, now, words | {"link": mailbox.link}
        )
        for mailbox in mailboxes
    )


def _mail(
    name: str,
    recipient: str,
    language: str,
    decision: Decision,
    now: datetime,
    words: dict[str, Any],
) -> OutgoingMail:
    parts = render_mail(name, language, words)
    return build_mail(
        kind=name,
        recipient=recipient,
        language=language,
        subject=parts.subject,
        text=parts.text,
        html=parts.html,
        now=now,
        stream=decision.request.stream,
        reply_to=settings.PROVIDER["email"],
    )
