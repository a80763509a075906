"""Import of assignees from a table: a preview, then one button (P1)."""

from collections import Counter

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cessions.services import assignee_csv as verbs
from hosting.desk.portal.access import Visitor, portal_page
from hosting.lib import clock

SECTION = {"section": "assignees"}
SALT = "assignee-table"
SEEN_SECONDS = 24 * 3600


class TableForm(forms.Form):
    """A file, or its text."""

    file = forms.FileField(label=gettext_lazy("CSV file"), required=False)
    text = forms.CharField(
        label=gettext_lazy("or its text"),
        required=False,
        strip=False,
        max_length=verbs.MOST_BYTES,
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def clean(self) -> dict[str, str]:
        file = self.cleaned_data.get("file")
        text = self.cleaned_data.get("text", "")
        try:
            if file is not None and file.size > verbs.MOST_BYTES:
                raise verbs.TableRefused(_("The table is larger than 1 MB."))
            text = verbs.decoded(file.read()) if file is not None else text
        except verbs.TableRefused as refused:
            raise forms.ValidationError(str(refused)) from refused
        if not text.strip():
            raise forms.ValidationError(_("Please choose a file, or paste its text."))
        return {"text": text}


@portal_page()
def import_page(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Choose a table; see what it would do; confirm it."""
    if request.method == "POST" and "seen" in request.POST:
        return _confirm(request, visitor)
    form = TableForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        return _preview(request, visitor, form, form.cleaned_data["text"])
    return _page(request, form)


@portal_page()
def download(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The present list as a table, or an example."""
    response = HttpResponse(
        "\ufeff" + verbs.example(visitor.account), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="assignees.csv"'
    return response


def _preview(request: HttpRequest, visitor: Visitor, form: TableForm, text: str) -> HttpResponse:
    try:
        rows = verbs.plan(visitor.account, text)
    except verbs.TableRefused as refused:
        form.add_error(None, str(refused))
        return _page(request, form)
    return _shown(request, visitor, text, rows)


def _confirm(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Write the table that was seen; it comes back signed, for this account alone."""
    try:
        salt = f"{SALT}:{visitor.account.pk}"
        text = signing.loads(request.POST["seen"], salt=salt, max_age=SEEN_SECONDS)
    except signing.BadSignature:
        messages.error(request, _("Please check your table again: this preview is too old."))
        return redirect("portal_assignees_import")
    rows = verbs.import_table(visitor.account, text, now=clock.now(), actor=visitor.actor)
    if any(row.problems for row in rows):
        return _shown(request, visitor, text, rows)
    messages.success(request, _("Your list is saved."))
    return redirect("portal_assignees")


def _shown(
    request: HttpRequest, visitor: Visitor, text: str, rows: list[verbs.Row]
) -> HttpResponse:
    counted = Counter(row.result for row in rows)
    context = {
        **SECTION,
        "form": TableForm(initial={"text": text}),
        "rows": rows,
        "counted": {name: counted[name] for name in ("add", "change", "same", "wrong")},
        "seen": signing.dumps(text, salt=f"{SALT}:{visitor.account.pk}", compress=True),
    }
    return render(request, "portal/assignees/preview.html", context)


def _page(request: HttpRequest, form: TableForm) -> HttpResponse:
    context = {**SECTION, "form": form, "columns": verbs.COLUMNS}
    return render(request, "portal/assignees/import.html", context)
