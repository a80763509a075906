"""The forms of what staff do on an intervention: one verb of a service each (I3-I13)."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import SUPERVISOR, SUPPORT
from hosting.lib.admin import VerbForm
from hosting.lib.clock import now
from hosting.lib.factor import FactorForm
from hosting.records.services import journal
from interventions.models import Complaint, Intervention, SiteCredential
from interventions.services import asking, calls, credentials, eligibility, purging, work


def long_field(label: Any, help_text: Any = "") -> forms.CharField:
    """A text of several lines that must be there."""
    area = forms.Textarea(attrs={"rows": 5})
    return forms.CharField(label=label, max_length=5000, widget=area, help_text=help_text)


class WorkForm(VerbForm):
    """A verb on an intervention."""

    target: Intervention


class ProvingForm(FactorForm, WorkForm):
    """An act that asks password or code anew; a wrong one is journalled."""

    asks_factor = True

    def __init__(self, *args: Any, request: HttpRequest, target: Any, **kwargs: Any) -> None:
        super().__init__(*args, request=request, target=target, **kwargs)

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.refused is not None:
            journal(
                self.target.ticket.stream,
                "factor_refused",
                at=now(),
                actor=f"user:{self.request.user.pk}",
                act=type(self).__name__,
                code=self.refused.code,
            )


class Take(WorkForm):
    """The technician takes it himself."""

    def perform(self, *, at: datetime, user: User) -> str:
        work.assign(self.target, user, by=user, now=at)
        return gettext("It is yours now.")


class Assign(WorkForm):
    """Give it to a technician."""

    to = forms.ModelChoiceField(label=_("Technician"), queryset=User.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff = User.objects.filter(
            is_staff=True, is_active=True, groups__name__in=[SUPPORT, SUPERVISOR]
        )
        self.fields["to"].queryset = staff.order_by("full_name", "email").distinct()

    def present(self) -> dict[str, Any]:
        return {"to": self.target.technician_id}

    def perform(self, *, at: datetime, user: User) -> str:
        work.assign(self.target, self.cleaned_data["to"], by=user, now=at)
        return gettext("Given to %(name)s.") % {"name": self.cleaned_data["to"]}


class Backup(WorkForm):
    """Have the site backed up (I4)."""

    def perform(self, *, at: datetime, user: User) -> str:
        work.ask_backup(self.target, by=user, now=at)
        return gettext("The backup is asked for. This page shows how far it is.")


class Start(WorkForm):
    """Begin the work (I4)."""

    def perform(self, *, at: datetime, user: User) -> str:
        work.start(self.target, by=user, now=at)
        return gettext("The work has begun.")


class End(WorkForm):
    """End the work with a report (I5)."""

    report = long_field(_("What was done"), _("The client reads this."))

    def perform(self, *, at: datetime, user: User) -> str:
        work.end(self.target, report=self.cleaned_data["report"], by=user, now=at)
        return gettext("Ended. The client is asked to check his site within 24 hours.")


class SaidForm(WorkForm):
    """A talk by telephone, and what was said."""

    said = long_field(
        _("Whom did you talk with, and what was said?"),
        _("Kept as an internal note of the account, in your name."),
    )


class Told(SaidForm):
    """The client was told by telephone: T0 (I6)."""

    def perform(self, *, at: datetime, user: User) -> str:
        asking.told_in_call(self.target, said=self.cleaned_data["said"], by=user, now=at)
        return gettext("Recorded: this is T0, the 24 hours run.")


class AskAgain(WorkForm):
    """Send the request once more (I6)."""

    def perform(self, *, at: datetime, user: User) -> str:
        asking.ask_again(self.target, by=user, now=at)
        return gettext("The request goes out again.")


class Invalidate(SaidForm):
    """The client says on the telephone that something is wrong (I9)."""

    def perform(self, *, at: datetime, user: User) -> str:
        calls.invalidate_on_word(self.target, said=self.cleaned_data["said"], by=user, now=at)
        return gettext("Recorded: the backup is held, and a restore can be asked for.")


class Restore(SaidForm):
    """Bring the site back on the client's word (I9)."""

    def perform(self, *, at: datetime, user: User) -> str:
        calls.restore_on_word(self.target, said=self.cleaned_data["said"], by=user, now=at)
        return gettext("The restore is asked for. This page shows how far it is.")


class Decline(SaidForm):
    """Keep the site as it is, on the client's word (I9)."""

    def perform(self, *, at: datetime, user: User) -> str:
        calls.decline_on_word(self.target, said=self.cleaned_data["said"], by=user, now=at)
        return gettext("Recorded: the site stays as it is, and the hold is over (T1).")


class Cancel(WorkForm):
    """Give the intervention up."""

    reason = long_field(_("Why"))

    def perform(self, *, at: datetime, user: User) -> str:
        work.cancel(self.target, reason=self.cleaned_data["reason"], by=user, now=at)
        return gettext("Cancelled. The backup stays until a supervisor destroys it.")


class Purge(ProvingForm):
    """A supervisor has the bytes destroyed (I6)."""

    reason = long_field(_("Why"))

    def perform(self, *, at: datetime, user: User) -> str:
        purging.purge_by_hand(self.target, reason=self.cleaned_data["reason"], by=user, now=at)
        return gettext("The backup is being destroyed; this takes some minutes.")


class RecordComplaint(WorkForm):
    """What the client blames us for afterwards (I13)."""

    made_at = forms.DateTimeField(
        label=_("When did he complain?"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_("Date and time of his message or call, our local time."),
    )
    text = long_field(_("What does the client say?"))

    def present(self) -> dict[str, Any]:
        return {"made_at": localtime(now()).replace(second=0, microsecond=0)}

    def perform(self, *, at: datetime, user: User) -> str:
        eligibility.record_complaint(self.target, by=user, now=at, **self.cleaned_data)
        return gettext("Recorded. Nothing follows from it by itself.")


class Revoke(VerbForm):
    """Staff take the account's eligibility away (I13)."""

    target: Complaint
    reason = long_field(
        _("Why"),
        _("Written as an internal note; the client reads it, and how he can contest it."),
    )

    def perform(self, *, at: datetime, user: User) -> str:
        reason = self.cleaned_data["reason"]
        eligibility.revoke_eligibility(self.target, reason=reason, by=user, now=at)
        return gettext("Revoked. The client is told, and how he can contest it.")


class Reveal(ProvingForm):
    """Show one credential to the technician in charge (I3); what it shows is in `plain`."""

    plain = ""

    def __init__(self, *args: Any, credential: SiteCredential, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.credential = credential

    def perform(self, *, at: datetime, user: User) -> str:
        self.plain = credentials.reveal_credential(self.credential, self.target, by=user, now=at)
        return gettext("This look is in the journal, in your name.")
