"""Two windows, two people: what one of them saved meanwhile is not overwritten unseen by the other."""

import hashlib
from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _


class SeenForm(forms.Form):
    """A form over what is on file (its `initial`): it carries along which state its writer saw.

    When that is no longer what is on file he is told, and decides: saved once more, it is kept. A
    form without the mark, as a program sends it, is taken as it is.
    """

    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on_file = mark_of(self.initial)
        self.fields["seen"].initial = self.on_file

    def clean(self) -> dict[str, Any]:
        """The other fields; an error where the file changed since they were shown."""
        data = super().clean() or self.cleaned_data
        seen = data.pop("seen", "")
        if seen and seen != self.on_file:
            again = cast(QueryDict, self.data).copy()
            again[self.add_prefix("seen")] = self.on_file
            self.data = again
            self.add_error(
                None,
                _(
                    "This was changed meanwhile, in another window or by somebody else. Below stands"
                    " what you typed: compare it with what is on file, then save it once more."
                ),
            )
        return data


def mark_of(values: Mapping[str, Any]) -> str:
    """The same mark for the same values, whatever their order."""
    said = sorted((name, str(value)) for name, value in values.items())
    return hashlib.sha256(repr(said).encode()).hexdigest()
