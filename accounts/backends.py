"""How the user of a session is read: with what every page's menu asks of him, in the same query."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import Exists, OuterRef

from accounts.models import Membership, User


class SessionBackend(AuthenticationBackend):
    """allauth's ways to sign in; `has_space` says whether the user signs in for an account now."""

    def get_user(self, user_id: Any) -> User | None:
        running = Membership.objects.filter(user=OuterRef("pk"), ended_at__isnull=True)
        found = User.objects.annotate(has_space=Exists(running)).filter(pk=user_id).first()
        return found if found is not None and self.user_can_authenticate(found) else None
