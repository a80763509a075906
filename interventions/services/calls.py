"""What a client says on the telephone, done by staff on his word; the call is kept as an internal note
of his account, because the journal holds no personal words (I6, I9, A5)."""

from datetime import datetime

from django.db import transaction

from accounts.enums import NoteKind
from accounts.models import User
from accounts.services.notes import write_note
from hosting.services.roles import require_staff, required_text
from interventions.models import Intervention, SiteRestore
from interventions.services import answers, restoring


def keep_call(intervention: Intervention, *, said: str, by: User, now: datetime) -> None:
    """Write down whom staff talked with and what was said. Raises ValidationError without words."""
    words = required_text("said", said)
    account = intervention.ticket.account
    if account is not None:
        write_note(
            account,
            kind=NoteKind.INTERVENTION,
            text=f"{intervention.number}\n{words}",
            author=by,
            now=now,
        )


@transaction.atomic
def invalidate_on_word(intervention: Intervention, *, said: str, by: User, now: datetime) -> None:
    """The client called: something is wrong (I9). Raises as `answers.invalidate`."""
    require_staff(by)
    keep_call(intervention, said=said, by=by, now=now)
    answers.invalidate(intervention, remark=said, now=now, actor=f"user:{by.pk}")


@transaction.atomic
def restore_on_word(
    intervention: Intervention, *, said: str, by: User, now: datetime
) -> SiteRestore:
    """The client called: bring the site back (I9). Pressed twice, it is one restore and one note."""
    require_staff(by)
    before = Intervention.objects.select_for_update().get(pk=intervention.pk).restore_id
    restore = restoring.ask_restore(intervention, now=now, by=by, actor=f"user:{by.pk}")
    if before is None:
        keep_call(intervention, said=said, by=by, now=now)
    return restore


@transaction.atomic
def decline_on_word(intervention: Intervention, *, said: str, by: User, now: datetime) -> None:
    """The client called: leave the site as it is (I9). Raises as `answers.decline_restore`."""
    require_staff(by)
    keep_call(intervention, said=said, by=by, now=now)
    answers.decline_restore(intervention, now=now, actor=f"user:{by.pk}")
