"""Plans, top-level domains and notices in the admin. A changed notice is a new version (S2, S4, N5)."""

from typing import Any

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest

from hosting.forms.catalogue import NoticeForm, PlanForm, TopLevelDomainForm
from hosting.lib.admin import FastListAdmin, actor_of
from hosting.lib.clock import now
from hosting.models import Notice, Plan, TopLevelDomain
from hosting.services import keep_in_catalogue, publish_notice


class CatalogueAdmin(FastListAdmin):
    """Short lists of data; saved by their service, so that the journal knows."""

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        keep_in_catalogue(obj, changed=form.changed_data, now=now(), actor=actor_of(request.user))


@admin.register(Plan)
class PlanAdmin(CatalogueAdmin):
    """What a hosting plan includes, and who does what (S4)."""

    form = PlanForm
    list_display = ("name", "code", "kind", "automatic_backups", "backup_retention_days")
    search_fields = ("name", "code")
    ordering = ("name",)


@admin.register(TopLevelDomain)
class TopLevelDomainAdmin(CatalogueAdmin):
    """Registrar locks per top-level domain (S2)."""

    form = TopLevelDomainForm
    list_display = ("name", "lock_days_after_transfer", "registry_procedure_url")
    search_fields = ("name",)
    ordering = ("name",)


@admin.register(Notice)
class NoticeAdmin(FastListAdmin):
    """Texts that people accept: read-only once published; "add" publishes the next version (N5)."""

    form = NoticeForm
    list_display = ("code", "language", "version", "title", "published_at")
    list_filter = ("language", "code")
    search_fields = ("code", "title")
    ordering = ("code", "language", "-version")
    fields = ("code", "language", "title", "body")
    readonly_fields = ("version", "published_at")

    def get_fields(self, request: HttpRequest, obj: Notice | None = None) -> list[str]:
        return [*self.fields, *(self.readonly_fields if obj else ())]

    def has_change_permission(self, request: HttpRequest, obj: Notice | None = None) -> bool:
        """Nobody changes what people accepted."""
        return False

    def save_form(self, request: HttpRequest, form: ModelForm, change: bool) -> Notice:
        form.save_m2m = lambda: None  # a notice has no many-to-many; the service saves the rest
        return publish_notice(now=now(), actor=actor_of(request.user), **form.cleaned_data)

    def save_model(self, request: HttpRequest, obj: Notice, form: ModelForm, change: bool) -> None:
        """`save_form` published it."""

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """`?code=...&language=...` begins with the present text."""
        wanted = {name: request.GET.get(name, "") for name in ("code", "language")}
        present = Notice.objects.filter(**wanted).order_by("-version").first()
        return wanted | ({"title": present.title, "body": present.body} if present else {})
