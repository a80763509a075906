"""Who signs in for a customer account, and as what: added, changed and ended, never deleted.

Owners decide. A representative does not: who has access is the holder's own choice (A12).

Every verb locks the account first, so that two of them never take the last owner away together.
"""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import invitations
from accounts.enums import ContactKind, Role
from accounts.models import CustomerAccount, Membership, User
from accounts.notifications import people as notify
from accounts.roles import is_support
from accounts.services.newcomers import user_of
from hosting.records.services import journal

TEAM_ROLES = (Role.OWNER, Role.MEMBER)
"""What people can be made by an invitation; emergency contacts and representatives have their own way
(A8, A12)."""


@transaction.atomic
def invite_member(
    account: CustomerAccount,
    *,
    email: str,
    full_name: str,
    language: str,
    role: str,
    by: User,
    now: datetime,
) -> Membership:
    """Let somebody sign in for `account` as `role`, one of `TEAM_ROLES`.

    Who is new here gets a link to choose a password; who signs in already is told by mail. The
    owners are told. Raises ValidationError for somebody who has access already or works here, when he
    was invited elsewhere at the same instant, and when `by` may not (an owner of the account, or staff).
    """
    account = _locked(account)
    _require_may(account, by)
    _require_team_role(role)
    owners = list(owners_of(account))
    user, new = user_of(email, full_name=full_name, language=language, now=now)
    if account.memberships.filter(user=user, ended_at__isnull=True).exists():
        raise ValidationError({"email": _("This person has access to the account already.")})
    member = Membership.objects.create(
        account=account, user=user, role=role, added_by=by, created_at=now
    )
    _journal(member, "member.added", by=by, now=now)
    if new:
        invitations.send_to_space(user, account, by=by, now=now)
    else:
        notify.added(member, now=now)
    notify.team_changed(member, owners, notify.ADDED, now=now)
    _tell_mailboxes(member, owners, notify.ADDED, now=now)
    return member


@transaction.atomic
def invite_member_again(member: Membership, *, by: User, now: datetime) -> None:
    """Tell somebody once more who has not come yet: by a new link, which makes the older one void, or
    where he signs in already as he was told first.

    Raises ValidationError when he has come, when his access ended, or when `by` may not.
    """
    account = _locked(member.account)
    _require_may(account, by)
    member = _running(member)
    if member.joined:
        raise ValidationError(_("This person has signed in already."))
    try:
        invitations.send_to_space_again(member.user, account, by=by, now=now)
    except invitations.AlreadyJoined:
        notify.added(member, now=now)
    _journal(member, "member.invited_again", by=by, now=now)


@transaction.atomic
def change_role(member: Membership, *, role: str, by: User, now: datetime) -> Membership:
    """Make an owner a member, or a member an owner; the owners and the person are told.

    Raises ValidationError for the last owner, for another kind of person, and when `by` may not.
    """
    account = _locked(member.account)
    _require_may(account, by)
    _require_team_role(role)
    member = _running(member)
    if member.role not in TEAM_ROLES:
        raise ValidationError(_("The role of this person comes with a paper of its own."))
    if member.role == role:
        return member
    owners = list(owners_of(account))
    _require_another_owner(member, owners)
    member.role = role
    member.save(update_fields=["role"])
    _journal(member, "member.role_changed", by=by, now=now)
    notify.team_changed(member, [*owners, member], notify.CHANGED, now=now)
    _tell_mailboxes(member, owners, notify.CHANGED, now=now)
    return member


@transaction.atomic
def end_membership(member: Membership, *, by: User, now: datetime) -> Membership:
    """Take the access away, at once: each page asks for it anew. Raises ValidationError for the last
    owner, for a representative's (which ends with his representation, A12), for an access that ended
    already, and when `by` may not."""
    account = _locked(member.account)
    _require_may(account, by)
    member = _running(member)
    if member.role == Role.REPRESENTATIVE:
        raise ValidationError(_("The role of this person comes with a paper of its own."))
    owners = list(owners_of(account))
    _require_another_owner(member, owners)
    member.ended_at = now
    member.save(update_fields=["ended_at"])
    _journal(member, "member.ended", by=by, now=now)
    notify.team_changed(member, owners, notify.ENDED, now=now)
    return member


def members_of(account: CustomerAccount) -> "list[Membership]":
    """Everybody who signs in for the account now, in the order in which they came."""
    running = account.memberships.filter(ended_at__isnull=True).select_related("user")
    return list(running.order_by("pk"))


def owners_of(account: CustomerAccount) -> "list[Membership]":
    """The owners among them."""
    return [member for member in members_of(account) if member.role == Role.OWNER]


def _locked(account: CustomerAccount) -> CustomerAccount:
    return CustomerAccount.objects.select_for_update(no_key=True).get(pk=account.pk)


def _running(member: Membership) -> Membership:
    found = Membership.objects.select_related("user", "account").get(pk=member.pk)
    if found.ended_at is not None:
        raise ValidationError(_("The access of this person has ended already."))
    return found


def _require_may(account: CustomerAccount, by: User) -> None:
    owner = account.memberships.filter(user=by, ended_at__isnull=True, role=Role.OWNER)
    if not (is_support(by) or owner.exists()):
        raise ValidationError(_("Only an owner of the account can do this."))


def _require_team_role(role: str) -> None:
    if role not in TEAM_ROLES:
        raise ValidationError({"role": _("Please choose owner or member.")})


def _require_another_owner(member: Membership, owners: list[Membership]) -> None:
    if [owner.pk for owner in owners] == [member.pk]:
        raise ValidationError(_("The account needs an owner: name another one first."))


def _tell_mailboxes(
    member: Membership, told: Iterable[Membership], what: str, *, now: datetime
) -> None:
    """A new owner is told to each mailbox on file, present and former, that did not hear of it yet."""
    if member.role != Role.OWNER:
        return
    heard = {one.user.email.lower() for one in (*told, member)}
    methods = member.account.contact_methods.usable(now).filter(kind=ContactKind.EMAIL)
    found = {value.lower(): value for value in methods.values_list("value", flat=True)}
    notify.owner_told(member, [found[key] for key in sorted(found.keys() - heard)], what, now=now)


def _journal(member: Membership, event: str, *, by: User, now: datetime) -> None:
    journal(
        member.account.stream,
        event,
        at=now,
        actor=f"user:{by.pk}",
        membership=member.pk,
        user=member.user_id,
        role=str(member.role),
    )
