"""Staff's pages of the assistance."""

from interventions.admin import quotes

__all__ = ["quotes"]
