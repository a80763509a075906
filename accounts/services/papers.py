"""The life of a signed paper: sent in, accepted or refused by staff, ended by the holder (P3, A9).

The same verbs serve transfer contracts and powers of attorney. Each locks the paper and looks at it
again, so that of two people who act at once the second finds what the first did.
"""

from datetime import date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.enums import NoteKind, PaperState
from accounts.models import PowerOfAttorney, SignedPaper, User
from accounts.notifications import papers as notify
from accounts.roles import is_support
from accounts.services.identity_copies import destroy_on_commit
from accounts.services.notes import write_note
from hosting.lib.dates import local_date
from hosting.records.models import StoredFile
from hosting.records.services import destroy_files, journal, openable

Paper = TypeVar("Paper", bound=SignedPaper)
TO_BE_SIGNED = (PaperState.DRAFTED, PaperState.REFUSED)
"""States in which a signed copy may be sent."""


@transaction.atomic
def upload_signed(
    paper: Paper, *, scan: StoredFile, identity_copy: StoredFile | None, by: User, now: datetime
) -> Paper:
    """Keep the signed copy, and the copy of the identity document if one came along (P3).

    A refused copy gives way to the new one; its hash stays in the journal. Raises ValidationError
    when the paper waits for staff already, is accepted, or ended.
    """
    paper = _locked(paper)
    if paper.state not in TO_BE_SIGNED:
        raise ValidationError(_("A signed copy cannot be sent for this paper now."), code="state")
    replaced = [paper.scan, paper.identity_copy if identity_copy else None]
    paper.scan, paper.identity_copy = scan, identity_copy or paper.identity_copy
    paper.state, paper.uploaded_at, paper.uploaded_by = PaperState.UPLOADED, now, by
    paper.code_read, paper.signatures = "", None
    if identity_copy:
        paper.identity_findings = None
    paper.judged_by, paper.judged_at, paper.reason = None, None, ""
    paper.save()
    kept = {scan.pk, paper.identity_copy_id}
    destroy_files([f for f in replaced if f and f.pk not in kept and not _used(f)], now=now)
    facts = {"scan": scan.sha256}
    if identity_copy:
        facts["identity_copy"] = identity_copy.sha256
    _journal(paper, "uploaded", by, now, **facts)
    notify.uploaded(paper, now=now)
    return paper


@transaction.atomic
def accept_paper(
    paper: Paper,
    *,
    by: User,
    signed_on: date,
    identity_valid_until: date | None,
    identity_accepted: bool,
    now: datetime,
) -> Paper:
    """Accept the signed copy: it counts from now on, and lies among the internal notes (P3, A7).

    Raises PermissionDenied for somebody who is not staff; ValidationError when the paper does not
    wait for its check, nobody may look into the copy yet (D6), the date of the signature lies in the
    future or before the draft, or the identity document was not valid on that date (P3).
    """
    paper = _to_be_checked(paper, by)
    if paper.scan is not None and paper.scan.closed_words:
        words = _(
            "The signed copy cannot be opened safely. Please refuse it, so that another is sent."
        )
        raise ValidationError(words, code="closed")
    if paper.scan is None or not openable(paper.scan):
        raise ValidationError(
            _("The signed copy cannot be opened: it is not checked for malware."), code="closed"
        )
    _refuse_date(paper, signed_on, now)
    if identity_accepted:
        _refuse_identity(paper, signed_on, identity_valid_until)
    paper.signed_on, paper.identity_valid_until = signed_on, identity_valid_until
    paper.identity_accepted = identity_accepted
    paper.state, paper.accepted_at, paper.reason = PaperState.ACCEPTED, now, ""
    paper.judged_by, paper.judged_at = by, now
    paper.note = write_note(
        paper.account,
        kind=NoteKind.CONTRACT,
        text=_note_words(paper, signed_on),
        now=now,
        author=by,
        attachment=paper.scan,
    )
    paper.save()
    _journal(
        paper,
        "accepted",
        by,
        now,
        signed_on=signed_on.isoformat(),
        identity_accepted=identity_accepted,
        scan=paper.scan.sha256,
    )
    notify.accepted(paper, now=now)
    return paper


