"""When a mail is tried again, and what a server's answer means. Pure: values in, values out."""

from datetime import datetime, timedelta

from hosting.records.enums import MailOutcomeKind

FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=1)
KEEP_TRYING = timedelta(days=3)
LAST_TRY_BEFORE_END = timedelta(minutes=5)


def gives_up_at(created_at: datetime, give_up_at: datetime | None) -> datetime:
    """The instant from which a mail is no longer handed over: its own, or 3 days after its making."""
    return give_up_at or created_at + KEEP_TRYING


def next_try(at: datetime, tries: int, give_up_at: datetime) -> datetime | None:
    """When a mail that was not accepted at `at` is tried again; None when it is given up (C3).

    `tries` counts the tries made so far, this one included. Pauses are 5, 10, 20, 40, then 60
    minutes; one that would miss `give_up_at` is shortened to a last try 5 minutes before it.
    """
    last = give_up_at - LAST_TRY_BEFORE_END
    if at >= last:
        return None
    pause = min(FIRST_PAUSE * (1 << min(tries - 1, 10)), LONGEST_PAUSE)
    return min(at + pause, last)


def outcome_of_refusal(code: int) -> MailOutcomeKind:
    """What a server's refusal of one mail means: 5xx is for good, anything else may pass later."""
    return MailOutcomeKind.REFUSED if 500 <= code <= 599 else MailOutcomeKind.DEFERRED


def outcome_of_api_error(status: int | None) -> MailOutcomeKind:
    """What an e-mail service's HTTP answer means for one mail.

    400, 413 and 422 speak of the mail itself; a wrong key, too many calls or a broken service are
    trouble of the way there, and pass once it is mended.
    """
    return MailOutcomeKind.REFUSED if status in (400, 413, 422) else MailOutcomeKind.UNREACHED
