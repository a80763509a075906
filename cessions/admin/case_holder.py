"""What is known of the holder of a case: events, absences, who stands for him (A8, A11, A12)."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.enums import HolderEventKind, Judgement, RepresentativeKind
from cessions import facts, standing
from cessions.reasoning import Reasoning
from cessions.snapshot import EventRow

TONES = {Judgement.PENDING: "warn", Judgement.ACCEPTED: "good", Judgement.REFUSED: ""}


@dataclass(frozen=True)
class Known:
    """One thing known; `pill` is where it stands, `tone` its colour."""

    kind: str
    words: str
    pill: str = ""
    tone: str = ""


def known_of_the_holder(why: Reasoning) -> Iterator[Known]:
    """All that is known of the holder at the page's instant, events first."""
    account, at = why.request.account, why.at
    for event in standing.events_at(account, at):
        yield Known(str(HolderEventKind(event.kind).label), _event(event))
    for absence in standing.absences_at(why.request, at, facts.provider_zone()):
        until = date_format(absence.until_on, "SHORT_DATE_FORMAT")
        yield Known(_("Announced absence"), _("until %s") % until)
    for lift in why.request.lifts:
        yield Known(_("Absence lifted"), lift.contact)
    for person, judgement in standing.claims_to_represent(account, at):
        label = str(RepresentativeKind(person.kind).label)
        words = f"{person.full_name} {person.email} {person.telephone}"
        yield Known(label, words, str(judgement.label), TONES[judgement])
    for contact in standing.trusted_at(account, at):
        words = f"{contact.full_name} {contact.email} {contact.telephone}"
        yield Known(_("Emergency contact"), words)


def _event(event: EventRow) -> str:
    """How we know of an event, when it was, and who recorded it."""
    recorded = _("recorded by %(name)s on %(day)s") % {
        "name": event.recorded_by.name,
        "day": date_format(localtime(event.recorded_at), "SHORT_DATE_FORMAT"),
    }
    day = date_format(event.happened_on, "SHORT_DATE_FORMAT") if event.happened_on else ""
    return " · ".join(part for part in (event.source, day, recorded) if part)
