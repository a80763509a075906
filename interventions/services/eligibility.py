"""Late complaints, eligibility lost by a note and given back by a note, and contests (I13, I14, A6)."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import NoteEffect, NoteKind
from accounts.models import CustomerAccount, InternalNote, User
from accounts.services.notes import eligibility_of, write_note
from hosting.services.roles import require_staff, require_supervisor, required_text
from interventions import policies
from interventions.models import Complaint, Contest, Intervention
from interventions.notifications import client as notify
from interventions.services.states import NotPossible, lock, note


@transaction.atomic
def record_complaint(
    intervention: Intervention, *, text: str, made_at: datetime, by: User, now: datetime
) -> Complaint:
    """Record what the client blames us for, and when he did; nothing follows from it by itself (I13).

    The same words of the same instant are one complaint. Raises ValidationError for an instant in the
    future, NotPossible once the ticket is erased: nothing would erase these words (L1).
    """
    require_staff(by)
    words = required_text("text", text)
    if made_at > now:
        raise ValidationError({"made_at": _("This lies in the future.")})
    intervention = lock(intervention.pk)
    if intervention.ticket.erased_at is not None:
        raise NotPossible("erased")
    complaint, new = Complaint.objects.get_or_create(
        intervention=intervention,
        made_at=made_at,
        text=words,
        defaults={"recorded_by": by, "recorded_at": now},
    )
    if not new:
        return complaint
    note(intervention, "complaint.recorded", now=now, actor=f"user:{by.pk}", complaint=complaint.pk)
    return complaint


@transaction.atomic
def revoke_eligibility(
    complaint: Complaint, *, reason: str, by: User, now: datetime
) -> InternalNote:
    """Staff take the account's eligibility away, by a note that the client can contest (I13, A6).

    Raises NotPossible when the client answered in time, was never asked, or complained within the
    delay; and when the account is not eligible already.
    """
    require_staff(by)
    words = required_text("reason", reason)
    intervention = lock(complaint.intervention_id)
    complaint = Complaint.objects.select_for_update().get(pk=complaint.pk)
    if not may_revoke(intervention, complaint):
        raise NotPossible("revoke", _("The rules do not allow it here (I13)."))
    ticket = intervention.ticket
    if ticket.account_id is None:
        raise NotPossible("account")
    account = _locked(ticket.account_id)
    if complaint.note_id is not None or not eligibility_of(account).eligible:
        raise NotPossible("revoke", _("The account is not eligible already."))
    complaint.note = write_note(
        account,
        kind=NoteKind.INTERVENTION,
        text=words,
        effect=NoteEffect.INELIGIBLE,
        pinned=True,
        author=by,
        now=now,
    )
    complaint.save(update_fields=["note"])
    note(
        intervention,
        "eligibility.revoked",
        now=now,
        actor=f"user:{by.pk}",
        complaint=complaint.pk,
        note=complaint.note.pk,
    )
    notify.revoked(intervention, reason=words, now=now)
    return complaint.note


def may_revoke(intervention: Intervention, complaint: Complaint) -> bool:
    """Whether the rules allow a revocation on this complaint (I13)."""
    return policies.may_revoke(intervention.t0_at, intervention.answered_at, complaint.made_at)


@transaction.atomic
def restore_eligibility(
    account: CustomerAccount, *, reason: str, by: User, now: datetime
) -> InternalNote:
    """A supervisor gives eligibility back, by a note (A6). Raises NotPossible if it is there."""
    require_supervisor(by)
    words = required_text("reason", reason)
    account = _locked(account.pk)
    if eligibility_of(account).eligible:
        raise NotPossible("eligible", _("The account is eligible already."))
    return write_note(
        account,
        kind=NoteKind.INTERVENTION,
        text=words,
        effect=NoteEffect.ELIGIBLE,
        author=by,
        now=now,
    )


@transaction.atomic
def contest(account: CustomerAccount, *, text: str, now: datetime) -> Contest:
    """The client says why his account should be eligible (I13, I14). One at a time.

    Raises NotPossible when the account is eligible, or when a contest waits for an answer.
    """
    words = required_text("text", text)
    account = _locked(account.pk)
    found = eligibility_of(account)
    if found.eligible or found.note is None:
        raise NotPossible("eligible", _("The account is eligible already."))
    if Contest.objects.filter(note_id=found.note, answered_at__isnull=True).exists():
        raise NotPossible("waiting", _("You have contested this already; we will answer you."))
    return Contest.objects.create(note_id=found.note, text=words, made_at=now)


@transaction.atomic
def answer_contest(
    contest: Contest, *, granted: bool, answer: str, by: User, now: datetime
) -> Contest:
    """A supervisor who did not write the note answers; granted gives eligibility back (I13)."""
    require_supervisor(by)
    words = required_text("answer", answer)
    contest = Contest.objects.select_for_update().get(pk=contest.pk)
    if contest.answered_at is not None:
        raise NotPossible("answered", _("This was answered already."))
    if contest.note.author_id == by.pk:
        raise NotPossible("same_person", _("Somebody else must answer: you wrote the note."))
    contest.granted, contest.answer = granted, words
    contest.answered_by, contest.answered_at = by, now
    contest.save(update_fields=["granted", "answer", "answered_by", "answered_at"])
    if granted and not eligibility_of(contest.note.account).eligible:
        restore_eligibility(contest.note.account, reason=words, by=by, now=now)
    notify.contest_answered(contest, now=now)
    return contest


def _locked(pk: int) -> CustomerAccount:
    return CustomerAccount.objects.select_for_update(no_key=True).get(pk=pk)
