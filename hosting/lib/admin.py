"""What staff's pages share: lists that stay fast, pages for reading, and verbs with a form each.

A page of an object is for reading; whatever changes it is a verb with a small page of its own, which
calls a service. So nothing is ever saved past the services, and a person sees what he does.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from typing import Any, ClassVar

import pghistory
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import connection, models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.text import capfirst

from hosting.lib.clock import now

COUNTED = 1000  # more are not counted: the page says "1000+"
EXACT_BELOW = 10_000  # a whole table is counted when PostgreSQL believes it to be smaller


class EstimatedCountPaginator(Paginator):  # type: ignore[type-arg]
    """Counts without reading a large table: the planner's estimate for all rows, at most COUNTED of
    those that a filter or a search leaves."""

    @cached_property
    def count(self) -> int:
        rows = self.object_list
        if not isinstance(rows, models.QuerySet):
            return len(rows)
        if not rows.query.where:
            estimate = estimated_rows(rows.model)
            return estimate if estimate >= EXACT_BELOW else rows.order_by().count()
        return min(COUNTED, self._counted)

    @cached_property
    def more(self) -> bool:
        """Whether there are more than `count` says: only COUNTED of them can be turned to."""
        rows = self.object_list
        return (
            isinstance(rows, models.QuerySet)
            and bool(rows.query.where)
            and (self._counted > COUNTED)
        )

    @cached_property
    def _counted(self) -> int:
        return int(self.object_list.order_by()[: COUNTED + 1].count())  # type: ignore[union-attr]


def estimated_rows(model: type[models.Model]) -> int:
    """How many rows PostgreSQL believes the table to have; -1 when it was never analysed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass",
            [connection.ops.quote_name(model._meta.db_table)],
        )
        return int(cursor.fetchone()[0])


class DiscreetAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Who may not look learns not even whether there is such an object."""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)


class FastListAdmin(DiscreetAdmin):
    """A list whose cost does not grow with the table; nothing is deleted, in bulk or singly."""

    paginator = EstimatedCountPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    list_per_page = 50
    list_max_show_all = 0
    sortable_by: ClassVar[tuple[str, ...]] = ()
    actions = None
    formfield_overrides: ClassVar[dict[Any, Any]] = {models.URLField: {"assume_scheme": "https"}}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list under its own name, not as a question what to change.

        An address with a NUL character, which PostgreSQL knows not, is answered with 400.
        """
        if any("\0" in value for _name, values in request.GET.lists() for value in values):
            raise BadRequest("a NUL character in the address")
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})


class VerbForm(forms.Form):
    """The form of one verb. `target` is what it acts on; `perform` calls one service verb."""

    required_css_class = "required"
    asks_factor: ClassVar[bool] = False  # made with the request, as `hosting.lib.factor` needs it

    def __init__(self, *args: Any, target: Any, **kwargs: Any) -> None:
        self.target = target
        super().__init__(*args, **{"initial": self.present(), **kwargs})

    def present(self) -> dict[str, Any]:
        """What the fields hold before anybody types."""
        return {}

    def perform(self, *, at: datetime, user: Any) -> str:
        """Do it at the instant `at`, by `user`; words that say what was done, or none where the answer
        shows it. ValidationError where it cannot be done."""
        raise NotImplementedError

    def take(self, error: ValidationError) -> None:
        """Show what a service refused, at the field it names if the form has it."""
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for name, errors in error.error_dict.items():
            for single in errors:
                self.add_error(name if name in self.fields else None, single)


@dataclass(frozen=True)
class Verb:
    """One thing staff can do to an object: its address below the object's, its title, its form.

    `part` finds the part of the object that a second number in the address names (a contact method
    of an account, say); without it the verb acts on the object. `hint` is a sentence above the form.
    """

    slug: str
    title: str | Promise
    form: type[VerbForm]
    button: str | Promise
    hint: str | Promise = ""
    part: Callable[[Any, int], Any] | None = None
    permission: str = "change"


class ReadingAdmin(FastListAdmin):
    """A list, a page for reading per object, and verbs."""

    verbs: ClassVar[tuple[Verb, ...]] = ()
    page_template: ClassVar[str]

    def page_context(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """What the page of an object shows."""
        raise NotImplementedError

    # -- Addresses --------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        own = [self._route(verb) for verb in self.verbs]
        return [*own, *super().get_urls()]

    def _route(self, verb: Verb) -> URLPattern:
        part = "<int:part>/" if verb.part else ""
        view = self.admin_site.admin_view(partial(self.verb_view, verb=verb))
        return path(f"<path:object_id>/{verb.slug}/{part}", view, name=self.verb_name(verb.slug))

    def verb_name(self, slug: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{slug}"

    def page_url(self, obj: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[obj.pk])

    # -- Pages ------------------------------------------------------------------------------------

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The page for reading; no form, so nothing to post."""
        obj = self._found(request, object_id)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(obj),
            "original": obj,
            "may_change": self.has_change_permission(request, obj),
            **self.page_context(request, obj),
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.page_template, context)

    def verb_view(
        self, request: HttpRequest, object_id: str, verb: Verb, part: int | None = None
    ) -> HttpResponse:
        """The page of a verb: its form, and on a right POST the deed."""
        obj = self._found(request, object_id)
        if not getattr(self, f"has_{verb.permission}_permission")(request, obj):
            raise PermissionDenied
        target = obj if verb.part is None or part is None else verb.part(obj, part)
        form = form_of(request, verb, target)
        back = self.page_url(obj)
        if form.is_bound and form.is_valid() and perform(request, form):
            return redirect(back)
        return self.verb_page(request, verb, form, back=back, obj=obj)

    def verb_page(
        self, request: HttpRequest, verb: Verb, form: VerbForm, *, back: str, obj: Any = None
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": verb.title,
            "original": obj,
            "verb": verb,
            "form": form,
            "back": back,
            "target": form.target,
        }
        return TemplateResponse(request, "admin/verb.html", context)

    def _found(self, request: HttpRequest, object_id: str) -> Any:
        if not self.has_view_permission(request):  # before it shows whether there is such an object
            raise PermissionDenied
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            raise Http404
        if not self.has_view_permission(request, obj):
            raise PermissionDenied
        return obj


def form_of(request: HttpRequest, verb: Verb, target: Any) -> VerbForm:
    """The form of a verb on `target`: empty to look at, or with what was posted."""
    more = {"request": request} if verb.form.asks_factor else {}
    if request.method == "POST":
        return verb.form(request.POST, request.FILES, target=target, **more)
    return verb.form(target=target, **more)


def perform(request: HttpRequest, form: VerbForm) -> bool:
    """Let a valid form do its deed; what a service refuses is shown on the form."""
    try:
        with pghistory.context(user=request.user.pk):
            said = form.perform(at=now(), user=request.user)
    except ValidationError as error:
        form.take(error)
        return False
    if said:
        messages.success(request, said)
    return True


def actor_of(user: Any) -> str:
    """A member of staff as the journal names him."""
    return f"user:{user.pk}"


def first(rows: Iterable[Any], count: int) -> tuple[list[Any], bool]:
    """The first `count` of `rows` (sliceable), and whether there are more."""
    found = list(rows[: count + 1])  # type: ignore[index]
    return found[:count], len(found) > count
