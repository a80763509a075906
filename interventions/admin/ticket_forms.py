"""The form that opens an intervention on a ticket (I3, I5, I14)."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from accounts.models import CustomerAccount, User
from hosting.lib.admin import VerbForm
from hosting.models import Service
from interventions.models import Intervention, Site, Ticket
from interventions.services import tickets, work

MOST_AREAS = 20
LONGEST_AREA = 120


class SiteChoice(forms.ModelChoiceField):
    """The account's sites, by name."""

    def label_from_instance(self, obj: Site) -> str:
        return f"{obj.service.display_name} ({obj.get_kind_display()}, {obj.root})"


class OpenIntervention(VerbForm):
    """On which site, and what the client will be asked to check."""

    target: Ticket
    opened: Intervention
    site = SiteChoice(
        label=_("Site"),
        queryset=Site.objects.none(),
        empty_label=None,
        help_text=_("Sites of the ticket’s account. A supervisor adds one that is missing."),
    )
    areas = forms.CharField(
        label=_("What the client will be asked to check"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One line each, in his language: he ticks them one by one."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sites = Site.objects.filter(service__account=self.target.account_id)
        self.fields["site"].queryset = sites.select_related("service").order_by("service__name")

    def present(self) -> dict[str, Any]:
        service = self.target.service
        site = getattr(service, "site", None) if service else None
        with override(self.target.language):
            usual = (
                gettext("Home page and menus"),
                gettext("Purchase path: cart, payment, confirmation e-mail"),
                gettext("Contact forms"),
                gettext("Signing in and customer area"),
            )
        return {"site": site, "areas": "\n".join(self.target.areas or usual)}

    def clean_areas(self) -> list[str]:
        """The lines that hold something. Raises ValidationError for too many or too long ones."""
        lines = [" ".join(line.split()) for line in self.cleaned_data["areas"].splitlines()]
        found = [line for line in lines if line]
        if len(found) > MOST_AREAS or any(len(line) > LONGEST_AREA for line in found):
            words = gettext("At most %(most)d lines of at most %(longest)d characters.")
            raise forms.ValidationError(words % {"most": MOST_AREAS, "longest": LONGEST_AREA})
        return found

    def perform(self, *, at: datetime, user: User) -> str:
        data = self.cleaned_data
        self.opened = work.open_intervention(
            self.target, data["site"], areas=data["areas"], by=user, now=at
        )
        return gettext("%(number)s is open.") % {"number": self.opened.number}


class JoinAccount(VerbForm):
    """Whose ticket it is, and how we know (I2)."""

    target: Ticket
    account = forms.CharField(
        label=_("Account number"),
        max_length=20,
        help_text=_("Find the account first; make sure that it is he, or that he is authorised."),
    )
    service = forms.CharField(
        label=_("Service"), max_length=253, required=False, help_text=_("Its name, if it is known.")
    )
    how = forms.CharField(
        label=_("How we know"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("It becomes an internal note of the account."),
    )

    def present(self) -> dict[str, Any]:
        return {"service": self.target.service_name}

    def clean_account(self) -> CustomerAccount:
        """The account of that number. Raises ValidationError when there is none."""
        typed = self.cleaned_data["account"].strip()
        found = CustomerAccount.objects.filter(number__iexact=typed).first()
        if found is None:
            raise forms.ValidationError(gettext("There is no account of this number."))
        return found

    def clean(self) -> dict[str, Any]:
        """With the service of that name on the account, where one was named."""
        data = super().clean() or self.cleaned_data
        account, name = data.get("account"), data.get("service", "").strip()
        data["service"] = None
        if account is not None and name:
            rows = Service.objects.filter(account=account)
            found = rows.filter(name=name).first() or rows.filter(unicode_name=name).first()
            if found is None:
                self.add_error("service", gettext("This account has no service of this name."))
            data["service"] = found
        return data

    def perform(self, *, at: datetime, user: User) -> str:
        data = self.cleaned_data
        tickets.join_account(
            self.target,
            data["account"],
            how=data["how"],
            service=data["service"],
            by=user,
            now=at,
        )
        return gettext("The ticket belongs to %(account)s now.") % {"account": data["account"]}


class CloseTicket(VerbForm):
    """All is settled, or nothing can be done."""

    target: Ticket

    def perform(self, *, at: datetime, user: User) -> str:
        tickets.close(self.target, now=at, actor=f"user:{user.pk}")
        return gettext("The ticket is closed; what opened the site is erased.")
