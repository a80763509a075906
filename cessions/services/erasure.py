"""Years after its end the file of a case is erased: personal content goes, its hashes stay (L1, L2)."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Cast, Concat

from cessions.enums import ExportState
from cessions.models import (
    AnswerLink,
    AttemptOutcome,
    CaseComment,
    CaseExport,
    CaseMessage,
    Challenge,
    ContactAttempt,
    Decision,
    Document,
    Filing,
    HolderSign,
    LegalHold,
    Letter,
    PeriodExtension,
    Reading,
    RequestedService,
    StaffQuestion,
    TransferRequest,
    TwoPersonAct,
)
from cessions.services.destruction import NotDestroyed, destroy_documents, is_held, not_held
from cessions.services.export_making import destroy_export
from cessions.services.intake import PERSONAL_TEXTS
from cessions.services.locks import lock_filing
from hosting.lib.sweeps import each
from hosting.records.models import OutgoingMail, StoredFile
from hosting.records.services import Entry, destroy_files, journal, journal_many, withdraw_mails

RULE = "L1"
GONE = "–"
"""In the place of words that a row must have: the database asks for a reason."""
HASHES_IN_AN_ENTRY = 500
MOST_AT_A_RING = 100


@dataclass(frozen=True)
class Personal:
    """A table with personal words of a case, the way from it to the filing, and what stays instead.

    `by_owner`: evidence that the application may not change; the database empties it itself.
    """

    model: type[models.Model]
    way: str
    fields: Mapping[str, object] = field(default_factory=dict)
    by_owner: bool = False


def _empty(*names: str) -> dict[str, object]:
    return dict.fromkeys(names, "")


WORDS = (
    Personal(
        Filing, "pk", _empty(*PERSONAL_TEXTS) | {"silent_since": None, "email_domain_since": None}
    ),
    Personal(Document, "filing", {"reason": GONE, "issued_on": None, "valid_until": None}),
    Personal(StaffQuestion, "filing", _empty("text", "answer")),
    Personal(CaseMessage, "filing", _empty("text")),
    Personal(
        Challenge,
        "filing",
        _empty("target", "source", "question", "seen", "answer", "outcome_note"),
    ),
    Personal(CaseComment, "request__filing", _empty("text")),
    Personal(TransferRequest, "filing", _empty("advice")),
    Personal(
        Decision,
        "request__filing",
        _empty("recommendation", "reason", "void_reason", "contest_text", "contest_reason"),
    ),
    Personal(TwoPersonAct, "request__filing", _empty("reason")),
    Personal(PeriodExtension, "request__filing", _empty("reason")),
    Personal(HolderSign, "request__filing", _empty("text", "judgement_reason")),
    Personal(LegalHold, "filing", {"reason": GONE, "lifted_because": ""}),
    Personal(CaseExport, "filing", {"reason": GONE}),
    Personal(Letter, "filing", {"context": {}}),
    Personal(ContactAttempt, "request__filing", _empty("text"), by_owner=True),
    Personal(AttemptOutcome, "attempt__request__filing", _empty("text"), by_owner=True),
)


def erase_due(now: datetime) -> int:
    """Erase the files whose time is over at `now`, one transaction each; how many. For the sweep."""
    due = not_held(Filing.objects.filter(erase_at__lte=now))
    keys = due.order_by("erase_at").values_list("pk", flat=True)[:MOST_AT_A_RING]
    return each(list(keys), lambda pk: erase(pk, now=now), name="case files")


def erase(filing_id: UUID, *, now: datetime) -> bool:
    """Erase the personal content of one case; False when it is not due (any more), or held (D7).

    Documents and letters go first: while storage keeps one, nothing else is erased, and NotDestroyed
    is raised. Numbers, dates, states, who decided, and the journal stay; so do hashes of what is
    erased, one a row, so that somebody who kept a copy can still show that it is the one.
    """
    with transaction.atomic():
        filing = lock_filing(Filing(pk=filing_id))
        if filing.erase_at is None or filing.erase_at > now or is_held(filing):
            return False
        left = filing.documents.filter(file__destroyed_at=None).select_related("file")
        documents = list(left.order_by("pk"))
        whole = len(destroy_documents(filing, documents, now=now, rule=RULE)) == len(documents)
        if whole:
            _erase_words(filing, now)
    if not whole:
        raise NotDestroyed("documents of a case whose file is to be erased are still there")
    return True


def _erase_words(filing: Filing, now: datetime) -> None:
    files = StoredFile.objects.filter(Q(letter__filing=filing) | Q(pk__in=_letters(filing)))
    destroy_files(files.distinct(), now=now)
    for export in filing.exports.filter(state=ExportState.READY).order_by("pk"):
        destroy_export(export, now)
    waiting = OutgoingMail.objects.filter(stream=filing.stream, next_try_at__isnull=False)
    withdraw_mails(waiting.values_list("pk", flat=True), now=now, actor="system")
    journal_many(_hashes(filing, now))
    for table in WORDS:
        if not table.by_owner:
            _empty_rows(table, filing)
    _empty_names(filing)
    CaseMessage.objects.filter(filing=filing).update(erased_at=now)
    Reading.objects.filter(document__filing=filing).update(text="", findings={})
    Filing.objects.filter(pk=filing.pk).update(
        erased_at=now,
        erase_at=None,
        destroy_identity_at=None,
        link_generation=F("link_generation") + 1,
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT case_erase(%s)", [filing.pk])
    journal(filing.stream, "case_erased", at=now, rule=RULE)


def _letters(filing: Filing) -> "models.QuerySet[Challenge, Any]":
    return filing.challenges.filter(letter__isnull=False).values("letter")


def _hashes(filing: Filing, now: datetime) -> Iterator[Entry]:
    """One SHA-256 per row over its words as JSON (keys sorted): whole rows, as a name or a number alone
    could be guessed from its hash."""
    for table in WORDS:
        found = _rows(table, filing).order_by("pk").values("pk", *table.fields)
        hashed = [[str(row.pop("pk")), _sha256(row)] for row in found if any(row.values())]
        for start in range(0, len(hashed), HASHES_IN_AN_ENTRY):
            facts = {
                "table": table.model._meta.model_name,
                "fields": sorted(table.fields),
                "rows": hashed[start : start + HASHES_IN_AN_ENTRY],
            }
            yield Entry(filing.stream, "words_erased", now, facts=facts)


def _empty_rows(table: Personal, filing: Filing) -> None:
    rows = _rows(table, filing)
    for name, value in table.fields.items():
        if value == GONE:  # only where there was something
            rows.exclude(**{name: ""}).update(**{name: GONE})
    rows.update(**{name: value for name, value in table.fields.items() if value != GONE})


def _empty_names(filing: Filing) -> None:
    """Names that are not here are the claimant's words alone; those of our services are on file with
    them. Addresses of answer links are the holder's."""
    unknown = RequestedService.objects.filter(filing=filing, service=None)
    unknown.update(name=Concat(Value("erased-"), Cast("pk", models.CharField())))
    links = AnswerLink.objects.filter(request__filing=filing)
    links.update(address=Concat(Value("#"), Cast("pk", models.CharField())))


def _rows(table: Personal, filing: Filing) -> "models.QuerySet[Any, Any]":
    return table.model._default_manager.filter(**{table.way: filing.pk})


def _sha256(row: Mapping[str, Any]) -> str:
    words = json.dumps(row, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(words.encode()).hexdigest()
