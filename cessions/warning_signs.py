"""Warning signs of a request, each with the facts it is drawn from: shown, never decided on (V4).

Nothing here asks the database, and nothing decides by it (K3).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.enums import ContactKind
from cessions import facts, policies, standing
from cessions.enums import ChallengeKind, ChallengeState, ConfirmedHow, RequestState
from cessions.policies.challenges import DENIED
from cessions.snapshot import (
    AskedRow,
    Case,
    ChallengeRow,
    ContractRow,
    RequestRow,
    RivalRow,
    ServiceRow,
)
from hosting.lib.dates import local_date
from hosting.lib.names import to_unicode

LATELY = timedelta(days=30)
VERY_NEW = timedelta(days=90)
LOCAL_DIGITS = 8  # of a telephone number, whatever goes before them
BY_STAFF = (ConfirmedHow.TELEPHONE, ConfirmedHow.POST)


@dataclass(frozen=True)
class WarningSign:
    """What makes one look twice, and the facts behind it."""

    words: str
    facts: tuple[str, ...] = ()


def warnings_of(case: Case, request: RequestRow, at: datetime) -> list[WarningSign]:
    """The warning signs of `request` as known at `at`, the claimant's first (V4)."""
    return [
        *_about_the_claimant(case, request, at),
        *_about_the_contract(case, request, at),
        *_about_the_holder(case, request, at),
    ]


# -- The claimant ------------------------------------------------------------------------------


def _about_the_claimant(case: Case, request: RequestRow, at: datetime) -> Iterator[WarningSign]:
    yield from _rivals(case, request, at)
    yield from _several_resellers(case, request, at)
    filing = case.filing
    if policies.depends_on(filing.email, [row.name for row in case.services_of(request)]):
        words = _("The claimant's e-mail address depends on the contested service.")
        yield WarningSign(words, (filing.email,))
    yield from _new_domain(case, request, at)
    yield from _denied(case, request)
    yield from _his_own_word(case, request)
    yield from _one_person_alone(case, request)
    if filing.confirmed_how in BY_STAFF:
        by = filing.confirmed_by.name if filing.confirmed_by else ""
        how = str(ConfirmedHow(filing.confirmed_how).label)
        words = _("The claimant was confirmed by staff, not through his mailbox.")
        yield WarningSign(words, (_dated(f"{how}, {by}" if by else how, filing.confirmed_at),))
    holder = {m.value.lower() for m in request.account.methods} if request.account else set()
    if filing.email.lower() in holder:
        words = _("The claimant's e-mail address is on file as one of the holder's.")
        yield WarningSign(words, (filing.email,))


def _new_domain(case: Case, request: RequestRow, at: datetime) -> Iterator[WarningSign]:
    """By the registry, where it was asked and says so; otherwise nothing is known, and nothing said."""
    since = case.filing.email_domain_since
    if since is None or since <= local_date(request.received_at - VERY_NEW, facts.provider_zone()):
        return
    domain = case.filing.email.rpartition("@")[2]
    known = _("%(domain)s, registered on %(day)s") % {
        "domain": to_unicode(domain),
        "day": date_format(since, "SHORT_DATE_FORMAT"),
    }
    yield WarningSign(_("The domain of the claimant's e-mail address is very new."), (known,))


def _denied(case: Case, request: RequestRow) -> Iterator[WarningSign]:
    """What the registered owner answered when he was asked (V2)."""
    own = {service.id for service in case.services_of(request)}
    rows = [row for row in case.challenges if row.requested_service_id in own]
    denied = tuple(_dated(row.target, row.ended_at) for row in rows if row.seen == DENIED)
    if denied:
        yield WarningSign(_("The registered owner says that he knows nothing of it."), denied)


def _his_own_word(case: Case, request: RequestRow) -> Iterator[WarningSign]:
    """A code that went where the claimant himself may have sent it shows nothing (V2)."""
    filing, theirs, elsewhere = case.filing, [], []
    for service in case.services_of(request):
        for row in _telling(case, service):
            if row.kind == ChallengeKind.OWNER_EMAIL:
                address = row.target.casefold()
                if address == filing.email.casefold():
                    theirs.append(_dated(row.target, row.asked_at))
                if service.owner_email and address != service.owner_email.casefold():
                    words = _("%(address)s, on record: %(known)s")
                    known = {"address": row.target, "known": service.owner_email}
                    elsewhere.append(_dated(words % known, row.asked_at))
            elif row.kind == ChallengeKind.CALL and _same_number(row.target, filing.telephone):
                theirs.append(_dated(row.target, row.asked_at))
    if theirs:
        words = _("A code went to an address or a number that the claimant gave himself.")
        yield WarningSign(words, tuple(dict.fromkeys(theirs)))
    if elsewhere:
        words = _("The registered owner was asked at another address than the one on record.")
        yield WarningSign(words, tuple(dict.fromkeys(elsewhere)))


