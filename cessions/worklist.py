"""Which cases staff look at first: alarms, voided approvals, contests, answers to judge, dates that do
not count yet, claimants' messages, recommendations, cases past their ten days (C4, C7, C10, X3, X5)."""

from datetime import datetime, timedelta

from django.db.models import (
    BooleanField,
    Case,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from accounts.enums import ContactKind
from accounts.models import CustomerAccount, User
from cessions import policies
from cessions.enums import (
    OPEN_STATES,
    DecisionState,
    DocumentKind,
    DocumentState,
    OutcomeKind,
    RequestState,
    SignJudgement,
    SignKind,
)
from cessions.facts import provider_zone
from cessions.models import (
    AttemptOutcome,
    CaseMessage,
    ContactAttempt,
    Decision,
    Document,
    Filing,
    HolderSign,
    RequestedService,
    TransferRequest,
)
from hosting.lib.dates import local_date
from hosting.lib.names import NotADomainName, to_ascii

ALARM, OVERDUE, VOIDED, CONTESTED, TO_JUDGE, NOT_TODAY, WROTE, RECOMMENDED, DUE, OTHER = range(10)
AT_MOST = 1000
TEN_DAYS = timedelta(hours=240)
PATIENCE = timedelta(minutes=15)  # K4: due work is done within it
Requests = QuerySet[TransferRequest]


def to_do(now: datetime) -> Requests:
    """The open requests, and ended ones with an alarm, a contest or a message to read, each with its
    `rank`; first things first. The cost grows with what is open, not with the table."""
    alarms, contested, wrote = alarm_ids(now), contested_ids(), unread_ids()
    rows = TransferRequest.objects.filter(
        Q(state__in=OPEN_STATES) | Q(pk__in=[*alarms, *contested, *wrote])
    )
    return rows.annotate(
        rank=_rank(now, alarms, contested, wrote), contract=Exists(_accepted_contract())
    ).order_by("rank", "-contract", "received_at", "pk")


def to_decide(now: datetime) -> Requests:
    """What waits for a recommendation, an approval or a decision on a contest: the ten days are over."""
    return to_do(now).filter(
        Q(rank__in=[CONTESTED, RECOMMENDED, DUE])
        | Q(state=RequestState.RECEIVED, received_at__lte=now - TEN_DAYS)
    )


def mine(now: datetime, user: User) -> Requests:
    """What a member of staff works on, in the same order."""
    return to_do(now).filter(assigned_to=user)


def wrote() -> Requests:
    """Requests whose claimant wrote something that nobody has read, the one who waits longest first."""
    return _plain(_unread()).order_by("pk")


def in_the_lock(now: datetime) -> Requests:
    """Transfers that can still be reversed (X5), the first to run out first."""
    locked = RequestedService.objects.filter(state=RequestState.EXECUTED, locked__contains=now)
    rows = TransferRequest.objects.filter(pk__in=locked.values("request"))
    return _plain(rows).order_by("ended_at", "pk")


def ended() -> Requests:
    """Requests that are over, the newest first."""
    return _plain(TransferRequest.objects.exclude(state__in=OPEN_STATES)).order_by("-pk")


def everything() -> Requests:
    """All requests, the newest first."""
    return _plain(TransferRequest.objects.all()).order_by("-pk")


def found(text: str) -> Requests:
    """Requests by the beginning of a number, the claimant's address, an account's number, or a service.

    Each way is asked by its own index, for at most 1,000 requests; a page is flat from ten thousand
    to a million cases.
    """
    term = text.strip()
    requests = TransferRequest.objects.all()
    ways = [
        requests.filter(number__startswith=term.upper()),
        requests.filter(filing__in=Filing.objects.filter(email__in=[term, term.lower()])),
        requests.filter(account__in=CustomerAccount.objects.filter(number=term.upper())),
        requests.filter(services__in=RequestedService.objects.filter(name__in=_spellings(term))),
    ]
    ids = {pk for way in ways for pk in way.order_by().values_list("pk", flat=True)[:AT_MOST]}
    return _plain(TransferRequest.objects.filter(pk__in=ids)).order_by("-pk")


def documents_to_review() -> QuerySet[Document]:
    """What nobody has judged yet in open cases; the cost grows with what is open (D4)."""
    open_cases = TransferRequest.objects.filter(state__in=OPEN_STATES)
    return Document.objects.filter(
        state=DocumentState.TO_REVIEW, filing__in=open_cases.values("filing")
    )


def alarm_ids(now: datetime) -> list[int]:
    """Requests with a theft or a sign of life in the lock that nobody takes care of yet (C10, X5)."""
    open_alarms = HolderSign.objects.filter(judged_at=None).exclude(
        judgement=SignJudgement.DISMISSED
    )
    thefts = open_alarms.filter(kind=SignKind.THEFT)
    locked = RequestedService.objects.filter(state=RequestState.EXECUTED, locked__contains=now)
    in_lock = open_alarms.filter(
        request__in=locked.values("request"), at__gte=F("request__ended_at")
    )
    return [
        *thefts.values_list("request", flat=True)[:AT_MOST],
        *in_lock.values_list("request", flat=True),
    ]


def contested_ids() -> list[int]:
    """Requests with a contested refusal that waits for another supervisor (X1)."""
    waiting = Decision.objects.filter(contested_at__isnull=False, contest_decided_at=None)
    return list(waiting.order_by("contested_at").values_list("request", flat=True)[:AT_MOST])


def unread_ids() -> list[int]:
    """Requests whose claimant wrote something that nobody of staff has read (T5)."""
    return list(_unread().order_by().values_list("pk", flat=True)[:AT_MOST])


def _unread() -> Requests:
    unread = CaseMessage.objects.filter(by__isnull=True, seen_at__isnull=True)
    return TransferRequest.objects.filter(filing__in=unread.order_by().values("filing"))


def _spellings(term: str) -> list[str]:
    try:
        return [term, term.lower(), to_ascii(term)]
    except NotADomainName:
        return [term, term.lower()]


def _plain(rows: Requests) -> Requests:
    return rows.annotate(rank=Value(OTHER, IntegerField()), contract=Value(False, BooleanField()))


def _rank(now: datetime, alarms: list[int], contested: list[int], wrote: list[int]) -> Case:
    whens = [
        When(pk__in=alarms, then=ALARM),
        When(Exists(_overdue(now)), then=OVERDUE),
        When(Q(state=RequestState.RECEIVED) & Q(_last_was_voided()), then=VOIDED),
        When(pk__in=contested, then=CONTESTED),
        When(Exists(_pending_signs()), then=TO_JUDGE),
    ]
    if policies.is_urgent_today(False, now, provider_zone()):
        waits = Q(waits_until__gt=now)
        sought = Q(state__in=OPEN_STATES, account__isnull=False) & ~waits
        whens.append(When(sought & ~Exists(_valid_today(now)), then=NOT_TODAY))
    whens += [
        When(pk__in=wrote, then=WROTE),
        When(Exists(_recommended()), then=RECOMMENDED),
        When(state=RequestState.RECEIVED, received_at__lte=now - TEN_DAYS, then=DUE),
    ]
    return Case(*whens, default=OTHER, output_field=IntegerField())


def _last_was_voided() -> Coalesce:
    """Whether the last decision of a request was an approval that was voided (X3)."""
    last = Decision.objects.filter(request=OuterRef("pk")).order_by("-pk")
    voided = Case(
        When(state=DecisionState.VOIDED, decided_at__isnull=False, then=True), default=False
    )
    return Coalesce(
        Subquery(last.values(voided=voided)[:1]), Value(False), output_field=BooleanField()
    )


def _overdue(now: datetime) -> QuerySet[Decision]:
    """Approvals that the sweep should have carried out by now, and could not (K4)."""
    return Decision.objects.filter(
        request=OuterRef("pk"), state=DecisionState.APPROVED, executes_at__lte=now - PATIENCE
    )


def _pending_signs() -> QuerySet[HolderSign]:
    return HolderSign.objects.filter(request=OuterRef("pk"), judgement=SignJudgement.PENDING)


def _recommended() -> QuerySet[Decision]:
    return Decision.objects.filter(request=OuterRef("pk"), state=DecisionState.RECOMMENDED)


def _accepted_contract() -> QuerySet[Document]:
    """With a contract there is no reason to extend: such cases come first (C7)."""
    return Document.objects.filter(
        filing=OuterRef("filing"), kind=DocumentKind.CONTRACT, state=DocumentState.ACCEPTED
    )


def _valid_today(now: datetime) -> QuerySet[ContactAttempt]:
    """Attempts that make today count (C3): a mail accepted and not bounced, or a try by a person."""
    today = local_date(now, provider_zone())
    noted = AttemptOutcome.objects.filter(attempt=OuterRef("pk")).exclude(kind=OutcomeKind.INVALID)
    mailed = Q(
        channel=ContactKind.EMAIL, mail__accepted_at__isnull=False, mail__bounced_at__isnull=True
    )
    by_person = Q(mail__isnull=True) & Exists(noted)
    attempts = ContactAttempt.objects.filter(request=OuterRef("pk"), local_date=today)
    return attempts.filter(mailed | by_person)
