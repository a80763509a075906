"""Words of the policies: message ids with their values, translated only when they are shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext


def gettext_noop(message: str) -> str:
    """Mark `message` for the catalogues by a name that makemessages knows.

    Django's own function of this name reads the settings on import; policies need none.
    """
    return message


class MessageId(str):
    """A value inside a message that is itself to be translated (the name of a document, say)."""

    __slots__ = ()


@dataclass(frozen=True)
class Words:
    """A message id in English with its values; `str()` gives it in the reader's language."""

    message: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        shown = {name: _shown(value) for name, value in self.values.items()}
        return gettext(self.message) % shown if shown else gettext(self.message)


def _shown(value: object) -> object:
    return gettext(value) if isinstance(value, MessageId) else value


DOCUMENT_NAMES: Mapping[str, str] = {
    "owner_identity": gettext_noop("signed copy of the registered owner's identity document"),
    "claimant_identity": gettext_noop("copy of your identity card or passport"),
    "owner_authority": gettext_noop("authority signed by the registered owner"),
    "register_extract": gettext_noop("company register extract, less than 3 months old"),
    "representative_identity": gettext_noop(
        "identity document of the organisation's representative"
    ),
    "invoice": gettext_noop("last invoice from your provider"),
    "payment_proof": gettext_noop("proof of payment for the last term"),
    "contract": gettext_noop("signed transfer contract"),
    "other": gettext_noop("other document"),
}


def document_name(kind: str) -> MessageId:
    """What a document of `kind` is called on screen; an unknown kind is an "other document"."""
    return MessageId(DOCUMENT_NAMES.get(kind, DOCUMENT_NAMES["other"]))
