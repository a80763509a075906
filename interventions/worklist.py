"""What waits for staff: the querysets behind their lists and the counts of their start page.

Each reads the few rows that are open, by a partial index; none grows with what is over.
"""

from datetime import datetime, timedelta

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from interventions.enums import (
    LIVE_STATES,
    BackupState,
    InterventionState,
    QuoteState,
    RestoreState,
    TicketState,
)
from interventions.models import (
    Contest,
    Intervention,
    Quote,
    SiteBackup,
    Ticket,
    TicketMessage,
)
from interventions.policies import WORK_WITHOUT_END

State = InterventionState

CALL_AFTER = timedelta(hours=1)
"""So long after the end without T0, somebody calls the client (I6)."""

OURS = (State.OPEN, State.READY, State.STARTED, State.ENDED, State.INVALIDATED)
"""States in which the next step is a person's of ours."""


def tickets() -> QuerySet[Ticket]:
    """Tickets with `waits_for_us` and `live`, the number of interventions that are not over."""
    live = Count("interventions", filter=Q(interventions__state__in=LIVE_STATES))
    return Ticket.objects.annotate(waits_for_us=_waits_for_us(), live=live)


def _waits_for_us() -> Case:
    """Nobody joined it yet, no work is under way (to be begun, or closed), the client wrote last, or the
    next step of the work is ours."""
    works = Intervention.objects.filter(ticket=OuterRef("pk"))
    ours = Q(account=None) | Q(_client_wrote_last()) | Exists(works.filter(state__in=OURS))
    return Case(
        When(~Q(state=TicketState.OPEN), then=Value(False)),
        When(ours | ~Exists(works.filter(state__in=LIVE_STATES)), then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )


def _client_wrote_last() -> Coalesce:
    words = TicketMessage.objects.filter(ticket=OuterRef("pk"), automatic=False).order_by("-pk")
    theirs = Case(When(by=None, then=Value(True)), default=Value(False))
    last = words.values(theirs=theirs)[:1]
    return Coalesce(Subquery(last), Value(False), output_field=BooleanField())


def client_wrote_last() -> QuerySet[Ticket]:
    """Open tickets on which the client said the last word; an automatic reply is none."""
    return Ticket.objects.filter(_client_wrote_last(), state=TicketState.OPEN)


def quotes_to_write() -> QuerySet[Quote]:
    """Wishes for paid work that wait for a quote (N6)."""
    return Quote.objects.filter(state=QuoteState.DRAFT)


def tickets_to_join() -> QuerySet[Ticket]:
    """Open tickets from the public form that belong to no account yet."""
    return Ticket.objects.filter(state=TicketState.OPEN, account=None)


def waits_for_backup() -> QuerySet[Intervention]:
    """Opened, and no backup is under way (I4)."""
    return Intervention.objects.filter(state=State.OPEN)


def waits_for_start() -> QuerySet[Intervention]:
    """The backup is verified; the technician can begin."""
    return Intervention.objects.filter(state=State.READY)


def waits_for_call(now: datetime) -> QuerySet[Intervention]:
    """Ended for an hour without T0: the client must be reached by telephone (I6)."""
    return Intervention.objects.filter(state=State.ENDED, ended_at__lte=now - CALL_AFTER)


def invalidated() -> QuerySet[Intervention]:
    """The client says that something is wrong: the backup is held (I9)."""
    return Intervention.objects.filter(state=State.INVALIDATED)


def contests() -> QuerySet[Contest]:
    """Contests that wait for a supervisor (I13)."""
    return Contest.objects.filter(answered_at=None)


def purge_overdue(now: datetime) -> QuerySet[SiteBackup]:
    """Bytes that should be gone and are not (I8)."""
    due = SiteBackup.objects.filter(purge_after__lte=now, purged_at=None)
    return due.filter(purge_before__lte=now)


def late(now: datetime) -> Q:
    """What has waited too long or went wrong, as a condition on interventions (I5, I6, I8, I9)."""
    failed = Q(state=State.OPEN, backup__state=BackupState.FAILED)
    stuck = Q(restore__state=RestoreState.FAILED, state=State.INVALIDATED)
    kept = Q(backup__purge_before__lte=now, backup__purged_at=None)
    return (
        failed
        | stuck
        | kept
        | Q(state=State.ENDED, ended_at__lte=now - CALL_AFTER)
        | Q(state=State.STARTED, started_at__lte=now - WORK_WITHOUT_END)
    )
