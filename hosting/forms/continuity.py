"""Forms of the verbs on holds, due dates, emergencies and webhook deliveries (H2, H3)."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import CustomerAccount, User
from hosting import services
from hosting.enums import ClientChannel, RenewalChoice
from hosting.forms.services import date_field
from hosting.lib.admin import VerbForm, actor_of
from hosting.lib.clock import now
from hosting.lib.factor import FactorForm
from hosting.models import ContinuityHold, Emergency, Service, WebhookDelivery
from hosting.records.services import journal
from hosting.services import emergencies, renewals, webhooks


def long_field(label: Any, help_text: Any = "") -> forms.CharField:
    """A text of several lines that must be there."""
    area = forms.Textarea(attrs={"rows": 4})
    return forms.CharField(label=label, max_length=5000, widget=area, help_text=help_text)


class ConfirmHoldForm(VerbForm):
    """The hold stays."""

    target: ContinuityHold

    def perform(self, *, at: datetime, user: User) -> str:
        services.confirm_hold(self.target, by=user, now=at)
        return _("The hold is confirmed.")


class LiftHoldForm(VerbForm):
    """The hold ends, for a reason."""

    target: ContinuityHold
    reason = long_field(gettext_lazy("Reason"))

    def perform(self, *, at: datetime, user: User) -> str:
        services.lift_hold(self.target, reason=self.cleaned_data["reason"], by=user, now=at)
        return _("The hold is lifted.")


class RenewHoldForm(VerbForm):
    """Another 60 days."""

    target: ContinuityHold

    def perform(self, *, at: datetime, user: User) -> str:
        services.renew_hold(self.target, by=user, now=at)
        return _("The hold runs 60 days from now.")


class RenewalForm(FactorForm, VerbForm):
    """A due date inside a hold: renew on behalf, or let go; it counts, so it asks a factor."""

    asks_factor = True
    target: ContinuityHold
    choice = forms.ChoiceField(
        label=gettext_lazy("What shall happen?"),
        choices=[
            (RenewalChoice.RENEW, gettext_lazy("Renew it on the holder's behalf")),
            (RenewalChoice.LET_GO, gettext_lazy("Let it go")),
        ],
        widget=forms.RadioSelect,
    )
    new_due_on = date_field(gettext_lazy("New due date, for a renewal"))
    charged_to_holder = forms.BooleanField(
        label=gettext_lazy("Charge it to the holder"),
        required=False,
        help_text=gettext_lazy(
            "Only for a domain name, and only with a power of attorney in force that says so."
        ),
    )
    reason = long_field(gettext_lazy("Reason"))

    def __init__(self, *args: Any, request: HttpRequest, target: Any, **kwargs: Any) -> None:
        super().__init__(*args, request=request, target=target, **kwargs)

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.refused is not None:
            journal(
                f"service:{self.target.service_id}",
                "factor_refused",
                at=now(),
                actor=actor_of(self.request.user),
                act=type(self).__name__,
                code=self.refused.code,
            )

    def perform(self, *, at: datetime, user: User) -> str:
        names = ("choice", "reason", "new_due_on", "charged_to_holder")
        renewal = renewals.Renewal(**{name: self.cleaned_data[name] for name in names})
        renewals.decide_renewal(self.target, renewal, by=user, factor=self.confirmed, now=at)
        if renewal.choice == RenewalChoice.RENEW:
            return _("The service is renewed on the holder's behalf.")
        return _("It is recorded that the service is let go.")


class OpenEmergencyForm(VerbForm):
    """What happened, and who was asked before (H3)."""

    target: CustomerAccount
    facts = long_field(gettext_lazy("What happened"))
    holder_tried = long_field(
        gettext_lazy("How the holder was sought"),
        gettext_lazy("When, by which ways, with what result."),
    )
    contacts_tried = long_field(
        gettext_lazy("What the emergency contacts said"),
        gettext_lazy("Please ask them first. Where there are none, write so."),
    )

    def perform(self, *, at: datetime, user: User) -> str:
        emergencies.open_emergency(self.target, by=user, now=at, **self.cleaned_data)
        return _("The emergency is open, and the account's services are on hold.")


class ClientContactForm(VerbForm):
    """A contact with an end client, as it was (H3)."""

    target: Emergency
    service = forms.ModelChoiceField(label=gettext_lazy("Service"), queryset=Service.objects.none())
    client = forms.CharField(label=gettext_lazy("Who was contacted"), max_length=200)
    channel = forms.ChoiceField(label=gettext_lazy("How"), choices=ClientChannel.choices)
    said = long_field(
        gettext_lazy("What was said"),
        gettext_lazy("It cannot be changed afterwards; a mistake is put right by another entry."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["service"]
        field.queryset = Service.objects.filter(account=self.target.account_id).order_by("name")

    def perform(self, *, at: datetime, user: User) -> str:
        emergencies.record_contact(self.target, by=user, now=at, **self.cleaned_data)
        return _("The contact is recorded.")


class CloseEmergencyForm(VerbForm):
    """How it ended (H3)."""

    target: Emergency
    outcome = long_field(gettext_lazy("How it ended"))

    def perform(self, *, at: datetime, user: User) -> str:
        outcome = self.cleaned_data["outcome"]
        emergencies.close_emergency(self.target, outcome=outcome, by=user, now=at)
        return _("The emergency is closed, and its holds have ended.")


class ResendForm(VerbForm):
    """Send it again, under its own id."""

    target: WebhookDelivery

    def perform(self, *, at: datetime, user: User) -> str:
        webhooks.resend(self.target, actor=actor_of(user), now=at)
        return _("It is sent again.")
