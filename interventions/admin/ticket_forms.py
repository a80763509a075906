"""The form that opens an intervention on a ticket (I3, I5, I14)."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from hosting.lib.admin import VerbForm
from interventions.models import Intervention, Site, Ticket
from interventions.services import work

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
        return {"site": site, "areas": "\n".join(usual)}

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