@transaction.atomic
def refuse_paper(paper: Paper, *, reason: str, by: User, now: datetime) -> Paper:
    """Refuse the signed copy; the holder reads why, and may send another (P3).

    Raises PermissionDenied for somebody who is not staff, ValidationError without a reason or when
    the paper does not wait for its check.
    """
    if not reason.strip():
        raise ValidationError({"reason": _("Please give the reason; the customer reads it.")})
    paper = _to_be_checked(paper, by)
    paper.state, paper.reason = PaperState.REFUSED, reason.strip()
    paper.judged_by, paper.judged_at = by, now
    paper.save()
    _journal(paper, "refused", by, now)
    notify.refused(paper, now=now)
    return paper


@transaction.atomic
def end_paper(paper: Paper, *, by: User, now: datetime) -> Paper:
    """Withdraw a contract or revoke a power, at once; what it was stays on file (P3, A9).

    The copy of the identity document is destroyed at once (P3). Raises ValidationError when it is ended
    already. Who may do it is the caller's question: the holder with his factor, or staff.
    """
    paper = _locked(paper)
    if paper.state == PaperState.ENDED:
        raise ValidationError(_("This paper was withdrawn already."), code="ended")
    before = paper.state
    paper.state, paper.ended_at, paper.ended_by = PaperState.ENDED, now, by
    paper.save()
    if paper.identity_copy is not None:
        destroy_on_commit(paper, now=now)
    _journal(paper, "ended", by, now, before=before)
    return paper


def same_file(paper: SignedPaper) -> list[str]:
    """The references of other papers of the account that the same file was sent for."""
    if paper.scan_id is None:
        return []
    return sorted(
        reference
        for model in SignedPaper.__subclasses__()
        for pk, reference in model._default_manager.filter(
            account_id=paper.account_id, scan_id=paper.scan_id
        ).values_list("pk", "reference")
        if (model, pk) != (type(paper), paper.pk)
    )


def _used(file: StoredFile) -> bool:
    """Whether a paper's signed copy is still this file: one file can hold several papers."""
    StoredFile.objects.select_for_update().get(
        pk=file.pk
    )  # of two that leave it, the second sees it
    return any(
        model._default_manager.filter(scan=file).exists() for model in SignedPaper.__subclasses__()
    )


def _note_words(paper: SignedPaper, signed_on: date) -> str:
    """What the note says, in the provider's language (A5): whoever accepted it, all of staff read it."""
    with translation.override(settings.LANGUAGE_CODE):
        return _("%(kind)s %(reference)s is accepted; signed on %(day)s.") % {
            "kind": paper._meta.verbose_name,
            "reference": paper.reference,
            "day": date_format(signed_on, "DATE_FORMAT"),
        }


def _to_be_checked(paper: Paper, by: User) -> Paper:
    if not is_support(by):
        raise PermissionDenied
    paper = _locked(paper)
    if paper.state != PaperState.UPLOADED:
        raise ValidationError(_("This paper does not wait for a check any more."), code="state")
    return paper


def _refuse_date(paper: SignedPaper, signed_on: date, now: datetime) -> None:
    zone = ZoneInfo(settings.TIME_ZONE)
    if signed_on > local_date(now, zone):
        raise ValidationError({"signed_on": _("This date lies in the future.")})
    if signed_on < local_date(paper.drafted_at, zone):
        raise ValidationError({"signed_on": _("The paper was drafted after this date.")})


def _refuse_identity(paper: SignedPaper, signed_on: date, valid_until: date | None) -> None:
    """P3: the document was valid on the day of the signature."""
    if paper.identity_copy is None or not openable(paper.identity_copy):
        raise ValidationError(
            {"identity_accepted": _("There is no copy of an identity document that can be opened.")}
        )
    if valid_until is None:
        raise ValidationError({"identity_valid_until": _("Until when is the document valid?")})
    if valid_until < signed_on:
        raise ValidationError(
            {"identity_valid_until": _("The document was not valid on the day of the signature.")}
        )


def _locked(paper: Paper) -> Paper:
    rows = type(paper)._default_manager.select_for_update(of=("self",), no_key=True)
    return rows.select_related("account", "scan", "identity_copy", "uploaded_by").get(pk=paper.pk)


def _journal(paper: SignedPaper, what: str, by: User, now: datetime, **facts: Any) -> None:
    """Ids, codes and hashes only; the reference is no personal text."""
    kind = "power" if isinstance(paper, PowerOfAttorney) else "contract"
    ids = {kind: paper.pk, "reference": paper.reference}
    journal(paper.account.stream, f"{kind}.{what}", at=now, actor=f"user:{by.pk}", **ids, **facts)