def _one_person_alone(case: Case, request: RequestRow) -> Iterator[WarningSign]:
    """A question that the same member of staff asked and found well answered: nobody else saw it (V1)."""
    alone = [
        _dated(f"{row.question} {row.judged_by.name}", row.ended_at)
        for service in case.services_of(request)
        for row in _telling(case, service)
        if row.kind == ChallengeKind.QUESTION and row.judged_by and row.judged_by == row.asked_by
    ]
    if alone:
        words = _("One person alone asked the question and judged the answer.")
        yield WarningSign(words, tuple(dict.fromkeys(alone)))


def _telling(case: Case, service: ServiceRow) -> Iterator[ChallengeRow]:
    """The challenges on which a decision on `service` may rest."""
    states = (ChallengeState.OPEN, ChallengeState.PASSED)
    return (row for row in case.challenges_for(service) if row.state in states)


def _same_number(one: str, other: str) -> bool:
    """Whether two numbers end alike, however they are written."""
    ends = ["".join(filter(str.isdigit, number))[-LOCAL_DIGITS:] for number in (one, other)]
    return len(ends[0]) == LOCAL_DIGITS and ends[0] == ends[1]


def _rivals(case: Case, request: RequestRow, at: datetime) -> Iterator[WarningSign]:
    found = {
        rival.number: _asked(rival.number, rival, at)
        for service in case.services_of(request)
        for rival in service.rivals
        if rival.received_at <= at
    }
    if found:
        words = _("Others ask, or asked, for the same service.")
        yield WarningSign(words, tuple(found[number] for number in sorted(found)))


def _several_resellers(case: Case, request: RequestRow, at: datetime) -> Iterator[WarningSign]:
    """One claimant on several resellers: his other requests, filed with this one or apart."""
    known = [row for row in case.asked if row.received_at <= at]
    own = request.account.number if request.account else ""
    others = tuple(
        _asked(f"{row.number}, {row.account} {row.holder}", row, at)
        for row in known
        if row.account != own
    )
    if others and (own or len({row.account for row in known}) > 1):
        yield WarningSign(_("The claimant asks for services of several resellers."), others)


def _asked(words: str, row: AskedRow | RivalRow, at: datetime) -> str:
    """A request with its date, and how it ended if it had."""
    over = row.ended_at is not None and row.ended_at <= at
    end = f", {RequestState(row.state).label}" if over else ""
    return _dated(words, row.received_at) + end


# -- The contract ------------------------------------------------------------------------------


def _about_the_contract(case: Case, request: RequestRow, at: datetime) -> Iterator[WarningSign]:
    contracts = {
        contract.id: contract
        for service in case.services_of(request)
        for contract in standing.contracts_for(request.account, service, at)
    }.values()
    if contracts and not standing.names_claimant(contracts, case.filing):
        named = tuple(f"{row.reference}: {row.assignee}" for row in contracts)
        yield WarningSign(_("The transfer contract does not name the claimant."), named)
    yield from _sent_late(case, request, contracts)


def _sent_late(
    case: Case, request: RequestRow, contracts: Iterable[ContractRow]
) -> Iterator[WarningSign]:
    """Contracts that came once the holder was silent, by the claimant's word or at the latest then."""
    zone = facts.provider_zone()
    silent = case.filing.silent_since or local_date(request.received_at, zone)
    sent = tuple(
        _dated(row.reference, row.uploaded_at)
        for row in contracts
        if row.uploaded_at is not None and local_date(row.uploaded_at, zone) >= silent
    )
    if sent:
        since = _("silent since %s") if case.filing.silent_since else _("request received %s")
        day = since % date_format(silent, "SHORT_DATE_FORMAT")
        yield WarningSign(_("The transfer contract came after the silence began."), (*sent, day))


# -- The holder --------------------------------------------------------------------------------


def _about_the_holder(case: Case, request: RequestRow, at: datetime) -> Iterator[WarningSign]:
    """What moved in the account in the 30 days before the request, or since."""
    account = request.account
    if account is None:
        return

    def lately(moment: datetime | None) -> bool:
        return moment is not None and request.received_at - LATELY <= moment <= at

    signed_in = tuple(_dated(row.name, row.at) for row in account.sign_ins if lately(row.at))
    if signed_in:
        yield WarningSign(_("The reseller signed in lately."), signed_in)
    owners = tuple(
        _dated(row.display_name, row.owner_changed_at)
        for row in case.services_of(request)
        if lately(row.owner_changed_at)
    )
    if owners:
        words = _("The registered owner changed in the last 30 days before the request, or since.")
        yield WarningSign(words, owners)
    ways = [(m, f"{ContactKind(m.kind).label} {m.value}") for m in account.methods]
    added = [_dated(_("%s added") % way, m.created_at) for m, way in ways if lately(m.created_at)]
    gone = [_dated(_("%s taken off") % way, m.ended_at) for m, way in ways if lately(m.ended_at)]
    if added or gone:
        words = _("The holder's contacts changed in the last 30 days before the request, or since.")
        yield WarningSign(words, (*added, *gone))


def _dated(words: str, at: datetime | None) -> str:
    """`words` with a local date, as the reader writes dates."""
    return f"{words}, {date_format(localtime(at), 'SHORT_DATE_FORMAT')}" if at else words
