"""Contests in the admin: a client says why his account should be eligible; a supervisor answers (I13)."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import is_supervisor
from accounts.services.notes import eligibility_of
from hosting.lib.admin import ReadingAdmin, Verb, VerbForm
from interventions.admin.filters import Answered
from interventions.admin.rights import SupportMixin
from interventions.admin.work_forms import long_field
from interventions.models import Contest
from interventions.services import eligibility


class AnswerForm(VerbForm):
    """What a supervisor decides, and why."""

    target: Contest
    granted = forms.ChoiceField(
        label=_("What do you decide?"),
        widget=forms.RadioSelect,
        choices=[
            ("yes", _("The client is right: the account is eligible again")),
            ("no", _("The note stands: the account stays ineligible")),
        ],
    )
    answer = long_field(_("Answer"), _("The client reads this."))

    def perform(self, *, at: datetime, user: User) -> str:
        eligibility.answer_contest(
            self.target,
            granted=self.cleaned_data["granted"] == "yes",
            answer=self.cleaned_data["answer"],
            by=user,
            now=at,
        )
        return gettext("Answered. The client is told.")


@admin.register(Contest)
class ContestAdmin(SupportMixin, ReadingAdmin):
    """What waits for an answer stands first."""

    list_display = ("made_at", "account_link", "noted_by", "answered_at", "granted")
    list_display_links = ("made_at",)
    list_filter = (Answered,)
    list_select_related = ("note__account", "note__author")
    ordering = (F("answered_at").desc(nulls_first=True), "made_at")
    page_template = "admin/interventions/contest/page.html"
    verbs = (
        Verb(
            "answer",
            _("Answer the contest"),
            AnswerForm,
            _("Answer"),
            hint=_("For a supervisor who did not write the note."),
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Contest]:
        found: QuerySet[Contest] = super().get_queryset(request)
        return found.select_related("note__account", "note__author", "answered_by")

    @admin.display(description=_("account"))
    def account_link(self, row: Contest) -> str:
        url = reverse("admin:accounts_customeraccount_change", args=[row.note.account_id])
        return format_html('<a href="{}">{}</a>', url, row.note.account)

    @admin.display(description=_("note by"))
    def noted_by(self, row: Contest) -> Any:
        return row.note.author or "–"

    def page_context(self, request: HttpRequest, obj: Contest) -> dict[str, Any]:
        """The contest, the note it is about, the complaint behind it, and who may answer."""
        complaint = getattr(obj.note, "complaint", None)
        return {
            "title": str(obj.note.account),
            "contest": obj,
            "note": obj.note,
            "complaint": complaint,
            "work": complaint.intervention if complaint else None,
            "eligible": eligibility_of(obj.note.account),
            "why_not_answer": why_not_answer(obj, request.user),
        }


def why_not_answer(contest: Contest, user: User) -> str:
    """Why `user` cannot answer; empty when he can."""
    if contest.answered_at is not None:
        return gettext("This was answered already.")
    if not is_supervisor(user):
        return gettext("Only a supervisor can do this.")
    if contest.note.author_id == user.pk:
        return gettext("Somebody else must answer: you wrote the note.")
    return ""
