"""Words for staff to use when they call or write: to holders in their language (C8), and usual answers
to the claimant in his (A10)."""

from dataclasses import dataclass
from datetime import datetime

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.enums import ContactKind
from cessions.enums import DocumentKind
from cessions.notifications.holder import Search
from cessions.policies.messages import UsualAnswer
from hosting.lib.provider import identity


def suggested_words(channel: str, search: Search, language: str) -> str:
    """What to say on the telephone, or to write as a message, about `search` today."""
    name = "phone" if channel == ContactKind.PHONE else "message"
    with translation.override(language):
        words = {"search": search, "provider": identity()}
        return render_to_string(f"cessions/words/{name}.txt", words).strip()


@dataclass(frozen=True)
class Known:
    """What the usual answers to a claimant may say; each uses what its topic allows."""

    full_name: str
    number: str
    earliest_at: datetime
    is_decidable: bool
    sought_from: datetime
    missing: tuple[DocumentKind, ...]
    check_missing: bool
    effects_missing: bool
    holder: str = ""
    sought_dates: int = 0


def usual_words(answer: UsualAnswer, known: Known, language: str) -> str:
    """The words of a usual answer, for staff to begin from."""
    with translation.override(language):
        words = {"known": known, "provider": identity()}
        text = render_to_string(f"cessions/words/claimant/{answer.value}.txt", words)
        hello = _("Hello %(name)s,") % {"name": known.full_name}
        return f"{hello}\n\n{text.strip()}\n\n{_('Kind regards,')}\n{identity()['name']}"
