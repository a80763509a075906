"""What the holder types of an emergency contact (A8): each act asks his factor again."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.enums import EmergencyPower
from hosting.lib.factor import FactorForm


class PowersForm(FactorForm):
    """What somebody may decide for the holder."""

    powers = forms.MultipleChoiceField(
        label=_("What this person may decide"),
        choices=EmergencyPower.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Without a tick the person can only be asked, and can stop a wrong request."),
    )
    remark = forms.CharField(
        label=_("What else was agreed"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class NameForm(PowersForm):
    """A trusted person."""

    full_name = forms.CharField(label=_("Full name"), max_length=200)
    relation = forms.CharField(label=_("Who it is to you"), max_length=100, required=False)
    email = forms.EmailField(label=_("E-mail address"))
    telephone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    field_order = ("full_name", "relation", "email", "telephone", "language", "powers", "remark")


class EndForm(FactorForm):
    """The holder ends it; nothing but the factor is asked."""
