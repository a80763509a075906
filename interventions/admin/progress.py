"""How far a worker is with a backup or a restore: phase, bytes, rate, time left, in words."""

from dataclasses import asdict, dataclass
from datetime import datetime
from math import ceil
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from interventions.admin.words import phase_words
from interventions.enums import BackupState, RestoreState
from interventions.models import Intervention, SiteBackup, SiteRestore

ACTIVE_BACKUP = (BackupState.QUEUED, BackupState.RUNNING)
ACTIVE_RESTORE = (RestoreState.QUEUED, RestoreState.RUNNING)


@dataclass(frozen=True)
class Standing:
    """What the page shows; `percent` is None while the whole is not known."""

    phase: str
    line: str
    percent: int | None


@dataclass(frozen=True)
class Pace:
    """Bytes done and in all (None: unknown), bytes a second, seconds left (None: unknown)."""

    done: int
    total: int | None
    rate: float
    left: float | None


def pace_of(progress: dict[str, Any]) -> Pace:
    """The pace that a worker's `progress` tells: {"phase", "bytes", "total", "started", "at"}."""
    done, total = int(progress.get("bytes") or 0), int(progress.get("total") or 0) or None
    rate = 0.0
    if progress.get("started") and progress.get("at"):
        begun = datetime.fromisoformat(progress["started"])
        seconds = (datetime.fromisoformat(progress["at"]) - begun).total_seconds()
        rate = done / seconds if seconds > 0 else 0.0
    left = max(total - done, 0) / rate if total and rate else None
    return Pace(done, total, rate, left)


def standing_of(work: SiteBackup | SiteRestore) -> Standing:
    """How far `work` is, in words."""
    pace = pace_of(work.progress)
    phase = str(work.progress.get("phase") or "")
    if not phase and work.state in (BackupState.RUNNING, RestoreState.RUNNING):
        return Standing(_("It has begun"), "", None)
    percent = min(100, pace.done * 100 // pace.total) if pace.total else None
    return Standing(phase_words(phase), line_of(pace), percent)


def line_of(pace: Pace) -> str:
    """Bytes, rate and time left in one line; what is not known is left out."""
    if not pace.done:
        return ""
    words = {"done": filesizeformat(pace.done), "total": filesizeformat(pace.total or 0)}
    parts = [_("%(done)s of %(total)s") % words if pace.total else words["done"]]
    if pace.rate:
        parts.append(_("%(rate)s a second") % {"rate": filesizeformat(pace.rate)})
    if pace.left is not None:
        parts.append(left_words(pace.left))
    return " · ".join(parts)


def left_words(seconds: float) -> str:
    """The time left, in seconds below a minute and in minutes above."""
    if seconds < 60:
        count = ceil(seconds)
        return ngettext("%(count)d second left", "%(count)d seconds left", count) % {"count": count}
    count = ceil(seconds / 60)
    return ngettext("%(count)d minute left", "%(count)d minutes left", count) % {"count": count}


def active_work(intervention: Intervention) -> SiteBackup | SiteRestore | None:
    """The backup or restore that a worker is at, or that waits for one."""
    backup, restore = intervention.backup, intervention.restore
    if restore is not None and restore.state in ACTIVE_RESTORE:
        return restore
    if backup is not None and backup.state in ACTIVE_BACKUP:
        return backup
    return None


def told(intervention: Intervention) -> dict[str, Any]:
    """What the page's script is told; `work` changes when another one begins or this one is over."""
    work = active_work(intervention)
    if work is None:
        return {"work": "", "state": intervention.state}
    return {"work": str(work.pk), "state": intervention.state, **asdict(standing_of(work))}
