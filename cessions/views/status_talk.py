"""What claimant and staff wrote, as the status page shows it: messages, and questions with their
answers, in one conversation (T6, A10)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from cessions.snapshot.own_file import OwnFile, OwnQuestion


@dataclass(frozen=True)
class Line:
    """One thing that was written, by us or by him."""

    at: datetime
    is_ours: bool
    text: str
    what: str = ""


def conversation(file: OwnFile) -> list[Line]:
    """All that was written, the newest first; a question that still waits stands on top of the page."""
    lines = [
        Line(message.at, message.is_ours, message.text)
        for message in file.messages
        if message.erased_at is None
    ]
    for question in file.questions:
        lines.extend(_question(question))
    return sorted(lines, key=lambda line: line.at, reverse=True)


def _question(question: OwnQuestion) -> Iterator[Line]:
    if question.waits:
        return
    yield Line(question.asked_at, True, question.text, _("question"))
    if question.answered_at and question.answer:
        yield Line(question.answered_at, False, question.answer, _("answer"))
