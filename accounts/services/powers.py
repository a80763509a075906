"""Powers of attorney, drafted from the account's own data (A9)."""

from collections.abc import Collection
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import PaperState, PowerScope
from accounts.models import CustomerAccount, PowerOfAttorney, User
from accounts.services.transferor import transferor_of
from hosting.lib.bell import ring_on_commit
from hosting.lib.papercode import new_reference
from hosting.lib.provider import identity
from hosting.records.services import journal

BELL = "accounts.tasks.sweep_powers"
PREFIX = "PA"
MOST_UNSIGNED = 5


@transaction.atomic
def draft_power(
    account: CustomerAccount,
    *,
    scopes: Collection[str],
    starts_on: date,
    ends_on: date | None,
    language: str,
    by: User,
    now: datetime,
) -> PowerOfAttorney:
    """Draft a power of attorney; a worker makes its PDF (A9). It counts once accepted by staff.

    What it says is frozen here. Raises ValidationError without a scope, for an end before the start,
    and while MOST_UNSIGNED drafts wait for a signature.
    """
    account = CustomerAccount.objects.select_for_update(no_key=True).get(pk=account.pk)
    wanted = [scope for scope in PowerScope.values if scope in scopes]
    if not wanted:
        raise ValidationError({"scopes": _("Please choose at least one.")})
    if ends_on is not None and ends_on < starts_on:
        raise ValidationError({"ends_on": _("The end lies before the start.")})
    if account.powerofattorneys.filter(state=PaperState.DRAFTED).count() >= MOST_UNSIGNED:
        raise ValidationError(
            _("Several powers of attorney wait for your signature: sign or revoke one of them."),
            code="too_many",
        )
    provider = identity()
    power = PowerOfAttorney.objects.create(
        account=account,
        reference=new_reference(PREFIX),
        language=language,
        scopes=wanted,
        starts_on=starts_on,
        ends_on=ends_on,
        drafted_at=now,
        drafted_by=by,
        context={
            "transferor": transferor_of(account),
            "scopes": wanted,
            "starts_on": starts_on.isoformat(),
            "ends_on": ends_on.isoformat() if ends_on else None,
            "provider": {name: provider[name] for name in ("legal_name", "name", "address")},
        },
    )
    facts = {"power": power.pk, "reference": power.reference, "scopes": wanted}
    journal(account.stream, "power.drafted", at=now, actor=f"user:{by.pk}", **facts)
    ring_on_commit(BELL)
    return power
