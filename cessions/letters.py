"""Letters on paper: a row of what is to be said -> the bytes of a PDF.

Each kind has a template, `templates/pdf/<kind>.html`. What a letter says was kept with it when it was
queued: nothing is looked up here, so that it tells of the moment of the act.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from cessions.enums import AgreedLetterKind, LetterKind
from cessions.models import AgreedLetter, Challenge, Letter
from hosting.lib.pdf import render_pdf
from hosting.lib.provider import identity

RIGHT_WINDOW = frozenset({"FR", "BE", "LU", "MC"})
COUNTRIES = {
    "AT": "AUTRICHE",
    "BE": "BELGIQUE",
    "CH": "SUISSE",
    "DE": "ALLEMAGNE",
    "ES": "ESPAGNE",
    "FR": "FRANCE",
    "GB": "ROYAUME-UNI",
    "IT": "ITALIE",
    "LU": "LUXEMBOURG",
    "MC": "MONACO",
    "NL": "PAYS-BAS",
}
"""Names of countries as the post asks for them: capitals, in the language of the sending country."""


def letter_pdf(letter: Letter) -> bytes:
    """The PDF of `letter`, in its language.

    Raises PdfUnavailable on a machine without Pango, TemplateDoesNotExist for a kind without one.
    """
    kind = LetterKind(letter.kind)
    with translation.override(letter.language):
        return render_pdf(render_to_string(f"pdf/{kind}.html", page_words(letter)))


def agreed_letter_pdf(letter: AgreedLetter) -> bytes:
    """The PDF of a letter about an agreed transfer, in its language (X7). Raises PdfUnavailable."""
    side = "holder" if letter.to_holder else "assignee"
    name = (
        f"agreed_{side}"
        if letter.kind == AgreedLetterKind.EXECUTED
        else f"agreed_{letter.kind}_{side}"
    )
    with translation.override(letter.language):
        return render_pdf(render_to_string(f"pdf/{name}.html", page_words(letter)))


def challenge_letter_pdf(challenge: Challenge, code: str, now: datetime) -> bytes:
    """The PDF of the letter that brings a code to the published address, in the claimant's language:
    he says that it is his (V2). Raises PdfUnavailable."""
    filing = challenge.filing
    words = {
        **letterhead(filing.language, filing.country),
        "address": challenge.target,
        "number": filing.number,
        "at": now,
        "name": challenge.requested_service.display_name,
        "code": code,
        "until": challenge.expires_at,
    }
    with translation.override(filing.language):
        return render_pdf(render_to_string("pdf/challenge.html", words))


def page_words(letter: Letter | AgreedLetter) -> dict[str, Any]:
    """The words of the letterhead (provider, window, reference), and what was kept with the letter."""
    recipient = letter.context.get("recipient", {})
    return {
        **kept_words(letter),
        **letterhead(letter.language, recipient.get("country", "")),
        "address": postal_address(recipient),
    }


def letterhead(language: str, country: str) -> dict[str, Any]:
    """The provider, and the side of the envelope's window: right in French-speaking countries
    (AFNOR), left elsewhere (DIN 5008)."""
    provider = identity()
    return {
        "language": language,
        "zone": settings.TIME_ZONE,
        "provider": provider,
        "provider_line": ", ".join(provider["address"].splitlines()),
        "window": "right" if country in RIGHT_WINDOW else "left",
    }


def kept_words(letter: Letter | AgreedLetter) -> dict[str, Any]:
    """What was kept with the letter; texts under names that end in "at", "by" or "until" as instants."""
    return {
        name: datetime.fromisoformat(value) if _is_instant(name, value) else value
        for name, value in letter.context.items()
    }


def postal_address(recipient: Mapping[str, str]) -> str:
    """The lines in the envelope's window: organisation, name, address, country."""
    country = recipient.get("country", "")
    lines = [
        recipient.get("organisation", ""),
        recipient.get("name", ""),
        *recipient.get("address", "").splitlines(),
        COUNTRIES.get(country, country),
    ]
    return "\n".join(line.strip() for line in lines if line.strip())


def _is_instant(name: str, value: object) -> bool:
    is_time = name in ("at", "until") or name.endswith(("_at", "_by", "_until"))
    return is_time and isinstance(value, str) and bool(value)
