"""What staff do to a signed paper: accept, refuse, end; each form calls one verb (P3, A9)."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import PaperState
from accounts.roles import is_support
from accounts.services.papers import accept_paper, end_paper, refuse_paper
from cessions.services import looks
from cessions.services.guard import ActRefused
from hosting.lib.admin import Verb, VerbForm


class Day(forms.DateInput):
    """The browser's calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class AcceptForm(VerbForm):
    """When it was signed, and whether the identity document of P3 counts."""

    signed_on = forms.DateField(label=gettext_lazy("Signed on"), widget=Day())
    identity_accepted = forms.BooleanField(
        label=gettext_lazy("The copy of the identity document is accepted"), required=False
    )
    identity_valid_until = forms.DateField(
        label=gettext_lazy("Identity document valid until"), required=False, widget=Day()
    )

    def perform(self, *, at: datetime, user: Any) -> str:
        """Accept it; the holder is told."""
        accept_paper(self.target, by=user, now=at, **self.cleaned_data)
        return _("The paper is accepted, and lies among the internal notes.")


class RefuseForm(VerbForm):
    """Why not."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def perform(self, *, at: datetime, user: Any) -> str:
        """Refuse it; the holder reads the reason."""
        refuse_paper(self.target, reason=self.cleaned_data["reason"], by=user, now=at)
        return _("The paper is refused. The holder is told why.")


class EndForm(VerbForm):
    """Nothing is asked: the holder wrote or called."""

    def perform(self, *, at: datetime, user: Any) -> str:
        """End it at once."""
        if not is_support(user):
            raise PermissionDenied
        end_paper(self.target, by=user, now=at)
        return _("The paper is withdrawn.")


class TakeOriginal(VerbForm):
    """Why a supervisor needs the original of the identity copy (D6)."""

    reason = forms.CharField(
        label=gettext_lazy("Why do you need the original?"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "Colleagues read this among the account's notes, and the journal keeps that you took it."
        ),
    )

    def perform(self, *, at: datetime, user: Any) -> str:
        """Journal it; the caller hands the file out."""
        try:
            file = self.target.identity_copy
            reason = self.cleaned_data["reason"]
            looks.take_paper_original(self.target, file, reason=reason, by=user, now=at)
        except ActRefused as refused:
            raise ValidationError(str(refused)) from refused
        return ""


ORIGINAL = Verb(
    "original",
    gettext_lazy("Take the original"),
    TakeOriginal,
    gettext_lazy("Take the original"),
    hint=gettext_lazy(
        "Normally the pages with their watermark are enough. The original bears none: keep it no"
        " longer than you need it."
    ),
)
VERBS = (
    Verb(
        "accept",
        gettext_lazy("Accept"),
        AcceptForm,
        gettext_lazy("Accept the paper"),
        hint=gettext_lazy(
            "Compare the copy with the draft: the names, the signatures, the date written by hand."
        ),
    ),
    Verb(
        "refuse",
        gettext_lazy("Refuse"),
        RefuseForm,
        gettext_lazy("Refuse the paper"),
        hint=gettext_lazy("The holder reads the reason and can send another copy."),
    ),
    Verb(
        "end",
        gettext_lazy("Withdraw for the holder"),
        EndForm,
        gettext_lazy("Withdraw the paper"),
        hint=gettext_lazy(
            "Only when the holder asked for it. It cannot be undone; the copy of his identity"
            " document is destroyed."
        ),
    ),
)
POSSIBLE = {
    PaperState.UPLOADED: ("accept", "refuse", "end"),
    PaperState.ENDED: (),
}
"""Which verbs a page offers; every other state can only be ended."""


def possible(state: str) -> tuple[Verb, ...]:
    """The verbs that a paper in `state` allows."""
    slugs = POSSIBLE.get(PaperState(state), ("end",))
    return tuple(verb for verb in VERBS if verb.slug in slugs)
