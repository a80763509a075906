"""Who is what among the staff. The groups come from a migration."""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

SUPPORT = "support"
SUPERVISOR = "supervisor"


def is_supervisor(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Active staff in the supervisors' group. A superuser is none by that alone (X1)."""
    return _is_staff(user) and user.groups.filter(name=SUPERVISOR).exists()


def is_support(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Active staff in the support or the supervisors' group."""
    return _is_staff(user) and user.groups.filter(name__in=[SUPPORT, SUPERVISOR]).exists()


def _is_staff(user: AbstractBaseUser | AnonymousUser) -> bool:
    return bool(user.is_authenticated and user.is_active and getattr(user, "is_staff", False))
