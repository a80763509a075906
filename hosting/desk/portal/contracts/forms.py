"""Which contracts are asked for: all, unless the reseller leaves somebody or something out (P6)."""

from collections.abc import Sequence

from django import forms
from django.utils.translation import gettext as _

from cessions.services.contracts import Choice


class PackForm(forms.Form):
    """Two lists of boxes, all ticked; a contract needs a person and one of his services."""

    assignees = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    services = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: object, possible: Sequence[Choice], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.possible = possible
        people = [(str(choice.assignee.pk), str(choice.assignee)) for choice in possible]
        things = {str(s.pk): str(s) for choice in possible for s in choice.services}
        for name, label, offered in (
            ("assignees", _("Assignees"), people),
            ("services", _("Services"), list(things.items())),
        ):
            self.fields[name].label = label
            self.fields[name].choices = offered
            self.fields[name].initial = [key for key, _words in offered]

    def chosen(self) -> list[Choice]:
        """The contracts to be made; nobody stands in them without a service."""
        people = set(self.cleaned_data["assignees"])
        things = set(self.cleaned_data["services"])
        wanted = [
            Choice(choice.assignee, [s for s in choice.services if str(s.pk) in things])
            for choice in self.possible
            if str(choice.assignee.pk) in people
        ]
        return [choice for choice in wanted if choice.services]
