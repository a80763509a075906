"""What the page of an intervention shows, in a handful of queries whatever it holds."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.notes import eligibility_of
from hosting.records.enums import MailState
from interventions import policies, worklist
from interventions.admin.buttons import more_buttons, next_buttons, verb_url, why_not_revoke
from interventions.admin.progress import active_work, standing_of
from interventions.admin.words import BACKUP_TONES, RESTORE_TONES, TONES, journal_of
from interventions.enums import BackupState, InterventionState, RestoreState
from interventions.models import Intervention, Probe
from interventions.services.work import BLOCKER_WORDS, blockers

State = InterventionState
BEFORE_START = (State.OPEN, State.BACKING_UP, State.READY)


@dataclass(frozen=True)
class Step:
    """One line of the timeline; `kind` is "done", "current", "ahead" or "stopped"."""

    label: str
    kind: str
    at: datetime | None = None
    detail: str = ""
    until: datetime | None = None


def work_page(intervention: Intervention, user: User, now: datetime) -> dict[str, Any]:
    """The context of the page, for `user`, at `now`."""
    state = State(intervention.state)
    work = active_work(intervention)
    ticket, backup, restore = intervention.ticket, intervention.backup, intervention.restore
    eligible = ticket.account is None or eligibility_of(ticket.account).eligible
    return {
        "work": intervention,
        "ticket": ticket,
        "now": now,
        "state": state.label,
        "tone": TONES.get(state, ""),
        "alerts": list(alerts(intervention, now)),
        "steps": list(timeline(intervention, now)),
        "why_not_start": why_not_start(intervention, user),
        "next": list(next_buttons(intervention, user)),
        "more": list(more_buttons(intervention, user, now)),
        "backup": backup,
        "backup_tone": BACKUP_TONES.get(BackupState(backup.state), "") if backup else "",
        "restore": restore,
        "restore_tone": RESTORE_TONES[RestoreState(restore.state)] if restore else "",
        "active": work,
        "standing": standing_of(work) if work else None,
        "pages": pages(intervention),
        "areas": areas(intervention),
        "credentials": credentials(intervention, user),
        "complaints": [
            {
                "row": complaint,
                "why_not": why_not_revoke(intervention, complaint, eligible=eligible),
                "url": verb_url(intervention, "revoke", complaint.pk),
            }
            for complaint in intervention.complaints.select_related("recorded_by", "note")
        ],
        "journal": journal_of(ticket.stream),
    }


def why_not_start(intervention: Intervention, user: User) -> list[str]:
    """Why work cannot start, in words; only while it has not begun (I4)."""
    if intervention.state not in BEFORE_START:
        return []
    return [BLOCKER_WORDS()[code] for code in blockers(intervention, user)]


# -- What must be seen first ---------------------------------------------------------------------


def alerts(intervention: Intervention, now: datetime) -> Iterator[tuple[str, str, str]]:
    """Tone ("error" or "warning"), words, detail, the gravest first."""
    state, backup, restore = intervention.state, intervention.backup, intervention.restore
    if restore is not None and restore.state == RestoreState.FAILED:
        yield "error", _("The restore failed. The site is as it was before it."), restore.error
    if backup is not None and backup.state == BackupState.FAILED:
        yield "error", _("The backup failed. No work starts without one."), backup.error
    until = backup.purge_before if backup is not None and backup.purged_at is None else None
    if until is not None and until <= now:
        yield "error", _("The backup should have been destroyed by now (I8)."), ""
    if state == State.STARTED and _since(intervention.started_at, policies.WORK_WITHOUT_END, now):
        yield "warning", _("The work began more than 24 hours ago and has not ended."), ""
    if state == State.ENDED:
        yield from _unreached(intervention, now)
    if state == State.INVALIDATED:
        words = _("The client says that something is wrong. The backup is held.")
        yield "warning", words, intervention.remark


def _unreached(intervention: Intervention, now: datetime) -> Iterator[tuple[str, str, str]]:
    mail = intervention.request_mail
    if mail is not None and mail.state in (MailState.BOUNCED, MailState.FAILED):
        words = _("The request for validation came back: there is no T0. Please call the client.")
        yield "error", words, intervention.ticket.telephone
    elif _since(intervention.ended_at, worklist.CALL_AFTER, now):
        words = _("The client has not been reached for an hour. Please call him.")
        yield "warning", words, intervention.ticket.telephone


def _since(at: datetime | None, least: Any, now: datetime) -> bool:
    return at is not None and now - at >= least


# -- The timeline --------------------------------------------------------------------------------


def timeline(intervention: Intervention, now: datetime) -> Iterator[Step]:
    """Every step of its way: what was, what is awaited and until when, what comes."""
    backup = intervention.backup
    yield Step(_("Opened"), "done", intervention.opened_at, str(intervention.opened_by))
    verified = backup.verified_at if backup else None
    yield _step(intervention, _("Backup verified"), verified, awaited=State.BACKING_UP)
    yield _step(intervention, _("Started"), intervention.started_at, awaited=State.READY)
    yield _step(intervention, _("Ended"), intervention.ended_at, awaited=State.STARTED)
    yield _step(
        intervention,
        _("T0, the client was reached"),
        intervention.t0_at,
        awaited=State.ENDED,
        detail=intervention.get_t0_how_display() if intervention.t0_at else "",
    )
    if intervention.cancelled_at:
        words = intervention.cancelled_reason
        yield Step(_("Cancelled"), "stopped", intervention.cancelled_at, words)
    else:
        yield _answer(intervention)
    if intervention.t1_at:
        how = intervention.get_t1_how_display()
        yield Step(_("T1, the hold is over"), "done", intervention.t1_at, how)
    elif policies.is_held(intervention.state, intervention.t1_at):
        until = intervention.next_step_at
        yield Step(_("The client decides: restore or not"), "current", until=until)
    yield _purge(intervention)


def _step(
    intervention: Intervention, label: str, at: datetime | None, *, awaited: str, detail: str = ""
) -> Step:
    if at is not None:
        return Step(label, "done", at, detail)
    return Step(label, "current" if intervention.state == awaited else "ahead")


def _answer(intervention: Intervention) -> Step:
    label, t0 = _("Answer of the client"), intervention.t0_at
    if intervention.answered_at:
        words = intervention.get_answer_display()
        late = f" ({_('late')})" if intervention.answered_late else ""
        return Step(label, "done", intervention.answered_at, f"{words}{late}")
    if intervention.state == State.UNANSWERED:
        ended = policies.answer_by(t0) if t0 else None
        return Step(label, "stopped", ended, _("none within 24 hours"))
    if t0 is None:
        return Step(label, "ahead")
    return Step(label, "current", until=policies.answer_by(t0))


def _purge(intervention: Intervention) -> Step:
    label, backup = _("Backup destroyed"), intervention.backup
    if backup is None:
        return Step(label, "ahead")
    if backup.purged_at:
        return Step(label, "done", backup.purged_at)
    if backup.purge_after is None:
        held = policies.is_held(intervention.state, intervention.t1_at)
        words = _("kept: the client has not decided") if held else _("not planned before T0")
        return Step(label, "ahead", detail=words if backup.verified_at else "")
    return Step(_("Backup is destroyed"), "ahead", backup.purge_after, until=backup.purge_before)


# -- The rest ------------------------------------------------------------------------------------


def pages(intervention: Intervention) -> list[dict[str, Any]]:
    """The client's pages with the look before and the look after, side by side (V3)."""
    found: dict[str, dict[str, Any]] = {url: {"url": url} for url in intervention.ticket.pages}
    for probe in intervention.probes.select_related("screenshot"):
        entry = found.setdefault(probe.url, {"url": probe.url})
        entry["after" if probe.after else "before"] = probe
    for entry in found.values():
        entry["looks"] = [(_("Before"), entry.get("before")), (_("After"), entry.get("after"))]
        entry["worse"] = _worse(entry.get("before"), entry.get("after"))
    return list(found.values())


def _worse(before: Probe | None, after: Probe | None) -> bool:
    """Whether the page answers with an error now, or lost a link, that it did not before."""
    if before is None or after is None:
        return False
    failed = [look.status is None or look.status >= 400 for look in (before, after)]
    return failed == [False, True] or bool(set(after.broken_links) - set(before.broken_links))


def areas(intervention: Intervention) -> Iterable[tuple[str, bool]]:
    """What the client was asked to check, each with whether he found it well."""
    return [(area, area in intervention.checked_areas) for area in intervention.areas]


def credentials(intervention: Intervention, user: User) -> list[dict[str, Any]]:
    """The kinds of access the client gave, never their content, and why one cannot be shown (I3)."""
    return [
        {"row": row, "why_not": _why_not_show(intervention, user, erased=row.erased_at is not None)}
        for row in intervention.ticket.credentials.defer("sealed")
    ]


def _why_not_show(intervention: Intervention, user: User, *, erased: bool) -> str:
    if erased:
        return _("This was erased.")
    if intervention.state not in policies.RUNNING:
        return _("The work has ended.")
    if intervention.technician_id != user.pk:
        return _("Only the technician in charge can see this.")
    return ""
