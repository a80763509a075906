"""Users in the admin: invited by e-mail, never given a password by somebody else."""

from typing import Any

from django.contrib import admin, messages
from django.db import IntegrityError
from django.db.models import ManyToManyField
from django.forms import CheckboxSelectMultiple, ModelForm
from django.forms.models import ModelMultipleChoiceField
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts import invitations
from accounts.forms import InviteForm
from accounts.models import User
from accounts.roles import is_supervisor
from hosting.lib.admin import DiscreetAdmin
from hosting.lib.clock import now
from hosting.records.services import journal

RIGHTS = ("is_staff", "is_superuser")


@admin.register(User)
class UserAdmin(DiscreetAdmin):
    """Supervisors and superusers invite colleagues and switch them off.

    The address somebody signs in with cannot be changed by a supervisor: whoever could redirect a
    colleague's mail could decide twice (X1). Superusers alone are given rights by superusers alone.
    """

    list_display = ("full_name", "email", "role", "is_active", "last_login")
    list_filter = ("is_active", "groups")
    search_fields = ("full_name", "email")
    ordering = ("full_name", "email")
    list_per_page = 50
    change_form_template = "admin/accounts/user/change_form.html"

    @admin.display(description=gettext_lazy("role"))
    def role(self, user: User) -> str:
        names = ", ".join(group.name for group in user.groups.all())
        return names or (_("superuser") if user.is_superuser else "")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("groups")

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        if obj is None:
            return ["email", "full_name", "language", "groups"]
        rights = list(RIGHTS) if request.user.is_superuser else []
        return ["email", "full_name", "language", "is_active", "groups", *rights, "last_login"]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        if obj is None:
            return []
        return ["last_login"] if request.user.is_superuser else ["last_login", "email"]

    def get_form(
        self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any
    ) -> type[ModelForm]:
        if obj is None:
            kwargs["form"] = InviteForm
        return super().get_form(request, obj, change, **kwargs)

    def formfield_for_manytomany(
        self, db_field: ManyToManyField, request: HttpRequest | None, **kwargs: Any
    ) -> ModelMultipleChoiceField | None:
        if db_field.name == "groups":
            kwargs["widget"] = CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    # -- Who may --------------------------------------------------------------------------------

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _may(request)

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return _may(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _may(request)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        above = obj is not None and obj.is_superuser and not request.user.is_superuser
        return _may(request) and not above

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Never: the journal names people. They are switched off instead."""
        return False

    # -- Inviting ---------------------------------------------------------------------------------

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The form of an invitation. Somebody invited the same address at the same instant: said so."""
        try:
            return super().add_view(request, form_url, extra_context)
        except IntegrityError:
            messages.error(request, _("A user with this e-mail address exists already."))
            return HttpResponseRedirect(reverse("admin:accounts_user_changelist"))

    def save_form(self, request: HttpRequest, form: ModelForm, change: bool) -> User:
        if change:
            return super().save_form(request, form, change)
        data = form.cleaned_data
        form.save_m2m = lambda: None  # the invitation set the groups
        return invitations.invite(
            email=data["email"],
            full_name=data["full_name"],
            language=data["language"],
            groups=data["groups"],
            by=request.user,
            now=now(),
        )

    def save_model(self, request: HttpRequest, obj: User, form: ModelForm, change: bool) -> None:
        if not change:
            return  # the invitation saved him
        columns = [name for name in form.changed_data if name in _COLUMNS]
        if columns:
            obj.save(update_fields=columns)
        journal(
            invitations.stream_of(obj),
            "user_changed",
            at=now(),
            actor=f"user:{request.user.pk}",
            fields=form.changed_data,
        )

    def response_add(
        self, request: HttpRequest, obj: User, post_url_continue: str | None = None
    ) -> HttpResponse:
        messages.success(request, _("An invitation is on its way to %s.") % obj.email)
        return HttpResponseRedirect(reverse("admin:accounts_user_changelist"))

    def get_urls(self) -> list[URLPattern]:
        again = require_POST(self.admin_site.admin_view(self.invite_again))
        route = path("<int:pk>/invite/", again, name="accounts_user_invite")
        return [route, *super().get_urls()]

    def invite_again(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send the invitation anew; the older link no longer works."""
        user = self.get_object(request, str(pk))
        if user is None or not self.has_change_permission(request, user):
            return self._get_obj_does_not_exist_redirect(request, self.opts, str(pk))
        try:
            invitations.invite_again(user, by=request.user, now=now())
        except invitations.AlreadyJoined:
            messages.warning(request, _("%s has a password already.") % user.email)
        else:
            messages.success(request, _("An invitation is on its way to %s.") % user.email)
        return HttpResponseRedirect(reverse("admin:accounts_user_change", args=[pk]))


_COLUMNS = {"email", "full_name", "language", "is_active", "is_staff", "is_superuser"}


def _may(request: HttpRequest) -> bool:
    user = request.user
    return user.is_active and (user.is_superuser or is_supervisor(user))
