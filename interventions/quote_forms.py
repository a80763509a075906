"""What the form for a quote accepts (N6)."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from hosting.models import Service
from interventions.services.quote_rows import Wish

LONGEST_TEXT = 5000


class WishForm(forms.Form):
    """What is wanted, and who asks."""

    wish = forms.CharField(
        label=_("What shall we do?"),
        help_text=_("What is broken, or what you would like to have. Please no passwords here."),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 6}),
    )
    site = forms.CharField(
        label=_("The address of your site"),
        max_length=253,
        required=False,
        widget=forms.TextInput(
            {"placeholder": "example.com", "spellcheck": "false", "autocapitalize": "none"}
        ),
    )
    full_name = forms.CharField(
        label=_("Your first and last name"),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("One that works without the site in question."),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    telephone = forms.CharField(
        label=_("Your telephone number"),
        max_length=40,
        required=False,
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel"}),
    )

    def asked(self, language: str, user: Any) -> Wish:
        """All that the valid form says, in the page's `language`."""
        given = self.cleaned_data
        return Wish(
            language=language,
            wish=given["wish"],
            full_name=given["full_name"],
            email=given["email"],
            site=given["site"],
            telephone=given["telephone"],
        )


class MemberWishForm(WishForm):
    """The same for somebody signed in: for which of his services."""

    site = full_name = email = None  # type: ignore[assignment]
    service = forms.ModelChoiceField(Service.objects.none(), label=_("For which service?"))
    field_order = ("service", "wish", "telephone")

    def __init__(self, *args: Any, services: QuerySet[Service], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].queryset = services  # type: ignore[attr-defined]

    def asked(self, language: str, user: User) -> Wish:
        given = self.cleaned_data
        service: Service = given["service"]
        return Wish(
            language=language,
            wish=given["wish"],
            full_name=user.full_name or service.account.full_name,
            email=user.email,
            site=service.display_name,
            telephone=given["telephone"],
        )
