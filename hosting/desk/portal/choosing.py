"""Choosing among the services of an account: boxes while they are few, names to type when they are many.

A form of a reseller with thousands of services stays one short page, and what it sends stays one field.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext

from hosting.enums import ServiceKind
from hosting.lib.names import NotADomainName
from hosting.models import Service
from hosting.policies import stored_name

SHOWN = 150
"""So many are offered one by one, as on the page of the check-in."""
NAMED = 5
"""So many wrong names are repeated to the reader."""


def services_field(
    offered: Sequence[Service], *, label: str | Promise, required: bool = True
) -> "ServiceBoxes | ServiceNames":
    """A field whose clean value is a list of those of `offered` that were chosen.

    Its initial value is a list of keys, as text.
    """
    kind = ServiceBoxes if len(offered) <= SHOWN else ServiceNames
    return kind(offered, label=label, required=required)


class ServiceBoxes(forms.MultipleChoiceField):
    """A box per service."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, offered: Sequence[Service], **kwargs: Any) -> None:
        self.offered = {str(service.pk): service for service in offered}
        choices = [(key, shown(service)) for key, service in self.offered.items()]
        super().__init__(choices=choices, **kwargs)

    def clean(self, value: Any) -> list[Service]:
        return [self.offered[key] for key in dict.fromkeys(super().clean(value))]


class ServiceNames(forms.CharField):
    """A name per line; a name that several services bear means all of them."""

    widget = forms.Textarea(attrs={"rows": 6})

    def __init__(self, offered: Sequence[Service], **kwargs: Any) -> None:
        self.offered = {str(service.pk): service for service in offered}
        super().__init__(
            help_text=gettext_lazy("One name per line, as the overview shows it: example.fr"),
            max_length=500_000,
            **kwargs,
        )

    def prepare_value(self, value: Any) -> Any:
        """What was typed stays as it is; keys are shown as names."""
        if not isinstance(value, list):
            return value
        there = (self.offered[key].display_name for key in value if key in self.offered)
        return "\n".join(dict.fromkeys(there))

    def clean(self, value: Any) -> list[Service]:
        named: dict[str, list[Service]] = {}
        for service in self.offered.values():
            named.setdefault(service.name, []).append(service)
        typed = {line.strip(): _stored(line) for line in super().clean(value).splitlines()}
        typed.pop("", None)
        self._refuse([line for line, name in typed.items() if name not in named])
        return [service for name in dict.fromkeys(typed.values()) for service in named[name]]

    def _refuse(self, unknown: list[str]) -> None:
        if not unknown:
            return
        words = ngettext(
            "%(count)d name is none of these services: %(names)s",
            "%(count)d names are none of these services: %(names)s",
            len(unknown),
        )
        more = ["…"] if len(unknown) > NAMED else []
        names = ", ".join([*unknown[:NAMED], *more])
        raise ValidationError(words % {"count": len(unknown), "names": names}, code="unknown")


def shown(service: Service) -> str:
    """A service by its name and kind."""
    return f"{service.display_name} ({service.get_kind_display()})"


def keys_of(services: Iterable[Service]) -> list[str]:
    """The initial value of a field for `services`."""
    return [str(service.pk) for service in services]


def _stored(line: str) -> str:
    """The name as services bear it; what can be none stays as it was typed."""
    try:
        return stored_name(ServiceKind.OTHER, line)
    except NotADomainName:
        return line.strip()
