"""Forms of the verbs on a customer account: each calls one service (A1-A6)."""

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import services
from accounts.enums import AccountKind, ContactKind, NoteEffect, NoteKind, RegistrationKind
from accounts.models import ContactMethod, CustomerAccount, InternalNote, User
from accounts.policies import shown_contact
from accounts.services import Identity
from accounts.services.verification import CodeAnswer, confirm_telephone
from hosting.lib.admin import VerbForm, actor_of
from hosting.lib.seen import SeenForm
from hosting.records.models import StoredFile
from hosting.records.services import UploadRefused, store_upload

TEXT = {"rows": 6}


class IdentityForm(VerbForm):
    """Who the holder is (A1); what is replaced is kept as former (A4)."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of account"), choices=AccountKind.choices)
    full_name = forms.CharField(label=gettext_lazy("Full name of the holder"), max_length=200)
    trade_name = forms.CharField(label=gettext_lazy("Trade name"), max_length=200, required=False)
    registration_kind = forms.ChoiceField(
        label=gettext_lazy("Kind of registration number"),
        choices=RegistrationKind.choices,
        required=False,
    )
    registration_number = forms.CharField(
        label=gettext_lazy("Registration number"), max_length=40, required=False
    )
    street = forms.CharField(
        label=gettext_lazy("Street and number"), max_length=200, required=False
    )
    postal_code = forms.CharField(label=gettext_lazy("Postal code"), max_length=20, required=False)
    city = forms.CharField(label=gettext_lazy("City"), max_length=100, required=False)
    country = forms.CharField(
        label=gettext_lazy("Country"),
        max_length=2,
        initial="FR",
        help_text=gettext_lazy("Two letters: FR, DE, BE…"),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Preferred language"),
        choices=settings.LANGUAGES,
        initial=settings.LANGUAGE_CODE,
    )

    def identity(self) -> Identity:
        return Identity(**{name: self.cleaned_data[name] for name in services.FIELDS})


class OpenForm(IdentityForm):
    """A new account with what the holder must have: e-mail and telephone (A2)."""

    email = forms.CharField(label=gettext_lazy("E-mail address"), max_length=254, required=False)
    telephone = forms.CharField(label=gettext_lazy("Telephone"), max_length=40, required=False)
    opened: CustomerAccount

    def perform(self, *, at: datetime, user: User) -> str:
        try:
            self.opened = services.open_account(
                self.identity(), now=at, actor=actor_of(user), contacts=self._contacts()
            )
        except ValidationError as error:
            raise self._placed(error) from error
        return _("The account %(number)s is open.") % {"number": self.opened.number}

    def _contacts(self) -> list[tuple[str, str]]:
        typed = {ContactKind.EMAIL: "email", ContactKind.PHONE: "telephone"}
        given = [(kind.value, self.cleaned_data[name]) for kind, name in typed.items()]
        return [(kind, value) for kind, value in given if value]

    def _placed(self, error: ValidationError) -> ValidationError:
        """A refused contact, at the field where it was typed."""
        details = getattr(error, "error_dict", {})
        if "value" not in details:
            return error
        field = "email" if details["value"][0].code == "email" else "telephone"
        return ValidationError({field: details["value"]})


class ChangeIdentityForm(SeenForm, IdentityForm):
    target: CustomerAccount

    def present(self) -> dict[str, Any]:
        return {name: getattr(self.target, name) for name in services.FIELDS}

    def perform(self, *, at: datetime, user: User) -> str:
        services.change_identity(self.target, self.identity(), now=at, actor=actor_of(user))
        return _("The identity is saved; former names stay on file for 12 months.")


class AddContactForm(VerbForm):
    """A further way to reach the holder (A3)."""

    target: CustomerAccount
    kind = forms.ChoiceField(label=gettext_lazy("Kind of contact"), choices=ContactKind.choices)
    value = forms.CharField(label=gettext_lazy("Address or number"), max_length=300)
    label = forms.CharField(
        label=gettext_lazy("Label"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("For example: office, at home, only in the evening."),
    )

    def perform(self, *, at: datetime, user: User) -> str:
        services.add_contact(self.target, now=at, actor=actor_of(user), **self.cleaned_data)
        return _("The contact is added.")


class ChangeContactForm(VerbForm):
    """Another address or number in the place of one that is no longer right (A4)."""

    target: ContactMethod
    value = forms.CharField(label=gettext_lazy("Address or number"), max_length=300)
    label = forms.CharField(label=gettext_lazy("Label"), max_length=100, required=False)

    def present(self) -> dict[str, Any]:
        value = shown_contact(self.target.kind, self.target.value)
        return {"value": value, "label": self.target.label}

    def perform(self, *, at: datetime, user: User) -> str:
        services.change_contact(self.target, now=at, actor=actor_of(user), **self.cleaned_data)
        return _("The contact is changed; the former one stays on file for 12 months.")


class EndContactForm(VerbForm):
    """Nothing to fill in: the button is the question."""

    target: ContactMethod

    def perform(self, *, at: datetime, user: User) -> str:
        services.end_contact(self.target, now=at, actor=actor_of(user))
        return _("It is a former contact now and stays on file for 12 months.")


class VerifyContactForm(VerbForm):
    """How a contact was found to be right (A3)."""

    target: ContactMethod
    how = forms.CharField(
        label=gettext_lazy("How was it verified?"),
        max_length=200,
        help_text=gettext_lazy("For example: the holder answered at this number."),
    )

    def perform(self, *, at: datetime, user: User) -> str:
        services.verify_contact(
            self.target, how=self.cleaned_data["how"], now=at, actor=actor_of(user)
        )
        return _("The contact is marked as verified.")


class ReadOutCodeForm(VerbForm):
    """The code that the holder reads out when staff call his number (A3)."""

    target: ContactMethod
    code = forms.CharField(
        label=gettext_lazy("Code that the holder reads out"),
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def perform(self, *, at: datetime, user: User) -> str:
        answer = confirm_telephone(self.target, self.cleaned_data["code"], by=user, now=at)
        if answer is CodeAnswer.WRONG:
            raise ValidationError({"code": _("This is not the code that his page shows.")})
        if answer is CodeAnswer.OVER:
            raise ValidationError(
                {"code": _("No code holds any more: please let him show a new one.")}
            )
        return _("The number is verified.")


class OrderContactsForm(VerbForm):
    """A number for each present contact; the smallest is tried first (A3)."""

    target: CustomerAccount

    def __init__(self, *args: Any, target: CustomerAccount, **kwargs: Any) -> None:
        super().__init__(*args, target=target, **kwargs)
        self.methods = list(target.contact_methods.current())
        for place, method in enumerate(self.methods, start=1):
            shown = shown_contact(method.kind, method.value)
            self.fields[f"contact{method.pk}"] = forms.IntegerField(
                label=f"{method.get_kind_display()} {shown}",
                min_value=1,
                max_value=999,
                initial=place,
            )

    def perform(self, *, at: datetime, user: User) -> str:
        wanted = sorted(self.methods, key=lambda method: self.cleaned_data[f"contact{method.pk}"])
        ids = [method.pk for method in wanted]
        services.reorder_contacts(self.target, ids, now=at, actor=actor_of(user))
        return _("The contacts are in the new order.")


class NoteForm(VerbForm):
    """An internal note (A5), with an effect where it shall have one (A6)."""

    target: CustomerAccount
    kind = forms.ChoiceField(label=gettext_lazy("Kind of note"), choices=NoteKind.choices)
    text = forms.CharField(
        label=gettext_lazy("Note"), max_length=20_000, widget=forms.Textarea(attrs=TEXT)
    )
    effect = forms.ChoiceField(
        label=gettext_lazy("Effect"), choices=NoteEffect.choices, required=False
    )
    attachment = forms.FileField(
        label=gettext_lazy("Attachment"),
        required=False,
        help_text=gettext_lazy("A PDF or a photo."),
    )
    pinned = forms.BooleanField(label=gettext_lazy("Keep on top of the notes"), required=False)

    def perform(self, *, at: datetime, user: User) -> str:
        services.write_note(self.target, author=user, now=at, **self.written(at))
        return _("The note is written.")

    def written(self, at: datetime) -> dict[str, Any]:
        """The cleaned fields, the attachment stored."""
        upload = self.cleaned_data["attachment"]
        stored: StoredFile | None = None
        if upload:
            try:
                stored = store_upload(upload, now=at)
            except UploadRefused as refused:
                raise ValidationError({"attachment": str(refused)}) from refused
        return self.cleaned_data | {"attachment": stored}


class SupersedeNoteForm(NoteForm):
    """A newer note in the place of another; the older one stays readable (A5)."""

    target: InternalNote  # type: ignore[assignment]

    def present(self) -> dict[str, Any]:
        return {name: getattr(self.target, name) for name in ("kind", "text", "effect", "pinned")}

    def perform(self, *, at: datetime, user: User) -> str:
        services.supersede_note(self.target, author=user, now=at, **self.written(at))
        return _("The newer note stands in the place of the older one.")
