"""From the rows of a case to the values that the policies judge (K2).

Everything is read as it was known at an instant: what came later is left out, so that a decision can
be explained as it stood (`explain_case`). Nothing here asks the database.
"""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.enums import ContactKind
from accounts.models import FORMER_CONTACT_USABLE
from cessions import policies, standing
from cessions.enums import (
    ConsentCode,
    DocumentState,
    OutcomeKind,
    RequestState,
    SignJudgement,
    SignKind,
)
from cessions.snapshot import (
    AccountRow,
    AttemptRow,
    Case,
    DocumentRow,
    ExtensionRow,
    FilingRow,
    MethodRow,
    RequestRow,
    RivalRow,
    ServiceRow,
    SignRow,
)
from hosting import policies as hosting_policies
from hosting.lib.dates import local_date
from hosting.policies import Owner
from hosting.records.enums import NEVER_OPENED, ScanState

EFFECTS = frozenset({ConsentCode.TERMS, ConsentCode.EFFECTS})


def provider_zone() -> ZoneInfo:
    """The provider's zone (setting TIME_ZONE)."""
    return ZoneInfo(settings.TIME_ZONE)


def decision_facts(
    case: Case, request: RequestRow, service: ServiceRow, at: datetime
) -> policies.DecisionFacts:
    """All that decides whether `service` may be approved, as it was known at `at` (K2)."""
    zone = provider_zone()
    documents = [d for d in case.documents_for(service) if d.added_at <= at]
    return policies.DecisionFacts(
        received_at=request.received_at,
        zone=zone,
        contact=contact_facts(case, request, service, at),
        requirements=tuple(checklist(case, service, at)),
        service_known=is_here(service, request, at),
        effects_accepted={c.notice for c in case.consents if c.at <= at} >= EFFECTS,
        required_challenges=settings.CESSION_REQUIRED_CHALLENGES,
        unscanned_documents=sum(waits_for_scan(d) for d in documents),
        closed_documents=sum(is_closed(d) for d in documents),
        signs=tuple(sign_of_life(sign, at) for sign in request.signs),
        absence=standing.absence_of(request, at, zone),
        representative_unresolved=standing.representative_unresolved(request.account, at),
        known_event=standing.known_event(case.filing, request.account, at),
        event_resolved=request.advice_at is not None and request.advice_at <= at,
        rivals=tuple(rivals(service, at)),
        locked_until=lock_of(service, at),
    )


def contact_facts(
    case: Case, request: RequestRow, service: ServiceRow, at: datetime
) -> policies.ContactFacts:
    """How the holder was sought for `service`, as it was known at `at` (C1 to C7)."""
    attempts = [attempt for attempt in request.attempts if attempt.at <= at]
    return policies.ContactFacts(
        zone=provider_zone(),
        attempts_from=attempts_from(case.filing, request, at),
        attempts=tuple(attempt_value(a, [service.name], at) for a in attempts),
        methods=tuple(methods_on_file(request.account, attempts, at)),
        failing_emails=frozenset(failing_emails(attempts, at)),
        minimum_dates=settings.CESSION_MINIMUM_ATTEMPT_DATES,
        further_dates=sum(e.dates for e in request.extensions if extends(e, at)),
    )


def attempts_from(filing: FilingRow, request: RequestRow, at: datetime) -> datetime:
    """From when attempts count: the new run, else the entry by staff (T2), else the reception."""
    if request.run_from is not None and request.run_from <= at:
        return request.run_from
    return max(request.received_at, filing.confirmed_at or request.received_at)


def method_key(kind: str, value: str) -> str:
    """What names a contact method across its rows: the same address added again is the same one."""
    return f"{kind}:{value.strip().lower()}"


def attempt_value(attempt: AttemptRow, contested: Iterable[str], at: datetime) -> policies.Attempt:
    """An attempt as the period is judged from it at `at`; `contested` are names of services (C3, C6)."""
    if attempt.mail_id is None:
        return _by_a_person(attempt, at)
    accepted = _known(attempt.accepted_at, at)
    refused = _known(attempt.refused_at, at)
    return policies.Attempt(
        at=accepted or refused or attempt.at,
        valid=policies.email_is_valid(attempt.accepted_at, attempt.bounced_at, at),
        method=method_key(attempt.channel, attempt.address),
        kind=attempt.channel,
        sent=accepted is not None or refused is not None,
        depends_on_contested=policies.depends_on(attempt.address, contested),
    )


