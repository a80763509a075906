"""Chapters of the report: what was written, the journal, how all of it can be checked."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from cessions.case_words import event_words
from cessions.evidence import mails, rows
from cessions.evidence.blocks import Item, Section, Words, plain, shown
from cessions.evidence.report_case import pairs
from cessions.models import CaseMessage, Filing
from cessions.snapshot import Case
from hosting.records.enums import MailOutcomeKind
from hosting.records.models import OutgoingMail

SHORT_HASH = 16
HASH = re.compile(r"\b[0-9a-f]{64}\b")


def conversation(filing: Filing, case: Case) -> Section:
    """Staff's questions and the messages of both sides, in the order of time (T6, A10)."""
    messages = CaseMessage.objects.filter(filing=filing).select_related("by")
    found = [
        *((row.asked_at, _question(row)) for row in case.questions),
        *((row.at, _message(row)) for row in messages),
    ]
    ordered = sorted(found, key=lambda pair: pair[0])
    return Section(_("Questions and messages"), many=[item for _at, item in ordered])


def _question(row: Any) -> Item:
    known = [
        (_("Reminders"), str(row.reminders_sent or "")),
        (_("Answered"), shown(row.answered_at)),
        (_("Answer"), plain(row.answer)),
        (_("Closed"), shown(row.closed_at)),
    ]
    title = _("Question by %(name)s") % {"name": row.asked_by.name}
    return Item([shown(row.asked_at)], title, [plain(row.text), *pairs(known)])


def _message(row: CaseMessage) -> Item:
    who = str(row.by) if row.by else _("claimant")
    text = plain(row.text)
    if row.erased_at is not None:
        text = _("erased on %(at)s, its hash stays") % {"at": shown(row.erased_at)}
    title = _("Message by %(name)s") % {"name": who}
    return Item([shown(row.at)], title, [text], small=f"SHA-256 {row.sha256}")


def remarks(case: Case) -> Section:
    """What staff noted for themselves."""
    items = [
        Item([shown(row.at)], row.author.name, [plain(row.text)])
        for request in case.requests
        for row in request.comments
    ]
    return Section(_("Remarks of staff"), many=items)


def mails_sent(filing: Filing) -> Section:
    """Every mail about the case with what the servers answered (C5)."""
    return Section(_("Mails"), many=(_mail(row) for row in mails.mails_of(filing)))


def _mail(row: OutgoingMail) -> Item:
    reasons = {
        "erased": _("erased on %(at)s, its hash stays") % {"at": shown(row.erased_at)},
        "sensitive": _("not handed out: it held a one-time code"),
    }
    hidden = mails.why_not(row)
    said = [
        f"{MailOutcomeKind(outcome.kind).label}: {shown(outcome.at)}, "
        f"{outcome.code or ''} {plain(outcome.text)}".rstrip(", ")
        for outcome in row.outcomes.all()
    ]
    lines = [row.recipient, mails.file_of(row) or reasons[hidden], *said]
    title = f"{row.kind}: {row.get_state_display()}" if hidden else plain(row.subject)
    small = f"{row.message_id} · SHA-256 {row.content_hash}"
    return Item([f"{row.pk}", shown(row.created_at)], title, lines, small)


def journal(filing: Filing, people: dict[str, str]) -> Section:
    """The journal, every entry; whole hashes are in `journal.jsonl`."""
    return Section(_("Journal"), many=_entries(filing, people))


def _entries(filing: Filing, people: dict[str, str]) -> Iterator[Item]:
    for row in rows.journal_rows(filing):
        words = event_words({**row, "who": people.get(row["actor"])})
        at = datetime.fromisoformat(row["at"])
        yield Item(
            [f"{row['sequence']}", shown(at)],
            words["words"],
            who=words["actor"],
            small=" · ".join([row["event"], *_said(row["facts"]), row["hash"][:SHORT_HASH]]),
        )


def _said(facts: str) -> list[str]:
    """The facts as they were written, where there are any; of hashes the beginning."""
    short = HASH.sub(lambda match: match[0][:SHORT_HASH] + "…", facts)
    return [] if facts == "{}" else [short[1:-1].replace('"', "")]


def how_to_check(filing: Filing) -> Section:
    """What a third party does with the archive, and what it shows."""
    paragraphs = [
        _(
            "This report was made by the provider's software from the rows that lie beside it as JSON. Where"
            " both differ, the rows count, and of those the ones whose hashes hold."
        ),
        _(
            "README.txt says in English, LISEZMOI.txt in French and LIESMICH.txt in German how anybody can"
            " check the files with Python alone: python3 -I -S verify.py"
        ),
        _(
            "Each entry of the journal holds the hash of the entry before it; once a day the ends of all"
            " journals are sealed. A change of a document, of a mail or of the journal shows, unless the"
            " provider had written everything anew before the seal that you know from elsewhere."
        ),
    ]
    head = _("Journal of this case: %(stream)s") % {"stream": filing.stream}
    return Section(
        _("How to check all of this"), [*(Words(text) for text in paragraphs), Words(head)]
    )
