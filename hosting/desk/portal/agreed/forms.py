"""To hand services over: which, to whom, and the factor that confirms it (X7)."""

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import CustomerAccount
from accounts.policies.transferor import COUNTRY_NAMES
from cessions.models import Assignee, TransferRequest
from cessions.services.agreed import Recipient, services_to_hand_over
from hosting.desk.portal.choosing import SHOWN, keys_of, services_field
from hosting.lib.factor import FactorForm

COUNTRIES = ("FR", "DE", "AT", "BE", "CH", "ES", "GB", "IT", "LU", "MC", "NL")


def country_choices() -> list[tuple[str, str]]:
    """The countries that we write to, by name where it is known in the reader's language."""
    language = get_language() or "en"
    return [(code, COUNTRY_NAMES.get(code, {}).get(language, code)) for code in COUNTRIES]


class AssigneeChoice(forms.ModelChoiceField):
    """A person of the account's list, with the address that is written to."""

    def label_from_instance(self, obj: Assignee) -> str:
        return f"{obj.full_name} ({obj.emails[0]})"


class RequestForm(FactorForm):
    """The holder agrees to a request: its claimant gets what is chosen here."""

    services = forms.Field()
    sure = forms.BooleanField(
        label=_("I have read what this changes, and want to hand these services over.")
    )

    def __init__(
        self,
        *args: Any,
        account: CustomerAccount,
        now: datetime,
        transfer_request: TransferRequest | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        offered = list(services_to_hand_over(account, now, transfer_request))
        field = services_field(offered, label=_("Services to hand over"))
        if transfer_request is not None:
            field.initial = keys_of(offered)
        self.fields["services"] = field

    @property
    def recipient(self) -> Recipient | None:
        """Nobody is named here: it is the claimant."""
        return None


class HandOverForm(RequestForm):
    """The holder hands over to somebody of his list, or to somebody he names."""

    assignee = AssigneeChoice(
        label=_("To whom"),
        queryset=None,
        required=False,
        empty_label=_("Somebody else, named below"),
    )
    full_name = forms.CharField(label=_("Full name"), max_length=200, required=False)
    organisation = forms.CharField(label=_("Organisation"), max_length=200, required=False)
    email = forms.EmailField(label=_("E-mail address"), required=False)
    telephone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    postal_address = forms.CharField(
        label=_("Postal address"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The letter that confirms the transfer goes there."),
    )
    country = forms.ChoiceField(label=_("Country"), choices=country_choices, initial="FR")
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    field_order = (
        "services",
        "assignee",
        "full_name",
        "organisation",
        "email",
        "telephone",
        "postal_address",
        "country",
        "language",
        "sure",
        "factor",
    )

    def __init__(self, *args: Any, account: CustomerAccount, **kwargs: Any) -> None:
        super().__init__(*args, account=account, **kwargs)
        listed = account.assignees.filter(ended_at__isnull=True)
        self.fields["assignee"].queryset = listed
        self.fields["language"].initial = account.language
        if not 0 < listed.count() <= SHOWN:  # nobody or too many to choose from: one is named
            del self.fields["assignee"]
            self.fields["full_name"].required = self.fields["email"].required = True

    def clean(self) -> dict[str, Any]:
        """Somebody of the list, or a name and an address."""
        data = super().clean() or self.cleaned_data
        if not data.get("assignee"):
            for name in ("full_name", "email"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, _("Please say to whom the services go."))
        return data

    @property
    def recipient(self) -> Recipient | None:
        """The person chosen or named, once the form is valid."""
        data = self.cleaned_data
        listed: Assignee | None = data.get("assignee")
        place = {"postal_address": data["postal_address"], "country": data["country"]}
        if listed is not None:
            return Recipient(
                full_name=listed.full_name,
                organisation=listed.organisation,
                email=listed.emails[0],
                telephone=listed.telephone,
                language=listed.language,
                **place,
            )
        return Recipient(
            full_name=data["full_name"],
            organisation=data["organisation"],
            email=data["email"],
            telephone=data["telephone"],
            language=data["language"],
            **place,
        )