def _by_a_person(attempt: AttemptRow, at: datetime) -> policies.Attempt:
    """A call, a message or a letter: valid by what was noted of it on the very date (C3).

    A last note that the number or address does not exist takes that back, whenever it was made.
    """
    zone = provider_zone()
    noted = [outcome for outcome in attempt.outcomes if outcome.at <= at]
    counting = [
        outcome
        for outcome in noted
        if outcome.kind != OutcomeKind.INVALID
        and policies.manual_is_valid(attempt.at, outcome.at, zone)
    ]
    return policies.Attempt(
        at=attempt.at,
        valid=bool(counting) and noted[-1].kind != OutcomeKind.INVALID,
        method=method_key(attempt.channel, attempt.address),
        kind=attempt.channel,
        sent=bool(noted),
    )


def _known(moment: datetime | None, at: datetime) -> datetime | None:
    return moment if moment is not None and moment <= at else None


def methods_on_file(
    account: AccountRow | None, attempts: Iterable[AttemptRow], at: datetime
) -> list[policies.MethodOnFile]:
    """Every way to reach the holder that counts at `at`: present ones, and former ones for 12 months
    (A4, C6), emergency contacts and an accepted representative (A8, A12). A number or address that staff
    found not to exist cannot be used."""
    found: dict[str, policies.MethodOnFile] = {}
    invalid = invalid_methods(attempts, at)
    for method in account.methods if account else ():
        if not is_usable(method, at):
            continue
        key = method_key(method.kind, method.value)
        since = (
            min(method.created_at, found[key].since or at) if key in found else method.created_at
        )
        usable = key not in invalid and can_be_written(method)
        label = method.label or method.value
        found[key] = policies.MethodOnFile(key, method.kind, label, usable, since)
    for kind, value, name, known_since in standing.methods_of_others(account, at):
        key = method_key(kind, value)
        of_other = policies.MethodOnFile(key, kind, name, key not in invalid, known_since)
        found.setdefault(key, of_other)
    return list(found.values())


def is_usable(method: MethodRow, at: datetime) -> bool:
    """Whether `method` was on file at `at`, or was until less than 12 months before (A4)."""
    if method.created_at > at:
        return False
    return method.ended_at is None or method.ended_at > at - FORMER_CONTACT_USABLE


def can_be_written(method: MethodRow) -> bool:
    """Whether an e-mail address is one; other kinds are judged by people."""
    if method.kind != ContactKind.EMAIL:
        return True
    try:
        validate_email(method.value.strip())
    except ValidationError:
        return False
    return True


def invalid_methods(attempts: Iterable[AttemptRow], at: datetime) -> set[str]:
    """Keys of the methods of which the last thing noted by `at` is that they do not exist."""
    last: dict[str, str] = {}
    for attempt in attempts:
        for outcome in attempt.outcomes:
            if outcome.at <= at:
                last[method_key(attempt.channel, attempt.address)] = outcome.kind
    return {key for key, kind in last.items() if kind == OutcomeKind.INVALID}


def failing_emails(attempts: Iterable[AttemptRow], at: datetime) -> set[str]:
    """Keys of the e-mail addresses whose last answer by `at` was a permanent failure (C3)."""
    fails: dict[str, bool] = {}
    for attempt in attempts:
        if attempt.channel != ContactKind.EMAIL:
            continue
        failed = _known(attempt.bounced_at, at) or _known(attempt.refused_at, at)
        if failed or _known(attempt.accepted_at, at):
            fails[method_key(attempt.channel, attempt.address)] = failed is not None
    return {key for key, failed in fails.items() if failed}


def extends(extension: ExtensionRow, at: datetime) -> bool:
    """Whether an extension of the period was in force at `at` (C7)."""
    taken_back = extension.withdrawn_at is not None and extension.withdrawn_at <= at
    return extension.at <= at and not taken_back


