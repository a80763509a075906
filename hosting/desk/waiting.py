"""What waits for staff beside the cases, counted for the start page: holds to confirm, due dates to
decide, documents and papers to check, files to sort, corrections, representatives, emergencies,
webhooks (D4, H2, H3, P3, L2, A12); and what waits in the assistance (I4, I6, I8, I9, I13, N6). One query per kind, and none counts further than `MOST`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.enums import Judgement, PaperState
from accounts.models import CorrectionRequest, LegalRepresentative, PowerOfAttorney
from cessions.models import ScannedPaper, TransferContract
from cessions.services.scanned import NOT_FILED
from cessions.worklist import documents_to_review
from hosting.lib.dates import local_date
from hosting.models import ContinuityHold, Emergency, WebhookDelivery
from hosting.records.models import StoredFile
from hosting.services import renewals
from interventions import worklist

MOST = 1000
CHECK_TAKES = timedelta(minutes=15)
Counted = tuple[int, int]
"""How many wait, and how many of them are late."""


@dataclass(frozen=True)
class Waiting:
    """One kind of work; `more` where there is more than `count` says."""

    words: str | Promise
    url: str
    count: int
    late: int
    more: bool


def waiting(now: datetime) -> list[Waiting]:
    """The kinds of work of which something waits at `now`."""
    return list(_waiting(now))


def _waiting(now: datetime) -> Iterator[Waiting]:
    for words, name, query, count in KINDS:
        found, late = count(now)
        if found:
            url = reverse(f"admin:{name}") + query
            yield Waiting(words, url, min(found, MOST), late, found > MOST)


def _count(rows: "QuerySet[Any]", late: Q | None = None) -> Counted:
    """At most `MOST` + 1 of `rows`, and how many of those are `late`."""
    counts = {"found": Count("pk")}
    if late is not None:
        counts["late"] = Count("pk", filter=late)
    counted = rows[: MOST + 1].aggregate(**counts)
    return counted["found"], counted.get("late", 0)


def _holds(now: datetime) -> Counted:
    """Running holds that nobody confirmed; late once their business day is over (H2)."""
    rows = ContinuityHold.objects.filter(ended_at=None, confirmed_at=None)
    return _count(rows.order_by("confirm_by"), Q(confirm_by__lte=now))


def _due_dates(now: datetime) -> Counted:
    """Due dates inside a hold without a decision, one per service; late once the date is there (H2)."""
    found = renewals.one_per_service(renewals.undecided(now)[: MOST + 1])
    today = local_date(now, renewals.zone())
    return len(found), sum(hold.service.due_on <= today for hold in found if hold.service.due_on)


def _documents(now: datetime) -> Counted:
    return _count(documents_to_review().order_by())


def _contracts(now: datetime) -> Counted:
    return _count(TransferContract.objects.filter(state=PaperState.UPLOADED).order_by())


def _powers(now: datetime) -> Counted:
    return _count(PowerOfAttorney.objects.filter(state=PaperState.UPLOADED).order_by())


def _scans(now: datetime) -> Counted:
    return _count(ScannedPaper.objects.filter(state__in=NOT_FILED).order_by())


def _unchecked(now: datetime) -> Counted:
    """Uploads that nobody can open yet; late after a quarter of an hour: the scanner is away, or none
    is configured (D6). With SCAN_BYPASS nobody waits for them."""
    if settings.SCAN_BYPASS:
        return 0, 0
    rows = StoredFile.objects.filter(next_check_at__isnull=False)
    return _count(rows.order_by("next_check_at"), Q(stored_at__lte=now - CHECK_TAKES))


def _corrections(now: datetime) -> Counted:
    return _count(CorrectionRequest.objects.filter(judgement=Judgement.PENDING).order_by())


def _representatives(now: datetime) -> Counted:
    rows = LegalRepresentative.objects.filter(judgement=Judgement.PENDING, ended_at=None)
    return _count(rows.order_by())


def _emergencies(now: datetime) -> Counted:
    return _count(Emergency.objects.filter(closed_at=None).order_by())


def _webhooks(now: datetime) -> Counted:
    return _count(WebhookDelivery.objects.filter(given_up_at__isnull=False).order_by())


def _all_late(rows: "QuerySet[Any]") -> Counted:
    """What should not have come to wait at all."""
    found, _none = _count(rows.order_by())
    return found, found


def _purges(now: datetime) -> Counted:
    return _all_late(worklist.purge_overdue(now))


def _invalidated(now: datetime) -> Counted:
    return _all_late(worklist.invalidated())


def _calls(now: datetime) -> Counted:
    return _count(worklist.waits_for_call(now).order_by())


def _messages(now: datetime) -> Counted:
    return _count(worklist.client_wrote_last().order_by())


def _to_join(now: datetime) -> Counted:
    return _count(worklist.tickets_to_join().order_by())


def _without_backup(now: datetime) -> Counted:
    return _count(worklist.waits_for_backup().order_by())


def _ready(now: datetime) -> Counted:
    return _count(worklist.waits_for_start().order_by())


def _contests(now: datetime) -> Counted:
    return _count(worklist.contests().order_by())


def _quotes(now: datetime) -> Counted:
    return _count(worklist.quotes_to_write().order_by())


KINDS: tuple[tuple[Promise, str, str, Callable[[datetime], Counted]], ...] = (
    (_("Holds to confirm"), "hosting_continuityhold_radar", "", _holds),
    (_("Due dates to decide"), "hosting_continuityhold_radar", "", _due_dates),
    (_("Emergencies open"), "hosting_emergency_changelist", "?closed_at__isempty=1", _emergencies),
    (
        _("Representatives to judge"),
        "accounts_legalrepresentative_changelist",
        "?judgement__exact=pending",
        _representatives,
    ),
    (
        _("Documents to check"),
        "cessions_document_changelist",
        "?to_review=yes",
        _documents,
    ),
    (
        _("Transfer contracts to check"),
        "cessions_transfercontract_changelist",
        "?to_check=yes",
        _contracts,
    ),
    (
        _("Powers of attorney to check"),
        "accounts_powerofattorney_changelist",
        "?to_check=yes",
        _powers,
    ),
    (
        _("Files that wait for their malware scan"),
        "records_storedfile_changelist",
        "?scan_state__exact=not_scanned",
        _unchecked,
    ),
    (_("Files to sort"), "cessions_scannedpaper_changelist", "?to_sort=yes", _scans),
    (
        _("Corrections to judge"),
        "accounts_correctionrequest_changelist",
        "?judgement__exact=pending",
        _corrections,
    ),
    (
        _("Webhooks given up"),
        "hosting_webhookdelivery_changelist",
        "?given_up_at__isempty=0",
        _webhooks,
    ),
    (
        _("Destruction of a backup overdue"),
        "interventions_intervention_changelist",
        "?waiting=purge",
        _purges,
    ),
    (
        _("The client says that something is wrong"),
        "interventions_intervention_changelist",
        "?state__exact=invalidated",
        _invalidated,
    ),
    (
        _("Client to be called: work ended, not reached"),
        "interventions_intervention_changelist",
        "?waiting=call",
        _calls,
    ),
    (
        _("Tickets on which the client wrote last"),
        "interventions_ticket_changelist",
        "?which=wrote",
        _messages,
    ),
    (
        _("Tickets to join to an account"),
        "interventions_ticket_changelist",
        "?which=join",
        _to_join,
    ),
    (
        _("Interventions without a backup"),
        "interventions_intervention_changelist",
        "?state__exact=open",
        _without_backup,
    ),
    (
        _("Interventions ready to start"),
        "interventions_intervention_changelist",
        "?state__exact=ready",
        _ready,
    ),
    (_("Contests to answer"), "interventions_contest_changelist", "?answer=waiting", _contests),
    (_("Quotes to write"), "interventions_quote_changelist", "?state__exact=draft", _quotes),
)
