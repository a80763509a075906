"""Staff's pages of the transfer requests."""

from cessions.admin import case, contact, filings, letters

__all__ = ["case", "contact", "filings", "letters"]
