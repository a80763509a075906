"""Mails of an agreed transfer, to the recipient and to the holder's present mailboxes (X7).

Each function puts mails into the outbox, inside the verb's transaction.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from cessions.models import AgreedTransfer
from cessions.naming import names
from hosting.lib.links import placeholder
from hosting.models import Service
from hosting.records.services.mail import build_mail, queue_mails, render_mail

Services = Sequence[Service]
TO_HOLDER = ("agreed_started", "agreed_accepted_holder", "agreed_executed_holder")
"""The kinds of mails to the holder before and with the execution."""


def proposed(transfer: AgreedTransfer, services: Services, *, now: datetime) -> None:
    """To the recipient: services are offered to him, and where he accepts."""
    _to_recipient("agreed_proposed", transfer, services, now)


def started(
    transfer: AgreedTransfer, services: Services, addresses: Iterable[str], *, now: datetime
) -> None:
    """To the holder: it was started; he who did not do it learns it here."""
    _to_holder("agreed_started", transfer, services, addresses, now)


def accepted(transfer: AgreedTransfer, services: Services, *, now: datetime) -> None:
    """To the recipient: accepted, and from when it takes effect."""
    _to_recipient("agreed_accepted", transfer, services, now)


def accepted_holder(
    transfer: AgreedTransfer, services: Services, addresses: Iterable[str], *, now: datetime
) -> None:
    """To the holder: accepted, from when it takes effect, and how he stops it."""
    _to_holder("agreed_accepted_holder", transfer, services, addresses, now)


def ended(transfer: AgreedTransfer, services: Services, *, now: datetime) -> None:
    """To the recipient: nothing comes of it."""
    _to_recipient("agreed_ended", transfer, services, now)


def ended_holder(
    transfer: AgreedTransfer, services: Services, addresses: Iterable[str], *, now: datetime
) -> None:
    """To the holder: nothing comes of it, his services stay his."""
    _to_holder("agreed_ended_holder", transfer, services, addresses, now)


def executed(
    transfer: AgreedTransfer, services: Services, until: datetime, *, now: datetime
) -> None:
    """To the recipient: the services are his, up to when they are locked."""
    _to_recipient("agreed_executed", transfer, services, now, until=until)


def executed_holder(
    transfer: AgreedTransfer,
    services: Services,
    addresses: Iterable[str],
    until: datetime,
    *,
    now: datetime,
) -> None:
    """To the holder: handed over, and up to when a mistake can be put right."""
    _to_holder("agreed_executed_holder", transfer, services, addresses, now, until=until)


def reversed_recipient(transfer: AgreedTransfer, services: Services, *, now: datetime) -> None:
    """To the recipient: two people of the staff put it back (X5)."""
    _to_recipient("agreed_reversed", transfer, services, now)


def reversed_holder(
    transfer: AgreedTransfer, services: Services, addresses: Iterable[str], *, now: datetime
) -> None:
    """To the holder: his services are back, and what to do now (X5)."""
    _to_holder("agreed_reversed_holder", transfer, services, addresses, now)


def _to_recipient(
    name: str, transfer: AgreedTransfer, services: Services, now: datetime, **more: Any
) -> None:
    link = placeholder("cession_agreed", transfer.pk, transfer.generation)
    _queue(name, transfer, services, [transfer.email], transfer.language, link, now, more)


def _to_holder(
    name: str,
    transfer: AgreedTransfer,
    services: Services,
    addresses: Iterable[str],
    now: datetime,
    **more: Any,
) -> None:
    link = settings.SITE_URL + reverse("portal_agreed_page", args=[transfer.pk])
    _queue(name, transfer, services, addresses, transfer.account.language, link, now, more)


def _queue(
    name: str,
    transfer: AgreedTransfer,
    services: Services,
    addresses: Iterable[str],
    language: str,
    link: str,
    now: datetime,
    more: dict[str, Any],
) -> None:
    words = {
        "transfer": transfer,
        "account": transfer.account,
        "services": names(services),
        "link": link,
        **more,
    }
    parts = render_mail(name, language, words)
    queue_mails(
        build_mail(
            kind=name,
            recipient=address,
            language=language,
            subject=parts.subject,
            text=parts.text,
            html=parts.html,
            now=now,
            stream=transfer.stream,
            reply_to=settings.PROVIDER["email"],
        )
        for address in addresses
    )
