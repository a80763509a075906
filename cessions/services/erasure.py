"""Years after its end the file of a case is erased: personal content goes, its hashes stay (L1, L2)."""

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
from hosting.records.services import destroy_files, journal, journal_many, withdraw_mails
from hosting.records.services.erasing import GONE, Personal, empty, empty_rows, hashes_of

RULE = "L1"
MOST_AT_A_RING = 100

WORDS = (
    Personal(
        Filing, "pk", empty(*PERSONAL_TEXTS) | {"silent_since": None, "email_domain_since": None}
    ),
    Personal(Document, "filing", {"reason": GONE, "issued_on": None, "valid_until": None}),
    Personal(StaffQuestion, "filing", empty("text", "answer")),
    Personal(CaseMessage, "filing", empty("text")),
    Personal(
        Challenge,
        "filing",
        empty("target", "source", "question", "seen", "answer", "outcome_note"),
    ),
    Personal(CaseComment, "request__filing", empty("text")),
    Personal(TransferRequest, "filing", empty("advice")),
    Personal(
        Decision,
        "request__filing",
        empty("recommendation", "reason", "void_reason", "contest_text", "contest_reason"),
    ),
    Personal(TwoPersonAct, "request__filing", empty("reason")),
    Personal(PeriodExtension, "request__filing", empty("reason")),
    Personal(HolderSign, "request__filing", empty("text", "judgement_reason")),
    Personal(LegalHold, "filing", {"reason": GONE, "lifted_because": ""}),
    Personal(CaseExport, "filing", {"reason": GONE}),
    Personal(Letter, "filing", {"context": {}}),
    Personal(ContactAttempt, "request__filing", empty("text"), by_owner=True),
    Personal(AttemptOutcome, "attempt__request__filing", empty("text"), by_owner=True),
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
    journal_many(hashes_of(WORDS, filing.pk, stream=filing.stream, now=now))
    empty_rows(WORDS, filing.pk)
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


def _empty_names(filing: Filing) -> None:
    """Names that are not here are the claimant's words alone; those of our services are on file with
    them. Addresses of answer links are the holder's."""
    unknown = RequestedService.objects.filter(filing=filing, service=None)
    unknown.update(name=Concat(Value("erased-"), Cast("pk", models.CharField())))
    links = AnswerLink.objects.filter(request__filing=filing)
    links.update(address=Concat(Value("#"), Cast("pk", models.CharField())))
