"""Any other document: which names, services and dates stand in it (D1, D3, D5)."""

from cessions.policies.findings import Finding
from cessions.policies.reading.invoice import date_findings, name_findings, service_findings
from cessions.policies.reading.page import Pages
from cessions.policies.reading.wanted import Wanted
from hosting.lib.reading.words import DocumentText


def general_findings(text: DocumentText, wanted: Wanted) -> list[Finding]:
    """Names of the account, services and dates. Nothing where nothing could be read."""
    if not text.words:
        return []
    pages = Pages(text)
    return [
        *name_findings(pages, None, wanted, None),
        *service_findings(pages, None, wanted),
        *date_findings(pages),
    ]
