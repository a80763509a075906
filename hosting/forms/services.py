"""Forms of the verbs on a service: each calls one service verb (S1-S3)."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import CustomerAccount, User
from accounts.roles import is_supervisor
from hosting import services
from hosting.enums import ServiceKind, ServiceStatus, StatusCause
from hosting.lib.admin import VerbForm, actor_of
from hosting.lib.seen import SeenForm
from hosting.models import Plan, Service
from hosting.policies import Owner

OWNER_FIELDS = {
    "owner_name": "name",
    "owner_organisation": "organisation",
    "owner_email": "email",
    "owner_address": "address",
    "technical_contact": "technical_contact",
}


def date_field(label: Any) -> forms.DateField:
    """A day, picked from the browser's own calendar."""
    picker = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, required=False, widget=picker)


def plan_field() -> forms.ModelChoiceField:
    """The plans are a short list, so a select box it is."""
    return forms.ModelChoiceField(
        label=gettext_lazy("Plan of a web hosting"), queryset=Plan.objects.all(), required=False
    )


class OwnerFields(forms.Form):
    """The registered owner of a domain and who looks after it (S2)."""

    owner_name = forms.CharField(
        label=gettext_lazy("Registered owner"), max_length=200, required=False
    )
    owner_organisation = forms.CharField(
        label=gettext_lazy("Organisation of the owner"), max_length=200, required=False
    )
    owner_email = forms.CharField(
        label=gettext_lazy("E-mail address of the owner"), max_length=254, required=False
    )
    owner_address = forms.CharField(
        label=gettext_lazy("Address of the owner"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    technical_contact = forms.CharField(
        label=gettext_lazy("Technical contact"), max_length=200, required=False
    )

    def owner(self) -> Owner:
        return Owner(**{field: self.cleaned_data[name] for name, field in OWNER_FIELDS.items()})


class AddServiceForm(OwnerFields, VerbForm):
    """A new service of an account (S1)."""

    target: CustomerAccount
    kind = forms.ChoiceField(label=gettext_lazy("Kind of service"), choices=ServiceKind.choices)
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=253,
        help_text=gettext_lazy("For example: example.fr"),
    )
    plan = plan_field()
    due_on = date_field(gettext_lazy("Due date"))
    paid_until = date_field(gettext_lazy("Paid until"))
    field_order = ("kind", "name", "plan", "due_on", "paid_until")

    def perform(self, *, at: datetime, user: User) -> str:
        terms = {name: self.cleaned_data[name] for name in self.field_order}
        created = services.create_service(
            self.target, now=at, actor=actor_of(user), owner=self.owner(), **terms
        )
        return _("%(service)s is added.") % {"service": created.display_name}


class TermsForm(SeenForm, VerbForm):
    """Plan, due date, and the date up to which the service is paid (S1)."""

    target: Service
    plan = plan_field()
    due_on = date_field(gettext_lazy("Due date"))
    paid_until = date_field(gettext_lazy("Paid until"))

    def present(self) -> dict[str, Any]:
        return {name: getattr(self.target, name) for name in ("plan", "due_on", "paid_until")}

    def perform(self, *, at: datetime, user: User) -> str:
        services.change_terms(self.target, now=at, actor=actor_of(user), **self.cleaned_data)
        return _("The dates are saved.")


class StatusForm(VerbForm):
    """The status; terminated is for good (S1)."""

    target: Service
    status = forms.ChoiceField(label=gettext_lazy("Status"), choices=ServiceStatus.choices)
    cause = forms.ChoiceField(label=gettext_lazy("Why"), choices=StatusCause.choices)

    def present(self) -> dict[str, Any]:
        return {"status": self.target.status, "cause": StatusCause.OTHER}

    def perform(self, *, at: datetime, user: User) -> str:
        status = self.cleaned_data["status"]
        if status == ServiceStatus.TERMINATED and not is_supervisor(user):
            # ended here and created anew elsewhere, it would change hands without a decision (X1)
            words = _("Only a supervisor can terminate a service.")
            raise ValidationError({"status": words})
        cause = self.cleaned_data["cause"]
        services.change_status(self.target, status, now=at, actor=actor_of(user), cause=cause)
        return _("The status is saved.")


class OwnerForm(SeenForm, OwnerFields, VerbForm):
    """Who is registered as the owner of a domain, and the registrar's lock (S2, V4)."""

    target: Service
    registrar_locked_until = date_field(gettext_lazy("Locked at the registrar until"))

    def present(self) -> dict[str, Any]:
        registration = getattr(self.target, "registration", None)
        names = [*OWNER_FIELDS, "registrar_locked_until"]
        return {name: getattr(registration, name, None) for name in names}

    @transaction.atomic
    def perform(self, *, at: datetime, user: User) -> str:
        services.change_owner(self.target, self.owner(), now=at, actor=actor_of(user))
        until = self.cleaned_data["registrar_locked_until"]
        services.set_registrar_lock(self.target, until, now=at, actor=actor_of(user))
        return _("The registered owner is saved.")
