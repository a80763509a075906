"""What we have on file of an account, as plain values for the holder's own copy (L2).

Of a request on his services he gets what A10 lets: number, dates, services, outcome, how he was
sought and what he answered; nothing of who asks. Internal notes are staff's working papers: their
kind and date are told, their text is not.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import CustomerAccount
from accounts.services import FIELDS

Values = list[dict[str, Any]]
PAPER = (
    *("reference", "state", "language", "drafted_at", "uploaded_at", "signed_on", "accepted_at"),
    *("judged_at", "reason", "ended_at", "identity_valid_until", "context"),
)
ABOUT = _(
    "Everything on file about this account, at the given instant. Left out: the text of internal"
    " notes, which are working papers of our staff, and everything about the persons who asked for"
    " a transfer. Files that are not in this archive are not scanned yet, or were destroyed."
    " Instants are in UTC."
)


def account_data(account: CustomerAccount, now: datetime) -> dict[str, Any]:
    """The document, section by section; a fixed number of queries."""
    return {
        "about": ABOUT,
        "made_at": now,
        "account": {
            "number": account.number,
            "created_at": account.created_at,
            "next_check_in_at": account.next_check_in_at,
            **{name: getattr(account, name) for name in FIELDS},
        },
        **_reaching(account),
        **_people(account),
        **_papers(account),
        **_services(account),
        "transfer_requests": _requests(account),
        "requests_for_help": _tickets(account),
        "internal_notes": _rows(account.notes, "kind", "created_at", "erased_at"),
    }


def _rows(rows: Any, *names: str) -> Values:
    """Fields of related rows, oldest first; a name may reach over a relation."""
    found: QuerySet[Any] = rows.order_by("pk")
    return list(found.values(*names))


def _reaching(account: CustomerAccount) -> dict[str, Values]:
    contact = ("kind", "value", "label", "order", "verified_at", "verified_how")
    return {
        "former_identities": _rows(account.former_identities, "field", "value", "ended_at"),
        "contacts": _rows(account.contact_methods, *contact, "created_at", "ended_at"),
        "absences": _rows(
            account.absences, "from_on", "until_on", "remark", "told_at", "cancelled_at"
        ),
        "check_ins": _rows(
            account.check_ins, "opened_at", "mails_sent", "confirmed_at", "closed_at"
        ),
        "corrections": _rows(
            account.corrections, "wanted", "reason", "asked_at", "judgement", "judged_at", "answer"
        ),
    }


def _people(account: CustomerAccount) -> dict[str, Values]:
    trusted = ("full_name", "relation", "email", "telephone", "language", "powers", "remark")
    moments = ("created_at", "invited_at", "confirmed_at", "declined_at", "ended_at")
    return {
        "sign_ins": [
            {
                "name": member.shown_name,
                "email": member.user.email,
                **_fields(member, ("role", "created_at", "ended_at")),
            }
            for member in account.memberships.select_related("user").order_by("pk")
        ],
        "emergency_contacts": _rows(account.emergency_contacts, *trusted, *moments),
        "events": _rows(account.events, "kind", "happened_on", "recorded_at", "withdrawn_at"),
        "legal_representatives": _rows(
            account.representatives, "kind", "full_name", "recorded_at", "judgement", "ended_at"
        ),
    }


def _papers(account: CustomerAccount) -> dict[str, Values]:
    assignee = ("full_name", "organisation", "emails", "telephone", "language")
    assignees = account.assignees.prefetch_related("services")
    contracts = account.transfercontracts.select_related("assignee").prefetch_related("services")
    return {
        "powers_of_attorney": _rows(
            account.powerofattorneys, *PAPER, "scopes", "starts_on", "ends_on"
        ),
        "assignees": [
            {
                **_fields(row, (*assignee, "created_at", "verified_at", "ended_at")),
                "services": _names(row.services.all()),
            }
            for row in assignees.order_by("pk")
        ],
        "transfer_contracts": [
            {
                **_fields(row, PAPER),
                "assignee": row.assignee.full_name,
                "services": _names(row.services.all()),
            }
            for row in contracts.order_by("pk")
        ],
    }


def _services(account: CustomerAccount) -> dict[str, Values]:
    registration = ("owner_name", "owner_organisation", "owner_email", "owner_address")
    ownership = account.ownership.order_by("pk").select_related("service")
    agreed = account.agreed_transfers.prefetch_related("services__service")
    return {
        "services": _rows(
            account.services,
            *("kind", "name", "status", "due_on", "paid_until", "created_at", "plan__name"),
            *(f"registration__{name}" for name in registration),
            "registration__technical_contact",
        ),
        "ownership": [
            {
                "service": row.service.name,
                "from": row.during.lower,
                "until": row.during.upper,
                "reason": row.reason,
            }
            for row in ownership
        ],
        "agreed_transfers": [
            {
                **_fields(row, ("number", "state", "full_name", "organisation", "email")),
                **_fields(row, ("proposed_at", "accepted_at", "executed_at", "ended_at")),
                "services": _names(item.service for item in row.services.all()),
            }
            for row in agreed.order_by("proposed_at")
        ],
    }


def _requests(account: CustomerAccount) -> Values:
    """A10: nothing of the claimant, not even which documents he sent."""
    rows = account.transfer_requests.order_by("pk").prefetch_related(
        "services", "attempts", "signs"
    )
    return [
        {
            **_fields(row, ("number", "state", "received_at", "ended_at")),
            "services": [
                _fields(item, ("kind", "name", "state"))
                for item in row.services.all()
                if item.service_id is not None
            ],
            "attempts_to_reach_you": [
                _fields(attempt, ("at", "local_date", "channel", "address"))
                for attempt in row.attempts.all()
            ],
            "answers": [_fields(sign, ("kind", "at")) for sign in row.signs.all()],
        }
        for row in rows
    ]


def _tickets(account: CustomerAccount) -> Values:
    """What opens a site is not told again, nor its length (I3)."""
    rows = account.tickets.order_by("created_at").prefetch_related(
        "consents", "credentials", "interventions"
    )
    said = ("number", "state", "service_name", "opened_as", "full_name", "email", "telephone")
    return [
        {
            **_fields(row, (*said, "language", "time_zone", "what", "changed", "pages", "areas")),
            **_fields(row, ("created_at", "confirmed_at", "closed_at")),
            "accepted": [
                _fields(consent, ("notice", "version", "language", "at"))
                for consent in row.consents.all()
            ],
            "access_given": [
                _fields(credential, ("kind", "given_at", "erased_at"))
                for credential in row.credentials.all()
            ],
            "interventions": [
                _fields(work, ("number", "state", "started_at", "ended_at", "report"))
                | _fields(work, ("t0_at", "answer", "answered_at", "remark"))
                for work in row.interventions.all()
            ],
        }
        for row in rows
    ]


def _fields(row: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _names(services: Iterable[Any]) -> list[str]:
    return sorted(service.name for service in services)
