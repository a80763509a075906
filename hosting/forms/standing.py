"""Forms of what happened to a holder and who stands for him (A12)."""

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import HolderEventKind, RepresentativeKind
from accounts.models import CustomerAccount, HolderEvent, LegalRepresentative, User
from accounts.services import events
from accounts.services.representing import end_representation, let_representative_in
from hosting.lib.admin import VerbForm
from hosting.records.models import StoredFile
from hosting.records.services import UploadRefused, store_upload

REASON = forms.Textarea(attrs={"rows": 4})


class EventForm(VerbForm):
    """What happened, and how we know."""

    target: CustomerAccount
    kind = forms.ChoiceField(label=gettext_lazy("What happened"), choices=HolderEventKind.choices)
    happened_on = forms.DateField(
        label=gettext_lazy("On"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    source = forms.CharField(
        label=gettext_lazy("How we know"), max_length=2000, widget=REASON, strip=True
    )

    def perform(self, *, at: datetime, user: User) -> str:
        events.record_event(self.target, by=user, now=at, **self.cleaned_data)
        return _("The event is recorded.")


class WithdrawEventForm(VerbForm):
    """It is not so."""

    target: HolderEvent
    reason = forms.CharField(label=gettext_lazy("Why it is not so"), max_length=2000, widget=REASON)

    def perform(self, *, at: datetime, user: User) -> str:
        events.withdraw_event(self.target, by=user, now=at, **self.cleaned_data)
        return _("The event is withdrawn.")


class RepresentativeForm(VerbForm):
    """Who says that he stands for the holder, with his proof."""

    target: CustomerAccount
    kind = forms.ChoiceField(label=gettext_lazy("As what"), choices=RepresentativeKind.choices)
    full_name = forms.CharField(label=gettext_lazy("Full name"), max_length=200)
    email = forms.EmailField(label=gettext_lazy("E-mail address"), required=False)
    telephone = forms.CharField(label=gettext_lazy("Telephone"), max_length=40, required=False)
    proof = forms.FileField(
        label=gettext_lazy("Proof"),
        required=False,
        help_text=gettext_lazy("A judgment, a certificate of inheritance, a register extract."),
    )

    def perform(self, *, at: datetime, user: User) -> str:
        fields = self.cleaned_data | {"proof": self._stored(at)}
        events.record_representative(self.target, by=user, now=at, **fields)
        return _("The representative is recorded, and waits for a supervisor.")

    def _stored(self, at: datetime) -> StoredFile | None:
        upload = self.cleaned_data["proof"]
        try:
            return store_upload(upload, now=at) if upload else None
        except UploadRefused as refused:
            raise ValidationError({"proof": str(refused)}) from refused


class JudgeRepresentativeForm(VerbForm):
    """A supervisor's word."""

    target: LegalRepresentative
    accepted = forms.TypedChoiceField(
        label=gettext_lazy("Judgement"),
        choices=[
            ("yes", gettext_lazy("He stands for the holder")),
            ("no", gettext_lazy("Refused")),
        ],
        coerce=lambda value: value == "yes",
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=2000, widget=REASON)

    def perform(self, *, at: datetime, user: User) -> str:
        someone = events.judge_representative(self.target, by=user, now=at, **self.cleaned_data)
        if someone.memberships.filter(ended_at__isnull=True).exists():
            return _("The judgement is recorded, and the representative is invited to sign in.")
        if self.cleaned_data["accepted"]:
            return _("The judgement is recorded. The representative cannot sign in yet.")
        return _("The judgement is recorded.")


class RepresentativeSignInForm(VerbForm):
    """Where the invitation goes."""

    target: LegalRepresentative
    email = forms.EmailField(label=gettext_lazy("E-mail address"), max_length=254)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)

    def present(self) -> dict[str, Any]:
        return {"email": self.target.email, "language": self.target.account.language}

    def perform(self, *, at: datetime, user: User) -> str:
        member = let_representative_in(self.target, by=user, now=at, **self.cleaned_data)
        return _("%(person)s was told by e-mail.") % {"person": member.user}


class EndRepresentationForm(VerbForm):
    """A supervisor's word."""

    target: LegalRepresentative
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=2000, widget=REASON)

    def perform(self, *, at: datetime, user: User) -> str:
        end_representation(self.target, by=user, now=at, **self.cleaned_data)
        return _("The representation has ended.")
