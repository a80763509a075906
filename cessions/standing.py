"""Who stands in for the holder, what is known of him, and what he signed, as it was at an instant:
from the rows of his account to the values that the policies judge (A8 to A12, P3). No query."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from accounts.enums import MANDATE_ENDS, ContactKind, EmergencyPower, Judgement
from cessions import policies
from cessions.policies.blockers import GRAVE_EVENTS
from cessions.policies.telling import BasisFacts
from cessions.snapshot import (
    AbsenceRow,
    AccountRow,
    ContractRow,
    EmergencyRow,
    EventRow,
    FilingRow,
    PowerRow,
    RepresentativeRow,
    RequestRow,
    ServiceRow,
    TrustedRow,
)
from hosting.lib.dates import local_date


def events_at(account: AccountRow | None, at: datetime) -> list[EventRow]:
    """The events that were recorded by `at` and not withdrawn by then (A12)."""
    rows = account.events if account else ()
    return [e for e in rows if e.recorded_at <= at and not _over(e.withdrawn_at, at)]


def mandates_ended_at(account: AccountRow | None, at: datetime) -> datetime | None:
    """When a death or a guardianship was recorded, which ends A8 and A9; None without one (A12)."""
    ending = [e.recorded_at for e in events_at(account, at) if e.kind in MANDATE_ENDS]
    return min(ending, default=None)


def trusted_at(account: AccountRow | None, at: datetime) -> list[TrustedRow]:
    """The emergency contacts who had confirmed themselves and were still named at `at` (A8).

    After a death or a guardianship there is none any more (A12).
    """
    if account is None or mandates_ended_at(account, at) is not None:
        return []
    return [row for row in named_at(account, at) if _over(row.confirmed_at, at)]


def named_at(account: AccountRow | None, at: datetime) -> list[TrustedRow]:
    """Everybody whom the holder named by `at`, confirmed or not, mandate ended or not (A8)."""
    rows = account.trusted if account else ()
    return [row for row in rows if row.created_at <= at and not _over(row.ended_at, at)]


def claims_to_represent(
    account: AccountRow | None, at: datetime
) -> list[tuple[RepresentativeRow, Judgement]]:
    """Everybody who said by `at` that he represents the holder, and what staff made of it (A12)."""
    return [(row, Judgement(_judgement(row, at))) for row in _representatives(account, at)]


def representatives_at(account: AccountRow | None, at: datetime) -> list[RepresentativeRow]:
    """The legal representatives whom staff had accepted by `at` (A12)."""
    return [r for r in _representatives(account, at) if _judgement(r, at) == Judgement.ACCEPTED]


def representative_unresolved(account: AccountRow | None, at: datetime) -> bool:
    """Whether somebody said that he represents the holder, and waited for staff at `at` (K2)."""
    return any(_judgement(r, at) == Judgement.PENDING for r in _representatives(account, at))


def known_event(filing: FilingRow, account: AccountRow | None, at: datetime) -> str:
    """What happened to the holder, by his account or by the claimant: a grave event first (A12)."""
    kinds = [*(e.kind for e in events_at(account, at)), filing.event]
    return next((kind for kind in kinds if kind in GRAVE_EVENTS), filing.event)


def absence_of(request: RequestRow, at: datetime, zone: ZoneInfo) -> policies.Absence | None:
    """The announced absence that stands against a decision at `at`: of several, one that nobody
    lifted, then the one that ends last (A11, C11)."""
    lifted = {lift.absence_id for lift in request.lifts if lift.at <= at}
    rows = absences_at(request, at, zone)
    absences = [policies.Absence(row.until_on, row.id in lifted) for row in rows]
    return max(absences, key=lambda a: (not a.lifted, a.until), default=None)


def absences_at(request: RequestRow, at: datetime, zone: ZoneInfo) -> list[AbsenceRow]:
    """The announced absences that had begun by `at` and had not ended when `request` came (A11)."""
    received_on, today = local_date(request.received_at, zone), local_date(at, zone)
    return [
        row
        for row in (request.account.absences if request.account else ())
        if row.told_at <= at and not _over(row.cancelled_at, at)
        if row.from_on <= today and received_on <= row.until_on
    ]


def contracts_for(
    account: AccountRow | None, service: ServiceRow, at: datetime
) -> list[ContractRow]:
    """The accepted contracts in force at `at` that name `service` (P3)."""
    return [
        row
        for row in (account.contracts if account else ())
        if row.accepted_at <= at
        and not _over(row.ended_at, at)
        and service.service_id in row.service_ids
    ]


def account_facts(
    account: AccountRow | None, service: ServiceRow, at: datetime
) -> policies.AccountFacts:
    """What lies in the account for `service`: contract, identity copy of its signature (P3, D1)."""
    contracts = contracts_for(account, service, at)
    return policies.AccountFacts(
        contract_accepted=bool(contracts),
        contract_identity_accepted=any(row.identity_accepted for row in contracts),
    )


def names_claimant(contracts: Iterable[ContractRow], filing: FilingRow) -> bool:
    """Whether a contract names the claimant by the e-mail address that he confirmed (D3)."""
    address = filing.email.lower()
    return any(address in (email.lower() for email in row.emails) for row in contracts)


def basis_facts(
    filing: FilingRow, account: AccountRow | None, service: ServiceRow, at: datetime, zone: ZoneInfo
) -> BasisFacts:
    """What the legal basis towards the claimant of `service` is drawn from (A10)."""
    contracts = contracts_for(account, service, at)
    return BasisFacts(
        contract_in_force=bool(contracts),
        contract_names_claimant=filing.confirmed_at is not None
        and names_claimant(contracts, filing),
        emergency_contact=bool(trusted_at(account, at)),
        scopes=frozenset(scope for row in powers_at(account, at, zone) for scope in row.scopes),
        events=frozenset(event.kind for event in events_at(account, at)),
        emergency_open=any(_is_open(row, at) for row in (account.emergencies if account else ())),
        representative=bool(representatives_at(account, at)),
    )


def powers_at(account: AccountRow | None, at: datetime, zone: ZoneInfo) -> list[PowerRow]:
    """The powers of attorney in force on the local date of `at` (A9)."""
    day = local_date(at, zone)
    return [
        row
        for row in (account.powers if account else ())
        if row.accepted_at <= at
        and not _over(row.ended_at, at)
        and row.starts_on <= day
        and (row.ends_on is None or day <= row.ends_on)
    ]


def may_lift(row: TrustedRow) -> bool:
    """Whether an emergency contact may let a request be decided during an absence (C11)."""
    return EmergencyPower.LIFT_ABSENCE in row.powers


def methods_of_others(
    account: AccountRow | None, at: datetime
) -> list[tuple[str, str, str, datetime]]:
    """Kind, address, name and since when, of those who can be asked for the holder: emergency
    contacts and accepted representatives (C6, A12)."""
    people = [
        *((r.full_name, r.email, r.telephone, r.confirmed_at) for r in trusted_at(account, at)),
        *(
            (r.full_name, r.email, r.telephone, r.judged_at)
            for r in representatives_at(account, at)
        ),
    ]
    return [
        (kind, value, name, since)
        for name, email, telephone, since in people
        for kind, value in ((ContactKind.EMAIL, email), (ContactKind.PHONE, telephone))
        if value and since is not None
    ]


def _representatives(account: AccountRow | None, at: datetime) -> list[RepresentativeRow]:
    rows = account.representatives if account else ()
    return [row for row in rows if row.recorded_at <= at and not _over(row.ended_at, at)]


def _judgement(row: RepresentativeRow, at: datetime) -> str:
    judged = row.judged_at is not None and row.judged_at <= at
    return row.judgement if judged else Judgement.PENDING


def _is_open(row: EmergencyRow, at: datetime) -> bool:
    return row.opened_at <= at and not _over(row.closed_at, at)


def _over(moment: datetime | None, at: datetime) -> bool:
    return moment is not None and moment <= at
