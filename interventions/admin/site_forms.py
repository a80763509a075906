"""Forms of servers and sites; what they take is checked by the service that saves it (I4)."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hosting.enums import ServiceKind, ServiceStatus
from hosting.models import Service
from hosting.policies import stored_name
from interventions.models import HostingServer, Site
from interventions.services import sites

ONE_LINE = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})


class ServerForm(forms.ModelForm):
    """A server of ours."""

    class Meta:
        model = HostingServer
        fields = ["name", "host", "port", "host_key", "user", "secret", "active"]
        widgets = {"host_key": ONE_LINE}

    def clean_host_key(self) -> str:
        return sites.clean_host_key(self.cleaned_data["host_key"])


class SiteForm(forms.ModelForm):
    """Where the files and the database of a web hosting are; the hosting is typed by its name."""

    hosting = forms.CharField(
        label=_("Web hosting"), max_length=253, help_text=_("Its name, as example.fr.")
    )

    class Meta:
        model = Site
        fields = [
            "hosting",
            "server",
            "kind",
            "root",
            "database_engine",
            "database_host",
            "database_name",
            "database_user",
            "database_secret",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["hosting"]

    def clean_hosting(self) -> str:
        """The hosting of that name that is not terminated; it has no site yet."""
        typed = self.cleaned_data["hosting"]
        name = stored_name(ServiceKind.HOSTING, typed)
        rows = Service.objects.exclude(status=ServiceStatus.TERMINATED)
        found = rows.filter(kind=ServiceKind.HOSTING, name=name).first()
        if found is None:
            raise ValidationError(gettext("No web hosting of this name is here."))
        if Site.objects.filter(service=found).exists():
            raise ValidationError(gettext("Its site is recorded already."))
        self.instance.service = found
        return str(typed)

    def clean_root(self) -> str:
        return sites.clean_root(self.cleaned_data["root"])

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        try:
            sites.check_site(self.instance)
        except ValidationError as error:
            self.add_error(None, error)
