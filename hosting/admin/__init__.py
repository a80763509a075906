"""Staff's pages of customer accounts, services, plans and notices."""

from hosting.admin import accounts, catalogue, corrections, reachability, services

__all__ = ["accounts", "catalogue", "corrections", "reachability", "services"]
