"""Forms of plans and notices (S4, N5)."""

from typing import Any

import idna
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from hosting.models import Notice, Plan, TopLevelDomain
from hosting.policies import DUTIES

DOERS = [("provider", _("the provider")), ("client", _("the client"))]
LABELS = {
    "backups": _("Who makes backups"),
    "updates": _("Who makes updates"),
    "repair": _("Who repairs the site"),
    "restore": _("Who restores backups"),
}


class PlanForm(forms.ModelForm):
    """A plan, with one question per duty instead of a JSON field."""

    backups = forms.ChoiceField(label=LABELS["backups"], choices=DOERS)
    updates = forms.ChoiceField(label=LABELS["updates"], choices=DOERS)
    repair = forms.ChoiceField(label=LABELS["repair"], choices=DOERS)
    restore = forms.ChoiceField(label=LABELS["restore"], choices=DOERS)

    class Meta:
        model = Plan
        fields = ["code", "name", "kind", "automatic_backups", "backup_retention_days"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for duty in DUTIES:
            self.fields[duty].initial = self.instance.responsibilities.get(duty, "client")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("automatic_backups") and not data.get("backup_retention_days"):
            self.add_error("backup_retention_days", _("How many days are the backups kept?"))
        duties = {duty: data[duty] for duty in DUTIES if duty in data}
        self.instance.responsibilities = self.instance.responsibilities | duties
        return data


class TopLevelDomainForm(forms.ModelForm):
    """Registrar locks of a top-level domain (S2)."""

    registry_procedure_url = forms.URLField(
        label=_("The registry's own procedure"), required=False, assume_scheme="https"
    )

    class Meta:
        model = TopLevelDomain
        fields = ["name", "lock_days_after_transfer", "registry_procedure_url"]

    def clean_name(self) -> str:
        """Without the dot, in A-label form."""
        typed = self.cleaned_data["name"].strip().lstrip(".").lower()
        try:
            return idna.encode(typed, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError) as error:
            raise forms.ValidationError(_("This is not a top-level domain.")) from error


class NoticeForm(forms.ModelForm):
    """The next version of a text."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    class Meta:
        model = Notice
        fields = ["code", "language", "title", "body"]
