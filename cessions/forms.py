"""What the public form accepts, and what of it can be kept when it is not complete (T1)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cessions.enums import EventKind
from cessions.policies import depends_on
from cessions.services.claims import Claim, NamedService, clean_name
from hosting.enums import ServiceKind
from hosting.lib.names import NotADomainName

BOTH = "both"
KINDS = (
    (BOTH, _("Domain name and website")),
    (ServiceKind.DOMAIN, _("Domain name only")),
    (ServiceKind.HOSTING, _("Website (hosting) only")),
    (ServiceKind.OTHER, _("Mailboxes or something else")),
)
MOST_SERVICES = 20
LONGEST_NAME = 300
LONGEST_TEXT = 5000
EARLIEST = date(1990, 1, 1)
OWNER = {"yes": True, "no": False, "unknown": None}


@dataclass
class ServiceRow:
    """One line of the form: what was typed, and what is wrong with it."""

    name: str = ""
    kind: str = BOTH
    error: str = ""


class FilingForm(forms.Form):
    """Who asks, what he knows, and what he accepts; services are read beside it."""

    full_name = forms.CharField(label=_("Your first and last name"), max_length=200)
    organisation = forms.CharField(
        label=_("Organisation or company"), max_length=200, required=False
    )
    email = forms.EmailField(label=_("Your e-mail address"), max_length=254)
    keep_email = forms.BooleanField(required=False)
    telephone = forms.CharField(label=_("Your telephone number"), max_length=40, required=False)
    postal_address = forms.CharField(
        label=_("Your postal address"), max_length=1000, required=False
    )
    is_registered_owner = forms.ChoiceField(
        label=_("Are you the registered owner of the domain name?"),
        choices=[(key, key) for key in OWNER],
    )
    silent_since = forms.DateField(label=_("Since when has your reseller been silent?"))
    already_tried = forms.CharField(
        label=_("What have you tried already?"), max_length=LONGEST_TEXT, required=False
    )
    event = forms.ChoiceField(
        label=_("Do you know what happened?"), choices=EventKind.choices, required=False
    )
    event_details = forms.CharField(
        label=_("What do you know about it?"), max_length=LONGEST_TEXT, required=False
    )
    accept_terms = forms.BooleanField(
        label=_("Terms of the transfer request"),
        error_messages={"required": _("Please read and accept the terms.")},
    )
    accept_privacy = forms.BooleanField(
        label=_("Use of your data"),
        error_messages={"required": _("Please tell us that you have read how we use your data.")},
    )

    def __init__(self, data: QueryDict, *, today: date) -> None:
        super().__init__(data)
        self.today = today
        self.rows = list(read_rows(data))
        self.warn_of_mailbox = False

    def clean_silent_since(self) -> date | None:
        day = self.cleaned_data["silent_since"]
        if day is not None and not EARLIEST <= day <= self.today:
            raise forms.ValidationError(_("Please give a date in the past."))
        return day

    def clean(self) -> dict[str, Any]:
        """The services as a whole, and a mailbox that lives on one of them (T1)."""
        services = list(self.services())
        named = any(row.name or row.error for row in self.rows)
        if not named:
            self.add_error(None, _("Please name at least one domain name or service."))
        elif any(row.error for row in self.rows):
            self.add_error(None, _("Please look at the names of the services again."))
        email = self.cleaned_data.get("email", "")
        self.warn_of_mailbox = depends_on(email, [each.name for each in services])
        if self.warn_of_mailbox and not self.cleaned_data.get("keep_email"):
            self.add_error(
                "email",
                _(
                    "This mailbox belongs to the very service you fear for: it may fail together "
                    "with it. Please give another address if you can."
                ),
            )
        return self.cleaned_data

    def services(self) -> Iterator[NamedService]:
        """The services that could be read; lines that could not get their error."""
        for row in self.rows:
            if not row.name or row.error:
                continue
            kinds = (ServiceKind.DOMAIN, ServiceKind.HOSTING) if row.kind == BOTH else (row.kind,)
            try:
                for kind in kinds:
                    yield NamedService(kind, clean_name(kind, row.name))
            except NotADomainName:
                row.error = str(_("This is not a domain name. It looks like example.com."))

    def typed_wrong(self) -> bool:
        """Whether something that was typed cannot be kept, leaving aside what is only missing."""
        wrong = {
            name
            for name, errors in self.errors.items()
            if name != "__all__" and any(error.code != "required" for error in errors.as_data())
        }
        return bool(wrong - {"email"} if self.warn_of_mailbox else wrong) or any(
            row.error for row in self.rows
        )

    def claim(self, language: str) -> Claim:
        """All that is valid, for a draft or for the request itself."""
        given = self.cleaned_data
        email = given.get("email", "")
        if not email and self.warn_of_mailbox:
            email = self.data.get("email", "").strip()
        return Claim(
            language=language,
            services=tuple(self.services()),
            full_name=given.get("full_name", ""),
            organisation=given.get("organisation", ""),
            email=email,
            telephone=given.get("telephone", ""),
            postal_address=given.get("postal_address", ""),
            is_registered_owner=OWNER.get(given.get("is_registered_owner", "")),
            silent_since=given.get("silent_since"),
            already_tried=given.get("already_tried", ""),
            event=given.get("event") or EventKind.UNKNOWN,
            event_details=given.get("event_details", ""),
        )


def read_rows(data: QueryDict) -> Iterator[ServiceRow]:
    """The lines of services that were sent: names and kinds side by side; at most 20."""
    names, kinds = data.getlist("service_name"), data.getlist("service_kind")
    known = {str(kind) for kind, _label in KINDS}
    for place, name in enumerate(names[:MOST_SERVICES]):
        kind = kinds[place] if place < len(kinds) and kinds[place] in known else BOTH
        row = ServiceRow(name=name.strip(), kind=kind)
        if len(row.name) > LONGEST_NAME:
            row.error = str(_("This is too long for the name of a service."))
            row.name = row.name[:LONGEST_NAME]
        elif "\0" in row.name:
            row.name = row.name.replace("\0", "")
        yield row
