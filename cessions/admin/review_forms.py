"""The forms of the page on which a document is judged (D4, T6)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import is_supervisor
from cessions.admin.case_forms import DAY, LONG, CaseForm
from cessions.enums import DocumentKind, RefusalReason
from cessions.models import Document
from cessions.policies.checklist import GUARDED_KINDS, IDENTITY_KINDS
from cessions.policies.refusal_words import usual_reasons
from cessions.services import document_kinds, looks, review
from hosting.lib.seen import SeenForm
from hosting.records.services import openable


class JudgingForm(SeenForm, CaseForm):
    """A judgement of a document; whoever judged it meanwhile is not overruled unseen."""

    ids: ClassVar[str]
    """The pattern of the fields' ids: two forms stand on the page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": self.ids, **kwargs})

    def present(self) -> dict[str, Any]:
        """The state that the reviewer sees."""
        return {"state": self.target.state, "reviewed_at": self.target.reviewed_at}


class Accept(JudgingForm):
    """The document is what it should be (D4)."""

    ids = "accept_%s"
    valid_until = forms.DateField(label=_("Valid until"), widget=DAY)
    issued_on = forms.DateField(label=_("Issued on"), widget=DAY)
    has_statement = forms.BooleanField(
        label=_("It carries a handwritten statement with signature"), required=False
    )
    remark = forms.CharField(label=_("Remark"), max_length=500, required=False)

    def __init__(self, *args: Any, taken: dict[str, date] | None = None, **kwargs: Any) -> None:
        """`taken`: dates that the reviewer took over from the findings, by field."""
        super().__init__(*args, **kwargs)
        if self.target.kind not in IDENTITY_KINDS:
            del self.fields["valid_until"]
        if self.target.kind != DocumentKind.REGISTER_EXTRACT:
            del self.fields["issued_on"]
        for name, day in (taken or {}).items():
            if name in self.fields:
                self.fields[name].initial = day

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        review.accept_document(self.target.pk, by=user, now=at, **data)
        return gettext("Accepted.")


class Refuse(JudgingForm):
    """The document cannot be taken; the claimant reads why (D4, T6).

    A usual reason fills in, in the claimant's language, what staff left empty.
    """

    ids = "refuse_%s"
    usual = forms.ChoiceField(label=_("Usual reason"), widget=forms.RadioSelect, required=False)
    refusal = forms.ChoiceField(
        label=_("It is"), choices=RefusalReason.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Why (the claimant reads this)"),
        widget=LONG,
        help_text=_("Say what he can send instead, and nothing of the reseller's account (A10)."),
    )

    def __init__(self, data: QueryDict | None = None, *args: Any, **kwargs: Any) -> None:
        self.ready_words = usual_in_words(kwargs["target"])
        super().__init__(data and self._filled(data), *args, **kwargs)
        self.fields["usual"].choices = [(each.key, each.said) for each in self.ready_words]
        self.fields["reason"].widget.attrs["lang"] = self.target.filing.language

    def _filled(self, data: QueryDict) -> QueryDict:
        """What was posted, with the words of the chosen reason where staff left them out."""
        chosen = next((each for each in self.ready_words if each.key == data.get("usual")), None)
        if chosen is None:
            return data
        filled = data.copy()
        filled["refusal"] = data.get("refusal") or chosen.refusal
        filled["reason"] = data.get("reason", "").strip() or chosen.said
        return filled

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        data.pop("usual", None)
        return data

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        review.refuse_document(self.target.pk, by=user, now=at, **data)
        return gettext("Refused. The claimant is told by e-mail.")


class OtherKind(JudgingForm):
    """It is another kind of document than it was sent as (D4, D6)."""

    ids = "kind_%s"
    kind = forms.ChoiceField(label=_("What it is"))

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        """`by`: who looks; a guarded document stays guarded unless a supervisor says otherwise."""
        super().__init__(*args, **kwargs)
        free = is_supervisor(by) or self.target.kind not in GUARDED_KINDS
        self.fields["kind"].choices = [
            (value, label)
            for value, label in DocumentKind.choices
            if value != self.target.kind and (free or value in GUARDED_KINDS)
        ]

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        document = document_kinds.change_kind(self.target.pk, by=user, now=at, **data)
        return gettext("Kept as: %(kind)s. Please check it as such.") % {
            "kind": document.get_kind_display()
        }


class TakeOriginal(CaseForm):
    """Why a supervisor needs the original of a guarded document (D6)."""

    reason = forms.CharField(
        label=_("Why do you need the original?"),
        widget=LONG,
        help_text=_("Colleagues read this in the case, and the journal keeps that you took it."),
    )

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        looks.take_original(self.target, reason=data["reason"], by=user, now=at)
        return ""


@dataclass(frozen=True)
class UsualWords:
    """A usual reason in the claimant's language."""

    key: str
    refusal: str
    said: str


def usual_in_words(document: Document) -> list[UsualWords]:
    """The usual reasons to refuse `document`, as the claimant reads them."""
    reasons = usual_reasons(document.kind, openable=openable(document.file))
    with translation.override(document.filing.language):
        return [UsualWords(each.key, each.refusal, str(each.words)) for each in reasons]
