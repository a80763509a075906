"""When beat rings, in UTC. A ring only asks the database what is due (DESIGN, principle 1).

Each entry expires before its next run, so that a worker that was away finds one ring, not a heap.
Two beats running at once ring twice and nothing else: every sweep claims its rows.
"""

from datetime import timedelta
from typing import Any


def every(task: str, **period: float) -> dict[str, Any]:
    """The entry that rings `task` (a name) each `period` (words of `timedelta`)."""
    seconds = timedelta(**period).total_seconds()
    return {"task": task, "schedule": seconds, "options": {"expires": seconds * 0.9}}


CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "beat is alive": every("hosting.records.tasks.note_heartbeat", seconds=30),
    "remove leftovers of uploads": every("hosting.records.tasks.remove_leftovers", hours=6),
    "check uploads": every("hosting.records.tasks.check_files", minutes=1),
    "delete destroyed bytes": every("hosting.records.tasks.delete_bytes", minutes=10),
    "seal the journal": every("hosting.records.tasks.seal_journal", hours=1),
    "fetch mail": every("interventions.tasks.fetch_mail", minutes=1),
    "read mail that came in": every("interventions.tasks.read_incoming_mail", minutes=1),
    "forget mail that was read": every("interventions.tasks.forget_incoming_mail", hours=6),
    "send due mail": every("hosting.records.tasks.send_due_mail", minutes=1),
    "tell the outside systems": every("hosting.tasks.send_webhooks", minutes=1),
    "end holds, tell of due dates": every("hosting.tasks.sweep_holds", minutes=15),
    "hold what is asked for": every("cessions.tasks.hold_services", minutes=5),
    "seek the holders": every("cessions.tasks.sweep_contact_attempts", minutes=5),
    "ask resellers once a year": every("accounts.tasks.sweep_check_ins", hours=1),
    "verify claimants": every("cessions.tasks.sweep_challenges", minutes=5),
    "destroy identity copies": every("accounts.tasks.destroy_identity_copies", minutes=10),
    "make letters": every("cessions.tasks.sweep_letters", minutes=5),
    "make contracts": every("cessions.tasks.sweep_packs", minutes=5),
    "hand out evidence": every("cessions.tasks.sweep_exports", minutes=5),
    "make powers of attorney": every("accounts.tasks.sweep_powers", minutes=5),
    "look at signed papers": every("cessions.tasks.sweep_papers", minutes=5),
    "read documents": every("cessions.tasks.read_documents", minutes=1),
    "erase old tickets": every("interventions.tasks.erase_tickets", hours=1),
    "let unconfirmed tickets go": every("interventions.tasks.expire_tickets", hours=1),
    "let drafts go": every("cessions.tasks.expire_drafts", hours=1),
    "follow questions to claimants": every("cessions.tasks.follow_questions", minutes=15),
    "carry out agreed transfers": every("cessions.tasks.sweep_agreed", minutes=5),
    "back up sites": every("interventions.tasks.sweep_backups", minutes=1),
    "plan the nights of sites": every("interventions.tasks.plan_nights", hours=1),
    "order automatic backups": every("interventions.tasks.sweep_nights", minutes=5),
    "restore sites": every("interventions.tasks.sweep_restores", minutes=1),
    "look at clients' pages": every("interventions.tasks.sweep_probes", minutes=1),
    "follow interventions": every("interventions.tasks.follow_interventions", minutes=1),
    "destroy backups": every("interventions.tasks.sweep_purges", minutes=5),
    "carry out approvals": every("cessions.tasks.sweep_executions", minutes=5),
    "destroy identity documents": every("cessions.tasks.destroy_evidence", minutes=10),
    "end quotes": every("interventions.tasks.expire_quotes", hours=1),
    "make quotes": every("interventions.tasks.make_quotes", minutes=5),
}
