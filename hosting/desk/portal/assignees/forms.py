"""Who an assignee is, and for which services (P1)."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy

from cessions.services.assignee_writing import Person
from hosting.desk.portal.choosing import services_field
from hosting.lib.seen import SeenForm
from hosting.models import Service


class AssigneeForm(SeenForm):
    """The service checks addresses and number; its words come back to their fields."""

    full_name = forms.CharField(label=gettext_lazy("Full name"), max_length=200)
    organisation = forms.CharField(
        label=gettext_lazy("Organisation"), max_length=200, required=False
    )
    emails = forms.CharField(
        label=gettext_lazy("E-mail addresses"),
        help_text=gettext_lazy("One per line."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    telephone = forms.CharField(label=gettext_lazy("Telephone"), max_length=40, required=False)
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the contract"), choices=settings.LANGUAGES
    )

    def __init__(self, *args: Any, offered: Sequence[Service], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["services"] = services_field(offered, label=gettext_lazy("Services"))

    def person(self) -> Person:
        """What was typed, for the service."""
        given = self.cleaned_data
        return Person(
            full_name=given["full_name"],
            organisation=given["organisation"],
            emails=tuple(given["emails"].splitlines()),
            telephone=given["telephone"],
            language=given["language"],
        )
