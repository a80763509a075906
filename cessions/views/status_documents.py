"""The documents of the status page: where each is, in plain words, and what to do about it (T5, D4, D6)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from cessions.enums import DocumentKind, DocumentState, RefusalReason
from cessions.snapshot.own_checklist import Wanted
from cessions.snapshot.own_file import OwnDocument, OwnFile
from hosting.records.enums import FileProblem, ScanState

LONG_FOR_A_SCAN = timedelta(hours=1)


@dataclass(frozen=True)
class Standing:
    """Where a document is: a pill, a sentence, and what the claimant can do about it."""

    pill: str
    label: str
    words: str = ""
    advice: str = ""


@dataclass(frozen=True)
class Earlier:
    """A copy that a better one took the place of."""

    name: str
    added_at: datetime
    why: str


@dataclass(frozen=True)
class ShownDocument:
    """A document with its words, and whether a better copy may take its place."""

    id: int
    label: str
    name: str
    added_at: datetime
    about: str
    standing: Standing
    reason: str
    """What the person who refused it wrote."""
    replaceable: bool
    again: bool
    """It has to be sent again before the file is complete."""
    earlier: tuple[Earlier, ...]

    @property
    def is_wrong(self) -> bool:
        """Whether it was refused or cannot be opened, be it asked for or not."""
        return self.standing.pill == "bad"

    @property
    def do(self) -> str:
        """The button's value."""
        return f"replace:{self.id}"


@dataclass(frozen=True)
class Missing:
    """A document that is asked for and not there."""

    kind: str
    label: str
    help: str
    about: str

    @property
    def do(self) -> str:
        """The button's value."""
        return f"upload:{self.kind}"


def shown_documents(
    file: OwnFile, asked: list[Wanted], is_open: bool, now: datetime
) -> list[ShownDocument]:
    """The documents that count, the ones to send again first."""
    again = {pk for each in asked for pk in each.refused_ids}
    names = {service.id: service.display_name for service in file.services}
    shown = [
        ShownDocument(
            id=document.id,
            label=str(DocumentKind(document.kind).label),
            name=document.name,
            added_at=document.added_at,
            about=names.get(document.service_id, "") if document.service_id else "",
            standing=standing(document, is_open, now),
            reason=document.reason if document.state == DocumentState.REFUSED else "",
            replaceable=is_open and document.state != DocumentState.ACCEPTED,
            again=document.id in again,
            earlier=tuple(earlier(file, document)),
        )
        for document in file.documents
        if document.state != DocumentState.REPLACED
    ]
    return sorted(shown, key=lambda document: not document.again)


def shown_missing(asked: list[Wanted]) -> list[Missing]:
    """What is asked for where no copy is there that could be replaced."""
    return [
        Missing(
            kind=each.line.kind,
            label=str(each.line.kind.label),
            help=str(each.line.help),
            about=", ".join(dict.fromkeys(service.display_name for service in each.services)),
        )
        for each in asked
        if not each.refused_ids
    ]


def earlier(file: OwnFile, document: OwnDocument) -> Iterator[Earlier]:
    """The copies that `document` took the place of, the newest first."""
    before = next((d for d in file.documents if d.replaced_by_id == document.id), None)
    while before is not None:
        yield Earlier(before.name, before.added_at, before.reason)
        last = before.id
        before = next((d for d in file.documents if d.replaced_by_id == last), None)


def standing(document: OwnDocument, is_open: bool, now: datetime) -> Standing:
    """Where `document` is at `now`: judged by a person, or on its way to one."""
    if document.state == DocumentState.ACCEPTED:
        return Standing("good", _("accepted"))
    if document.state == DocumentState.REFUSED:
        return _refused(document)
    if document.cannot_be_opened:
        return _unopened(document)
    if not is_open:
        return Standing("", _("not needed any more"))
    if document.scan_state == ScanState.NOT_SCANNED and not settings.SCAN_BYPASS:
        return _waiting(document, now)
    if document.is_read_soon:
        return Standing(
            "info",
            _("being read"),
            _(
                "A program looks for names and dates in it, so that a person can check it sooner. "
                "It decides nothing."
            ),
        )
    return Standing(
        "info",
        _("a person will check it"),
        _("You need not do anything. We write to you if something is wrong with it."),
    )


def _waiting(document: OwnDocument, now: datetime) -> Standing:
    words = _("This mostly takes a few minutes. You need not wait here.")
    if now - document.added_at > LONG_FOR_A_SCAN:
        words = _(
            "The check takes longer than usual. It goes on by itself; you need not do anything."
        )
    return Standing("info", _("being checked for viruses"), words)


def _refused(document: OwnDocument) -> Standing:
    reason = RefusalReason(document.refusal)
    return Standing("bad", _("not accepted"), REFUSED[reason][0](), REFUSED[reason][1]())


REFUSED = {
    RefusalReason.INCORRECT: (
        lambda: _("This is not the document that we need."),
        lambda: _("Please send the right one."),
    ),
    RefusalReason.INCOMPLETE: (
        lambda: _("Something is missing on it."),
        lambda: _("Please send all of it, with every page and every edge in the picture."),
    ),
    RefusalReason.OUTDATED: (
        lambda: _("It is too old, or no longer valid."),
        lambda: _("Please send a newer one."),
    ),
}


def _unopened(document: OwnDocument) -> Standing:
    if document.scan_state == ScanState.INFECTED:
        return Standing(
            "bad",
            _("not opened: a virus was found"),
            _(
                "Our virus check found something dangerous in this file, so nobody opens it. That "
                "happens, and it is no reproach."
            ),
            _(
                "Please take a photo of the paper with your telephone and send that instead. The "
                "device from which the file came should be checked for viruses."
            ),
        )
    problem = FileProblem(document.problem) if document.problem else FileProblem.DAMAGED
    return Standing("bad", _("cannot be opened"), str(problem.label), ADVICE[problem]())


def _print_anew() -> str:
    return _(
        "Please send it again as a new PDF (open it, choose “Print”, then “Save as PDF”), or as a "
        "clear photo of each page."
    )


ADVICE = {
    FileProblem.ENCRYPTED: lambda: _(
        "Please send it again without a password, or as a clear photo of each page."
    ),
    FileProblem.SCRIPTS: _print_anew,
    FileProblem.EMBEDDED: _print_anew,
    FileProblem.DISGUISED: _print_anew,
    FileProblem.DAMAGED: lambda: _(
        "Please look whether you can open it yourself. If so, send it again; if not, send a clear "
        "photo of the paper."
    ),
    FileProblem.TOO_MANY_PAGES: lambda: _(
        "Please send it again with only the pages that matter, or as a clear photo of each of them."
    ),
    FileProblem.TOO_MANY_PIXELS: lambda: _(
        "Please send it again as an ordinary photo taken with a telephone, or as a PDF."
    ),
    FileProblem.TOO_HEAVY: lambda: _(
        "Please send it again with only the pages that matter, or as a clear photo of each of them."
    ),
}
