"""Announcing an absence (A11)."""

from datetime import datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import CustomerAccount, PlannedAbsence, User
from accounts.services.absence import announce_absence


class AbsenceForm(forms.Form):
    """From when to when, and a word that may help us."""

    from_on = forms.DateField(
        label=_("First day away"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until_on = forms.DateField(
        label=_("Last day away"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    remark = forms.CharField(
        label=_("Remark"),
        max_length=200,
        required=False,
        help_text=_("Only if you like, and only for us. You need not say why you are away."),
    )

    def announce(self, account: CustomerAccount, *, by: User, now: datetime) -> PlannedAbsence:
        """Hand what was typed to the service. Raises ValidationError."""
        return announce_absence(account, by=by, now=now, **self.cleaned_data)
