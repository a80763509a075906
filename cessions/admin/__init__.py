"""Staff's pages of the transfer requests."""

from cessions.admin import (
    account_panel,
    agreed,
    case,
    challenges,
    contact,
    documents,
    exports,
    filings,
    letters,
    paper_panel,
    papers,
    scans,
)

__all__ = [
    "account_panel",
    "agreed",
    "case",
    "challenges",
    "contact",
    "documents",
    "exports",
    "filings",
    "letters",
    "paper_panel",
    "papers",
    "scans",
]
