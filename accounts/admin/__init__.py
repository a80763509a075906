"""Staff's pages of users and customer accounts."""

from accounts.admin import users

__all__ = ["users"]
