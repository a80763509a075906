"""The forms of what staff do on a case; the acts that count ask a factor (D4, T6, X1, X5)."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import SUPERVISOR, SUPPORT
from cessions.admin.case_talk import usual_of
from cessions.enums import DocumentKind, RequestState
from cessions.models import TransferRequest
from cessions.policies.checklist import IDENTITY_KINDS
from cessions.reasoning import reason
from cessions.services import comments, conversation, decisions, questions, reversal, review
from cessions.services.guard import ActRefused
from cessions.services.locks import NotPossible
from cessions.services.refused import Refused as ServiceRefused
from cessions.services.states import StateConflict
from cessions.snapshot import case_of_request
from hosting.lib.admin import VerbForm
from hosting.lib.clock import now
from hosting.lib.factor import FactorForm
from hosting.records.services import journal

LONG = forms.Textarea(attrs={"rows": 4})
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class CaseForm(VerbForm):
    """A form whose deed may be refused in words."""

    def perform(self, *, at: datetime, user: Any) -> str:
        try:
            return self.act(at, user, self.cleaned_data)
        except ActRefused as refused:
            words = [str(refused.WORDS[refused.code]), *(b.words for b in refused.blockers)]
            raise ValidationError(words) from refused
        except ServiceRefused as refused:
            raise ValidationError(str(refused)) from refused
        except (StateConflict, NotPossible) as conflict:
            raise ValidationError(str(ActRefused.WORDS["state"])) from conflict

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        """Call the service verb; words that say what was done."""
        raise NotImplementedError


class DecidingForm(FactorForm, CaseForm):
    """An act that counts: it asks password or code anew (X1), and a wrong one is journalled."""

    asks_factor = True

    def __init__(self, *args: Any, request: HttpRequest, target: Any, **kwargs: Any) -> None:
        super().__init__(*args, request=request, target=target, **kwargs)

    @property
    def case(self) -> TransferRequest:
        """The request that the act is about."""
        return self.target if isinstance(self.target, TransferRequest) else self.target.request

    @property
    def stream(self) -> str:
        """The journal that keeps a wrong factor."""
        return self.case.stream

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.refused is not None:
            journal(
                self.stream,
                "factor_refused",
                at=now(),
                actor=f"user:{self.request.user.pk}",
                act=type(self).__name__,
                code=self.refused.code,
            )


class ServicesForm(DecidingForm):
    """An act on some of the services of a request."""

    STATES: ClassVar[tuple[RequestState, ...]] = (RequestState.RECEIVED,)
    services = forms.MultipleChoiceField(
        label=_("Which services?"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = self.target.services.filter(state__in=self.STATES).order_by("pk")
        self.fields["services"].choices = [
            (item.pk, f"{item.display_name} ({item.get_kind_display()})") for item in found
        ]
        self.fields["services"].initial = [item.pk for item in found]

    @property
    def chosen(self) -> list[int]:
        return [int(pk) for pk in self.cleaned_data["services"]]


# -- Documents ---------------------------------------------------------------------------------


class Equivalent(CaseForm):
    """A supervisor lets it stand in for another kind (D4)."""

    stands_for = forms.ChoiceField(
        label=_("It stands in for"),
        choices=[choice for choice in DocumentKind.choices if choice[0] not in IDENTITY_KINDS],
    )
    reason = forms.CharField(label=_("Why"), widget=LONG)

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        review.accept_as_equivalent(self.target.pk, by=user, now=at, **data)
        return gettext("Accepted as an equivalent.")


# -- Working on the case -----------------------------------------------------------------------


class Comment(CaseForm):
    """A remark for colleagues."""

    text = forms.CharField(label=_("Comment"), widget=LONG)

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        comments.add_comment(self.target.pk, text=data["text"], by=user, now=at)
        return gettext("Kept.")


class Assign(CaseForm):
    """Who works on the case."""

    to = forms.ModelChoiceField(
        label=_("Who works on it"), queryset=User.objects.none(), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff = User.objects.filter(
            is_staff=True, is_active=True, groups__name__in=[SUPPORT, SUPERVISOR]
        )
        self.fields["to"].queryset = staff.order_by("full_name", "email").distinct()

    def present(self) -> dict[str, Any]:
        return {"to": self.target.assigned_to_id}

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        comments.assign(self.target.pk, to=data["to"], by=user, now=at)
        return gettext("Assigned.") if data["to"] else gettext("Nobody works on it now.")


class Ask(CaseForm):
    """A question to the claimant; his time runs (T6)."""

    text = forms.CharField(
        label=_("What do you need?"),
        widget=LONG,
        help_text=_("The claimant reads this. Say nothing of the reseller's account (A10)."),
    )

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        questions.ask_claimant(self.target.filing, data["text"], by=user, now=at)
        return gettext("Asked, by e-mail and on the claimant's page.")


class Message(CaseForm):
    """Words to the claimant, by e-mail and on his page; what he wrote counts as read (A10).

    `template` is the usual answer that they were begun from: one that the ground does not allow now is
    refused, as the case may have changed since the page was shown.
    """

    text = forms.CharField(
        label=_("Message"),
        widget=forms.Textarea(attrs={"rows": 12}),
        max_length=conversation.LONGEST,
    )
    template = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def clean_template(self) -> str:
        template: str = self.cleaned_data["template"]
        case = case_of_request(self.target.pk)
        why = reason(case, case.request(self.target.pk), now())
        if template and template not in usual_of(why):
            raise ValidationError(
                gettext("This usual answer does not fit the case any more: please begin anew.")
            )
        return template

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        conversation.write_to_claimant(self.target.pk, **data, by=user, now=at)
        return gettext("Sent, by e-mail and to the claimant's page.")


class Read(CaseForm):
    """What the claimant wrote needs no answer."""

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        conversation.mark_read(self.target.pk, by=user, now=at)
        return gettext("Marked as read.")


class EraseMessage(CaseForm):
    """Erase the words of one message (L2)."""

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        conversation.erase_message(self.target.filing, self.target.pk, by=user, now=at)
        return gettext("Erased. Its hash stays in the journal.")


class Advice(DecidingForm):
    """The advice taken on a death, guardianship or liquidation (A12)."""

    text = forms.CharField(label=_("Whose advice, and what was it?"), widget=LONG)

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        comments.record_advice(
            self.target.pk, text=data["text"], by=user, now=at, factor=self.confirmed
        )
        return gettext("Recorded: this no longer stands in the way.")


# -- Deciding ----------------------------------------------------------------------------------


class Recommend(ServicesForm):
    """A first person recommends (X1)."""

    why = forms.CharField(label=_("Why should it be approved?"), widget=LONG)

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        decisions.recommend(
            self.target.pk,
            self.chosen,
            why=data["why"],
            by=user,
            now=at,
            factor=self.confirmed,
        )
        return gettext("Recommended. A supervisor, another person than you, can approve it now.")


class SendBack(CaseForm):
    """Take a recommendation back."""

    reason = forms.CharField(label=_("Why"), widget=LONG)

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        decisions.send_back(self.target.pk, reason=data["reason"], by=user, now=at)
        return gettext("The recommendation is taken back.")


class Approve(DecidingForm):
    """A second person, a supervisor, approves (X1)."""

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        decisions.approve(self.target.pk, by=user, now=at, factor=self.confirmed)
        return gettext("Approved. The hold runs; present and former contacts are told.")


class RefuseRequest(ServicesForm):
    """A supervisor refuses (X1)."""

    STATES = (RequestState.RECEIVED, RequestState.APPROVED)
    reason = forms.CharField(
        label=_("Why"),
        widget=LONG,
        help_text=_(
            "The claimant reads this, in the e-mail and in the letter. Say nothing of the account, "
            "not even whether the service is here (A10, T4)."
        ),
    )

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        decisions.refuse(
            self.target.pk,
            self.chosen,
            reason=data["reason"],
            by=user,
            now=at,
            factor=self.confirmed,
        )
        return gettext("Refused. The claimant is told and can contest it once within 30 days.")


class DecideContest(DecidingForm):
    """Another supervisor looks at a contested refusal (X1)."""

    stands = forms.ChoiceField(
        label=_("What do you decide?"),
        widget=forms.RadioSelect,
        choices=[
            ("yes", _("The refusal stands")),
            ("no", _("The claimant is right: the request goes on, with a new run of attempts")),
        ],
    )
    reason = forms.CharField(label=_("Why"), widget=LONG, help_text=_("The claimant reads this."))

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        decisions.decide_contest(
            self.target.pk,
            refusal_stands=data["stands"] == "yes",
            reason=data["reason"],
            by=user,
            now=at,
            factor=self.confirmed,
        )
        return gettext("Decided. The claimant is told.")


class ProposeReversal(DecidingForm):
    """A first person wants an executed transfer back (X5). `DEEDS` are the service verbs."""

    DEEDS: ClassVar[Any] = reversal
    reason = forms.CharField(label=_("Why"), widget=LONG)

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        self.DEEDS.propose_reversal(
            self.target.pk, reason=data["reason"], by=user, now=at, factor=self.confirmed
        )
        return gettext("Proposed. A supervisor, another person than you, can confirm it now.")


class ConfirmReversal(DecidingForm):
    """A second person, a supervisor, puts everything back (X5)."""

    DEEDS: ClassVar[Any] = reversal

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        self.DEEDS.confirm_reversal(self.target.pk, by=user, now=at, factor=self.confirmed)
        return gettext("Reversed: the services are back. Both sides are told.")


class DropReversal(CaseForm):
    """Take the proposal back."""

    DEEDS: ClassVar[Any] = reversal

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        self.DEEDS.drop_reversal(self.target.pk, by=user, now=at)
        return gettext("The proposal is dropped.")
