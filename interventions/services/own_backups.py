"""What a client does with the backups of his own site: start one, restore one (N7).

Whose site it is, the caller has checked. Words for each blocker stand here, once: pages show them, the
verbs refuse with them.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from hosting.enums import PlanKind
from hosting.lib.factor import Factor
from hosting.models import Service
from hosting.records.services import journal
from hosting.services.roles import require_factor
from interventions import policies
from interventions.enums import BackupPurpose, BackupState, InterventionState
from interventions.models import Intervention, Site, SiteBackup, SiteRestore
from interventions.models.sites import GOOD
from interventions.services.backing_up import WANTED, order_backup
from interventions.services.restoring import restore_site
from interventions.services.site_locks import lock_site, restore_under_way
from interventions.services.states import NotPossible

ENDED_IN_A_HOLD = (InterventionState.RESTORED, InterventionState.DECLINED)


def blocker_words() -> dict[str, str]:
    """What each code of `policies.restore_blockers` and `backup_blockers` means."""
    return {
        "not_in_plan": _("Your plan does not let you restore this site yourself."),
        "worked_on": _(
            "Our technicians are working on this site, or wait for your answer on their work. Please"
            " answer them first."
        ),
        "restoring": _("A restore of this site is under way already."),
        "gone": _("This backup is not verified, or does not exist any more."),
        "full": _(
            "You keep %(most)d backups of your own already. You can start another one when the oldest"
            " is over; until then your automatic ones, if your plan has them, go on."
        )
        % {"most": policies.MOST_MANUAL},
    }


def restores_himself(service: Service) -> bool:
    """Whether the plan of `service` lets its holder restore (N7); without a plan he cannot."""
    plan = service.plan
    return plan is not None and policies.restores_himself(
        managed=plan.kind == PlanKind.MANAGED, automatic_backups=plan.automatic_backups
    )


def worked_on(sites: Iterable[Site]) -> set[int]:
    """The keys of those sites that our technicians are not done with, or whose backup is held (I9)."""
    unfinished = Q(state__in=policies.UNFINISHED)
    held = Q(state__in=ENDED_IN_A_HOLD, t1_at__isnull=True)
    found = Intervention.objects.filter(unfinished | held, site__in=sites)
    return set(found.values_list("site", flat=True))


def manual_kept(site: Site) -> int:
    """How many manual backups of `site` have bytes."""
    return site.backups.filter(purpose=BackupPurpose.MANUAL, state__in=GOOD).count()


@transaction.atomic
def back_up_now(site: Site, *, by: User, now: datetime) -> SiteBackup:
    """Have the site backed up for its holder. Pressed twice, it is one.

    Raises NotPossible when he keeps as many as he may, or while a restore is under way.
    """
    site = lock_site(site.pk)
    running = site.backups.filter(purpose=BackupPurpose.MANUAL, state__in=WANTED).first()
    if running is not None:
        return running
    _refuse(
        policies.backup_blockers(manual_kept=manual_kept(site), restoring=restore_under_way(site))
    )
    return order_backup(site, purpose=BackupPurpose.MANUAL, by=by, now=now)


def blockers(backup: SiteBackup) -> list[str]:
    """Why this backup cannot be restored by its site's holder now, as codes; the page shows them, the
    verb obeys them."""
    site = backup.site
    return policies.restore_blockers(
        by_himself=restores_himself(site.service),
        backup_state=BackupState(backup.state),
        worked_on=bool(worked_on([site])),
        restoring=restore_under_way(site),
    )


@transaction.atomic
def restore_own(
    backup: SiteBackup, *, by: User, factor: Factor | None, now: datetime
) -> SiteRestore:
    """Put the site back to one of its holder's backups, after a safety copy (N7).

    Raises ValidationError without a confirmed factor, NotPossible with the words of the first blocker.
    """
    confirmed = require_factor(factor)
    lock_site(backup.site_id)
    fresh = SiteBackup.objects.of_client().select_related("site__service__plan").get(pk=backup.pk)
    _refuse(blockers(fresh))
    restore = restore_site(fresh, by=by, now=now)
    facts = {"restore": str(restore.pk), "factor": str(confirmed)}
    journal(backup.stream, "restore.confirmed", at=now, actor=f"user:{by.pk}", **facts)
    return restore


def _refuse(codes: list[str]) -> None:
    for code in codes:
        raise NotPossible(code, blocker_words()[code])
