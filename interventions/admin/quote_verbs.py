"""What staff do to a quote, each with its form (N6, B4)."""

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from stdnum.eu import vat

from accounts.models import CustomerAccount, User
from hosting.lib import clock
from hosting.lib.admin import Verb, VerbForm
from interventions import quoting
from interventions.enums import Tax
from interventions.models import Quote, Ticket
from interventions.services import quotes
from interventions.services.quote_rows import Wish, usual_term

EMPTY_LINES = 3


def rates() -> list[tuple[str, str]]:
    """The kinds of tax, each with its percent of today."""
    return [
        (kind.value, f"{kind.label} ({settings.TAX_RATES[kind.value].normalize():f} %)")
        for kind in Tax
    ]


def number_field(label: Any, digits: int, minimum: int | None = None) -> forms.DecimalField:
    """A number with two places, typed with the comma or the point of the reader's language."""
    widget = forms.TextInput({"size": 9, "inputmode": "decimal"})
    return forms.DecimalField(
        label=label,
        min_value=minimum,
        max_digits=digits,
        decimal_places=2,
        required=False,
        localize=True,
        widget=widget,
    )


class LineForm(forms.Form):
    """One line of a quote. Without a description it is left out, be it an empty or a former one."""

    text = forms.CharField(
        label=gettext_lazy("Description"),
        max_length=300,
        required=False,
        widget=forms.TextInput({"size": 40}),
    )
    quantity = number_field(gettext_lazy("Quantity"), 8)
    unit_price = number_field(gettext_lazy("Unit price without tax"), 10, 0)
    tax = forms.ChoiceField(label=gettext_lazy("Tax"), initial=Tax.FRANCE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tax"].choices = rates()

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        named, typed = data.get("text"), data.get("quantity") or data.get("unit_price")
        if not named and typed and not self.initial.get("text"):
            self.add_error("text", _("Please fill this in."))
        for name in ("quantity", "unit_price"):
            if named and name in data and data[name] is None:
                self.add_error(name, _("Please fill this in."))
        if named and data.get("quantity") is not None and data["quantity"] <= 0:
            self.add_error("quantity", _("More than nothing, please."))
        return data

    def line(self) -> quotes.Line | None:
        """What the valid form says; nothing for one that is left out."""
        given = self.cleaned_data
        if not given.get("text"):
            return None
        return quotes.Line(given["text"], given["quantity"], given["unit_price"], given["tax"])


LineFormSet = forms.formset_factory(
    LineForm, extra=EMPTY_LINES, max_num=quoting.MOST_LINES, absolute_max=quoting.MOST_LINES
)


class LinesForm(VerbForm):
    """The words of a draft, and its lines below them."""

    target: Quote
    introduction = forms.CharField(
        label=gettext_lazy("Words above the lines"),
        max_length=3000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy(
            "What was found, and what the work consists of; the client reads it."
        ),
    )
    address = forms.CharField(
        label=gettext_lazy("Postal address of the client (needed for sending)"),
        max_length=500,
        required=False,
        widget=forms.Textarea({"rows": 5}),
        help_text=gettext_lazy("Name first, as in the window of an envelope."),
    )
    vat_number = forms.CharField(
        label=gettext_lazy("VAT number of the client"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("Needed for reverse charge."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = [
            {
                "text": line.text,
                "quantity": line.quantity,
                "unit_price": line.unit_price,
                "tax": line.tax,
            }
            for line in self.target.lines.all()
        ]
        data = self.data if self.is_bound else None
        self.lines = LineFormSet(data, initial=lines, prefix="line")

    def present(self) -> dict[str, Any]:
        names = ("introduction", "address", "vat_number")
        return {name: getattr(self.target, name) for name in names}

    def clean_vat_number(self) -> str:
        typed = self.cleaned_data["vat_number"]
        if typed and not vat.is_valid(typed):
            raise ValidationError(_("This is not a VAT number of the European Union."))
        return str(vat.compact(typed)) if typed else ""

    def is_valid(self) -> bool:
        """Both the words and every line."""
        return super().is_valid() & self.lines.is_valid()

    def perform(self, *, at: datetime, user: User) -> str:
        lines = [line for line in (form.line() for form in self.lines) if line is not None]
        quotes.write_draft(self.target, lines=lines, **self.cleaned_data, by=user, now=at)
        return _("The quote is written.")


class SendForm(VerbForm):
    """Until when it holds."""

    target: Quote
    valid_until = forms.DateField(
        label=gettext_lazy("Valid until"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )

    def present(self) -> dict[str, Any]:
        return {"valid_until": usual_term(clock.now())}

    def perform(self, *, at: datetime, user: User) -> str:
        until = self.cleaned_data["valid_until"]
        quotes.send(self.target, valid_until=until, by=user, now=at)
        return _("The quote is on its way; its PDF is being made.")


class WithdrawForm(VerbForm):
    """Why it is taken back."""

    target: Quote
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("For us; the client reads only that we took it back."),
    )

    def perform(self, *, at: datetime, user: User) -> str:
        quotes.withdraw(self.target, reason=self.cleaned_data["reason"], by=user, now=at)
        return _("The quote is withdrawn.")


class NewQuoteForm(VerbForm):
    """On a ticket, or for somebody who called."""

    begun: Quote | None = None
    ticket = forms.CharField(
        label=gettext_lazy("Ticket number"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("Then leave the rest empty: the ticket says it."),
    )
    account = forms.CharField(label=gettext_lazy("Account number"), max_length=20, required=False)
    full_name = forms.CharField(label=gettext_lazy("Full name"), max_length=200, required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail address"), max_length=254, required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=settings.LANGUAGES)
    site = forms.CharField(label=gettext_lazy("Site"), max_length=253, required=False)
    wish = forms.CharField(
        label=gettext_lazy("What is wanted"),
        max_length=5000,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )

    def clean_ticket(self) -> Ticket | None:
        number = self.cleaned_data["ticket"].strip()
        ticket = Ticket.objects.filter(number__iexact=number).first() if number else None
        if number and ticket is None:
            raise ValidationError(_("There is no ticket of this number."))
        return ticket

    def clean_account(self) -> CustomerAccount | None:
        number = self.cleaned_data["account"].strip()
        account = CustomerAccount.objects.filter(number__iexact=number).first() if number else None
        if number and account is None:
            raise ValidationError(_("There is no account of this number."))
        return account

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if "ticket" in data and data["ticket"] is None:
            for name in ("full_name", "email"):
                if name in data and not data[name]:
                    self.add_error(name, _("Please fill this in."))
        return data

    def perform(self, *, at: datetime, user: User) -> str:
        given = self.cleaned_data
        if given["ticket"] is not None:
            self.begun = quotes.draft_on_ticket(given["ticket"], by=user, now=at)
        else:
            wish = Wish(
                language=given["language"],
                wish=given["wish"],
                full_name=given["full_name"],
                email=given["email"],
                site=given["site"],
            )
            self.begun = quotes.draft_for(wish, account=given["account"], by=user, now=at)
        return _("The quote is begun; now write its lines.")


NEW = Verb(
    "new",
    gettext_lazy("Begin a quote"),
    NewQuoteForm,
    gettext_lazy("Begin the quote"),
    hint=gettext_lazy(
        "Paid work needs a ticket of its own: never one with a courtesy intervention."
    ),
)
LINES = Verb(
    "lines",
    gettext_lazy("Write the quote"),
    LinesForm,
    gettext_lazy("Keep the draft"),
    hint=gettext_lazy(
        "Each line is rounded by itself to the cent, half up; totals are sums of lines."
    ),
)
SEND = Verb(
    "send",
    gettext_lazy("Send to the client"),
    SendForm,
    gettext_lazy("Send the quote"),
    hint=gettext_lazy(
        "Once sent, it is not changed any more. He can answer until the end of the day."
    ),
)
WITHDRAW = Verb(
    "withdraw",
    gettext_lazy("Withdraw the quote"),
    WithdrawForm,
    gettext_lazy("Withdraw the quote"),
)
VERBS = (LINES, SEND, WITHDRAW)
