"""Who may act, and texts that must be there: asked by the verbs themselves (H2, H3, X1)."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import is_supervisor, is_support
from hosting.lib.factor import Factor


def require_staff(user: User) -> None:
    """Raises ValidationError unless `user` is active staff of one of the groups."""
    if not is_support(user):
        words = _("Only a member of the support or supervisor group can do this.")
        raise ValidationError(words, code="staff")


def require_supervisor(user: User) -> None:
    """Raises ValidationError unless `user` is a supervisor."""
    if not is_supervisor(user):
        raise ValidationError(_("Only a supervisor can do this."), code="supervisor")


def require_factor(factor: Factor | None) -> Factor:
    """Raises ValidationError when the person did not prove himself with the act."""
    if factor is None:
        words = _("This act needs your password or code, given with the act itself.")
        raise ValidationError(words, code="factor")
    return factor


def required_text(name: str, typed: str) -> str:
    """What was typed, trimmed. Raises ValidationError at the field `name` when nothing was."""
    words = typed.strip().replace("\r\n", "\n")
    if not words:
        raise ValidationError({name: ValidationError(_("Please fill this in."), code="required")})
    return words
