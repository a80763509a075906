"""Forms on the holder's own data: each asks the factor with the act (L2)."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.enums import RegistrationKind
from accounts.models import CustomerAccount
from accounts.services.corrections import AT_ONCE, CHECKED
from hosting.lib.factor import FactorForm
from hosting.lib.seen import SeenForm


class OwnDataForm(SeenForm, FactorForm):
    """A form that begins with what is on file; `names` are the fields of the account it holds."""

    names: tuple[str, ...] = ()

    def __init__(
        self, *args: Any, request: HttpRequest, account: CustomerAccount, **kwargs: Any
    ) -> None:
        initial = {name: getattr(account, name) for name in self.names}
        super().__init__(*args, request=request, initial=initial, **kwargs)

    def wanted(self) -> dict[str, str]:
        """The account's fields as they were typed."""
        return {name: self.cleaned_data[name] for name in self.names}


class AddressForm(OwnDataForm):
    """What the holder changes by himself, at once."""

    names = AT_ONCE
    street = forms.CharField(label=_("Street and number"), max_length=200, required=False)
    postal_code = forms.CharField(label=_("Postal code"), max_length=20, required=False)
    city = forms.CharField(label=_("City"), max_length=100, required=False)
    language = forms.ChoiceField(label=_("Preferred language"), choices=settings.LANGUAGES)


class CorrectionForm(OwnDataForm):
    """What staff check first: names, number, country."""

    names = CHECKED
    full_name = forms.CharField(label=_("Full name of the holder"), max_length=200)
    trade_name = forms.CharField(label=_("Trade name"), max_length=200, required=False)
    registration_kind = forms.ChoiceField(
        label=_("Kind of registration number"), choices=RegistrationKind.choices, required=False
    )
    registration_number = forms.CharField(
        label=_("Registration number"), max_length=40, required=False
    )
    country = forms.CharField(
        label=_("Country"), max_length=2, help_text=_("Two letters: FR, DE, BE…")
    )
    reason = forms.CharField(
        label=_("What changed, and how we can check it"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For example: I married; the register was changed on 1 March."),
    )


class ExportForm(FactorForm):
    """Nothing but the factor."""