def checklist(case: Case, service: ServiceRow, at: datetime) -> list[policies.Requirement]:
    """The documents that `service` needs and where each stands at `at`, for staff's eyes (D1 to D4)."""
    account = next((r.account for r in case.requests if r.id == service.request_id), None)
    return policies.requirements_for(
        policies.ServiceFacts(
            kind=service.kind,
            name=service.name,
            owner_is_organisation=bool(service.owner_organisation),
            owner_is_reseller=owner_is_reseller(service, account),
            registry_procedure=service.registry_procedure,
        ),
        policies.ClaimantFacts(is_owner=bool(case.filing.is_registered_owner)),
        [document_fact(d, service) for d in case.documents_for(service) if d.added_at <= at],
        standing.account_facts(account, service, at),
        local_date(at, provider_zone()),
    )


def owner_is_reseller(service: ServiceRow, account: AccountRow | None) -> bool:
    """Whether the registered owner bears one of the names of the account's holder (S3)."""
    if account is None:
        return False
    owner = Owner(
        name=service.owner_name,
        organisation=service.owner_organisation,
        email=service.owner_email,
    )
    return hosting_policies.owner_is_reseller(
        owner,
        names=(account.trade_name, account.full_name, *account.former_names),
        emails=[m.value for m in account.methods if m.kind == ContactKind.EMAIL],
    )


def document_fact(document: DocumentRow, service: ServiceRow) -> policies.DocumentFact:
    """A document in the checklist's values; dates are local."""
    zone = provider_zone()
    return policies.DocumentFact(
        id=document.id,
        kind=document.kind,
        state=document.state,
        filed_on=local_date(document.added_at, zone),
        issued_on=document.issued_on,
        valid_until=document.valid_until,
        equivalent_for=document.equivalent_for,
        service_name=service.name if document.requested_service_id else "",
    )


def waits_for_scan(document: DocumentRow) -> bool:
    """Whether nobody knows yet if `document` may be opened, and somebody still needs it (D6)."""
    if document.scan_state != ScanState.NOT_SCANNED or settings.SCAN_BYPASS:
        return False
    return document.state not in (DocumentState.REPLACED, DocumentState.REFUSED)


def is_closed(document: DocumentRow) -> bool:
    """Whether nobody will ever open `document`, and nobody has refused or replaced it yet (D6)."""
    if document.scan_state not in NEVER_OPENED:
        return False
    return document.state not in (DocumentState.REPLACED, DocumentState.REFUSED)


def sign_of_life(sign: SignRow, at: datetime) -> policies.SignOfLife:
    """A sign with the judgement that staff had made of it by `at` (C9, C10)."""
    judged_later = sign.judged_at is not None and sign.judged_at > at
    judgement = SignJudgement.PENDING if judged_later else SignJudgement(sign.judgement)
    return policies.SignOfLife(SignKind(sign.kind), sign.at, judgement, sign.former_contact)


def rivals(service: ServiceRow, at: datetime) -> list[str]:
    """Numbers of the other requests for the same service that were open at `at` (T4)."""
    return [rival.number for rival in service.rivals if was_open(rival, at)]


def was_open(rival: RivalRow, at: datetime) -> bool:
    """Whether a rival request was open at `at`."""
    if rival.received_at > at:
        return False
    if policies.is_open(rival.state):
        return True
    return rival.ended_at is not None and rival.ended_at > at


def lock_of(service: ServiceRow, at: datetime) -> datetime | None:
    """Up to when a former transfer locks the service, if one does at `at` (X5)."""
    ends = [
        rival.locked_until
        for rival in service.rivals
        if rival.state == RequestState.EXECUTED
        and rival.locked_from is not None
        and rival.locked_until is not None
        and rival.locked_from <= at < rival.locked_until
    ]
    ends += [lock.until for lock in service.agreed_locks if lock.since <= at < lock.until]
    return max(ends, default=None)


def is_here(service: ServiceRow, request: RequestRow, at: datetime) -> bool:
    """Whether the account that the request speaks of owned the service at `at` (S5).

    A terminated service is owned by nobody; for names that are not here there is neither a service
    nor an account (T4).
    """
    return request.account is not None and any(
        owner.account_id == request.account.id
        and (owner.since is None or owner.since <= at)
        and (owner.until is None or at < owner.until)
        for owner in service.owners
    )
