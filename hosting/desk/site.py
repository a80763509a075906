"""The admin site: Django's own, with the provider's name and the product's sign-in."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _

from accounts.roles import is_support
from hosting.desk import retention
from hosting.desk.waiting import waiting
from hosting.lib import clock


class BackOfficeAdminSite(AdminSite):
    """Staff sign in as everybody does: with lock-out and second factor, never round them."""

    site_title = _("Back office")
    index_title = _("Back office")
    empty_value_display = "–"
    kept_out = frozenset({"account", "auth", "mfa"})

    def register(self, model_or_iterable: Any, *args: Any, **kwargs: Any) -> None:
        """As Django does, but for the tables of signing in: nobody edits a factor or a group by hand."""
        models = [model_or_iterable] if isinstance(model_or_iterable, type) else model_or_iterable
        ours = [model for model in models if model._meta.app_label not in self.kept_out]
        super().register(ours, *args, **kwargs)

    @property
    def site_header(self) -> str:  # type: ignore[override]
        return f"{settings.PROVIDER['name']} · {_('Back office')}"

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """To the product's sign-in page; somebody signed in who is not staff gets a refusal."""
        return secure_admin_login(super().login)(request, extra_context)

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The start page, with what waits for staff beside the cases, and in the assistance."""
        counted = waiting(clock.now()) if is_support(request.user) else []
        return super().index(request, {"waiting": counted, **(extra_context or {})})

    def get_urls(self) -> list[Any]:
        view = self.admin_view(self.retention)
        return [path("retention/", view, name="retention"), *super().get_urls()]

    def retention(self, request: HttpRequest) -> HttpResponse:
        """What is kept, and how long (L1)."""
        return retention.page(request, self.each_context(request))

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One page to change a password, not two."""
        return redirect("account_change_password")
