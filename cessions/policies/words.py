"""Words of the policies: message ids with their values, translated only when they are shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext


def gettext_noop(message: str) -> str:
    """Mark `message` for the catalogues by a name that makemessages knows.

    Django's own function of this name reads the settings on import; policies need none.
    """
    return message


@dataclass(frozen=True)
class Words:
    """A message id in English with its values; `str()` gives it in the reader's language."""

    message: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        text = gettext(self.message)
        return text % self.values if self.values else text
