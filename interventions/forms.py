"""What the forms of the assistance accept (I2). What opens a site is never drawn again (I3)."""

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hosting.enums import ServiceKind
from hosting.lib.envelope import Secret
from hosting.lib.names import NotADomainName, to_unicode
from hosting.policies import stored_name
from interventions.enums import CredentialKind, OpenedAs
from interventions.services.conversation import LONGEST_TEXT
from interventions.services.tickets import Call, Caller

LONGEST_SECRET = 2000
MOST_PAGES, LONGEST_PAGE = 5, 500
MOST_AREAS, LONGEST_AREA = 20, 100


class SecretArea(forms.Textarea):
    """Several lines that a page never shows again, as a password field does."""

    def __init__(self) -> None:
        attrs = {"rows": 2, "autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}
        super().__init__(attrs)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return super().get_context(name, None, attrs)


class SecretField(forms.CharField):
    """Some lines that open something; their value is hidden from reports of errors, too."""

    def __init__(self, *, label: Any, required: bool) -> None:
        super().__init__(
            label=label, required=required, max_length=LONGEST_SECRET, widget=SecretArea()
        )

    def clean(self, value: Any) -> Secret:
        return Secret(super().clean(value))


class TicketForm(forms.Form):
    """What is wrong, where to look, and what opens the site; for a member of an account."""

    what = forms.CharField(
        label=_("What is wrong?"),
        help_text=_("What you see, on which page. Please no passwords here."),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 5}),
    )
    changed = forms.CharField(
        label=_("Since when, and what was changed before?"),
        help_text=_("An update, a new extension, other settings: whatever you know."),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    pages = forms.CharField(
        label=_("Pages we should look at"),
        help_text=_(
            "Their addresses, one per line, 5 at most: home page, cart, contact form. We compare them"
            " before and after our work."
        ),
        required=False,
        widget=forms.Textarea({"rows": 3, "spellcheck": "false", "autocapitalize": "none"}),
    )
    areas = forms.CharField(
        label=_("What has to work in the end?"),
        help_text=_(
            "One per line, for instance: purchase path, contact form. When we have finished, we ask"
            " you to check each of them."
        ),
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )
    telephone = forms.CharField(
        label=_("Your telephone number"),
        max_length=40,
        required=False,
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel"}),
    )

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        for kind in CredentialKind:
            self.fields[secret_name(kind)] = SecretField(label=kind.label, required=False)
        self.fields["accept_access"] = forms.BooleanField(
            label=_("I accept some disruption of the site while the work lasts."),
            error_messages={"required": _("Without it we cannot work on your site.")},
        )
        self.fields["accept_notices"] = forms.BooleanField(
            label=_("I have read the notices above."),
            error_messages={"required": _("Please read the notices, then tick this.")},
        )

    @property
    def secret_fields(self) -> list[forms.BoundField]:
        """The fields for what opens the site."""
        return [self[secret_name(kind)] for kind in CredentialKind]

    @property
    def holds_secrets(self) -> bool:
        """Whether something was typed that no page shows again."""
        return any(self.data.get(secret_name(kind), "").strip() for kind in CredentialKind)

    def clean_pages(self) -> tuple[str, ...]:
        found = tuple(_lines(self.cleaned_data["pages"]))
        if len(found) > MOST_PAGES:
            raise ValidationError(_("Please name 5 pages at most."))
        return tuple(_address(line) for line in found)

    def clean_areas(self) -> tuple[str, ...]:
        found = tuple(dict.fromkeys(_lines(self.cleaned_data["areas"])))
        if len(found) > MOST_AREAS or any(len(line) > LONGEST_AREA for line in found):
            raise ValidationError(_("Please name 20 at most, a few words each."))
        return found

    def call(self, language: str) -> Call:
        """All that the valid form says, in the page's `language`."""
        given = self.cleaned_data
        typed = ((str(kind), given[secret_name(kind)]) for kind in CredentialKind)
        return Call(
            language=language,
            what=given["what"],
            changed=given["changed"],
            telephone=given["telephone"],
            time_zone=zone_of(self.data.get("time_zone", "")),
            pages=given["pages"],
            areas=given["areas"],
            secrets=tuple((kind, secret) for kind, secret in typed if secret),
        )


class PublicTicketForm(TicketForm):
    """The same for somebody who is not signed in: who he is, and which site it is about."""

    site = forms.CharField(
        label=_("The address of your site"),
        max_length=300,
        widget=forms.TextInput(
            {"placeholder": "example.com", "spellcheck": "false", "autocapitalize": "none"}
        ),
    )
    full_name = forms.CharField(
        label=_("Your first and last name"),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        help_text=_("One that works without the site in question."),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    opened_as = forms.ChoiceField(
        label=_("Who are you to this site?"), choices=OpenedAs.choices, widget=forms.RadioSelect
    )
    field_order = ("site", "full_name", "email", "telephone", "opened_as")

    def clean_site(self) -> str:
        """The name as people read it, whatever form of an address was typed (S2)."""
        try:
            return to_unicode(stored_name(ServiceKind.DOMAIN, self.cleaned_data["site"]))
        except NotADomainName as error:
            raise ValidationError(
                _("This is not a domain name. It looks like example.com.")
            ) from error

    def caller(self) -> Caller:
        """Who the valid form says that he is."""
        given = self.cleaned_data
        return Caller(given["full_name"], given["email"], given["opened_as"])


class AccessForm(forms.Form):
    """One more thing that opens the site, given later."""

    kind = forms.ChoiceField(label=_("What it opens"), choices=CredentialKind.choices)
    secret = SecretField(label=_("Address, name and password"), required=True)


class ContestForm(forms.Form):
    """Why the account should be eligible (I14)."""

    text = forms.CharField(
        label=_("Why do you see it differently?"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 6}),
    )


class MessageForm(forms.Form):
    """One message of the client on his ticket's page."""

    text = forms.CharField(
        label=_("Your message"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "Please no passwords here: the field for access data on this page encrypts them."
        ),
    )


class AddressForm(forms.Form):
    """A corrected e-mail address."""

    email = forms.EmailField(label=_("The right e-mail address"), max_length=254)


def secret_name(kind: str) -> str:
    """The name of the field for a kind of access."""
    return f"secret_{kind}"


def zone_of(said: str) -> str:
    """The time zone that the browser says, if there is such a one; otherwise nothing."""
    return said if said in available_timezones() else ""


def _lines(text: str) -> Iterator[str]:
    return (line for line in map(str.strip, text.splitlines()) if line)


def _address(line: str) -> str:
    """A page's address; the scheme may be left out. Raises ValidationError with the line."""
    address = line if "://" in line else f"https://{line}"
    try:
        URLValidator(schemes=("http", "https"))(address)
    except ValidationError as error:
        said = gettext("This is not the address of a page: %(line)s") % {"line": line[:60]}
        raise ValidationError(said) from error
    if len(address) > LONGEST_PAGE or "@" in address.split("/")[2]:
        raise ValidationError(gettext("This address is too long, or holds a name and a password."))
    return address
