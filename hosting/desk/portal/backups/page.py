"""What the pages of backups show: the account's sites, and all backups of one (N7)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet

from accounts.models import CustomerAccount
from hosting.desk.portal.backups.standing import standing
from hosting.enums import ServiceKind, ServiceStatus
from hosting.models import Service
from interventions import policies
from interventions.enums import BackupPurpose, BackupState, RestoreState
from interventions.models import Site, SiteBackup, SiteRestore
from interventions.models.sites import GOOD
from interventions.services import own_backups
from interventions.services.backing_up import WANTED

SECTION = "backups"
SITES, NIGHTS, OWN = 20, 35, 50
FAILURES_SHOWN = timedelta(days=7)
SHOWN = (*WANTED, *GOOD)


@dataclass(frozen=True)
class Terms:
    """What the plan of a service says of backups (S4)."""

    automatic: bool
    days: int
    by_himself: bool


@dataclass(frozen=True)
class Line:
    """A service of the list: where its backups stand."""

    service: Service
    terms: Terms
    site: Site | None
    last: SiteBackup | None
    busy: bool


def services_of(account: CustomerAccount) -> QuerySet[Service]:
    """The services of the account that have a site, or ought to."""
    with_site = Q(kind=ServiceKind.HOSTING) | Q(site__isnull=False)
    found = account.services.filter(with_site).exclude(status=ServiceStatus.TERMINATED)
    return found.select_related("plan", "site").order_by("name", "pk")


def backups_of(account: CustomerAccount) -> QuerySet[SiteBackup]:
    """Every backup that somebody of this account may open."""
    found = SiteBackup.objects.of_client().filter(site__service__account=account)
    return found.exclude(site__service__status=ServiceStatus.TERMINATED).select_related(
        "site__service__plan"
    )


def terms_of(service: Service) -> Terms:
    """What is said on top of its backups."""
    plan = service.plan
    automatic = plan is not None and plan.automatic_backups
    days = max(plan.backup_retention_days, 1) if plan is not None and automatic else 0
    return Terms(automatic, days, own_backups.restores_himself(service))


def list_context(account: CustomerAccount, page: str) -> dict[str, Any]:
    """The context of the list; `page` is the number that the address asks for, as text."""
    shown = Paginator(services_of(account), SITES).get_page(page)
    sites = [site_of(service) for service in shown]
    known = [site for site in sites if site is not None]
    last, busy = _last_good(known), _busy(known)
    lines = [
        Line(
            service,
            terms_of(service),
            site,
            last.get(site.pk) if site else None,
            site is not None and site.pk in busy,
        )
        for service, site in zip(shown, sites, strict=True)
    ]
    return {"section": SECTION, "page": shown, "lines": lines}


def site_of(service: Service) -> Site | None:
    """Where its files are, if staff have set it up."""
    return getattr(service, "site", None)


def _last_good(sites: Iterable[Site]) -> dict[int, SiteBackup]:
    good = SiteBackup.objects.of_client().filter(site__in=sites, state__in=GOOD)
    newest = good.order_by("site_id", "-verified_at").distinct("site_id").defer("manifest")
    return {backup.site_id: backup for backup in newest}


def _busy(sites: Iterable[Site]) -> set[int]:
    saved = SiteBackup.objects.of_client().filter(site__in=sites, state__in=WANTED)
    restored = SiteRestore.objects.under_way().filter(backup__site__in=sites)
    return {*saved.values_list("site", flat=True), *restored.values_list("backup__site", flat=True)}


def site_context(service: Service, site: Site | None, page: str, now: datetime) -> dict[str, Any]:
    """The context of one site's page; `page` is the number of the page of nights, as text."""
    context = {"section": SECTION, "service": service, "terms": terms_of(service), "site": site}
    if site is None:
        return context
    recent_failure = Q(state=BackupState.FAILED, asked_at__gte=now - FAILURES_SHOWN)
    rows = site.backups.filter(Q(state__in=SHOWN) | recent_failure).defer("manifest")
    nights = rows.filter(purpose=BackupPurpose.AUTOMATIC)
    own = rows.filter(purpose__in=(BackupPurpose.MANUAL, BackupPurpose.SAFETY))
    progress = standing(site)
    return {
        **context,
        "now": now,
        "nights": Paginator(nights, NIGHTS).get_page(page),
        "own_backups": own[:OWN],
        "progress": progress,
        "full": own_backups.manual_kept(site) >= policies.MOST_MANUAL,
        "restored": None if not progress["over"] else last_restore(site, now),
    }


def last_restore(site: Site, now: datetime) -> SiteRestore | None:
    """The last restore the holder asked for, while its outcome still matters to him."""
    recent = SiteRestore.objects.filter(backup__site=site, safety__isnull=False)
    found = recent.select_related("backup", "safety").defer("backup__manifest").first()
    if found is None or found.ended_at is None:
        return None
    undoable = found.state == RestoreState.DONE and found.safety.state == BackupState.READY
    fresh = found.state == RestoreState.FAILED and found.ended_at >= now - FAILURES_SHOWN
    return found if undoable or fresh else None
