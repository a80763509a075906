"""Staff let the holder of an account sign in: its first owner."""

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import Role
from accounts.models import CustomerAccount, User
from accounts.services.memberships import invite_member
from hosting.lib.admin import VerbForm


class OpenSpaceForm(VerbForm):
    """An owner of the account, by e-mail."""

    target: CustomerAccount

    email = forms.EmailField(label=gettext_lazy("E-mail address"), max_length=254)
    full_name = forms.CharField(label=gettext_lazy("Full name"), max_length=150)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)

    def present(self) -> dict[str, Any]:
        return {"full_name": self.target.full_name, "language": self.target.language}

    def perform(self, *, at: datetime, user: User) -> str:
        data = self.cleaned_data
        member = invite_member(self.target, role=Role.OWNER, by=user, now=at, **data)
        return _("%(person)s was told by e-mail.") % {"person": member.user}
