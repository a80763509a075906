"""What a client can write to us."""

from django import forms
from django.utils.translation import gettext_lazy as _

from interventions.services.conversation import LONGEST_TEXT


class MessageForm(forms.Form):
    """One message of the client on his ticket's page."""

    text = forms.CharField(
        label=_("Your message"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "Please no passwords here: the field for access data on this page encrypts them."
        ),
    )
