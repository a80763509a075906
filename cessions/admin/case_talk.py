"""What claimant and staff wrote to each other, on the page of a case: messages and questions in one
conversation, and the usual answers that the ground for telling allows (T6, A10)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cessions import facts, policies
from cessions.case_words import telling
from cessions.enums import RequestState
from cessions.policies import BlockerCode
from cessions.policies.messages import UsualAnswer, usual_answers
from cessions.reasoning import Reasoning
from cessions.services.words import Known, usual_words
from cessions.snapshot import MessageRow, QuestionRow
from cessions.snapshot.own_checklist import not_accepted, wanted
from cessions.snapshot.own_file import own_file
from hosting.records.enums import MailState

LABELS = {
    UsualAnswer.LOOKING: gettext_noop("We have it and look at it"),
    UsualAnswer.MISSING: gettext_noop("What is still missing"),
    UsualAnswer.VERIFY: gettext_noop("How to show the link with the site"),
    UsualAnswer.DATES: gettext_noop("Where the search and the dates stand"),
    UsualAnswer.NOT_SOONER: gettext_noop("Why it cannot be sooner"),
    UsualAnswer.MAY_NOT_TELL: gettext_noop("What we may not tell"),
    UsualAnswer.OUTCOME: gettext_noop("Where the outcome stands"),
    UsualAnswer.HOLDER_ANSWERED: gettext_noop("The holder answered"),
    UsualAnswer.SEARCH: gettext_noop("On how many days we sought the holder"),
    UsualAnswer.HOLDER: gettext_noop("Who signed the contract"),
}
NOT_DELIVERED = (MailState.FAILED, MailState.BOUNCED)


@dataclass(frozen=True)
class Said:
    """One thing that somebody wrote."""

    anchor: str
    at: datetime
    who: str
    ours: bool
    text: str
    note: str = ""
    pill: str = ""
    tone: str = "info"
    erased: bool = False
    message: int = 0
    """Its number, where its words can be erased (L2)."""


def talk(why: Reasoning, words: str) -> dict[str, Any]:
    """The context of the messages of a case; `words` is the usual answer that was chosen, if any."""
    told, not_told = telling(why.claimant_basis)
    allowed = usual_of(why)
    chosen = next((answer for answer in allowed if answer.value == words), None)
    language = why.case.filing.language
    return {
        "lines": conversation(why),
        "unread": sum(1 for row in why.case.messages if row.by is None and row.seen_at is None),
        "usual": [(answer.value, _(LABELS[answer])) for answer in allowed],
        "template": chosen.value if chosen else "",
        "text": usual_words(chosen, known_of(why), language) if chosen else "",
        "told": told,
        "not_told": not_told,
        "language": _(dict(settings.LANGUAGES).get(language, language)),
    }


def usual_of(why: Reasoning) -> list[UsualAnswer]:
    """The usual answers that fit the case and that its ground allows (A10)."""
    return usual_answers(
        why.claimant_basis,
        is_open=bool(why.open_services),
        holder_answered=why.request.state == RequestState.HOLDER_REACHED,
    )


def known_of(why: Reasoning) -> Known:
    """What the usual answers may say; what is missing is what the claimant's own page says (T4)."""
    filing, zone = why.case.filing, facts.provider_zone()
    file = own_file(filing.id)
    missing = wanted(file, why.at, zone) if file else []
    codes = {blocker.code for view in why.open_services for blocker in view.blockers}
    account = why.request.account
    return Known(
        full_name=filing.full_name,
        number=filing.number or "",
        earliest_at=why.earliest_at,
        is_decidable=why.at >= why.earliest_at,
        sought_from=policies.first_attempt_due(
            filing.confirmed_at or why.request.received_at, zone
        ),
        missing=tuple(each.line.kind for each in missing),
        check_missing=BlockerCode.CHALLENGE_MISSING in codes,
        effects_missing=bool(file and not_accepted(file)),
        holder=account.name if account else "",
        sought_dates=len({attempt.local_date for attempt in why.request.attempts}),
    )


def conversation(why: Reasoning) -> list[Said]:
    """All that was written, the oldest first."""
    lines = [_message(row, why) for row in why.case.messages]
    for question in why.case.questions:
        lines.extend(_question(question, why))
    return sorted(lines, key=lambda line: line.at)


def _message(row: MessageRow, why: Reasoning) -> Said:
    who = row.by.name if row.by else why.case.filing.full_name
    said = {"anchor": str(row.id), "at": row.at, "who": who, "text": row.text}
    said |= {"ours": row.by is not None, "erased": row.erased_at is not None}
    said["message"] = 0 if row.erased_at else row.id
    if row.by is None and row.seen_at is None:
        return Said(**said, pill=_("to read"), tone="warn")
    if row.by is None:
        name = row.seen_by.name if row.seen_by else ""
        return Said(**said, note=_("read by %(name)s") % {"name": name})
    if row.mail_state in NOT_DELIVERED:
        return Said(**said, pill=_("not delivered"), tone="bad")
    return Said(**said, note=_("by e-mail") if row.mail_state == MailState.SENT else "")


def _question(row: QuestionRow, why: Reasoning) -> Iterator[Said]:
    waits = row.answered_at is None and row.closed_at is None
    yield Said(
        anchor=f"q{row.id}",
        at=row.asked_at,
        who=row.asked_by.name,
        ours=True,
        text=row.text,
        note=_("question"),
        pill=_("waits for an answer") if waits else "",
    )
    if row.answered_at is not None:
        yield Said(
            anchor=f"a{row.id}",
            at=row.answered_at,
            who=why.case.filing.full_name,
            ours=False,
            text=row.answer or _("answered by a document"),
            note=_("answer"),
        )
