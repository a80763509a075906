"""A power of attorney on paper: what was frozen with the draft -> HTML, the bytes of a PDF (A9).

Its text is one template per language, `templates/pdf/power/<language>.html`, so that a lawyer can
change it without code.
"""

from datetime import date
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from accounts.models import PowerOfAttorney
from accounts.policies.transferor import transferor_words
from hosting.lib.papercode import code_svg
from hosting.lib.pdf import render_pdf
from hosting.lib.provider import identity

STYLESHEET = "css/contract.css"


def power_pdf(power: PowerOfAttorney) -> bytes:
    """The PDF of `power`, in its language. Raises PdfUnavailable on a machine without Pango."""
    return render_pdf(power_html(power), STYLESHEET)


def power_html(power: PowerOfAttorney) -> str:
    """The whole page from which the PDF is made; reference and code are on each sheet."""
    with translation.override(power.language):
        return render_to_string("pdf/contract/page.html", _words(power))


def _words(power: PowerOfAttorney) -> dict[str, Any]:
    context, language = power.context, power.language
    return {
        "language": language,
        "template": f"pdf/power/{language}.html",
        "reference": power.reference,
        "code": code_svg(power.reference),
        "logo": identity()["logo"],
        "transferor": transferor_words(context["transferor"], language),
        "scopes": context["scopes"],
        "starts_on": date.fromisoformat(context["starts_on"]),
        "ends_on": date.fromisoformat(context["ends_on"]) if context["ends_on"] else None,
        "provider": context["provider"],
        "provider_line": ", ".join(context["provider"]["address"].splitlines()),
    }
