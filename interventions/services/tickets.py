"""A ticket from the form to its end: opened, confirmed, joined to an account, closed, or let go (I2, N5).

The only place that writes the state of a ticket.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import PREPARING_ROLES, NoteKind, Role
from accounts.models import CustomerAccount, User
from accounts.services.notes import eligibility_of, write_note
from hosting.enums import ServiceStatus
from hosting.lib.envelope import Secret
from hosting.lib.sweeps import each
from hosting.models import Notice, Service
from hosting.records.services import journal
from hosting.services.roles import require_staff, required_text
from interventions import policies
from interventions.enums import OpenedAs, TicketState
from interventions.models import Ticket, TicketConsent
from interventions.notifications import tickets as notify
from interventions.services.credentials import erase_all, keep_credential
from interventions.services.numbers import ticket_number
from interventions.services.states import NotPossible

CLIENT = "client"
TEXTS = ("service_name", "full_name", "email", "telephone", "time_zone", "what", "changed")


@dataclass(frozen=True)
class Call:
    """What somebody wrote into the form."""

    language: str
    what: str
    changed: str = ""
    telephone: str = ""
    time_zone: str = ""
    pages: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    secrets: tuple[tuple[str, Secret], ...] = ()
    """Kind and plain text of what opens the site (I3)."""


@dataclass(frozen=True)
class Caller:
    """Who says that he calls, from the public form."""

    full_name: str
    email: str
    opened_as: str


@transaction.atomic
def open_public(
    call: Call,
    caller: Caller,
    *,
    site: str,
    notices: Iterable[Notice],
    now: datetime,
    key: UUID | None = None,
) -> Ticket:
    """Open a ticket from the public form: it waits for the POST that confirms its address.

    Asks nothing about `site`, so that a name that is hosted here takes the same way as another (T4).
    `key` is the id that the form was given: sent twice at once, the second raises IntegrityError.
    """
    ticket = _write(
        call,
        now,
        pk=key or uuid4(),
        state=TicketState.UNCONFIRMED,
        service_name=site,
        full_name=caller.full_name,
        email=caller.email,
        opened_as=caller.opened_as,
        expires_at=now + policies.CONFIRM_WITHIN,
    )
    _opened(ticket, call, notices, actor=CLIENT, now=now)
    notify.confirm_address(ticket, now=now)
    return ticket


@transaction.atomic
def open_for_member(
    call: Call,
    service: Service,
    *,
    by: User,
    notices: Iterable[Notice],
    now: datetime,
    key: UUID | None = None,
) -> Ticket:
    """Open a ticket of the account that `service` belongs to, by somebody who signs in for it (I2).

    Raises NotPossible for somebody else, an emergency contact too, and for an account that gets no
    courtesy interventions (I14); IntegrityError as `open_public`.
    """
    account = CustomerAccount.objects.select_for_update(no_key=True).get(pk=service.account_id)
    member = account.memberships.filter(user=by, role__in=PREPARING_ROLES, ended_at=None).first()
    if member is None or service.status == ServiceStatus.TERMINATED:
        raise NotPossible("service", _("This is none of your services."))
    if not eligibility_of(account).eligible:
        raise NotPossible("ineligible", _("This account gets no courtesy interventions (I14)."))
    ticket = _write(
        call,
        now,
        pk=key or uuid4(),
        account=account,
        service=service,
        service_name=service.display_name,
        full_name=by.full_name or account.full_name,
        email=by.email,
        opened_by=by,
        opened_as=OpenedAs.AUTHORISED if member.role == Role.MEMBER else OpenedAs.HOLDER,
    )
    _opened(ticket, call, notices, actor=f"user:{by.pk}", now=now)
    notify.received(ticket, now=now)
    return ticket


@transaction.atomic
def confirm(ticket: Ticket, *, now: datetime) -> Ticket:
    """The client confirms his address by POST: the ticket is open. Twice is as once.

    `ticket` is as it was read when its link was checked. Raises NotPossible when it has expired, or
    when the address was corrected since.
    """
    clicked = ticket.link_generation
    ticket = _locked(ticket)
    if ticket.confirmed_at is not None:
        return ticket
    over = ticket.expires_at is None or ticket.expires_at <= now
    if ticket.state != TicketState.UNCONFIRMED or over or ticket.link_generation != clicked:
        raise NotPossible("expired")
    ticket.state, ticket.confirmed_at, ticket.expires_at = TicketState.OPEN, now, None
    ticket.save(update_fields=["state", "confirmed_at", "expires_at"])
    journal(ticket.stream, "ticket.confirmed", at=now, actor=CLIENT)
    notify.received(ticket, now=now)
    return ticket


@transaction.atomic
def resend_confirmation(ticket: Ticket, *, now: datetime) -> bool:
    """Send the link once more; False when nothing waits for it."""
    ticket = _locked(ticket)
    if ticket.state != TicketState.UNCONFIRMED:
        return False
    notify.confirm_address(ticket, now=now)
    journal(ticket.stream, "confirmation.sent_again", at=now, actor=CLIENT)
    return True


@transaction.atomic
def correct_address(ticket: Ticket, email: str, *, now: datetime) -> Ticket:
    """Correct a mistyped address before it is confirmed; links to the wrong one stop working.

    Raises NotPossible once it is confirmed.
    """
    ticket = _locked(ticket)
    if ticket.state != TicketState.UNCONFIRMED:
        raise NotPossible("confirmed")
    ticket.email = email
    ticket.link_generation += 1
    ticket.save(update_fields=["email", "link_generation"])
    journal(ticket.stream, "address.corrected", at=now, actor=CLIENT)
    notify.confirm_address(ticket, now=now)
    return ticket


@transaction.atomic
def join_account(
    ticket: Ticket,
    account: CustomerAccount,
    *,
    how: str,
    by: User,
    now: datetime,
    service: Service | None = None,
) -> Ticket:
    """Staff found that who opened a public ticket holds `account`, or is authorised (I2): it is the
    account's from now on, and seen in its space.

    `how` says how they know; it becomes an internal note of the account. Raises NotPossible for a
    ticket that is not open or has an account, and for another account's service.
    """
    require_staff(by)
    words = required_text("how", how)
    ticket = _locked(ticket)
    if ticket.state != TicketState.OPEN or ticket.account_id is not None:
        raise NotPossible("ticket", _("Only an open ticket without an account can be joined."))
    if service is not None and service.account_id != account.pk:
        raise NotPossible("service", _("This service belongs to another account."))
    ticket.account, ticket.service = account, service
    ticket.save(update_fields=["account", "service"])
    said = {"number": ticket.number, "how": words}
    note = write_note(
        account,
        kind=NoteKind.INTERVENTION,
        text=_("Ticket %(number)s joined to this account: %(how)s") % said,
        author=by,
        now=now,
    )
    facts = {"account": account.pk, "service": ticket.service_id, "note": note.pk}
    journal(ticket.stream, "ticket.joined", at=now, actor=f"user:{by.pk}", **facts)
    return ticket


@transaction.atomic
def close(ticket: Ticket, *, now: datetime, actor: str = CLIENT) -> Ticket:
    """The client withdraws, or all is settled; what opens his site is erased. Twice is as once.

    Raises NotPossible while an intervention is not over, and for a ticket that was never confirmed.
    """
    ticket = _locked(ticket)
    if ticket.state == TicketState.CLOSED:
        return ticket
    if ticket.state != TicketState.OPEN:
        raise NotPossible("state")
    if ticket.interventions.filter(state__in=policies.UNFINISHED).exists():
        raise NotPossible("running", _("Work on your site is not over yet. Please call us."))
    ticket.state, ticket.closed_at = TicketState.CLOSED, now
    ticket.erase_at = policies.ticket_goes_at(now, settings.TICKET_RETENTION_DAYS)
    ticket.save(update_fields=["state", "closed_at", "erase_at"])
    journal(ticket.stream, "ticket.closed", at=now, actor=actor)
    erase_all(ticket, now=now, actor=actor)
    return ticket


@transaction.atomic
def give_access(
    ticket: Ticket, *, kind: str, secret: str, now: datetime, actor: str = CLIENT
) -> None:
    """The client gives what opens his site later on. Raises NotPossible for a ticket that is over, or
    that holds as many as a ticket may."""
    ticket = _locked(ticket)
    if ticket.state != TicketState.OPEN:
        raise NotPossible("state")
    if ticket.credentials.count() >= policies.MOST_CREDENTIALS:
        raise NotPossible("many", _("There are too many on this request. Please call us."))
    keep_credential(ticket, kind=kind, secret=secret, now=now, actor=actor)


def expire_due(now: datetime, limit: int = 100) -> int:
    """Let go of tickets that nobody confirmed within 7 days; how many went. For the sweep."""
    due = Ticket.objects.filter(expires_at__lte=now).order_by("expires_at")[:limit]
    return each(due, lambda ticket: expire(ticket, now=now), name="unconfirmed tickets")


@transaction.atomic
def expire(ticket: Ticket, *, now: datetime) -> bool:
    """Erase what a ticket that was never confirmed holds, access to the site first (I3, L1). The row
    stays with number and dates; what else hangs on it, the mails, goes with the next erasure. False
    when it was confirmed meanwhile."""
    ticket = _locked(ticket)
    if ticket.state != TicketState.UNCONFIRMED:
        return False
    erase_all(ticket, now=now, actor="system")
    for name in TEXTS:
        setattr(ticket, name, "")
    ticket.pages, ticket.areas = [], []
    ticket.state, ticket.expires_at, ticket.erase_at = TicketState.EXPIRED, None, now
    ticket.save(update_fields=[*TEXTS, "pages", "areas", "state", "expires_at", "erase_at"])
    journal(ticket.stream, "ticket.expired", at=now)
    return True


def _write(call: Call, now: datetime, **fields: object) -> Ticket:
    return Ticket.objects.create(
        number=ticket_number(now),
        created_at=now,
        language=call.language,
        telephone=call.telephone,
        time_zone=call.time_zone,
        what=call.what,
        changed=call.changed,
        pages=list(call.pages),
        areas=list(call.areas),
        **fields,
    )


def _opened(
    ticket: Ticket, call: Call, notices: Iterable[Notice], *, actor: str, now: datetime
) -> None:
    """Keep which version of each notice was accepted (N5), and what opens the site, encrypted (I3)."""
    accepted = list(notices)
    TicketConsent.objects.bulk_create(
        TicketConsent(
            ticket=ticket,
            notice=notice.code,
            version=notice.version,
            language=notice.language,
            at=now,
        )
        for notice in accepted
    )
    versions = {notice.code: notice.version for notice in accepted}
    facts = {"number": ticket.number, "notices": versions}
    journal(ticket.stream, "ticket.opened", at=now, actor=actor, **facts)
    for kind, secret in call.secrets:
        keep_credential(ticket, kind=kind, secret=secret, now=now, actor=actor)


def _locked(ticket: Ticket) -> Ticket:
    return Ticket.objects.select_for_update(of=("self",)).get(pk=ticket.pk)
