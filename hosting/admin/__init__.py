"""Staff's pages of customer accounts, services, plans and notices."""

from hosting.admin import accounts, catalogue, services

__all__ = ["accounts", "catalogue", "services"]
