"""What an owner types about the people of his account; each form asks the factor, each calls one verb."""

from datetime import datetime

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import Role
from accounts.models import CustomerAccount, Membership, User
from accounts.services import memberships
from hosting.lib.factor import FactorForm

ROLES = [(role.value, role.label) for role in memberships.TEAM_ROLES]


class RoleField(forms.ChoiceField):
    """Owner or member, with what that means."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Role"),
            choices=ROLES,
            widget=forms.RadioSelect,
            initial=Role.MEMBER,
            help_text=gettext_lazy(
                "A member prepares. An owner also answers requests, signs, and decides who has access."
            ),
        )


class InviteForm(FactorForm):
    """Somebody new for the account."""

    email = forms.EmailField(label=gettext_lazy("E-mail address"), max_length=254)
    full_name = forms.CharField(label=gettext_lazy("Full name"), max_length=150)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)
    role = RoleField()

    def perform(self, account: CustomerAccount, *, by: User, now: datetime) -> str:
        """Invite; words that say so. Raises ValidationError."""
        data = self.cleaned_data
        member = memberships.invite_member(
            account,
            email=data["email"],
            full_name=data["full_name"],
            language=data["language"],
            role=data["role"],
            by=by,
            now=now,
        )
        return _("%(person)s was told by e-mail.") % {"person": member.shown_name}


class RoleForm(FactorForm):
    """Another role for somebody."""

    role = RoleField()

    def perform(self, member: Membership, *, by: User, now: datetime) -> str:
        """Change the role. Raises ValidationError."""
        memberships.change_role(member, role=self.cleaned_data["role"], by=by, now=now)
        return _("The role was changed.")


class EndForm(FactorForm):
    """No more access for somebody."""

    def perform(self, member: Membership, *, by: User, now: datetime) -> str:
        """End the access. Raises ValidationError."""
        memberships.end_membership(member, by=by, now=now)
        return _("%(person)s can no longer sign in for this account.") % {
            "person": member.shown_name
        }


class ResendForm(FactorForm):
    """Told once more: somebody who has not come yet."""

    def perform(self, member: Membership, *, by: User, now: datetime) -> str:
        """Send it. Raises ValidationError."""
        memberships.invite_member_again(member, by=by, now=now)
        return _("%(person)s was told once more by e-mail; an older link no longer works.") % {
            "person": member.shown_name
        }
