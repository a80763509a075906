"""A transfer contract on paper: what was frozen with the draft -> words, HTML, the bytes of a PDF (P2).

Its text is one template per language, `templates/pdf/contract/<language>.html`, so that a lawyer can
change it without code. Nothing is looked up here: the paper tells of the day on which it was drafted.
"""

from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString

from accounts.enums import ContactKind
from accounts.policies import shown_contact
from accounts.policies.transferor import transferor_words
from cessions.models import TransferContract
from hosting.enums import ServiceKind
from hosting.lib.papercode import code_svg
from hosting.lib.pdf import render_pdf
from hosting.lib.provider import identity

STYLESHEET = "css/contract.css"


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
    assignee = context["assignee"]
    return {
        "language": language,
        "template": f"pdf/contract/{language}.html",
        "transferor": transferor_words(context["transferor"], language),
        "assignee": {
            **assignee,
            "emails": [shown_contact(ContactKind.EMAIL, value) for value in assignee["emails"]],
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
