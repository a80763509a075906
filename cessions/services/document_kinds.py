"""What a document really is, said by staff: papers are sent under the wrong heading (D1, D2, D6, D7)."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from cessions.enums import DocumentKind, DocumentState
from cessions.models import Document
from cessions.policies.checklist import GUARDED_KINDS
from cessions.services import reading
from cessions.services.guard import ActRefused, actor_of, require_staff, require_supervisor
from cessions.services.review import reviewable
from hosting.records.services import journal


@transaction.atomic
def change_kind(document_id: int, *, kind: str, by: User, now: datetime) -> Document:
    """A named person says that a document is of another kind: an identity card that came as "other" is
    shown with its watermark from then on, and destroyed as one (D6, D7).

    It is judged anew, and read anew. Only a supervisor takes one out of the guarded kinds, for its
    original is then open to all of staff. Raises ActRefused.
    """
    require_staff(by)
    document = reviewable(document_id)
    if kind not in DocumentKind.values or kind == document.kind:
        raise ActRefused("kind")
    if document.kind in GUARDED_KINDS and kind not in GUARDED_KINDS:
        require_supervisor(by)
    was, document.kind = document.kind, kind
    document.state, document.has_statement = DocumentState.TO_REVIEW, False
    document.reviewed_by = document.reviewed_at = None
    document.save(
        update_fields=[
            *("kind", "state", "has_statement", "reviewed_by", "reviewed_at"),
            *("refusal", "reason", "issued_on", "valid_until", "equivalent_for"),
        ]
    )
    reading.forget(document, now=now)
    journal(
        document.filing.stream,
        "document_kind_changed",
        at=now,
        actor=actor_of(by),
        document=document.pk,
        kind=kind,
        was=was,
        sha256=document.file.sha256,
    )
    return document
