"""Chapters of the report: the clocks, the search date by date, signs of life."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from cessions import facts, reasoning
from cessions.enums import SignJudgement, SignKind
from cessions.evidence.blocks import Facts, Item, Section, day, plain, shown, signed
from cessions.evidence.report_case import name_of, pairs
from cessions.reasoning import Day, Reasoning
from cessions.snapshot import AttemptRow, Case, RequestRow


def clocks(case: Case, request: RequestRow, at: datetime) -> Section:
    """K1, the period of C4, and every date with what was tried on it."""
    why = reasoning.reason(case, request, at)
    period = why.period
    known = [
        (_("Received"), shown(request.received_at)),
        (_("A decision opens at the earliest"), shown(why.earliest_at)),
        (_("Ended"), shown(request.ended_at)),
    ]
    if request.account and period is not None:
        since = facts.attempts_from(case.filing, request, at)
        known += [
            (_("Attempts count from"), shown(since)),
            (_("Dates required in a row"), str(period.required)),
            (_("Dates in the last run"), str(len(period.run))),
            (_("Period fulfilled"), shown(period.fulfilled_at)),
            (_("Gaps"), ", ".join(day(gap.day) for gap in why.gaps)),
        ]
    title = _("Clocks and search (%(number)s)") % {"number": request.number}
    return Section(title, [Facts(known)], many=_dates(why))


def _dates(why: Reasoning) -> Iterator[Item]:
    words = {
        "counts": _("counts"),
        "gap": _("gap"),
        "today": _("does not count yet"),
        "before": _("before this run"),
    }
    for one in why.days:
        if one.kind in words:
            title = f"{words[one.kind]} – {one.cause}" if one.cause else words[one.kind]
            yield Item([day(one.day)], title, list(_attempts(one, why.at)))


def _attempts(one: Day, at: datetime) -> Iterator[str]:
    for attempt in one.attempts:
        channel = reasoning.channel_label(attempt.channel)
        result = reasoning.result_of(attempt, at)
        parts = [f"{shown(attempt.at)[11:19]} {channel} {attempt.address}: {result}"]
        parts += list(_more(attempt))
        yield " · ".join(parts)


def _more(attempt: AttemptRow) -> Iterator[str]:
    """Where the words are, what the server said, what a person noted."""
    if attempt.mail_id is not None:
        yield _("mail %(number)d") % {"number": attempt.mail_id}
        yield attempt.message_id
        if attempt.answer:
            yield attempt.answer
    if attempt.by:
        yield attempt.by.name
    for outcome in attempt.outcomes:
        if outcome.text:
            yield f"{plain(outcome.text)} ({signed(outcome.by.name, outcome.at)})"


def signs(request: RequestRow) -> Section:
    """Whatever the holder let hear of himself, and what staff made of it (C9, C10)."""
    items = [
        Item(
            [shown(sign.at)],
            f"{SignKind(sign.kind).label}: {SignJudgement(sign.judgement).label}",
            pairs(
                [
                    (_("Words"), plain(sign.text)),
                    (_("Recorded by"), name_of(sign.recorded_by)),
                    (_("Signed in"), name_of(sign.signed_in)),
                    (_("Judged"), signed(name_of(sign.judged_by), sign.judged_at)),
                    (_("Reason"), plain(sign.judgement_reason)),
                ]
            ),
        )
        for sign in request.signs
    ]
    return Section(_("Signs of life (%(number)s)") % {"number": request.number}, many=items)
