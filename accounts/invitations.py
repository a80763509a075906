"""Inviting people by e-mail, staff to the back office and others to the space of an account:
a signed link, good once and for seven days, to choose a password.

The link is bound to the moment of the (latest) invitation, which an invited user's `date_joined`
keeps until he has joined: sending it again makes the older link void.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth.models import Group
from django.db import transaction

from accounts.models import CustomerAccount, User
from hosting.lib import links
from hosting.records.services import journal, queue_mail, render_mail

PURPOSE = "invitation"
LASTS = timedelta(days=7)


class AlreadyJoined(ValueError):
    """The user has a password already: there is nothing to invite him to."""


@transaction.atomic
def invite(
    *, email: str, full_name: str, language: str, groups: Iterable[Group], by: User, now: datetime
) -> User:
    """Open a staff account without a password and send the link. Raises IntegrityError if it exists."""
    user = User.objects.create_user(
        email, full_name=full_name, language=language, is_staff=True, date_joined=now
    )
    user.groups.set(groups)
    _send(user, "invitation", by=by, now=now)
    return user


@transaction.atomic
def send_to_space(user: User, account: CustomerAccount, *, by: User, now: datetime) -> None:
    """Send the link to somebody who was just made for `account` and is no staff."""
    _send(user, "invitation_space", by=by, now=now, account=str(account))


@transaction.atomic
def send_to_space_again(user: User, account: CustomerAccount, *, by: User, now: datetime) -> None:
    """As `invite_again`, to the space of `account`. Raises AlreadyJoined."""
    _send(_renewed(user, now), "invitation_space", by=by, now=now, account=str(account))


@transaction.atomic
def invite_again(user: User, *, by: User, now: datetime) -> None:
    """Send a new link; the older one no longer works. Raises AlreadyJoined."""
    _send(_renewed(user, now), "invitation", by=by, now=now)


def invited(token: str, now: datetime) -> User | None:
    """Whom `token` invites, while it holds at `now`; None otherwise."""
    key = links.read_token(token)
    if key is None or key.int > 2**63 - 1:
        return None
    user = User.objects.filter(pk=key.int, is_active=True).first()
    if user is None or user.has_usable_password() or now >= user.date_joined + LASTS:
        return None
    return user if links.token_holds(PURPOSE, token, _generation(user)) else None


@transaction.atomic
def join(token: str, password: str, now: datetime) -> User | None:
    """Set the password of whom `token` invites; None when the link no longer holds."""
    if (user := invited(token, now)) is None:
        return None
    user = User.objects.select_for_update().get(pk=user.pk)
    if invited(token, now) is None:
        return None
    user.set_password(password)
    user.date_joined = now
    user.save(update_fields=["password", "date_joined"])
    journal(stream_of(user), "user_joined", at=now, actor=f"user:{user.pk}")
    return user


def stream_of(user: User) -> str:
    """The journal's stream of a user."""
    return f"user:{user.pk}"


def _renewed(user: User, now: datetime) -> User:
    """The user, locked, with a new moment of invitation."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.has_usable_password():
        raise AlreadyJoined
    user.date_joined = now
    user.save(update_fields=["date_joined"])
    return user


def _send(user: User, kind: str, *, by: User, now: datetime, **words: str) -> None:
    link = links.placeholder(PURPOSE, uuid.UUID(int=user.pk), _generation(user))
    mail = render_mail(kind, user.language, {"user": user, "link": link, **words})
    queue_mail(
        kind=kind,
        stream=stream_of(user),
        recipient=user.email,
        language=user.language,
        now=now,
        **mail._asdict(),
    )
    journal(stream_of(user), "user_invited", at=now, actor=f"user:{by.pk}")


def _generation(user: User) -> int:
    """The moment of the invitation, to the millionth of a second."""
    return int(user.date_joined.timestamp() * 1_000_000)
