"""The box on top of the status page: what the claimant can do now, and otherwise what we do (T5)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cessions.enums import DocumentState, RequestState
from cessions.snapshot.own_file import OwnQuestion
from cessions.views.status_documents import Missing, ShownDocument


@dataclass(frozen=True)
class Todo:
    """One thing to do, and where on the page it is done."""

    words: str
    anchor: str


@dataclass(frozen=True)
class Now:
    """The box: a title, a sentence or two, and the list of what to do."""

    tone: str
    title: str
    words: str
    todo: tuple[Todo, ...] = ()


def todo(
    questions: list[OwnQuestion],
    documents: list[ShownDocument],
    missing: list[Missing],
    must_verify: bool,
    must_accept: bool,
) -> Iterator[Todo]:
    """What the claimant can do now, the most urgent first."""
    for question in questions:
        until = _day(question.lapses_at)
        words = _("Answer our question before %(until)s") % {"until": until}
        yield Todo(words, f"question-{question.id}")
    for document in documents:
        if document.again:
            words = _("Send again: %(document)s") % {"document": document.label}
            yield Todo(words, f"document-{document.id}")
    for line in missing:
        yield Todo(_("Send: %(document)s") % {"document": line.label}, f"missing-{line.kind}")
    if must_verify:
        yield Todo(_("Show us that the site or the domain name is yours"), "checks")
    if must_accept:
        yield Todo(_("Read and accept what a transfer changes"), "effects")


def still_missing(items: list[Todo], earliest_at: datetime, now: datetime) -> Now:
    """Something is missing from the claimant: it is said what, and how much; and that we do our part."""
    title = ngettext(
        "One thing is still missing from you",
        "%(count)d things are still missing from you",
        len(items),
    ) % {"count": len(items)}
    words = _(
        "When this is done, your file is complete. A clear photo taken with your telephone will do. "
        "Meanwhile we seek the holder, every day."
    )
    if now < earliest_at:
        when = _("A decision is possible on %(day)s at the earliest.") % {"day": _day(earliest_at)}
        words = f"{words} {when}"
    return Now("warning", title, words, tuple(items))


def nothing_missing(states: set[str], earliest_at: datetime, now: datetime) -> Now:
    """The file is complete: what we do meanwhile."""
    title = _("Nothing is missing from you")
    ours = _("Your documents are accepted, and we go on seeking the holder.")
    if DocumentState.TO_REVIEW in states:
        ours = _("We check your documents, and go on seeking the holder.")
    when = _("The ten days are over: we decide as soon as everything is checked.")
    if now < earliest_at:
        when = _("A decision is possible on %(day)s at the earliest.") % {"day": _day(earliest_at)}
    end = _("We write to you by e-mail; you need not look here every day.")
    return Now("success", title, f"{ours} {when} {end}")


def over(states: set[str], may_contest: bool) -> Now:
    """The request has ended: what he can still do."""
    if RequestState.EXECUTED in states:
        return Now(
            "success",
            _("The transfer is done"),
            _("Please read our letter below: it says what to do next."),
        )
    items = (Todo(_("Say that you disagree with the refusal"), "services"),) if may_contest else ()
    words = _("There is nothing more to do here. The outcome stands below.")
    if may_contest:
        words = _("The reason stands below. If you disagree, another person looks at it again.")
    return Now("info", _("Your request has ended"), words, items)


def approved() -> Now:
    """Approved, and in its hold (X3)."""
    return Now(
        "success",
        _("Your request is approved"),
        _(
            "You need not do anything. We carry the transfer out after a waiting time and write to you."
        ),
    )


def _day(at: datetime) -> str:
    return date_format(localtime(at), "DATETIME_FORMAT")
