"""A quote on paper: what was frozen when it was sent -> the bytes of a PDF, with the annex *who does what*
(B4, S4). Nothing is looked up in the plan here: the paper tells of the day on which it was sent."""

from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from hosting.lib.pdf import render_pdf
from hosting.lib.provider import identity
from interventions.enums import Tax
from interventions.models import Quote
from interventions.models.quotes import totals_of

STYLESHEET = "css/quote.css"
RIGHT_WINDOW = ("FR", "BE", "LU", "MC")


def quote_pdf(quote: Quote) -> bytes:
    """The PDF of a sent quote, in its language. Raises PdfUnavailable on a machine without Pango."""
    with translation.override(quote.language):
        return render_pdf(render_to_string("pdf/quote/page.html", quote_words(quote)), STYLESHEET)


def quote_words(quote: Quote) -> dict[str, Any]:
    """What the paper and the client's page say of a quote: lines, totals, annex, mention of the tax."""
    provider = identity()
    lines = list(quote.lines.all())
    account = quote.account
    french_window = account is None or account.country in RIGHT_WINDOW
    return {
        "quote": quote,
        "language": quote.language,
        "lines": lines,
        "totals": totals_of(lines),
        "reverse_charge": any(line.tax == Tax.REVERSE for line in lines),
        "duties": quote.duties.get("duties", []),
        "plan": quote.duties if quote.duties.get("name") else None,
        "provider": provider,
        "provider_line": ", ".join(provider["address"].splitlines()),
        "address": quote.address or quote.full_name,
        "window": "right" if french_window else "left",
        "number": quote.number,
        "at": quote.sent_at,
    }
