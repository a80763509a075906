"""What happened to the holder and who stands for him, on the account's page (A8, A12)."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import Judgement
from accounts.models import CustomerAccount, HolderEvent, LegalRepresentative, Membership
from hosting.forms import standing as forms
from hosting.lib.admin import Verb
from hosting.panels import Line, Panel, account_panel
from hosting.records.services import openable

TONES = {Judgement.PENDING: "warn", Judgement.ACCEPTED: "good", Judgement.REFUSED: ""}


def event_of(account: CustomerAccount, pk: int) -> HolderEvent:
    """An event of this account that was not withdrawn."""
    found = account.events.select_related("account").filter(pk=pk, withdrawn_at=None).first()
    if found is None:
        raise Http404
    return found


def representative_of(account: CustomerAccount, pk: int) -> LegalRepresentative:
    """A representative of this account who waits to be judged."""
    rows = account.representatives.select_related("account")
    found = rows.filter(pk=pk, judgement=Judgement.PENDING).first()
    if found is None:
        raise Http404
    return found


def accepted_of(account: CustomerAccount, pk: int) -> LegalRepresentative:
    """A representative of this account who stands for the holder now."""
    rows = account.representatives.select_related("account")
    found = rows.filter(pk=pk, judgement=Judgement.ACCEPTED, ended_at=None).first()
    if found is None:
        raise Http404
    return found


STANDING_VERBS = (
    Verb(
        "events/add",
        gettext_lazy("Record what happened to the holder"),
        forms.EventForm,
        gettext_lazy("Record it"),
        hint=gettext_lazy(
            "A death or a guardianship ends the emergency contacts and the powers of attorney, from "
            "this moment on."
        ),
    ),
    Verb(
        "events/withdraw",
        gettext_lazy("Withdraw an event"),
        forms.WithdrawEventForm,
        gettext_lazy("Withdraw it"),
        part=event_of,
    ),
    Verb(
        "representatives/add",
        gettext_lazy("Record a legal representative"),
        forms.RepresentativeForm,
        gettext_lazy("Record the representative"),
        hint=gettext_lazy("Until a supervisor judges it, no transfer is decided."),
    ),
    Verb(
        "representatives/judge",
        gettext_lazy("Judge a legal representative"),
        forms.JudgeRepresentativeForm,
        gettext_lazy("Record the judgement"),
        part=representative_of,
    ),
    Verb(
        "representatives/sign_in",
        gettext_lazy("Let the representative sign in"),
        forms.RepresentativeSignInForm,
        gettext_lazy("Send the invitation"),
        hint=gettext_lazy(
            "The address must be the representative's own, never the holder's. Who has not chosen a"
            " password yet gets a new link."
        ),
        part=accepted_of,
    ),
    Verb(
        "representatives/end",
        gettext_lazy("End the representation"),
        forms.EndRepresentationForm,
        gettext_lazy("End it"),
        hint=gettext_lazy(
            "The sign-in ends at once, and what the representative is handing over is stopped. He and"
            " the other people of the account are told."
        ),
        part=accepted_of,
    ),
)


@account_panel
def events_of(account: CustomerAccount) -> Panel:
    """What is known to have happened; a line leads to its withdrawal."""
    lines = tuple(
        Line(
            event.get_kind_display(),
            url=_url("events/withdraw", account.pk, event.pk),
            pill=f"{event.recorded_at:%Y-%m-%d}",
            tone="warn",
        )
        for event in account.events.filter(withdrawn_at=None)
    )
    lines += (Line(_("Record what happened to the holder"), url=_url("events/add", account.pk)),)
    return Panel(_("What happened to the holder"), lines, _("Nothing is known."))


@account_panel
def representatives_of(account: CustomerAccount) -> Panel:
    """Who says that he stands for the holder, his proof, and the way to his judgement."""
    running = Membership.objects.filter(representative=OuterRef("pk"), ended_at=None)
    rows = account.representatives.select_related("proof").filter(ended_at=None)
    present = rows.annotate(signs_in=Exists(running))
    lines = tuple(line for someone in present for line in _lines_of(account, someone))
    add = Line(_("Record a legal representative"), url=_url("representatives/add", account.pk))
    return Panel(_("Legal representatives"), (*lines, add), _("Nobody."))


def _lines_of(account: CustomerAccount, someone: Any) -> Iterator[Line]:
    """His judgement and his end, his sign-in, his proof; `someone` knows whether he signs in."""
    deed = {Judgement.PENDING: "representatives/judge", Judgement.ACCEPTED: "representatives/end"}
    slug = deed.get(someone.judgement)
    yield Line(
        str(someone),
        url=_url(slug, account.pk, someone.pk) if slug else "",
        pill=someone.get_judgement_display(),
        tone=TONES[Judgement(someone.judgement)],
    )
    if someone.judgement == Judgement.ACCEPTED:
        yield Line(
            _("His sign-in"),
            url=_url("representatives/sign_in", account.pk, someone.pk),
            pill=_("signs in") if someone.signs_in else _("does not sign in"),
            tone="good" if someone.signs_in else "warn",
        )
    if someone.proof is not None:
        yield Line(
            _("Proof: %(name)s") % {"name": someone.proof.original_name},
            url=_url("proof", account.pk, someone.pk) if openable(someone.proof) else "",
            pill=someone.proof.get_scan_state_display(),
        )


@account_panel
def trusted_of(account: CustomerAccount) -> Panel:
    """Whom the holder named, in order (A8)."""
    lines = tuple(
        Line(
            f"{contact.full_name} · {contact.email} {contact.telephone}",
            pill=_("confirmed") if contact.confirmed_at else _("has not answered yet"),
            tone="good" if contact.confirmed_at else "warn",
        )
        for contact in account.emergency_contacts.filter(ended_at=None)
    )
    return Panel(_("Emergency contacts"), lines, _("The holder has named nobody."))


def _url(slug: str, *keys: int) -> str:
    return reverse(f"admin:accounts_customeraccount_{slug}", args=keys)
