"""Words for staff to use when they call or write, in the holder's language (C8)."""

from django.template.loader import render_to_string
from django.utils import translation

from accounts.enums import ContactKind
from cessions.notifications.holder import Search
from hosting.lib.provider import identity


def suggested_words(channel: str, search: Search, language: str) -> str:
    """What to say on the telephone, or to write as a message, about `search` today."""
    name = "phone" if channel == ContactKind.PHONE else "message"
    with translation.override(language):
        words = {"search": search, "provider": identity()}
        return render_to_string(f"cessions/words/{name}.txt", words).strip()
