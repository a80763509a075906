"""What staff do about an agreed transfer: each verb has a form of its own (X5, X7)."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cessions.admin.case_forms import LONG, CaseForm, DecidingForm
from cessions.models import AgreedReversal, AgreedSign, AgreedTransfer
from cessions.services import agreed
from cessions.services.refused import Refused
from hosting.lib.admin import Verb, VerbForm

VIEW = "view"


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


class AgreedDecidingForm(DecidingForm):
    """An act that counts, about an agreed transfer."""

    @property
    def stream(self) -> str:
        of = self.target
        return of.stream if isinstance(of, AgreedTransfer) else of.transfer.stream


class ProposeReversal(AgreedDecidingForm):
    """A first person wants an executed agreed transfer back (X5)."""

    reason = forms.CharField(label=_("Why"), widget=LONG, max_length=2000)

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        agreed.propose_reversal(
            self.target.pk, reason=data["reason"], by=user, now=at, factor=self.confirmed
        )
        return gettext("Proposed. A supervisor, another person than you, can confirm it now.")


class ConfirmReversal(AgreedDecidingForm):
    """A second person, a supervisor, puts everything back (X5)."""

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        agreed.confirm_reversal(self.target.pk, by=user, now=at, factor=self.confirmed)
        return gettext("Reversed: the services are back. Both sides are told.")


class DropReversal(CaseForm):
    """Take the proposal back."""

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        agreed.drop_reversal(self.target.pk, by=user, now=at)
        return gettext("The proposal is dropped.")


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


AGREED_VERBS = (
    Verb(
        "stop",
        _("Stop the agreed transfer"),
        StopForm,
        _("Stop it"),
        hint=_("Both sides read the reason. The services stay where they are."),
    ),
    Verb(
        "reverse",
        _("Reverse the transfer"),
        ProposeReversal,
        _("I propose to reverse it"),
        hint=_("A second person, a supervisor, confirms; then everything goes back at once."),
        permission=VIEW,
    ),
    Verb(
        "reverse-confirm",
        _("Confirm the reversal"),
        ConfirmReversal,
        _("Put everything back"),
        hint=_("Ownership and access go back at once; both sides get a mail and a letter."),
        part=reversal_of,
        permission=VIEW,
    ),
    Verb(
        "reverse-drop",
        _("Drop the proposal"),
        DropReversal,
        _("Drop it"),
        part=reversal_of,
        permission=VIEW,
    ),
    Verb(
        "alarm",
        _("Take care of the alarm"),
        AcknowledgeAlarm,
        _("I take care of it"),
        part=sign_of,
        permission=VIEW,
    ),
)
