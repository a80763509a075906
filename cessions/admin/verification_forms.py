"""The forms by which staff verify a claimant (V1, V2)."""

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cessions.admin.case_forms import LONG, CaseForm
from cessions.enums import CallResult, ChallengeKind
from cessions.models import RequestedService
from cessions.services import challenges
from cessions.services.challenges import ChallengeRefused, CodeAnswer
from hosting.lib import rdap

LONGEST_TARGET = 1000


class VerifyingForm(CaseForm):
    """A deed on challenges, refused in words."""

    def perform(self, *, at: datetime, user: Any) -> str:
        try:
            return super().perform(at=at, user=user)
        except ChallengeRefused as refused:
            raise ValidationError(str(refused)) from refused


# -- Beginning ---------------------------------------------------------------------------------


class Begin(VerifyingForm):
    """A challenge of `kind` on a service; what else has to be said are its fields."""

    kind: ClassVar[str]

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        challenges.begin(self.target, self.kind, now=at, by=user, **data)
        return gettext("Begun. The claimant is told by e-mail what he does.")


class BeginDns(Begin):
    kind = ChallengeKind.DNS


class BeginFile(Begin):
    kind = ChallengeKind.FILE


class Sourced(Begin):
    """One whose target staff find, and say where."""

    source = forms.CharField(
        label=_("Where you found it"),
        max_length=LONGEST_TARGET,
        help_text=_("The address of the page, or what else shows it."),
    )


class BeginOwner(Sourced):
    """The registered owner's address: the registry's where it tells, else from our own records."""

    kind = ChallengeKind.OWNER_EMAIL
    target = forms.CharField(label=_("E-mail address of the registered owner"), max_length=254)
    language = forms.ChoiceField(
        label=_("Language of the message"), choices=settings.LANGUAGES, required=False
    )
    field_order = ("target", "source", "language")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            self._suggest(self.target)

    def _suggest(self, service: RequestedService) -> None:
        """Fill in what is known; asked of the registry when the page is opened, never on a POST."""
        self.initial["language"] = service.filing.language
        found, why = registered_owner(service)
        if found:
            self.initial["target"] = found
            self.initial["source"] = gettext("registry (RDAP)")
        else:
            registration = getattr(service.service, "registration", None)
            self.initial["target"] = registration.owner_email if registration else ""
            self.initial["source"] = gettext("our own records") if self.initial["target"] else ""
        self.fields["target"].help_text = why


def registered_owner(service: RequestedService) -> tuple[str, str]:
    """The owner's address by the registry, and what to say about it."""
    try:
        found = rdap.owner_email(service.name)
    except rdap.NotLookedUp as error:
        if error.code == "off":
            return "", gettext("No registry is asked: please look it up there, and compare.")
        return "", gettext("The registry gave no answer: please look it up there, and compare.")
    if not found:
        return "", gettext(
            "The registry keeps the owner's address to itself, as most do: type it in if you have it "
            "from the registrar, or take another way."
        )
    return found, gettext("As the registry has it.")


class BeginCall(Sourced):
    kind = ChallengeKind.CALL
    target = forms.CharField(label=_("Telephone number published on the site"), max_length=60)
    on_site = forms.BooleanField(
        label=_("I saw this number on the site itself"),
        required=False,
        help_text=_(
            "Whoever can change the site can change the number: compare it with a directory, an old "
            "invoice, or an archive of the site."
        ),
    )
    field_order = ("target", "source", "on_site")


class BeginLetter(Sourced):
    kind = ChallengeKind.LETTER
    target = forms.CharField(
        label=_("Postal address published on the site"), widget=LONG, max_length=LONGEST_TARGET
    )
    field_order = ("target", "source")


class BeginQuestion(Begin):
    kind = ChallengeKind.QUESTION
    question = forms.CharField(
        label=_("Question on the service"),
        widget=LONG,
        max_length=2000,
        help_text=_(
            "What only somebody who belongs to the site can know, or show: proof of residence at the "
            "published address, say. Write nothing of the holder."
        ),
    )


class Replace(VerifyingForm):
    """Another way in the place of one that cannot be done."""

    kind = forms.ChoiceField(label=_("By which way?"))
    note = forms.CharField(label=_("Why it cannot be done"), widget=LONG, max_length=1000)
    target = forms.CharField(
        label=_("Where: e-mail address, telephone number or postal address"),
        widget=LONG,
        max_length=LONGEST_TARGET,
        required=False,
    )
    source = forms.CharField(
        label=_("Where you found it"), max_length=LONGEST_TARGET, required=False
    )
    on_site = forms.BooleanField(label=_("I saw this number on the site itself"), required=False)
    question = forms.CharField(
        label=_("Question on the service"), widget=LONG, max_length=2000, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = challenges.open_kinds(self.target.requested_service)
        self.fields["kind"].choices = [
            (kind, ChallengeKind(kind).label) for kind in kinds if kind != self.target.kind
        ]

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        challenges.replace(self.target, now=at, by=user, **data)
        return gettext("Replaced. The claimant is told by e-mail what he does.")


# -- What came of it ---------------------------------------------------------------------------


class Judge(VerifyingForm):
    """Staff's own judgement: of an answer, or that one is not passed."""

    verdict = forms.ChoiceField(
        label=_("What do you make of it?"),
        choices=[("passed", _("It shows the link")), ("failed", _("It does not"))],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=_("Why"), widget=LONG, max_length=1000)

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        passed = data["verdict"] == "passed"
        challenges.judge(self.target, passed=passed, note=data["note"], by=user, now=at)
        return gettext("Passed.") if passed else gettext("Not passed: recorded.")


class EndIt(VerifyingForm):
    """One with a code is ended without being passed."""

    note = forms.CharField(label=_("Why"), widget=LONG, max_length=1000)

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        challenges.judge(self.target, passed=False, note=data["note"], by=user, now=at)
        return gettext("Not passed: recorded.")


class TypeCode(VerifyingForm):
    """The claimant tells his code by telephone, or has no private page."""

    code = forms.CharField(
        label=_("Code, as the claimant says it"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        actor = f"user:{user.pk}"
        answer = challenges.enter_code(self.target, data["code"], now=at, actor=actor)
        if answer is CodeAnswer.WRONG:
            raise ValidationError(gettext("This is not the code. The try was counted."))
        if answer is CodeAnswer.OVER:
            raise ValidationError(gettext("This verification is over."))
        return gettext("Right: passed.")


class NoteCall(VerifyingForm):
    """What came of the call, one key per result."""

    result = forms.ChoiceField(label=_("Result"), choices=CallResult.choices)
    note = forms.CharField(label=_("Remark"), max_length=500, required=False)

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        challenges.note_call(
            self.target, data["result"], by=user, now=at, note=data.get("note", "")
        )
        return gettext("Recorded.")


class MarkPosted(VerifyingForm):
    """The letter went into the post."""

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        challenges.letter_posted(self.target, by=user, now=at)
        return gettext("Posted: recorded.")


class CheckNow(VerifyingForm):
    """A machine looks at once."""

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        passed = challenges.check_by_machine(self.target, at, actor=f"user:{user.pk}")
        return gettext("The code is there: passed.") if passed else gettext("It is not there yet.")
