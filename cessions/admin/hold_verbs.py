"""A supervisor keeps the evidence of a case beyond its time (D7): form, verb, button, words."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.utils import formats
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import is_supervisor
from cessions.admin.case_buttons import Button, verb_url
from cessions.admin.case_forms import LONG, DecidingForm
from cessions.policies.checklist import IDENTITY_KINDS
from cessions.services import legal_hold
from cessions.snapshot import Case
from hosting.lib.admin import Verb

VIEW = "view"


class SetHold(DecidingForm):
    """Keep everything until the hold is lifted (D7)."""

    reason = forms.CharField(
        label=gettext_lazy("Why must the evidence be kept?"),
        widget=LONG,
        help_text=gettext_lazy("Who asks for it, and under which reference: a court, the police."),
    )

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        legal_hold.set_hold(
            self.target.pk, reason=data["reason"], by=user, now=at, factor=self.confirmed
        )
        return _("The legal hold is set: nothing of this case is destroyed until it is lifted.")


class LiftHold(DecidingForm):
    """Let the case go its way again (D7)."""

    reason = forms.CharField(label=gettext_lazy("Why is it no longer needed?"), widget=LONG)

    def act(self, at: datetime, user: Any, data: dict[str, Any]) -> str:
        legal_hold.lift_hold(
            self.target.pk, reason=data["reason"], by=user, now=at, factor=self.confirmed
        )
        return _("The legal hold is lifted: what is due is destroyed within minutes.")


HOLD_VERBS = (
    Verb(
        "hold",
        gettext_lazy("Set a legal hold"),
        SetHold,
        gettext_lazy("Keep the evidence"),
        hint=gettext_lazy(
            "Identity documents and file are kept beyond their time, until a supervisor lifts it."
        ),
        permission=VIEW,
    ),
    Verb(
        "hold-lift",
        gettext_lazy("Lift the legal hold"),
        LiftHold,
        gettext_lazy("Lift it"),
        hint=gettext_lazy("What is due by then is destroyed within minutes, and cannot come back."),
        permission=VIEW,
    ),
)


def hold_buttons(case: Case, request_id: int, user: User) -> Iterator[Button]:
    """Set it, or lift it; on an erased case there is nothing to keep."""
    why_not = "" if is_supervisor(user) else _("Only a supervisor can do this.")
    if case.filing.legal_hold is not None:
        yield Button(_("Lift the legal hold"), verb_url(request_id, "hold-lift"), why_not)
    elif case.filing.erased_at is None:
        yield Button(_("Set a legal hold"), verb_url(request_id, "hold"), why_not)


def keeping_words(case: Case) -> list[str]:
    """What is said under the documents: what went when, what goes when, and what keeps it."""
    filing = case.filing
    said = []
    if filing.identity_destroyed_at is not None:
        words = _("Identity documents were destroyed on %(at)s.")
        said.append(words % {"at": _instant(filing.identity_destroyed_at)})
    if filing.legal_hold is not None:
        return said
    there = any(d.kind in IDENTITY_KINDS and d.destroyed_at is None for d in case.documents)
    if filing.destroy_identity_at is not None and there:
        words = _("Identity documents are destroyed on %(at)s.")
        said.append(words % {"at": _instant(filing.destroy_identity_at)})
    if filing.erase_at is not None:
        words = _("The rest of the file is erased on %(at)s.")
        said.append(words % {"at": _instant(filing.erase_at)})
    return said


def _instant(at: datetime) -> str:
    return str(formats.date_format(localtime(at), "DATETIME_FORMAT"))
