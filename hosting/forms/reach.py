"""Forms of staff's verbs on absences (A11) and on corrections that a holder asked for (L2)."""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import Judgement
from accounts.models import CorrectionRequest, CustomerAccount, PlannedAbsence, User
from accounts.services.absence import announce_absence, cancel_absence
from accounts.services.corrections import accept_correction, refuse_correction
from hosting.lib.admin import VerbForm

DAY = {"type": "date"}


class RecordAbsenceForm(VerbForm):
    """An absence that the holder told by telephone, say (A11)."""

    target: CustomerAccount
    from_on = forms.DateField(label=gettext_lazy("First day away"), widget=forms.DateInput(DAY))
    until_on = forms.DateField(label=gettext_lazy("Last day away"), widget=forms.DateInput(DAY))
    remark = forms.CharField(
        label=gettext_lazy("Remark"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Who told us, and how. The holder reads it in his space."),
    )

    def perform(self, *, at: datetime, user: User) -> str:
        announce_absence(self.target, by=user, now=at, **self.cleaned_data)
        return _("The absence is recorded.")


class CancelAbsenceForm(VerbForm):
    """The holder is back earlier, or it was a mistake."""

    target: PlannedAbsence

    def perform(self, *, at: datetime, user: User) -> str:
        cancel_absence(self.target, by=user, now=at)
        return _("The absence is taken back.")


class JudgeCorrectionForm(VerbForm):
    """What the holder wants corrected, against what is on file; accepted, or refused with a reason."""

    target: CorrectionRequest
    judgement = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        choices=[
            (Judgement.ACCEPTED.value, gettext_lazy("Correct it; the proof was checked")),
            (Judgement.REFUSED.value, gettext_lazy("Leave it as it is")),
        ],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=gettext_lazy("Words to the customer"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Mailed to him. Needed when you leave it as it is."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["judgement"].help_text = format_html(
            "{}{}", format_html_join("", "{}: {} → {}<br>", self._wanted()), self.target.reason
        )

    def _wanted(self) -> list[tuple[str, str, str]]:
        account = self.target.account
        return [
            (
                str(account._meta.get_field(name).verbose_name),  # type: ignore[union-attr]
                str(getattr(account, name) or "–"),
                str(value or "–"),
            )
            for name, value in self.target.wanted.items()
        ]

    def perform(self, *, at: datetime, user: User) -> str:
        answer = self.cleaned_data["answer"]
        if self.cleaned_data["judgement"] == Judgement.REFUSED:
            refuse_correction(self.target, by=user, now=at, answer=answer)
            return _("The account stays as it is; the customer was told why.")
        try:
            accept_correction(self.target, by=user, now=at, answer=answer)
        except ValidationError as error:
            raise ValidationError(error.messages) from error  # of fields that this form has not
        return _("The account is corrected; the customer was told.")
