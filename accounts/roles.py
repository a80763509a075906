"""Who is what among the staff. The groups come from a migration."""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, Group

SUPPORT = "support"
SUPERVISOR = "supervisor"

Person = AbstractBaseUser | AnonymousUser


def is_supervisor(user: Person) -> bool:
    """Active staff in the supervisors' group. A superuser is none by that alone (X1)."""
    return _is_staff(user) and SUPERVISOR in group_names(user)


def is_support(user: Person) -> bool:
    """Active staff in the support or the supervisors' group."""
    return _is_staff(user) and not group_names(user).isdisjoint({SUPPORT, SUPERVISOR})


def group_names(user: Person) -> frozenset[str]:
    """The user's groups, asked of the database once per user object: one page asks many times.

    As with Django's own permissions, an object that was asked already does not see a later change.
    """
    known: frozenset[str] | None = user.__dict__.get("_group_names")
    if known is None:
        known = frozenset(Group.objects.filter(user=user.pk).values_list("name", flat=True))
        user.__dict__["_group_names"] = known
    return known


def _is_staff(user: Person) -> bool:
    return bool(user.is_authenticated and user.is_active and getattr(user, "is_staff", False))
