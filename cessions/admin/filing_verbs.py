"""What staff do on a filing: confirm by telephone, correct, enter what came by post (T2, T3, T6, X4)."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cessions.enums import (
    ConfirmedHow,
    ConsentCode,
    DocumentKind,
    EventKind,
    FilingOrigin,
    FilingState,
)
from cessions.models import Filing, StaffQuestion
from cessions.services import documents, questions, reception, withdrawal
from cessions.services import filing as filings
from cessions.services.claims import Claim, NamedService, clean_name
from cessions.services.locks import NotPossible
from cessions.services.states import StateConflict
from hosting.enums import ServiceKind
from hosting.lib.admin import Verb, VerbForm, actor_of
from hosting.lib.names import NotADomainName
from hosting.records.services import UploadRefused
from hosting.services.notices import current_notices

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LONG = forms.Textarea(attrs={"rows": 4})
OWNER = (("", "–"), ("yes", _("yes")), ("no", _("no")))
NAMED = (
    ("domains", ServiceKind.DOMAIN),
    ("hostings", ServiceKind.HOSTING),
    ("others", ServiceKind.OTHER),
)


class FilingVerbForm(VerbForm):
    """A form whose deed may come too late."""

    def perform(self, *, at: datetime, user: Any) -> str:
        try:
            return self.act(at, user, self.cleaned_data)
        except UploadRefused as refused:
            raise ValidationError(str(refused)) from refused
        except (NotPossible, StateConflict) as conflict:
            raise ValidationError(
                gettext("This is no longer possible. Please look at the filing again.")
            ) from conflict

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        """Call the service verb; words that say what was done."""
        raise NotImplementedError


class Confirm(FilingVerbForm):
    """His mailbox is dead: he confirms by telephone or post (T3)."""

    how = forms.ChoiceField(
        label=_("How did he confirm?"),
        choices=[
            (ConfirmedHow.TELEPHONE.value, ConfirmedHow.TELEPHONE.label),
            (ConfirmedHow.POST.value, ConfirmedHow.POST.label),
        ],
        widget=forms.RadioSelect,
    )

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        reception.confirm_by_staff(self.target, how=data["how"], by=user, now=at)
        return gettext("Received. The ten days run from now.")


class Correct(FilingVerbForm):
    """A mistyped address, before it is confirmed (T3)."""

    email = forms.EmailField(label=_("The right e-mail address"), max_length=254)

    def present(self) -> dict[str, Any]:
        return {"email": self.target.email}

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        filings.correct_address(self.target, data["email"], actor=actor_of(user), now=at)
        return gettext("Corrected. A new link is on its way; the old one no longer works.")


class Resend(FilingVerbForm):
    """The confirmation or the status link once more."""

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        found = self.target
        if not filings.send_link_again(number=found.number, email=found.email, now=at):
            raise NotPossible("nothing to send")
        return gettext("The link is on its way.")


class AddDocument(FilingVerbForm):
    """What came by post or e-mail, scanned (T2, D)."""

    kind = forms.ChoiceField(label=_("Kind"), choices=DocumentKind.choices)
    file = forms.FileField(label=_("File"))

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        documents.add_document(
            self.target, data["file"], kind=data["kind"], now=at, actor=actor_of(user)
        )
        return gettext("The document is added.")


class AcceptOnPaper(FilingVerbForm):
    """He signed terms and effects on paper (X4)."""

    signed = forms.BooleanField(label=_("The signed paper lies before me, in his language"))

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        notices = current_notices(
            [ConsentCode.TERMS, ConsentCode.EFFECTS], self.target.language, at
        )
        filings.accept_effects(self.target, notices, now=at, actor=actor_of(user))
        return gettext("The acceptance is recorded.")


class RecordAnswer(FilingVerbForm):
    """He answered a question by telephone or post (T6)."""

    answer = forms.CharField(label=_("His answer"), widget=LONG)

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        question: StaffQuestion = self.target
        if not questions.answer_question(
            question.filing, question.pk, data["answer"], now=at, actor=actor_of(user)
        ):
            raise NotPossible("answered already")
        return gettext("The answer is recorded.")


class Withdraw(FilingVerbForm):
    """He withdraws by telephone or post (T6)."""

    sure = forms.BooleanField(label=_("The claimant wants this, and I have made sure it is he"))

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        if not withdrawal.withdraw(self.target, now=at, actor=actor_of(user)):
            raise NotPossible("nothing open")
        return gettext("Withdrawn. The claimant is told by e-mail.")


class Enter(FilingVerbForm):
    """A case that came by e-mail or letter (T2)."""

    origin = forms.ChoiceField(
        label=_("How did it come?"),
        choices=[
            (FilingOrigin.EMAIL.value, FilingOrigin.EMAIL.label),
            (FilingOrigin.LETTER.value, FilingOrigin.LETTER.label),
        ],
    )
    arrived_at = forms.DateTimeField(
        label=_("When did it arrive?"),
        validators=[MinValueValidator(EARLIEST)],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_(
            "It counts as received from then if you enter it within 2 days, otherwise from now."
        ),
    )
    language = forms.ChoiceField(label=_("Language of the claimant"), choices=settings.LANGUAGES)
    full_name = forms.CharField(label=_("Full name"), max_length=200)
    organisation = forms.CharField(label=_("Organisation"), max_length=200, required=False)
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        required=False,
        help_text=_("Without one you have to write to him by post."),
    )
    telephone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    postal_address = forms.CharField(
        label=_("Postal address"), max_length=1000, widget=LONG, required=False
    )
    domains = forms.CharField(
        label=_("Domain names, one a line"), max_length=2000, widget=LONG, required=False
    )
    hostings = forms.CharField(
        label=_("Websites, one a line"), max_length=2000, widget=LONG, required=False
    )
    others = forms.CharField(
        label=_("Other services, one a line"), max_length=2000, widget=LONG, required=False
    )
    is_registered_owner = forms.ChoiceField(
        label=_("Is he the registered owner?"), choices=OWNER, required=False
    )
    silent_since = forms.DateField(
        label=_("Silent since"), widget=forms.DateInput(attrs={"type": "date"}), required=False
    )
    event = forms.ChoiceField(label=_("What happened"), choices=EventKind.choices)
    already_tried = forms.CharField(
        label=_("What he tried already"), max_length=5000, widget=LONG, required=False
    )
    entered: Filing

    TEXTS: ClassVar = (
        "language",
        "full_name",
        "organisation",
        "email",
        "telephone",
        "postal_address",
        "already_tried",
        "event",
    )

    def present(self) -> dict[str, Any]:
        """Of a wrong entry, what it holds: most of it will be right."""
        wrong: Filing | None = self.target
        if wrong is None:
            return {"event": EventKind.UNKNOWN}
        held = {name: getattr(wrong, name) for name in self.TEXTS}
        names: dict[str, list[str]] = {}
        for service in wrong.services.all():
            names.setdefault(service.kind, []).append(service.display_name)
        lines = {field: "\n".join(names.get(kind, [])) for field, kind in NAMED}
        owner = {True: "yes", False: "no", None: ""}[wrong.is_registered_owner]
        dates = {"arrived_at": wrong.arrived_at, "silent_since": wrong.silent_since}
        return {**held, **lines, **dates, "origin": wrong.origin, "is_registered_owner": owner}

    def clean(self) -> dict[str, Any]:
        """At least one service, each with a name that can be read."""
        named = [service for field, kind in NAMED for service in self._named(field, kind)]
        if not named and not self.errors:
            self.add_error("domains", gettext("Please name at least one domain name or service."))
        self.cleaned_data["services"] = tuple(named)
        return self.cleaned_data

    def _named(self, field: str, kind: str) -> list[NamedService]:
        found = []
        for line in (self.cleaned_data.get(field) or "").splitlines():
            try:
                if line.strip():
                    found.append(NamedService(kind, clean_name(kind, line)))
            except NotADomainName:
                self.add_error(field, gettext("This is not a domain name: %s") % line)
        return found

    def claim(self) -> Claim:
        """What he asks for and says."""
        data = self.cleaned_data
        silent_since: date | None = data["silent_since"]
        return Claim(
            **{name: data[name] for name in self.TEXTS},
            services=data["services"],
            is_registered_owner={"yes": True, "no": False}.get(data["is_registered_owner"]),
            silent_since=silent_since,
        )

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        words = {"origin": data["origin"], "arrived_at": data["arrived_at"], "by": user, "now": at}
        if self.target is None:
            self.entered = reception.enter(self.claim(), **words)
            return gettext("Entered as %s.") % self.entered.number
        self.entered = reception.enter_anew(self.target, self.claim(), **words)
        return gettext("Closed, and entered anew as %s.") % self.entered.number


def question_of(filing: Filing, pk: int) -> StaffQuestion:
    """A question of this filing that waits for its answer."""
    waiting = filing.questions.filter(answered_at__isnull=True, closed_at__isnull=True)
    return get_object_or_404(waiting.select_related("filing"), pk=pk)


ENTER = Verb(
    "add",
    _("Enter a case from an e-mail or a letter"),
    Enter,
    _("Enter the case"),
    hint=_("It is the same case as one from the form: the search for the holder begins at once."),
    permission="add",
)
VERBS = (
    Verb(
        "confirm",
        _("Confirm by telephone or post"),
        Confirm,
        _("Confirm: received now"),
        hint=_("Only for a claimant whose mailbox does not work. Make sure that it is he."),
    ),
    Verb("address", _("Correct the address"), Correct, _("Correct and send a new link")),
    Verb("resend", _("Send the link again"), Resend, _("Send it")),
    Verb("document", _("Add a document"), AddDocument, _("Add the document")),
    Verb("accept", _("Record a signed acceptance"), AcceptOnPaper, _("Record it")),
    Verb(
        "answer",
        _("Record an answer"),
        RecordAnswer,
        _("Record the answer"),
        part=question_of,
    ),
    Verb(
        "withdraw",
        _("Withdraw for the claimant"),
        Withdraw,
        _("Withdraw the request"),
        hint=_("Everything that is open ends, and the search stops."),
    ),
    Verb(
        "anew",
        _("Close a wrong entry and enter it anew"),
        Enter,
        _("Close and enter anew"),
        hint=_("The wrong entry stays readable and is linked. Its clock ends; a new one begins."),
    ),
)

Allowed = Callable[[Filing, bool], bool]
ALLOWED: dict[str, Allowed] = {
    "confirm": lambda filing, is_open: filing.state == FilingState.UNCONFIRMED,
    "address": lambda filing, is_open: filing.state == FilingState.UNCONFIRMED,
    "resend": lambda filing, is_open: bool(filing.email) and filing.state != FilingState.EXPIRED,
    "document": lambda filing, is_open: is_open or filing.state == FilingState.UNCONFIRMED,
    "accept": lambda filing, is_open: is_open,
    "withdraw": lambda filing, is_open: is_open,
    "anew": lambda filing, is_open: is_open and filing.entered_by_id is not None,
}
"""Which verbs a filing's page offers; the services check again."""
