"""What may be done about an agreed transfer at this moment; a button that cannot be used says why. The
services judge again whatever a button says (X5, X7)."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import is_supervisor
from cessions.admin.case_buttons import Button, why_not_second
from cessions.models import AgreedTransfer
from cessions.models.two_people import PENDING
from cessions.services.agreements import OPEN
from cessions.services.transfer_lock import is_locked


def agreed_buttons(transfer: AgreedTransfer, user: User, at: datetime) -> Iterator[Button]:
    """Stop it while it runs; within the lock of an executed one, the two steps of its reversal."""
    if transfer.state in OPEN:
        why_not = "" if is_supervisor(user) else _("Only a supervisor can do this.")
        yield Button(_("Stop the agreed transfer"), _url(transfer, "stop"), why_not)
    if is_locked(transfer, at):
        yield from _about_reversal(transfer, user)


def _about_reversal(transfer: AgreedTransfer, user: User) -> Iterator[Button]:
    waiting = transfer.reversals.filter(PENDING).first()
    if waiting is None:
        yield Button(_("Reverse the transfer"), _url(transfer, "reverse"))
        return
    why_not = why_not_second(waiting.proposed_by_id, user)
    url = _url(transfer, "reverse-confirm", waiting.pk)
    yield Button(_("Confirm the reversal"), url, why_not, main=not why_not)
    yield Button(_("Drop the proposal to reverse"), _url(transfer, "reverse-drop", waiting.pk))


def _url(transfer: AgreedTransfer, slug: str, *part: int) -> str:
    return reverse(f"admin:cessions_agreedtransfer_{slug}", args=[transfer.pk, *part])
