"""What staff do about an agreed transfer: each verb has a form of its own (X5, X7)."""

from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cessions.admin import case_forms
from cessions.admin.case_forms import LONG, CaseForm
from cessions.admin.case_verbs import REVERSAL_VERBS, VIEW
from cessions.models import AgreedReversal, AgreedSign, AgreedTransfer
from cessions.services import agreed
from cessions.services.refused import Refused
from hosting.lib.admin import Verb, VerbForm


class StopForm(VerbForm):
    """Why a supervisor stops it."""

    reason = forms.CharField(label=_("Reason"), widget=LONG, max_length=2000)

    def perform(self, *, at: datetime, user: Any) -> str:
        """Stop it; both sides are told why."""
        try:
            agreed.stop(self.target.pk, reason=self.cleaned_data["reason"], by=user, now=at)
        except Refused as refused:
            raise ValidationError(str(refused)) from refused
        return gettext("The agreed transfer is stopped. Both sides are told.")


class AgreedStream:
    """The journal of the transfer keeps a wrong factor."""

    target: AgreedTransfer | AgreedReversal

    @property
    def stream(self) -> str:
        of = self.target
        return of.stream if isinstance(of, AgreedTransfer) else of.transfer.stream


class ProposeReversal(AgreedStream, case_forms.ProposeReversal):
    """A first person wants an executed agreed transfer back (X5)."""

    DEEDS: ClassVar[Any] = agreed


class ConfirmReversal(AgreedStream, case_forms.ConfirmReversal):
    """A second person, a supervisor, puts everything back (X5)."""

    DEEDS: ClassVar[Any] = agreed


class DropReversal(case_forms.DropReversal):
    """Take the proposal back."""

    DEEDS: ClassVar[Any] = agreed


class AcknowledgeAlarm(CaseForm):
    """Somebody takes care of an alarm (X5)."""

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        agreed.acknowledge_alarm(self.target.pk, by=user, now=at)
        return gettext("You take care of this alarm.")


def reversal_of(transfer: AgreedTransfer, pk: int) -> AgreedReversal:
    """A reversal of the transfer; 404 otherwise."""
    rows = AgreedReversal.objects.select_related("transfer", "proposed_by")
    return get_object_or_404(rows, pk=pk, transfer=transfer)


def sign_of(transfer: AgreedTransfer, pk: int) -> AgreedSign:
    """A sign about the transfer; 404 otherwise."""
    return get_object_or_404(AgreedSign, pk=pk, transfer=transfer)


REVERSE, CONFIRM, DROP = REVERSAL_VERBS
AGREED_VERBS = (
    Verb(
        "stop",
        _("Stop the agreed transfer"),
        StopForm,
        _("Stop it"),
        hint=_("Both sides read the reason. The services stay where they are."),
    ),
    replace(REVERSE, form=ProposeReversal, part=None),
    replace(CONFIRM, form=ConfirmReversal, part=reversal_of),
    replace(DROP, form=DropReversal, part=reversal_of),
    Verb(
        "alarm",
        _("Take care of the alarm"),
        AcknowledgeAlarm,
        _("I take care of it"),
        part=sign_of,
        permission=VIEW,
    ),
)
