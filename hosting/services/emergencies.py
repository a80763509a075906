"""An emergency without a request: holds at once, and the end clients may be told (H3, A9)."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import PowerScope
from accounts.models import CustomerAccount, User
from hosting.enums import HoldCause, ServiceStatus
from hosting.lib.dates import local_date
from hosting.models import Emergency, EmergencyContacted, Service
from hosting.records.services import journal
from hosting.services.holds import end_holds_of, place_holds
from hosting.services.powers import has_power
from hosting.services.renewals import zone
from hosting.services.roles import require_staff, require_supervisor, required_text


def source_of(emergency: Emergency) -> str:
    """Under which name an emergency places its holds."""
    return f"emergency:{emergency.pk}"


@transaction.atomic
def open_emergency(
    account: CustomerAccount,
    *,
    facts: str,
    holder_tried: str,
    contacts_tried: str,
    by: User,
    now: datetime,
) -> Emergency:
    """A supervisor opens an emergency on an account with a power of attorney in force (H3).

    What happened, how the holder was sought, and what the emergency contacts said comes first: all
    three are asked. Every service of the account gets a hold. Raises ValidationError.
    """
    require_supervisor(by)
    texts = {
        name: required_text(name, typed)
        for name, typed in (
            ("facts", facts),
            ("holder_tried", holder_tried),
            ("contacts_tried", contacts_tried),
        )
    }
    account = CustomerAccount.objects.select_for_update(no_key=True).get(pk=account.pk)
    if not has_power(account.pk, local_date(now, zone())):
        words = _(
            "An emergency needs a power of attorney in force: without one, we may not turn to the"
            " holder's clients. A transfer request of an end client places a hold, too."
        )
        raise ValidationError(words, code="no_power")
    if Emergency.objects.filter(account=account, closed_at=None).exists():
        raise ValidationError(_("An emergency is open on this account already."), code="open")
    emergency = Emergency.objects.create(account=account, opened_by=by, opened_at=now, **texts)
    actor = f"user:{by.pk}"
    living = account.services.exclude(status=ServiceStatus.TERMINATED)
    place_holds(
        living.values_list("pk", flat=True),
        cause=HoldCause.EMERGENCY,
        source=source_of(emergency),
        now=now,
        actor=actor,
    )  # before the journal: whoever changes a service has its lock first, too
    journal(account.stream, "emergency.opened", at=now, actor=actor, emergency=emergency.pk)
    return emergency


@transaction.atomic
def record_contact(
    emergency: Emergency,
    *,
    service: Service,
    client: str,
    channel: str,
    said: str,
    by: User,
    now: datetime,
) -> EmergencyContacted:
    """Staff write down that they spoke with an end client; only within the power's scope (H3, A9).

    Raises ValidationError.
    """
    require_staff(by)
    client, said = required_text("client", client), required_text("said", said)
    emergency = _locked_open(emergency)
    if not has_power(emergency.account_id, local_date(now, zone()), PowerScope.CONTACT_CLIENTS):
        words = _("The power of attorney in force does not let us contact the end clients.")
        raise ValidationError(words, code="no_power")
    if service.account_id != emergency.account_id:
        words = _("This service is not in the emergency's account.")
        raise ValidationError({"service": words})
    row = EmergencyContacted.objects.create(
        emergency=emergency,
        service=service,
        client=client,
        channel=channel,
        said=said,
        by=by,
        at=now,
    )
    facts = {"emergency": emergency.pk, "contact": row.pk, "service": service.pk}
    stream, actor = emergency.account.stream, f"user:{by.pk}"
    journal(
        stream, "emergency.client_contacted", at=now, actor=actor, channel=str(channel), **facts
    )
    return row


@transaction.atomic
def close_emergency(emergency: Emergency, *, outcome: str, by: User, now: datetime) -> Emergency:
    """A supervisor closes an emergency with its outcome; its holds end (H3). Raises ValidationError."""
    require_supervisor(by)
    words = required_text("outcome", outcome)
    emergency = _locked_open(emergency)
    emergency.closed_by, emergency.closed_at, emergency.outcome = by, now, words
    emergency.save(update_fields=["closed_by", "closed_at", "outcome"])
    actor = f"user:{by.pk}"
    end_holds_of(source_of(emergency), reason="emergency_closed", now=now, actor=actor)
    stream = emergency.account.stream
    journal(stream, "emergency.closed", at=now, actor=actor, emergency=emergency.pk)
    return emergency


def _locked_open(emergency: Emergency) -> Emergency:
    """The emergency, locked. Raises ValidationError when it is closed."""
    found = Emergency.objects.select_for_update(of=("self",), no_key=True)
    emergency = found.select_related("account").get(pk=emergency.pk)
    if emergency.closed_at is not None:
        raise ValidationError(_("This emergency is closed."), code="closed")
    return emergency
