"""What a client gives us of his site: encrypted at once, shown one at a time, erased in the end (I3)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from accounts.models import User
from hosting.lib import envelope
from hosting.records.services import journal
from interventions import policies
from interventions.models import Intervention, SiteCredential, Ticket
from interventions.services.states import NotPossible, lock


@sensitive_variables("secret")
@transaction.atomic
def keep_credential(
    ticket: Ticket, *, kind: str, secret: str, now: datetime, actor: str = "client"
) -> SiteCredential:
    """Encrypt what the client typed (address, name, password as he wrote them) for his ticket.

    The plain text is in no row, log, mail or message of the broker; nor is its length journalled.
    """
    credential = SiteCredential.objects.create(ticket=ticket, kind=kind, given_at=now)
    credential.sealed = envelope.seal(secret.strip().encode(), belongs_to=place(credential))
    credential.save(update_fields=["sealed"])
    journal(
        ticket.stream,
        "credential.given",
        at=now,
        actor=actor,
        credential=credential.pk,
        kind=str(kind),
    )
    return credential


@transaction.atomic
def reveal_credential(
    credential: SiteCredential, intervention: Intervention, *, by: User, now: datetime
) -> str:
    """The plain text, for the technician to whom `intervention` is given, while it runs (I3).

    Each look is journalled before it happens. Raises NotPossible, also for an erased one.
    """
    intervention = lock(intervention.pk)
    credential = SiteCredential.objects.select_for_update().get(pk=credential.pk)
    if credential.ticket_id != intervention.ticket_id or intervention.technician_id != by.pk:
        raise NotPossible("credential", _("Only the technician in charge can see this."))
    if intervention.state not in policies.RUNNING or not by.is_active:
        raise NotPossible("credential", _("This intervention is over."))
    if credential.erased_at is not None:
        raise NotPossible("credential", _("This was erased."))
    journal(
        intervention.ticket.stream,
        "credential.seen",
        at=now,
        actor=f"user:{by.pk}",
        credential=credential.pk,
        intervention=intervention.number,
    )
    return envelope.open_sealed(credential.sealed, belongs_to=place(credential)).decode()


def erase_credentials(ticket: Ticket, *, now: datetime) -> int:
    """Erase all credentials of `ticket`, in the caller's transaction, unless another intervention of
    it still runs; how many went (I3)."""
    if ticket.interventions.filter(state__in=policies.RUNNING).exists():
        return 0
    return erase_all(ticket, now=now, actor="system")


def erase_all(ticket: Ticket, *, now: datetime, actor: str) -> int:
    """Erase all credentials of `ticket`, in the caller's transaction; how many went."""
    kept = ticket.credentials.filter(erased_at__isnull=True)
    gone = list(kept.values_list("pk", flat=True))
    kept.update(sealed="", erased_at=now)
    if gone:
        journal(ticket.stream, "credentials.erased", at=now, actor=actor, credentials=gone)
    return len(gone)


@transaction.atomic
def take_back(ticket: Ticket, credential_id: int, *, now: datetime, actor: str = "client") -> bool:
    """The client takes one of his credentials back, also while work goes on: it is erased at once.

    False when the ticket has none of this id, or it is erased already.
    """
    kept = ticket.credentials.select_for_update().filter(pk=credential_id, erased_at__isnull=True)
    if not kept.update(sealed="", erased_at=now):
        return False
    journal(ticket.stream, "credentials.erased", at=now, actor=actor, credentials=[credential_id])
    return True


@transaction.atomic
def wrap_credentials_anew(limit: int = 500) -> int:
    """Wrap the keys of all credentials with the present key of the house; how many changed."""
    changed = 0
    rows = SiteCredential.objects.select_for_update().filter(erased_at__isnull=True)
    for credential in rows.order_by("pk").iterator(limit):
        anew = envelope.wrap_anew(credential.sealed, belongs_to=place(credential))
        if anew != credential.sealed:
            SiteCredential.objects.filter(pk=credential.pk).update(sealed=anew)
            changed += 1
    return changed


def place(credential: SiteCredential) -> str:
    """What the sealed text is bound to."""
    return f"credential:{credential.pk}"
