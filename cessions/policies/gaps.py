"""Why a date did not count (C4): a gap is shown with its cause, and never filled in."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cessions.policies.words import Words, gettext_noop


class Try(StrEnum):
    """What came of one try that did not make its date count."""

    BOUNCED = "bounced"
    REFUSED = "refused"
    NOT_DELIVERED = "not_delivered"
    INVALID = "invalid"


class GapCause(StrEnum):
    """Why no valid attempt was made on a date."""

    STOPPED = "stopped"
    BOUNCED = "bounced"
    REFUSED = "refused"
    NOT_DELIVERED = "not_delivered"
    INVALID = "invalid"
    SERVER_DOWN = "server_down"
    NOBODY_TRIED = "nobody_tried"


WORDS = {
    GapCause.STOPPED: gettext_noop("The search stood still: the holder was taken as reached."),
    GapCause.BOUNCED: gettext_noop("The e-mail was accepted and came back afterwards."),
    GapCause.REFUSED: gettext_noop("The holder's mail server refused the e-mail."),
    GapCause.NOT_DELIVERED: gettext_noop(
        "The e-mail could not be handed over before the end of the date."
    ),
    GapCause.INVALID: gettext_noop("The number or address that was tried does not exist."),
    GapCause.SERVER_DOWN: gettext_noop("No attempt was made: our software was down."),
    GapCause.NOBODY_TRIED: gettext_noop(
        "No attempt was made: no e-mail address is on file, and nobody called or wrote."
    ),
}
FIRST_TO_TELL = (
    (Try.BOUNCED, GapCause.BOUNCED),
    (Try.REFUSED, GapCause.REFUSED),
    (Try.NOT_DELIVERED, GapCause.NOT_DELIVERED),
    (Try.INVALID, GapCause.INVALID),
)


@dataclass(frozen=True)
class Gap:
    """A local date without a valid attempt, and why."""

    day: date
    cause: GapCause

    @property
    def words(self) -> str:
        """The cause in the reader's language."""
        return str(Words(WORDS[self.cause]))


def cause_of_gap(tries: Iterable[Try], *, stopped: bool, mailable: bool) -> GapCause:
    """Why a date did not count, from what was tried on it in vain (C4).

    `stopped`: nobody was to be sought on it (holder taken as reached, or a wait). `mailable`: an
    e-mail address was on file, so that an attempt is missing only when the software did not run.
    """
    found: Collection[Try] = set(tries)
    for made, cause in FIRST_TO_TELL:
        if made in found:
            return cause
    if stopped:
        return GapCause.STOPPED
    return GapCause.SERVER_DOWN if mailable else GapCause.NOBODY_TRIED
