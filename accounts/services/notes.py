"""Internal notes: written, superseded, never edited (A5). Their effect is derived (A6)."""

import hashlib
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import NoteEffect
from accounts.models import CustomerAccount, InternalNote, User
from accounts.policies import Eligibility, NoteFacts, eligibility
from hosting.records.models import StoredFile
from hosting.records.services import journal
from hosting.records.services.journal import SYSTEM


def write_note(
    account: CustomerAccount,
    *,
    kind: str,
    text: str,
    now: datetime,
    author: User | None = None,
    pinned: bool = False,
    effect: str = NoteEffect.NONE,
    attachment: StoredFile | None = None,
) -> InternalNote:
    """Add a note (A5). `author` None: the software wrote it. `attachment` comes from `store_upload`."""
    return _write(
        InternalNote(
            account=account,
            author=author,
            kind=kind,
            text=text,
            pinned=pinned,
            effect=effect,
            attachment=attachment,
        ),
        now,
    )


@transaction.atomic
def supersede_note(
    note: InternalNote,
    *,
    text: str,
    now: datetime,
    author: User | None = None,
    kind: str | None = None,
    pinned: bool | None = None,
    effect: str | None = None,
    attachment: StoredFile | None = None,
) -> InternalNote:
    """Write a newer note in the place of another (A5). What is not given is taken from the old one.

    Raises ValidationError when the old one is superseded already.
    """
    CustomerAccount.objects.select_for_update(no_key=True).get(pk=note.account_id)
    if InternalNote.objects.filter(supersedes=note).exists():
        raise ValidationError(
            _("A newer note stands in its place already: please supersede that one."),
            code="superseded",
        )
    return _write(
        InternalNote(
            account=note.account,
            author=author,
            kind=note.kind if kind is None else kind,
            text=text,
            pinned=note.pinned if pinned is None else pinned,
            effect=note.effect if effect is None else effect,
            attachment=attachment or note.attachment,
            supersedes=note,
        ),
        now,
    )


def eligibility_of(account: CustomerAccount) -> Eligibility:
    """Whether the account may have courtesy interventions, and the note that says so (A6, I14)."""
    rows = InternalNote.objects.filter(account=account).values_list(
        "id", "created_at", "effect", "supersedes_id"
    )
    return eligibility(NoteFacts(*row) for row in rows)


@transaction.atomic
def _write(note: InternalNote, now: datetime) -> InternalNote:
    note.text = note.text.strip().replace("\r\n", "\n")
    if not note.text:
        raise ValidationError({"text": _("Please write the note.")})
    note.created_at = now
    note.content_hash = hashlib.sha256(note.text.encode()).hexdigest()
    note.full_clean(exclude=["author"])
    note.save(force_insert=True)
    facts = {"note": note.pk, "kind": note.kind, "effect": note.effect, "hash": note.content_hash}
    if note.attachment:
        facts["attachment"] = note.attachment.sha256
    if note.supersedes_id:
        facts["supersedes"] = note.supersedes_id
    actor = f"user:{note.author_id}" if note.author_id else SYSTEM
    journal(note.account.stream, "note.written", at=now, actor=actor, **facts)
    return note
