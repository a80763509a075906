"""Staff's pages of the assistance."""

from interventions.admin import account_panel, contests, quotes, sites, tickets, works

__all__ = ["account_panel", "contests", "quotes", "sites", "tickets", "works"]
