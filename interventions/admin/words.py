"""Codes of the journal, of states and of phases in words that staff read."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import CustomerAccount, User
from hosting.policies import DUTIES
from hosting.records.models import JournalEntry
from interventions.enums import BackupState, InterventionState, RestoreState, TicketState

State = InterventionState
JOURNAL_LINES = 30

TONES = {
    State.OPEN: "warn",
    State.BACKING_UP: "info",
    State.READY: "info",
    State.STARTED: "info",
    State.ENDED: "warn",
    State.ASKED: "info",
    State.VALIDATED: "good",
    State.INVALIDATED: "bad",
    State.RESTORED: "good",
}
TICKET_TONES = {TicketState.OPEN: "info", TicketState.UNCONFIRMED: "warn"}
BACKUP_TONES = {
    BackupState.QUEUED: "info",
    BackupState.RUNNING: "info",
    BackupState.READY: "good",
    BackupState.FAILED: "bad",
    BackupState.RESTORING: "info",
}
RESTORE_TONES = {
    RestoreState.QUEUED: "info",
    RestoreState.RUNNING: "info",
    RestoreState.DONE: "good",
    RestoreState.ROLLED_BACK: "warn",
    RestoreState.FAILED: "bad",
}

EVENTS = {
    "ticket.opened": gettext_noop("Ticket opened"),
    "ticket.confirmed": gettext_noop("The client confirmed his address"),
    "ticket.joined": gettext_noop("Ticket joined to an account"),
    "ticket.closed": gettext_noop("Ticket closed"),
    "ticket.expired": gettext_noop("Never confirmed"),
    "ticket.erased": gettext_noop("The content of this ticket was erased"),
    "words_erased": gettext_noop("Words erased, their hashes kept"),
    "credential.given": gettext_noop("The client gave access to the site, encrypted"),
    "credential.seen": gettext_noop("Access to the site was shown"),
    "credentials.erased": gettext_noop("Access to the site was erased"),
    "intervention.opened": gettext_noop("Intervention opened"),
    "assigned": gettext_noop("Given to a technician"),
    "backup.asked": gettext_noop("Backup asked for"),
    "backup.verified": gettext_noop("Backup verified"),
    "backup.failed": gettext_noop("The backup failed"),
    "backup.purged": gettext_noop("Backup destroyed; size and hash are kept"),
    "work.started": gettext_noop("Work started"),
    "work.ended": gettext_noop("Work ended, with a report"),
    "t0.counted": gettext_noop("The client was reached: T0"),
    "t0.cancelled": gettext_noop("The request came back: no T0"),
    "asked.again": gettext_noop("Asked for validation again"),
    "reminded": gettext_noop("The client was reminded"),
    "validated": gettext_noop("The client validated"),
    "invalidated": gettext_noop("The client invalidated: the backup is held"),
    "unanswered": gettext_noop("Closed without an answer"),
    "restore.asked": gettext_noop("Restore asked for"),
    "hold.ended": gettext_noop("The hold ended: T1"),
    "cancelled": gettext_noop("Cancelled"),
    "purge.ordered": gettext_noop("A supervisor ordered the backup destroyed"),
    "complaint.recorded": gettext_noop("Later complaint recorded"),
    "eligibility.revoked": gettext_noop("Eligibility revoked"),
    "factor_refused": gettext_noop("A password or code was wrong"),
    "mail.accepted": gettext_noop("The mail server accepted a mail"),
    "mail.deferred": gettext_noop("The mail server put a mail off"),
    "mail.refused": gettext_noop("The mail server refused a mail"),
    "mail.unreached": gettext_noop("The mail server was not reached"),
    "mail.bounced": gettext_noop("A mail came back"),
    "mail.withdrawn": gettext_noop("A mail was withdrawn before it was sent"),
    "mail.resent": gettext_noop("A mail is sent again"),
}
ACTORS = {"system": gettext_noop("system"), "client": gettext_noop("client")}
PHASES = {
    "": gettext_noop("Waiting for its turn"),
    "files": gettext_noop("Reading the files"),
    "database": gettext_noop("Reading the database"),
    "reading back": gettext_noop("Reading it back and checking it"),
    "extracting": gettext_noop("Unpacking beside the site"),
    "comparing": gettext_noop("Comparing with the backup"),
    "loading": gettext_noop("Loading the database"),
    "swapping": gettext_noop("Putting it in place"),
}
DUTY_WORDS = {
    "backups": gettext_noop("Backups"),
    "updates": gettext_noop("Updates"),
    "repair": gettext_noop("Repair of the site"),
    "restore": gettext_noop("Restore of a backup"),
}


def phase_words(phase: str) -> str:
    """What a worker is at; a phase that is new here as the worker calls it."""
    return _(PHASES[phase]) if phase in PHASES else phase.replace("_", " ")


def journal_of(stream: str) -> list[dict[str, Any]]:
    """The newest lines of a stream as they are shown, in two queries."""
    entries = list(JournalEntry.objects.filter(stream=stream).order_by("-sequence")[:JOURNAL_LINES])
    names = _names(entry.actor for entry in entries)
    return [
        {
            "sequence": entry.sequence,
            "at": entry.at,
            "words": _(EVENTS[entry.event])
            if entry.event in EVENTS
            else entry.event.replace("_", " ").replace(".", ": "),
            "who": _(ACTORS[entry.actor])
            if entry.actor in ACTORS
            else names.get(entry.actor, entry.actor),
            "about": entry.facts.get("intervention", ""),
        }
        for entry in entries
    ]


def about(site: str, client: str, account: CustomerAccount | None) -> str:
    """A cell of a list: the site, who asks, and the account with a link to its page."""
    if account is None:
        none = _("no account yet")
        return format_html('<strong class="case-line">{}</strong> {} → {}', site, client, none)
    url = reverse("admin:accounts_customeraccount_change", args=[account.pk])
    return format_html(
        '<strong class="case-line">{}</strong> {} → <a href="{}">{}</a>', site, client, url, account
    )


def _names(actors: Iterable[str]) -> dict[str, str]:
    keys = {actor.partition(":")[2] for actor in actors if actor.startswith("user:")}
    users = User.objects.in_bulk([int(key) for key in keys if key.isdigit()])
    return {f"user:{pk}": str(user.get_full_name() or user.email) for pk, user in users.items()}


def who_does_what(responsibilities: dict[str, str]) -> list[tuple[str, str]]:
    """A plan's duties, each with who has it (S4)."""
    doers = {"provider": _("the provider"), "client": _("the client")}
    return [
        (_(DUTY_WORDS[duty]), doers.get(responsibilities.get(duty, ""), "–")) for duty in DUTIES
    ]
