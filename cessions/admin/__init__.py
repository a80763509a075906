"""Staff's pages of the transfer requests."""

from cessions.admin import case, contact, letters

__all__ = ["case", "contact", "letters"]
