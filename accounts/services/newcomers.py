"""Making somebody who signs in, from the address that another person gave."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User


def user_of(email: str, *, full_name: str, language: str, now: datetime) -> tuple[User, bool]:
    """Who signs in with `email`, and whether he was made just now, without a password.

    Raises ValidationError for somebody who works here or was switched off, and as `new_user`.
    """
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        return new_user(email, full_name=full_name, language=language, now=now), True
    if user.is_staff or not user.is_active:
        raise ValidationError({"email": _("This address cannot be invited. Please call us.")})
    return user, False


def new_user(
    email: str, *, full_name: str, language: str, now: datetime, password: str | None = None
) -> User:
    """Somebody new. Raises ValidationError when another invitation made him at the same instant."""
    try:
        with transaction.atomic():
            return User.objects.create_user(
                email,
                password=password,
                full_name=" ".join(full_name.split()),
                language=language,
                date_joined=now,
            )
    except IntegrityError as error:
        raise ValidationError(
            {"email": _("This address was invited at this very moment. Please try again.")}
        ) from error
