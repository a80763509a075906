"""Signs of life of the holder: what he answers, what staff record and judge (C9, C10).

Each verb locks the request first, so that a sign and an approval or execution come one after the
other, never both (X2).
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import is_support
from cessions.enums import SignJudgement, SignKind
from cessions.facts import method_key
from cessions.models import AnswerLink, CaseComment, HolderSign, TransferRequest
from cessions.policies.blockers import AGREEMENT_WAIT
from cessions.services import reached, states
from cessions.services.methods import Reader, methods_of
from cessions.services.refused import Refused
from hosting.lib.dates import after
from hosting.records.services import journal

ANSWERS = (SignKind.OBJECTION, SignKind.AGREEMENT, SignKind.THEFT)
ANSWERS_OF_TRUSTED = (SignKind.OBJECTION, SignKind.THEFT)
TOLD_TO_STAFF = (SignKind.MESSAGE, *ANSWERS)


class SignRefused(Refused):
    """The sign cannot be recorded or judged; the message says why, in the reader's language."""


@transaction.atomic
def holder_answered(link: AnswerLink, kind: str, now: datetime) -> HolderSign | None:
    """The holder's answer from his own link, one of `ANSWERS` (C10).

    Through a present contact it takes effect at once: an objection or a theft ends the request, an
    agreement lets it wait. Through a former one (A4) it waits for staff. During the lock after a
    transfer it alarms the supervisors (X5). Pressing twice changes nothing more; an answer to a
    request that is over is None. An emergency contact may not agree for the holder (C11). Raises
    ValueError for another `kind`.
    """
    trusted = link.emergency_contact_id is not None
    if kind not in (ANSWERS_OF_TRUSTED if trusted else ANSWERS):
        raise ValueError(f"not an answer: {kind}")
    request = states.lock(link.request_id)
    if not reached.still_matters(request, kind, now):
        return _answered_before(link, kind, now)
    former = request.is_open and _is_former(request, link, now)
    return _answered_before(link, kind, now) or _record(
        request,
        kind,
        now=now,
        actor=f"emergency_contact:{link.emergency_contact_id}" if trusted else "holder",
        link=link,
        emergency_contact=link.emergency_contact,
        former_contact=former,
    )


@transaction.atomic
def holder_signed_in(request_id: int, user: User, now: datetime) -> HolderSign | None:
    """`user`, who speaks or prepares for the holder's account, signed in: staff have to judge it (C9).

    The sign waits and blocks a decision meanwhile; during the lock after a transfer it alarms the
    supervisors (X5). One that waits already is enough, and a request that is over needs none: None.
    """
    request = states.lock(request_id)
    if not reached.still_matters(request, SignKind.SIGN_IN, now):
        return None
    waiting = request.signs.filter(kind=SignKind.SIGN_IN, judgement=SignJudgement.PENDING)
    if waiting.exists():
        return None
    return _record(request, SignKind.SIGN_IN, now=now, actor=f"user:{user.pk}", user=user)


@transaction.atomic
def record_sign(request_id: int, kind: str, *, text: str, by: User, now: datetime) -> HolderSign:
    """A message or call of the holder that `by` received, in his words (C9): it takes effect at once.

    `kind` is one of `TOLD_TO_STAFF`. Raises SignRefused without words, or when the request is over.
    """
    if kind not in TOLD_TO_STAFF:
        raise ValueError(f"not told to staff: {kind}")
    _require_staff(by)
    if not text.strip():
        raise SignRefused(_("Please write down what the holder said."))
    request = states.lock(request_id)
    if not reached.still_matters(request, kind, now):
        raise SignRefused(_("This request is over."))
    actor = f"user:{by.pk}"
    return _record(request, kind, now=now, actor=actor, text=text.strip(), recorded_by=by)


