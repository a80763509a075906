"""Staff ask the claimant for more; reminders; without an answer the request lapses (T6)."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.models import User
from cessions.enums import FilingState, RequestState
from cessions.models import Filing, StaffQuestion, TransferRequest
from cessions.notifications import claimant as notify
from cessions.policies import lapse_schedule
from cessions.services import states
from cessions.services.conversation import unread_of
from cessions.services.locks import lock_filing, lock_open_requests, require
from hosting.lib.sweeps import each
from hosting.records.services import journal

REMINDERS = 2
A_DAY = timedelta(days=1)


@transaction.atomic
def ask_claimant(filing: Filing, text: str, *, by: User, now: datetime) -> StaffQuestion:
    """Ask the claimant for more, by mail and on his status page; his time runs from now (T6)."""
    filing = lock_filing(filing)
    require(filing.state == FilingState.CONFIRMED, "not received")
    require(bool(lock_open_requests(filing)), "ended")
    schedule = lapse_schedule(now, settings.CESSION_LAPSE_DAYS)
    question = StaffQuestion.objects.create(
        filing=filing,
        asked_by=by,
        asked_at=now,
        text=text,
        next_step_at=schedule.reminders[0],
        lapses_at=schedule.lapses_at,
    )
    journal(filing.stream, "claimant_asked", at=now, actor=f"user:{by.pk}", question=question.pk)
    notify.question_asked(filing, question, now=now)
    return question


@transaction.atomic
def answer_question(
    filing: Filing, question_id: int, text: str, *, now: datetime, actor: str = "claimant"
) -> bool:
    """Keep the answer to a question; its clock stops. False when it was answered or closed already."""
    filing = lock_filing(filing)
    open_question = filing.questions.filter(
        pk=question_id, answered_at__isnull=True, closed_at__isnull=True
    )
    if not open_question.update(answer=text, answered_at=now, next_step_at=None):
        return False
    journal(filing.stream, "claimant_answered", at=now, actor=actor, question=question_id)
    return True


def answered_by_document(filing: Filing, *, now: datetime) -> None:
    """A document handed in answers what was asked: nobody lapses who sent what he was asked for."""
    waiting = filing.questions.filter(answered_at__isnull=True, closed_at__isnull=True)
    waiting.update(answered_at=now, next_step_at=None)


def close_questions(filing: Filing, *, now: datetime) -> None:
    """Nothing more is asked of a claimant whose case has ended."""
    waiting = filing.questions.filter(answered_at__isnull=True, closed_at__isnull=True)
    waiting.update(closed_at=now, next_step_at=None)


def step_due(now: datetime, limit: int = 100) -> int:
    """Take the next step of every question that is due at `now`; how many. For the sweep."""
    due = StaffQuestion.objects.filter(next_step_at__lte=now).order_by("next_step_at")[:limit]
    return each(due, lambda question: step(question, now=now), name="questions")


@transaction.atomic
def step(question: StaffQuestion, *, now: datetime) -> bool:
    """Remind, or lapse after two reminders (T6). False when somebody was faster."""
    filing = lock_filing(question.filing)
    question = StaffQuestion.objects.select_for_update().get(pk=question.pk)
    if question.next_step_at is None or question.next_step_at > now:
        return False
    requests = lock_open_requests(filing)
    if not requests:
        close_questions(filing, now=now)
    elif unread_of(filing):
        put_off(question, now=now)
    elif question.reminders_sent < REMINDERS:
        remind(filing, question, now=now)
    else:
        lapse(filing, question, requests, now=now)
    return True


def put_off(question: StaffQuestion, *, now: datetime) -> None:
    """The claimant wrote, and nobody has read it yet: it may be his answer, so he is neither reminded
    nor does he lapse before it was read."""
    question.next_step_at = now + A_DAY
    question.lapses_at = max(question.lapses_at, question.next_step_at)
    question.save(update_fields=["next_step_at", "lapses_at"])


def remind(filing: Filing, question: StaffQuestion, *, now: datetime) -> None:
    """One reminder. After an outage the steps still keep half their distance, so that nobody lapses
    right after a late reminder."""
    third = (question.lapses_at - question.asked_at) / 3
    question.reminders_sent += 1
    planned = question.asked_at + third * (question.reminders_sent + 1)
    question.next_step_at = max(planned, now + third / 2)
    question.lapses_at = max(
        question.lapses_at,
        question.next_step_at + third / 2 * (REMINDERS - question.reminders_sent),
    )
    if question.reminders_sent == REMINDERS:
        question.next_step_at = question.lapses_at
    question.save(update_fields=["reminders_sent", "next_step_at", "lapses_at"])
    journal(
        filing.stream,
        "claimant_reminded",
        at=now,
        question=question.pk,
        reminder=question.reminders_sent,
    )
    notify.question_reminder(filing, question, now=now)


def lapse(
    filing: Filing, question: StaffQuestion, requests: list[TransferRequest], *, now: datetime
) -> None:
    """No answer after two reminders: what is not approved yet lapses (T6, T7).

    Where everything is approved nothing lapses, and the claimant is not told so.
    """
    lapsed = False
    for request in requests:
        waiting = list(request.services.filter(state=RequestState.RECEIVED))
        if waiting:
            lapsed = True
            states.move(
                request,
                waiting,
                RequestState.LAPSED,
                now=now,
                actor="system",
                event="lapsed",
                question=question.pk,
            )
    close_questions(filing, now=now)
    if lapsed:
        notify.lapsed(filing, now=now)
