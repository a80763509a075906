"""Who looked at an identity document, and who took its original (D6, L1)."""

import hashlib
from datetime import datetime, timedelta

from django.db import transaction

from accounts.enums import NoteKind
from accounts.models import SignedPaper, User
from accounts.services.notes import write_note
from cessions.models import CaseComment, Document
from cessions.services.guard import (
    ActRefused,
    actor_of,
    require_reason,
    require_staff,
    require_supervisor,
)
from hosting.records.models import JournalEntry, StoredFile
from hosting.records.services import journal

ONE_LOOK = timedelta(minutes=15)
OPENED = "document_opened"


@transaction.atomic
def note_look(stream: str, event: str, *, by: User, now: datetime, **what: object) -> bool:
    """Write into `stream` that `by` looks at `what`; whether a row was written. Raises ActRefused.

    One row is one sitting: a person, a document, a quarter of an hour. A page of a document is a
    request of its own, and so is a look back at it; a row for each would bury the journal, and a row
    for the review page alone would miss whoever asks for the picture by its address.
    """
    require_staff(by)
    actor = actor_of(by)
    lately = JournalEntry.objects.filter(
        stream=stream, event=event, actor=actor, at__gt=now - ONE_LOOK, at__lte=now
    )
    if lately.filter(facts__contains=what).exists():
        return False
    journal(stream, event, at=now, actor=actor, **what)
    return True


@transaction.atomic
def take_original(document: Document, *, reason: str, by: User, now: datetime) -> None:
    """A supervisor takes the original of a guarded document, with a reason, before he gets it.

    The reason is a comment of the case, where colleagues read it; the journal holds its hash (L2).
    Raises ActRefused.
    """
    require_supervisor(by)
    words = require_reason(reason)
    request = document.filing.requests.order_by("pk").first()
    if request is None:
        raise ActRefused("state")
    comment = CaseComment.objects.create(request=request, author=by, at=now, text=words)
    journal(
        request.stream,
        "document_original_taken",
        at=now,
        actor=actor_of(by),
        document=document.pk,
        kind=document.kind,
        sha256=document.file.sha256,
        comment=comment.pk,
        reason_sha256=_hash(words),
    )


@transaction.atomic
def take_paper_original(
    paper: SignedPaper, file: StoredFile, *, reason: str, by: User, now: datetime
) -> None:
    """The same for the identity copy of a signed paper; the reason is an internal note (A5).
    Raises ActRefused."""
    require_supervisor(by)
    words = require_reason(reason)
    write_note(paper.account, kind=NoteKind.CONTRACT, text=words, now=now, author=by)
    journal(
        paper.account.stream,
        "paper.original_taken",
        at=now,
        actor=actor_of(by),
        reference=paper.reference,
        sha256=file.sha256,
        reason_sha256=_hash(words),
    )


def _hash(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()