@transaction.atomic
def judge_sign(
    sign_id: int, *, was_holder: bool, reason: str, by: User, now: datetime
) -> HolderSign:
    """What `by` found out about a sign that waits: it was the holder, or it was not (C9).

    Confirmed, it takes effect as if it had come directly; dismissed, the request goes on. Raises
    SignRefused without a reason, or when somebody judged it already.
    """
    _require_staff(by)
    if not reason.strip():
        raise SignRefused(_("Please say how you know."))
    request = states.lock(HolderSign.objects.values_list("request_id", flat=True).get(pk=sign_id))
    sign = HolderSign.objects.select_for_update(of=("self",)).get(pk=sign_id)
    if sign.judgement != SignJudgement.PENDING:
        raise SignRefused(_("This was judged already."))
    sign.judgement = SignJudgement.CONFIRMED if was_holder else SignJudgement.DISMISSED
    sign.judged_by, sign.judged_at, sign.judgement_reason = by, now, reason.strip()
    sign.save(update_fields=["judgement", "judged_by", "judged_at", "judgement_reason"])
    actor = f"user:{by.pk}"
    _journal(request, "sign_judged", sign, now, actor)
    if was_holder:
        reached.take_effect(request, sign, now=now, actor=actor)
    return sign


@transaction.atomic
def acknowledge_alarm(sign_id: int, *, by: User, now: datetime) -> None:
    """`by` has seen an alarm (theft, sign during the lock) and takes care of it; it leaves the list."""
    request = states.lock(HolderSign.objects.values_list("request_id", flat=True).get(pk=sign_id))
    sign = HolderSign.objects.select_for_update(of=("self",)).get(pk=sign_id)
    if sign.judged_at is None:
        sign.judged_by, sign.judged_at = by, now
        sign.save(update_fields=["judged_by", "judged_at"])
        _journal(request, "alarm_acknowledged", sign, now, f"user:{by.pk}")


@transaction.atomic
def end_wait(request_id: int, *, reason: str, by: User, now: datetime) -> None:
    """Nothing comes of the agreed transfer: the request resumes at once, with a new run (C10).

    Raises SignRefused without a reason, or when the request does not wait.
    """
    if not reason.strip():
        raise SignRefused(_("Please say why the request goes on."))
    request = states.lock(request_id)
    if not request.is_open or request.waits_until is None or request.waits_until <= now:
        raise SignRefused(_("This request does not wait."))
    reached.start_run(request, now)
    comment = CaseComment.objects.create(request=request, author=by, at=now, text=reason.strip())
    journal(
        request.stream,
        "search_resumed",
        at=now,
        actor=f"user:{by.pk}",
        request=request.number,
        comment=comment.pk,
    )


def _record(
    request: TransferRequest, kind: str, *, now: datetime, actor: str, **fields: object
) -> HolderSign:
    pending = kind == SignKind.SIGN_IN or bool(fields.get("former_contact"))
    sign = HolderSign.objects.create(
        request=request,
        kind=kind,
        at=now,
        judgement=SignJudgement.PENDING if pending else SignJudgement.CONFIRMED,
        **fields,
    )
    _journal(request, "sign_of_life", sign, now, actor)
    reached.take_effect(request, sign, now=now, actor=actor)
    return sign


def _answered_before(link: AnswerLink, kind: str, now: datetime) -> HolderSign | None:
    """The same answer from the same link, while it holds: not dismissed, an agreement not over."""
    signs = HolderSign.objects.filter(link=link, kind=kind)
    last = signs.exclude(judgement=SignJudgement.DISMISSED).order_by("-id").first()
    if last is None or last.judgement == SignJudgement.PENDING or kind != SignKind.AGREEMENT:
        return last
    return last if now < after(last.at, AGREEMENT_WAIT) else None


def _is_former(request: TransferRequest, link: AnswerLink, now: datetime) -> bool:
    """Whether the answer comes through a contact that is on file no longer, or former (A4).

    The address of an emergency contact is none of the holder's: with a link of the holder's own it
    is a former one. So are all of a holder whose death is known; his representative's is not (A12).
    """
    on_file = methods_of([request.holder], now)[request.holder.pk]
    key = method_key("email", link.address)
    method = next((method for method in on_file if method.key == key), None)
    if method is None or method.former:
        return True
    if method.reader == Reader.HOLDER and reached.holder_is_dead(request.holder):
        return True
    return method.emergency_contact_id is not None and link.emergency_contact_id is None


def _journal(
    request: TransferRequest, event: str, sign: HolderSign, now: datetime, actor: str
) -> None:
    journal(
        request.stream,
        event,
        at=now,
        actor=actor,
        request=request.number,
        sign=sign.pk,
        kind=str(sign.kind),
        judgement=str(sign.judgement),
        former_contact=sign.former_contact,
    )


def _require_staff(user: User) -> None:
    if not is_support(user):
        raise SignRefused(_("Only a member of the support or supervisor group can do this."))
