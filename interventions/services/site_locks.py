"""One thing at a time on a site: its row is locked before a backup or a restore of it begins.

Locks are taken in this order everywhere: intervention, restore, site, backup.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from interventions.enums import BackupState, RestoreState
from interventions.models import Intervention, Site, SiteBackup, SiteRestore
from interventions.services.states import NotPossible


def lock_site(site_id: int) -> Site:
    """The site, its row locked to the end of the transaction."""
    return Site.objects.select_for_update(of=("self",)).get(pk=site_id)


def restore_under_way(site: Site) -> bool:
    """Whether a restore of the locked `site` waits or runs."""
    return SiteRestore.objects.under_way().filter(backup__site=site).exists()


def refuse_while_restoring(site: Site) -> None:
    """Raises NotPossible when a restore of the locked `site` waits or runs."""
    if restore_under_way(site):
        raise NotPossible("restoring", _("A restore of this site is under way already."))


def refuse_lost_site(intervention: Intervention) -> None:
    """Raises NotPossible when the locked intervention's site went to another account meanwhile: who
    asked for help has no say over it any more."""
    site = Site.objects.select_related("service").get(pk=intervention.site_id)
    if site.service.account_id != intervention.ticket.account_id:
        raise NotPossible("site", _("This site belongs to another account."))


def is_being_saved(site: Site, now: datetime) -> bool:
    """Whether a living worker reads the locked `site` for a backup: no restore begins under him."""
    running = SiteBackup.objects.filter(site=site, state=BackupState.RUNNING, leased_until__gt=now)
    return running.exists()


def is_restored_by_other(site: Site, restore: SiteRestore) -> bool:
    """Whether another restore of the locked `site` has begun: two exchanges would be a mix (I11)."""
    running = SiteRestore.objects.filter(backup__site=site, state=RestoreState.RUNNING)
    return running.exclude(pk=restore.pk).exists()


def is_being_restored(site: Site) -> bool:
    """Whether a restore of the locked `site` has begun: a backup would be a mix of two states."""
    running = SiteRestore.objects.filter(backup__site=site, state=RestoreState.RUNNING)
    return running.exists()
