"""A transfer contract on paper: what was frozen with the draft -> words, HTML, the bytes of a PDF (P2).

Its text is one template per language, `templates/pdf/contract/<language>.html`, so that a lawyer can
change it without code. Nothing is looked up here: the paper tells of the day on which it was drafted.
"""

from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString

from accounts.enums import ContactKind, RegistrationKind
from accounts.policies import shown_contact
from cessions.models import TransferContract
from hosting.enums import ServiceKind
from hosting.lib.papercode import code_svg
from hosting.lib.pdf import render_pdf
from hosting.lib.provider import identity

STYLESHEET = "css/contract.css"
COUNTRIES = {
    "AT": {"fr": "Autriche", "de": "Österreich", "en": "Austria"},
    "BE": {"fr": "Belgique", "de": "Belgien", "en": "Belgium"},
    "CH": {"fr": "Suisse", "de": "Schweiz", "en": "Switzerland"},
    "DE": {"fr": "Allemagne", "de": "Deutschland", "en": "Germany"},
    "ES": {"fr": "Espagne", "de": "Spanien", "en": "Spain"},
    "FR": {"fr": "France", "de": "Frankreich", "en": "France"},
    "GB": {"fr": "Royaume-Uni", "de": "Vereinigtes Königreich", "en": "United Kingdom"},
    "IT": {"fr": "Italie", "de": "Italien", "en": "Italy"},
    "LU": {"fr": "Luxembourg", "de": "Luxemburg", "en": "Luxembourg"},
    "MC": {"fr": "Monaco", "de": "Monaco", "en": "Monaco"},
    "NL": {"fr": "Pays-Bas", "de": "Niederlande", "en": "Netherlands"},
}
"""Names of the countries where customers live; another country stands as its ISO code."""


def contract_pdf(contract: TransferContract) -> bytes:
    """The PDF of `contract`, in its language. Raises PdfUnavailable on a machine without Pango."""
    return render_pdf(contract_html(contract), STYLESHEET)


def contract_html(contract: TransferContract) -> str:
    """The whole page from which the PDF is made; reference and code are on each sheet."""
    with translation.override(contract.language):
        words = {
            **contract_words(contract.context, contract.language),
            "reference": contract.reference,
            "code": code_svg(contract.reference),
            "logo": identity()["logo"],
        }
        return render_to_string("pdf/contract/page.html", words)


def contract_text(context: Mapping[str, Any], language: str) -> SafeString:
    """The text alone, to be shown on a page of ours before the contract is asked for."""
    with translation.override(language):
        words = contract_words(context, language)
        return render_to_string(f"pdf/contract/{language}.html", words)


def contract_words(context: Mapping[str, Any], language: str) -> dict[str, Any]:
    """What the templates say: the frozen context, in the form people read."""
    holder, assignee = context["transferor"], context["assignee"]
    return {
        "language": language,
        "template": f"pdf/contract/{language}.html",
        "transferor": {
            **holder,
            "registration_label": RegistrationKind(holder["registration_kind"]).label,
            "country_name": COUNTRIES.get(holder["country"], {}).get(language, holder["country"]),
            "emails": _shown(ContactKind.EMAIL, holder["emails"]),
            "telephones": _shown(ContactKind.PHONE, holder["telephones"]),
        },
        "assignee": {
            **assignee,
            "emails": _shown(ContactKind.EMAIL, assignee["emails"]),
            "telephone": shown_contact(ContactKind.PHONE, assignee["telephone"]),
        },
        "services": [
            {**service, "kind_label": ServiceKind(service["kind"]).label}
            for service in context["services"]
        ],
        "place": context["place"],
        "provider": context["provider"],
        "provider_line": ", ".join(context["provider"]["address"].splitlines()),
    }


def _shown(kind: str, values: list[str]) -> list[str]:
    return [shown_contact(kind, value) for value in values]
