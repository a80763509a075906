"""Services go from one account to another, and everybody who must know learns it (X4, X5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from accounts.enums import NoteKind
from accounts.models import CustomerAccount
from accounts.services.notes import write_note
from cessions.models import RequestedService
from cessions.naming import names_with_kinds
from cessions.services.guard import ActRefused
from hosting.models import OwnershipPeriod, Service
from hosting.services import Event, announce, lock_services, transfer_ownership


@dataclass(frozen=True)
class Handover:
    """From where to where, by which request or agreed transfer; `kind` is the outside systems' word
    for it."""

    number: str
    services: Sequence[Service]
    old: CustomerAccount
    new: CustomerAccount
    kind: str
    reason: str
    """What the ownership history says: a number or code."""


def hand_over(handover: Handover, *, now: datetime, actor: str) -> None:
    """Write ownership history and, for the outside systems, what moved, whose access ends and whose
    begins. Inside the caller's transaction. Raises ValidationError as `transfer_ownership` does."""
    lock_services(service.pk for service in handover.services)
    for service in handover.services:
        transfer_ownership(service, handover.new, now=now, reason=handover.reason, actor=actor)
    announce(
        (
            Event(service, kind, _facts(handover) | more)
            for service in handover.services
            for kind, more in (
                (handover.kind, {}),
                ("access_revoked", {"account": handover.old.number}),
                ("access_granted", {"account": handover.new.number}),
            )
        ),
        now=now,
    )


def write_notes(handover: Handover, gone: str, come: str, *, now: datetime) -> None:
    """An internal note on both accounts, in the provider's language (A5, X4).

    `gone` and `come` are message ids with %(number)s, %(services)s, %(old)s and %(new)s.
    """
    words = {
        "number": handover.number,
        "services": ", ".join(names_with_kinds(handover.services, settings.LANGUAGE_CODE)),
        "old": handover.old.number,
        "new": handover.new.number,
    }
    with translation.override(settings.LANGUAGE_CODE):
        for account, message in ((handover.old, gone), (handover.new, come)):
            text = gettext(message) % words
            write_note(account, kind=NoteKind.TRANSFER, text=text, now=now)


def hosted(services: Sequence[RequestedService]) -> list[Service]:
    """The services that are asked for, as they are hosted here. Raises ValueError for one that is not."""
    found = [item.service for item in services if item.service is not None]
    if len(found) != len(services):
        raise ValueError("a service that is not hosted here")
    return found


def still_where_it_went(services: Sequence[Service], number: str) -> CustomerAccount:
    """The account to which the transfer `number` moved all of `services`, which are locked first: while
    they are there. Raises ActRefused when one went on, or has ended."""
    lock_services(service.pk for service in services)
    running = OwnershipPeriod.objects.filter(service__in=services, during__upper_inf=True)
    periods = list(running.select_related("account"))
    accounts = {period.account for period in periods if period.reason == number}
    if len(periods) != len(services) or any(period.reason != number for period in periods):
        raise ActRefused("moved_on")
    (account,) = accounts
    return account


def _facts(handover: Handover) -> dict[str, str]:
    return {
        "request": handover.number,
        "from": handover.old.number,
        "to": handover.new.number,
    }
