"""What the holder types about how he is reached."""

from django import forms
from django.utils.translation import gettext_lazy

from accounts.enums import ContactKind

LABEL_HELP = gettext_lazy("For example: office, at home, only in the evening.")


class ChangeForm(forms.Form):
    """Another address or number, or another label (A4)."""

    value = forms.CharField(label=gettext_lazy("Address or number"), max_length=300)
    label = forms.CharField(
        label=gettext_lazy("Label"), max_length=100, required=False, help_text=LABEL_HELP
    )


class AddForm(ChangeForm):
    """A further way to be reached (A3)."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of contact"), choices=ContactKind.choices)
    field_order = ("kind", "value", "label")


class EndForm(forms.Form):
    """Nothing to fill in: the button is the question."""


class EndLastForm(EndForm):
    """The last e-mail address or telephone (A2)."""

    knows = forms.BooleanField(
        label=gettext_lazy("I know that you can no longer reach me in this way."),
    )


class CodeForm(forms.Form):
    """The code from the mail."""

    code = forms.CharField(
        label=gettext_lazy("Code from the e-mail"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )
