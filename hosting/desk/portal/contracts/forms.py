"""Which contracts are asked for: all, unless the reseller leaves somebody or something out (P6)."""

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cessions.services.contracts import Choice
from hosting.desk.portal.choosing import SHOWN, keys_of, services_field
from hosting.models import Service


class PackForm(forms.Form):
    """Two lists of boxes, all ticked; a contract needs a person and one of his services."""

    assignees = forms.MultipleChoiceField(label=_("Assignees"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, possible: Sequence[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.possible = possible
        services = _services(possible)
        field = services_field(services, label=_("Services"))
        field.initial = keys_of(services)
        self.fields["services"] = field
        people = [(str(choice.assignee.pk), str(choice.assignee)) for choice in possible]
        self.fields["assignees"].choices = people
        self.fields["assignees"].initial = [key for key, _name in people]

    def chosen(self) -> list[Choice]:
        """The contracts to be made; nobody stands in them without a service."""
        people = set(self.cleaned_data["assignees"])
        theirs = [choice for choice in self.possible if str(choice.assignee.pk) in people]
        return _only(theirs, self.cleaned_data["services"])


class LargePackForm(forms.Form):
    """Too many for boxes: everything, or what is named."""

    def __init__(self, *args: Any, possible: Sequence[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.possible = possible
        label = _("Only for these services (left empty: for all)")
        self.fields["services"] = services_field(_services(possible), label=label, required=False)

    def chosen(self) -> list[Choice]:
        """The contracts to be made."""
        named = self.cleaned_data["services"]
        return _only(self.possible, named) if named else list(self.possible)


def pack_form(data: Any, possible: Sequence[Choice]) -> PackForm | LargePackForm:
    """The form for so many `possible` contracts."""
    large = len(possible) > SHOWN or len(_services(possible)) > SHOWN
    return (LargePackForm if large else PackForm)(data, possible=possible)


def _services(possible: Sequence[Choice]) -> list[Service]:
    """Each service once."""
    return list({s.pk: s for choice in possible for s in choice.services}.values())


def _only(choices: Sequence[Choice], services: Collection[Service]) -> list[Choice]:
    """`choices` with none but `services`, as far as anything is left of each."""
    wanted = {service.pk for service in services}
    kept = [Choice(c.assignee, [s for s in c.services if s.pk in wanted]) for c in choices]
    return [choice for choice in kept if choice.services]
