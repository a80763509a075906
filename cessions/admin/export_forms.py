"""The form by which a supervisor takes the evidence of a case out (X6)."""

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from cessions.admin.case_forms import LONG, DecidingForm
from cessions.services.export_asking import ask_export
from hosting.lib.admin import Verb


class ExportForm(DecidingForm):
    """Reason, language, factor: a grave act, as identity documents leave the house (L1)."""

    reason = forms.CharField(label=gettext_lazy("For whom, and why?"), widget=LONG, max_length=2000)
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the report"), choices=settings.LANGUAGES
    )

    def present(self) -> dict[str, Any]:
        return {"language": (get_language() or settings.LANGUAGE_CODE)[:2]}

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        ask_export(self.target.filing, **data, by=user, factor=self.confirmed, now=at)
        return _("The archive is being made. You find it under “History”.")


EXPORT_VERB = Verb(
    "export",
    gettext_lazy("Hand the evidence out"),
    ExportForm,
    gettext_lazy("Make the archive"),
    hint=gettext_lazy(
        "One archive with every document, mail, decision and the journal. It holds identity documents:"
        " supervisors only, and each fetching is journalled."
    ),
    permission="view",
)
