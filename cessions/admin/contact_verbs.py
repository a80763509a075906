"""What staff do about the search on a case: each verb has a small page of its own (C3, C7, C9, T7)."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cessions.admin.case_forms import DecidingForm
from cessions.enums import SignKind
from cessions.models import HolderSign, Letter, PeriodExtension, TransferRequest, TwoPersonAct
from cessions.services import extension, post, signs, undo
from cessions.services.refused import Refused
from cessions.services.states import StateConflict
from hosting.lib.admin import Verb, VerbForm

VIEW = "view"


class SearchForm(VerbForm):
    """A form whose deed may be refused in words."""

    def perform(self, *, at: datetime, user: Any) -> str:
        try:
            return self.act(at, user, self.cleaned_data)
        except Refused as refused:
            raise ValidationError(str(refused)) from refused
        except StateConflict as conflict:
            raise ValidationError(
                gettext("Somebody was quicker. Please look at the case again.")
            ) from conflict

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        """Call the service verb; words that say what was done."""
        raise NotImplementedError


class RecordSign(SearchForm):
    """Staff write down a message or call of the holder (C9)."""

    KINDS: ClassVar = [(kind.value, kind.label) for kind in signs.TOLD_TO_STAFF]
    kind = forms.ChoiceField(label=_("What he said"), choices=KINDS, initial=SignKind.MESSAGE)
    text = forms.CharField(
        label=_("In his words"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("When, by which way, and what the holder said."),
    )

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        signs.record_sign(self.target.pk, data["kind"], text=data["text"], by=user, now=at)
        return gettext("The sign of life is recorded.")


class JudgeSign(SearchForm):
    """Staff found out who answered (C9)."""

    was_holder = forms.ChoiceField(
        label=_("Who was it?"),
        widget=forms.RadioSelect,
        choices=[("yes", _("It was the holder")), ("no", _("It was not the holder"))],
    )
    reason = forms.CharField(label=_("How do you know?"), widget=forms.Textarea(attrs={"rows": 3}))

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        was_holder = data["was_holder"] == "yes"
        signs.judge_sign(
            self.target.pk, was_holder=was_holder, reason=data["reason"], by=user, now=at
        )
        if was_holder:
            return gettext("Confirmed: the answer takes effect.")
        return gettext("Dismissed: the request goes on.")


class AcknowledgeAlarm(SearchForm):
    """Somebody takes care of an alarm (C10, X5)."""

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        signs.acknowledge_alarm(self.target.pk, by=user, now=at)
        return gettext("You take care of this alarm.")


class ResumeSearch(SearchForm):
    """Nothing comes of the agreed transfer (C10)."""

    reason = forms.CharField(label=_("Why"), widget=forms.Textarea(attrs={"rows": 3}))

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        signs.end_wait(self.target.pk, reason=data["reason"], by=user, now=at)
        return gettext("The search goes on, with a new run.")


class Extend(SearchForm):
    """Seek the holder longer (C7)."""

    dates = forms.IntegerField(label=_("Further dates"), min_value=1, max_value=30)
    reason = forms.CharField(label=_("Why"), widget=forms.Textarea(attrs={"rows": 3}))

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        extension.extend_period(
            self.target.pk, dates=data["dates"], reason=data["reason"], by=user, now=at
        )
        return gettext("The period is longer now.")


class Shorten(SearchForm):
    """Take an extension back (C7)."""

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        extension.withdraw_extension(self.target.pk, by=user, now=at)
        return gettext("The extension is taken back.")


class WriteLetter(SearchForm):
    """A registered letter to the holder (C3)."""

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        post.write_registered_letter(self.target.pk, by=user, now=at)
        return gettext("The letter is being made. Print it, post it, and note its number here.")


class MarkPosted(SearchForm):
    """The letter was handed in at the post today (C3)."""

    tracking = forms.CharField(label=_("Tracking number"), max_length=60)

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        post.mark_posted(self.target.pk, tracking=data["tracking"], by=user, now=at)
        return gettext("Posted: this counts as an attempt of today.")


class ProposeUndo(SearchForm, DecidingForm):
    """A first person says that "holder reached" is a mistake (T7)."""

    reason = forms.CharField(label=_("Why"), widget=forms.Textarea(attrs={"rows": 3}))

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        undo.propose_undo(
            self.target.pk, reason=data["reason"], by=user, now=at, factor=self.confirmed
        )
        return gettext("Proposed. A second person has to confirm it.")


class ConfirmUndo(SearchForm, DecidingForm):
    """A second person confirms it (T7)."""

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        undo.confirm_undo(self.target.pk, by=user, now=at, factor=self.confirmed)
        return gettext("The request is received again, and a new run begins.")


class DropUndo(SearchForm):
    """The proposal is turned down (T7)."""

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        undo.drop_undo(self.target.pk, by=user, now=at)
        return gettext("The proposal is dropped.")


def part_of(model: Any) -> Any:
    """Finds the row of `model` with that number among those of a request; 404 otherwise."""

    def find(request: TransferRequest, pk: int) -> Any:
        return get_object_or_404(model, pk=pk, request=request)

    return find


CONTACT_VERBS = (
    Verb(
        "sign",
        _("Record a sign of life"),
        RecordSign,
        _("Record it"),
        hint=_(
            "A message or call of the holder himself ends the request (an agreement lets it wait). "
            "Automatic replies, direct debits and other people's words are no signs of life."
        ),
        permission=VIEW,
    ),
    Verb(
        "judge",
        _("Who answered?"),
        JudgeSign,
        _("Record the judgement"),
        hint=_(
            "Either the answer came through a former contact, or somebody signed in for the account "
            "after the request was received. Please find out who it was, best by telephone."
        ),
        part=part_of(HolderSign),
        permission=VIEW,
    ),
    Verb(
        "alarm",
        _("Take care of an alarm"),
        AcknowledgeAlarm,
        _("I take care of it"),
        part=part_of(HolderSign),
        permission=VIEW,
    ),
    Verb(
        "resume",
        _("Let the request go on"),
        ResumeSearch,
        _("Let it go on"),
        hint=_(
            "The holder agreed to a transfer, but nothing comes of it. A new run of attempts begins."
        ),
        permission=VIEW,
    ),
    Verb(
        "extend",
        _("Seek the holder longer"),
        Extend,
        _("Extend the period"),
        hint=_(
            "When quantity or quality of what the claimant gave leave a doubt that the holder may be "
            "robbed. With a contract and complete documents there is no reason to extend. An approval "
            "ends by it."
        ),
        permission=VIEW,
    ),
    Verb(
        "shorten",
        _("Take an extension back"),
        Shorten,
        _("Take it back"),
        part=part_of(PeriodExtension),
        permission=VIEW,
    ),
    Verb(
        "letter",
        _("Write a registered letter"),
        WriteLetter,
        _("Make the letter"),
        hint=_(
            "A PDF in the holder's language, to print and post with acknowledgement of receipt."
        ),
        permission=VIEW,
    ),
    Verb(
        "posted",
        _("The letter is posted"),
        MarkPosted,
        _("Posted today"),
        part=part_of(Letter),
        permission=VIEW,
    ),
    Verb(
        "undo",
        _('Undo a mistaken "holder reached"'),
        ProposeUndo,
        _("Propose it"),
        hint=_("A second person has to confirm. The time without attempts stays a gap."),
        permission=VIEW,
    ),
    Verb(
        "undo-confirm",
        _('Confirm that "holder reached" was a mistake'),
        ConfirmUndo,
        _("Confirm: it was a mistake"),
        part=part_of(TwoPersonAct),
        permission=VIEW,
    ),
    Verb(
        "undo-drop",
        _("Drop the proposal"),
        DropUndo,
        _("Drop it"),
        part=part_of(TwoPersonAct),
        permission=VIEW,
    ),
)
