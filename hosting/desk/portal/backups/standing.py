"""How far the worker is with a site: in words, in bytes, as a share; for the page and its script."""

from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from interventions.models import Site, SiteBackup, SiteRestore
from interventions.services.backing_up import WANTED


def standing(site: Site) -> dict[str, Any]:
    """What is under way on `site`; `over` when nothing is."""
    restore = restore_under_way(site)
    if restore is not None:
        safety = restore.safety
        if safety is not None and safety.state in WANTED:
            return _said(_("Step 1 of 2: a safety copy is made"), safety)
        return _said(_("The site is being restored"), restore)
    backup = site.backups.of_client().filter(state__in=WANTED).first()
    if backup is not None:
        return _said(_("A backup is under way"), backup)
    return {"over": True, "title": "", "words": "", "figures": "", "share": None}


def restore_under_way(site: Site) -> SiteRestore | None:
    """The restore of `site` that waits or runs."""
    found = SiteRestore.objects.under_way().filter(backup__site=site)
    return found.select_related("safety").first()


def _said(title: str, row: SiteBackup | SiteRestore) -> dict[str, Any]:
    done, total = row.progress.get("bytes"), row.progress.get("total")
    share = min(done * 100 // total, 100) if done is not None and total else None
    return {
        "over": False,
        "title": title,
        "words": _phases().get(row.progress.get("phase"), _("It waits for its turn.")),
        "figures": _figures(done, total),
        "share": share,
    }


def _figures(done: int | None, total: int | None) -> str:
    if not done:
        return ""
    if not total:
        return filesizeformat(done)
    words = _("%(done)s of %(total)s")
    return words % {"done": filesizeformat(min(done, total)), "total": filesizeformat(total)}


def _phases() -> dict[str | None, str]:
    """The engine's phases, and what is left after the last of them."""
    return {
        "files": _("The files are being read."),
        "database": _("The database is being read."),
        "reading back": _("The copy is being read back and checked."),
        "extracting": _("The files are being unpacked beside your site, which goes on answering."),
        "comparing": _("What was unpacked is being compared with the backup."),
        "loading": _("The database is being loaded beside the present one."),
        "swapping": _("The exchange: visitors see a maintenance page for some seconds."),
        "restored": _("The site is restored; what was beside it is being removed."),
    }
