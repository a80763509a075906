"""The holder has his own data corrected (L2): address and language at once, who he is after a check.

Names, numbers and the country are evidence for older invoices and for contracts (D4, P2): staff look
at the proof first. The account is changed by `change_identity`, which keeps former names (A4).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import Judgement
from accounts.models import CorrectionRequest, CustomerAccount, User
from accounts.notifications import correction as notify
from accounts.roles import is_support
from accounts.services.identity import change_identity, identity_of
from hosting.records.services import journal

AT_ONCE = ("street", "postal_code", "city", "language")
"""What the holder changes by himself."""
CHECKED = ("full_name", "trade_name", "registration_kind", "registration_number", "country")
"""What waits for staff."""


def change_address(
    account: CustomerAccount, wanted: Mapping[str, str], *, by: User, now: datetime
) -> CustomerAccount:
    """Write the fields of AT_ONCE that `wanted` holds; nothing else changes. Raises ValidationError."""
    fields = {name: wanted[name] for name in AT_ONCE if name in wanted}
    with transaction.atomic():
        account = _locked(account)
        identity = replace(identity_of(account), **fields)
        return change_identity(account, identity, now=now, actor=f"user:{by.pk}")


@transaction.atomic
def ask_correction(
    account: CustomerAccount,
    wanted: Mapping[str, str],
    *,
    by: User,
    now: datetime,
    reason: str = "",
) -> CorrectionRequest:
    """Ask staff for new values of fields of CHECKED; what is as before is left out (L2).

    Raises ValidationError when nothing differs, when a value cannot be right (A1), or when another
    correction waits already.
    """
    account = _locked(account)
    present = identity_of(account)
    checked = replace(
        present, **{name: wanted[name] for name in CHECKED if name in wanted}
    ).checked()
    changed = {
        name: getattr(checked, name)
        for name in CHECKED
        if getattr(checked, name) != getattr(present, name)
    }
    if not changed:
        raise ValidationError(_("Nothing differs from what we have on file."), code="same")
    if account.corrections.filter(judgement=Judgement.PENDING).exists():
        raise ValidationError(_("A correction waits for our check already."), code="waiting")
    correction = CorrectionRequest.objects.create(
        account=account, wanted=changed, reason=reason.strip(), asked_by=by, asked_at=now
    )
    _note(correction, "correction.asked", now, by)
    return correction


@transaction.atomic
def accept_correction(
    correction: CorrectionRequest, *, by: User, now: datetime, answer: str = ""
) -> CorrectionRequest:
    """Change the account as it was asked; former names stay on file (A4). The answer is mailed.

    Raises PermissionDenied for somebody who is not staff, ValidationError when it was judged already
    or the account changed so that the values no longer fit together.
    """
    correction = _pending(correction, by)
    account = _locked(correction.account)
    identity = replace(identity_of(account), **correction.wanted)
    change_identity(account, identity, now=now, actor=f"user:{by.pk}")
    return _judge(correction, Judgement.ACCEPTED, answer, by, now)


@transaction.atomic
def refuse_correction(
    correction: CorrectionRequest, *, by: User, now: datetime, answer: str
) -> CorrectionRequest:
    """Leave the account as it is, with a reason that is mailed. Raises as `accept_correction`, and
    ValidationError without a reason."""
    if not answer.strip():
        raise ValidationError({"answer": _("Please give the reason; the customer reads it.")})
    return _judge(_pending(correction, by), Judgement.REFUSED, answer, by, now)


def _pending(correction: CorrectionRequest, by: User) -> CorrectionRequest:
    if not is_support(by):
        raise PermissionDenied
    _locked(correction.account)
    correction = CorrectionRequest.objects.select_related("account", "asked_by").get(
        pk=correction.pk
    )
    if correction.judgement != Judgement.PENDING:
        raise ValidationError(_("This correction was answered already."), code="judged")
    return correction


def _judge(
    correction: CorrectionRequest, judgement: Judgement, answer: str, by: User, now: datetime
) -> CorrectionRequest:
    correction.judgement, correction.answer = judgement, answer.strip()
    correction.judged_by, correction.judged_at = by, now
    correction.save(update_fields=["judgement", "answer", "judged_by", "judged_at"])
    _note(correction, f"correction.{judgement.value}", now, by)
    notify.answered(correction, now=now)
    return correction


def _note(correction: CorrectionRequest, event: str, now: datetime, by: User) -> None:
    """The names of the fields go into the journal, never what stands in them."""
    journal(
        correction.account.stream,
        event,
        at=now,
        actor=f"user:{by.pk}",
        correction=correction.pk,
        fields=sorted(correction.wanted),
    )


def _locked(account: CustomerAccount) -> CustomerAccount:
    return CustomerAccount.objects.select_for_update(no_key=True).get(pk=account.pk)
