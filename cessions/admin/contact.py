"""Attempts in the admin: today's contact tasks with one-key results, and the rows to read (C5, C8)."""

import re
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.roles import is_support
from cessions.models import AttemptOutcome, ContactAttempt, TransferRequest
from cessions.services import manual
from cessions.services.attention import attention
from cessions.services.contact_tasks import CaseTasks, Task, contact_tasks, tasks_of
from cessions.services.refused import Refused
from cessions.services.words import suggested_words
from hosting.lib import clock
from hosting.lib.admin import FastListAdmin

PER_PAGE = 20
PAGE_NUMBER = re.compile(r"[0-9]{1,6}")


class OutcomeInline(admin.TabularInline):  # type: ignore[type-arg]
    """What came of an attempt; only read."""

    model = AttemptOutcome
    fields = readonly_fields = ("at", "kind", "text", "by")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ContactAttempt)
class ContactAttemptAdmin(FastListAdmin):
    """Every attempt, only to read: rows are never altered (C5). Work is done on today's tasks."""

    list_display = ("at", "case_number", "channel", "address", "result", "who")
    list_filter = ("channel",)
    list_select_related = ("request", "by", "mail")
    ordering = ("-id",)
    inlines = (OutcomeInline,)
    fields = ("case_number", "at", "local_date", "channel", "address", "who", "text", "mail_result")
    readonly_fields = fields
    change_list_template = "admin/cessions/attempts.html"

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_support(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_support(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("Case"))
    def case_number(self, attempt: ContactAttempt) -> str:
        """The request whose holder is sought."""
        return attempt.request.number

    @admin.display(description=gettext_lazy("Who"), empty_value="–")
    def who(self, attempt: ContactAttempt) -> Any:
        """The person who tried; nobody for mails of the software."""
        return attempt.by

    @admin.display(description=gettext_lazy("result"))
    def result(self, attempt: ContactAttempt) -> str:
        """The mail's state, or who logged it."""
        return attempt.mail.get_state_display() if attempt.mail else _("logged by a person")

    @admin.display(description=gettext_lazy("e-mail"))
    def mail_result(self, attempt: ContactAttempt) -> str:
        """State and Message-ID of the mail."""
        mail = attempt.mail
        return f"{mail.get_state_display()} {mail.message_id}" if mail else "–"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("tasks/", view(self.tasks_page), name="cessions_contactattempt_tasks"),
            path(
                "tasks/<int:request_id>/",
                view(self.record),
                name="cessions_contactattempt_record",
            ),
        ]
        return [*own, *super().get_urls()]

    def tasks_page(self, request: HttpRequest) -> HttpResponse:
        """Today's list: what waits for a person, then case by case whom to call and what to say."""
        _require_support(request)
        now = clock.now()
        page = Paginator(contact_tasks(now), PER_PAGE).get_page(request.GET.get("page"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Contact tasks today"),
            "attention": attention(now),
            "page": page,
            "cases": [with_words(case) for case in page],
        }
        return TemplateResponse(request, "admin/cessions/tasks.html", context)

    def record(self, request: HttpRequest, request_id: int) -> HttpResponse:
        """One key, one result: what has just been done, by whom, and what came of it."""
        _require_support(request)
        back = request.POST.get("page", "")
        target = reverse("admin:cessions_contactattempt_tasks")
        target += f"?page={back}" if PAGE_NUMBER.fullmatch(back) else ""
        if request.method == "POST":
            self._record(request, request_id)
        return redirect(f"{target}#case-{request_id}")

    def _record(self, request: HttpRequest, request_id: int) -> None:
        now = clock.now()
        case, task = _find(request_id, request.POST.get("method", ""), now)
        outcome = request.POST.get("outcome", "")
        if outcome not in task.outcomes:
            raise Http404("no such outcome")
        try:
            manual.record_attempt(
                request_id,
                channel=task.method.kind,
                address=task.method.address,
                outcome=outcome,
                words=words_of(case, task),
                remark=request.POST.get("remark", ""),
                by=request.user,
                now=now,
                contact_method_id=task.method.contact_method_id,
            )
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            words = {"number": case.request.number, "address": task.method.address}
            messages.success(request, _("Recorded for %(number)s: %(address)s.") % words)


def with_words(case: CaseTasks) -> dict[str, Any]:
    """A case of the list with the words to use for each of its tasks."""
    rows = [{"task": task, "words": words_of(case, task)} for task in case.tasks]
    return {
        "case": case,
        "needed": [row for row in rows if row["task"].needed],
        "others": [row for row in rows if not row["task"].needed],
    }


def words_of(case: CaseTasks, task: Task) -> str:
    """What to say or write, in the holder's language."""
    language = case.request.account.language if case.request.account else "fr"
    return suggested_words(task.method.kind, case.search, language)


def _find(request_id: int, key: str, now: Any) -> tuple[CaseTasks, Task]:
    """The case and the method on file that a result is for. Raises Http404."""
    found = TransferRequest.objects.filter(pk=request_id, account__isnull=False)
    for case in tasks_of(list(found.select_related("account", "filing")), now):
        for task in case.tasks:
            if task.method.key == key:
                return case, task
    raise Http404("no such task")


def _require_support(request: HttpRequest) -> None:
    if not is_support(request.user):
        raise PermissionDenied
