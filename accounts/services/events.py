"""What happened to a holder, and who stands for him with proof: recorded by staff, judged by a
supervisor (A12)."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import HolderEventKind, Judgement, RepresentativeKind
from accounts.models import CustomerAccount, HolderEvent, LegalRepresentative, User
from accounts.roles import is_supervisor, is_support
from accounts.services import representing
from hosting.records.models import StoredFile
from hosting.records.services import journal, openable


@transaction.atomic
def record_event(
    account: CustomerAccount,
    *,
    kind: str,
    source: str,
    happened_on: date | None,
    by: User,
    now: datetime,
) -> HolderEvent:
    """Record what is known to have happened, and how we know. From now on it counts (A12, K2).

    Raises ValidationError without a source, or when `by` is not staff.
    """
    _require(is_support(by))
    event = HolderEvent.objects.create(
        account=_locked(account),
        kind=HolderEventKind(kind),
        source=_words(source),
        happened_on=happened_on,
        recorded_by=by,
        recorded_at=now,
    )
    _journal(account, "event.recorded", by, now, holder_event=event.pk, kind=event.kind)
    return event


@transaction.atomic
def withdraw_event(event: HolderEvent, *, reason: str, by: User, now: datetime) -> HolderEvent:
    """A supervisor found that it is not so. Who stood for the holder because of it does so no more.

    Raises ValidationError without a reason, or when it was withdrawn already.
    """
    _require(is_supervisor(by))
    account = _locked(event.account)
    event = HolderEvent.objects.get(pk=event.pk)
    if event.withdrawn_at is not None:
        raise ValidationError(_("This was withdrawn already."))
    event.withdrawal_reason = _words(reason)
    event.withdrawn_by, event.withdrawn_at = by, now
    event.save(update_fields=["withdrawal_reason", "withdrawn_by", "withdrawn_at"])
    _journal(account, "event.withdrawn", by, now, holder_event=event.pk)
    representing.end_for_withdrawn(event, by=by, now=now)
    return event


@transaction.atomic
def record_representative(
    account: CustomerAccount,
    *,
    kind: str,
    full_name: str,
    email: str,
    telephone: str,
    proof: StoredFile | None,
    by: User,
    now: datetime,
) -> LegalRepresentative:
    """Somebody says that he stands for the holder: until he is judged, no decision is taken (K2).

    Raises ValidationError when he cannot be reached at all, or when `by` is not staff.
    """
    _require(is_support(by))
    if not (email.strip() or telephone.strip()):
        raise ValidationError(_("Please give an e-mail address or a telephone number."))
    someone = LegalRepresentative.objects.create(
        account=_locked(account),
        kind=RepresentativeKind(kind),
        full_name=_words(full_name),
        email=email.strip(),
        telephone=telephone.strip(),
        proof=proof,
        recorded_by=by,
        recorded_at=now,
    )
    _journal(account, "representative.recorded", by, now, representative=someone.pk)
    return someone


@transaction.atomic
def judge_representative(
    someone: LegalRepresentative, *, accepted: bool, reason: str, by: User, now: datetime
) -> LegalRepresentative:
    """A supervisor accepts or refuses him, with a reason; without a proof nobody is accepted (A12).

    Accepted, he is let in at once where his address is known. Raises ValidationError, also when he was judged already.
    """
    _require(is_supervisor(by))
    account = _locked(someone.account)
    someone = LegalRepresentative.objects.get(pk=someone.pk)
    if someone.judgement != Judgement.PENDING:
        raise ValidationError(_("This was judged already."))
    if accepted and someone.proof is None:
        raise ValidationError(_("Without a proof nobody stands for the holder."))
    if accepted and someone.proof and not openable(someone.proof):
        raise ValidationError(_("Nobody can have looked at the proof: it was not scanned yet."))
    someone.judgement = Judgement.ACCEPTED if accepted else Judgement.REFUSED
    someone.reason = _words(reason)
    someone.judged_by, someone.judged_at = by, now
    someone.save(update_fields=["judgement", "reason", "judged_by", "judged_at"])
    _journal(
        account,
        "representative.judged",
        by,
        now,
        representative=someone.pk,
        judgement=someone.judgement.value,
    )
    if accepted:
        representing.welcome(someone, by=by, now=now)
    return someone


def _require(may: bool) -> None:
    if not may:
        raise ValidationError(_("Your role does not allow this."))


def _words(text: str) -> str:
    if not text.strip():
        raise ValidationError(_("Please write down what you know."))
    return text.strip()


def _locked(account: CustomerAccount) -> CustomerAccount:
    return CustomerAccount.objects.select_for_update(no_key=True).get(pk=account.pk)


def _journal(
    account: CustomerAccount, event: str, by: User, now: datetime, **facts: object
) -> None:
    journal(account.stream, event, at=now, actor=f"user:{by.pk}", **facts)
