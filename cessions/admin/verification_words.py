"""What was seen at the last look, in words for staff (V2)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from cessions.enums import CallResult
from cessions.policies.challenges import DENIED

SEEN = {
    "found": gettext_lazy("the code is there"),
    "nothing": gettext_lazy("nothing is there yet"),
    "other": gettext_lazy("something else is there"),
    "status": gettext_lazy("the site answers, but not with the file"),
    "name": gettext_lazy("the name is not known in the DNS"),
    "address": gettext_lazy("the name leads to an address that is not public"),
    "elsewhere": gettext_lazy("the site leads to another name"),
    "time": gettext_lazy("no answer within five seconds"),
    "tls": gettext_lazy("the site's certificate is not in order"),
    "refused": gettext_lazy("no connection"),
    "posted": pgettext_lazy("letter", "posted"),
    DENIED: gettext_lazy("the registered owner says that he knows nothing of it"),
    **dict(CallResult.choices),
}


def seen_words(seen: str) -> str:
    """What was seen at the last look, in words; what stood there in its place is quoted."""
    code, _colon, detail = seen.partition(": ")
    words = str(SEEN.get(code, "")) if code else ""
    return _("%(words)s: %(detail)s") % {"words": words, "detail": detail} if detail else words
