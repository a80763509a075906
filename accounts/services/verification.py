"""Whether a contact method is really the holder's (A3): a code sent to an e-mail address and typed on
his page, or shown on his page and read out to staff who call the number."""

import secrets
from datetime import datetime, timedelta
from enum import StrEnum

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.enums import ContactKind
from accounts.models import ContactCode, ContactMethod, CustomerAccount, User
from accounts.notifications import contacts as notify
from accounts.roles import is_support
from accounts.services.contacts import verify_contact
from hosting.lib.crypto import seal, unseal
from hosting.records.services import journal

LASTS = timedelta(minutes=30)
TRIES = 5
DIGITS = 6


class CodeAnswer(StrEnum):
    """What came of a typed code."""

    RIGHT = "right"
    WRONG = "wrong"
    OVER = "over"
    """There is no code, or it expired, was used, or was tried too often: ask for a new one."""


@transaction.atomic
def send_code(method: ContactMethod, *, now: datetime, actor: str) -> ContactCode:
    """Send a code to an e-mail address; an earlier one is void. Raises ValidationError for another
    kind, or a former contact."""
    method = _locked(method, ContactKind.EMAIL)
    code, digits = _make(method, now)
    notify.code(method, digits, code.expires_at, now=now)
    _journal(method, "contact.code_sent", now, actor)
    return code


@transaction.atomic
def show_code(method: ContactMethod, *, now: datetime, actor: str) -> ContactCode:
    """Make a code for a telephone: his page shows it, staff who call the number ask for it. An
    earlier one is void. Raises ValidationError for another kind, or a former contact."""
    method = _locked(method, ContactKind.PHONE)
    code, _digits = _make(method, now)
    _journal(method, "contact.code_shown", now, actor)
    return code


def running_code(method: ContactMethod, now: datetime) -> ContactCode | None:
    """The code of this method that can still be used at `now`."""
    latest = method.codes.first()
    return latest if latest and _is_running(latest, now) else None


def digits_of(code: ContactCode) -> str:
    """The digits of a code, for the page that shows them."""
    return unseal(code.sealed)


def confirm_email(method: ContactMethod, typed: str, *, now: datetime, actor: str) -> CodeAnswer:
    """The holder types the code that was sent to his address: it is verified, or the try counted.

    Raises ValidationError for another kind, or a former contact.
    """
    return _confirm(method, ContactKind.EMAIL, typed, now=now, actor=actor)


def confirm_telephone(method: ContactMethod, typed: str, *, by: User, now: datetime) -> CodeAnswer:
    """Staff called the number and type the code that they were read out (A3).

    Raises PermissionDenied for anybody else, ValidationError for another kind or a former contact.
    """
    if not is_support(by):
        raise PermissionDenied
    return _confirm(method, ContactKind.PHONE, typed, now=now, actor=f"user:{by.pk}")


@transaction.atomic
def _confirm(
    method: ContactMethod, kind: ContactKind, typed: str, *, now: datetime, actor: str
) -> CodeAnswer:
    """A wrong try is an answer and no exception: it must stay counted."""
    method = _locked(method, kind)
    code = running_code(method, now)
    if code is None:
        return CodeAnswer.OVER
    if not secrets.compare_digest(_plain(typed), digits_of(code).encode()):
        code.tries += 1
        code.save(update_fields=["tries"])
        _journal(method, "contact.code_wrong", now, actor, tries=code.tries)
        return CodeAnswer.WRONG if _is_running(code, now) else CodeAnswer.OVER
    code.used_at = now
    code.save(update_fields=["used_at"])
    verify_contact(method, how=_how(method), now=now, actor=actor)
    return CodeAnswer.RIGHT


def _make(method: ContactMethod, now: datetime) -> tuple[ContactCode, str]:
    """A new code in the place of the earlier ones: what happened stays in the journal."""
    method.codes.all().delete()
    digits = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    code = ContactCode.objects.create(
        method=method, sealed=seal(digits), made_at=now, expires_at=now + LASTS
    )
    return code, digits


def _is_running(code: ContactCode, now: datetime) -> bool:
    return code.used_at is None and code.tries < TRIES and now < code.expires_at


def _plain(typed: str) -> bytes:
    """What was typed without the spaces by which people group digits."""
    return "".join(typed.split()).encode()


def _how(method: ContactMethod) -> str:
    """The words that stay with the contact, in the account's language."""
    with translation.override(method.account.language):
        if method.kind == ContactKind.EMAIL:
            return _("by a code sent to this address")
        return _("by a code read out when we called")


def _locked(method: ContactMethod, kind: ContactKind) -> ContactMethod:
    """The method as it is now, its account locked: codes of one account follow each other."""
    CustomerAccount.objects.select_for_update(no_key=True).get(pk=method.account_id)
    method = ContactMethod.objects.select_related("account").get(pk=method.pk)
    if method.ended_at is not None:
        raise ValidationError(
            _("This is a former contact: it does not change any more."), code="former"
        )
    if method.kind != kind:
        raise ValidationError(_("This contact is not verified in this way."), code="kind")
    return method


def _journal(method: ContactMethod, event: str, now: datetime, actor: str, **facts: int) -> None:
    journal(method.account.stream, event, at=now, actor=actor, method=method.pk, **facts)
