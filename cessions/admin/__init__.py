"""Staff's pages of the transfer requests."""

from cessions.admin import case

__all__ = ["case"]
