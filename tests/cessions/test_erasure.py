"""Five years after its end the file of a case is erased; hashes, dates and journal stay (L1, L2)."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from cessions.enums import ChallengeKind, DocumentKind, DocumentState, LetterKind, SignKind
from cessions.models import (
    AttemptOutcome,
    CaseExport,
    CaseMessage,
    Challenge,
    ContactAttempt,
    Document,
    Filing,
    HolderSign,
    Letter,
    Reading,
    StaffQuestion,
    TransferRequest,
)
from cessions.services import comments, decisions, erasure, extension
from cessions.services.destruction import destroy_due
from cessions.services.legal_hold import lift_hold, set_hold
from cessions.services.withdrawal import withdraw
from cessions.views.links import address
from hosting.lib.factor import Factor
from hosting.records.models import JournalEntry, MailOutcome, OutgoingMail, StoredFile
from hosting.records.services import queue_mail
from hosting.records.services.verification import Walked, verify
from tests.accounts.papers import a_file
from tests.cessions.cases import RECEIVED, a_call, an_email, fresh_case, ids
from tests.cessions.stubborn import StubbornStorage, with_bytes
from tests.factories import FilingFactory, UserFactory

pytestmark = pytest.mark.django_db
CANARY = "Canary"
END = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
DUE = END + timedelta(days=1826)
WITHOUT_WORDS = {
    "AbsenceLift",  # who lifted what, when
    "AgreedTransfer",  # a transfer of its own, which its request may have asked for
    "AnswerLink",  # its address goes with the names
    "Consent",  # versions of notices
    "Reading",  # goes with its document
    "RequestedService",  # its name goes where it is not one of our services
}


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Any) -> Iterator[Any]:
    backend = {"BACKEND": "tests.cessions.stubborn.StubbornStorage"}
    settings.STORAGES = {
        **settings.STORAGES,
        "default": backend | {"OPTIONS": {"location": tmp_path}},
    }
    yield StubbornStorage
    StubbornStorage.down = False


@pytest.fixture
def request_() -> TransferRequest:
    """A case in which every word is the canary's, ended."""
    filing = FilingFactory(
        created_at=RECEIVED,
        full_name=f"{CANARY} Martin",
        organisation=CANARY,
        email="canary@mail.example",
        telephone="+33 3 00 CANARY",
        postal_address=CANARY,
        already_tried=CANARY,
        event_details=CANARY,
        is_registered_owner=True,
    )
    request = fresh_case(filing=filing)
    staff, supervisor = UserFactory(support=True), UserFactory(supervisor=True)
    _evidence(request, staff)
    comments.add_comment(request.pk, text=CANARY, by=staff, now=RECEIVED)
    extension.extend_period(request.pk, dates=1, reason=CANARY, by=staff, now=RECEIVED)
    decision = decisions.refuse(
        request.pk, ids(request), reason=CANARY, by=supervisor, now=END, factor=Factor.TOTP
    )
    decisions.contest(decision.pk, text=CANARY, now=END)
    decisions.decide_contest(
        decision.pk,
        refusal_stands=True,
        reason=CANARY,
        by=UserFactory(supervisor=True),
        now=END,
        factor=Factor.TOTP,
    )
    return request


def _evidence(request: TransferRequest, staff: Any) -> None:
    filing = request.filing
    judged = {"reviewed_by": staff, "reviewed_at": RECEIVED, "refusal": "incomplete"}
    with_bytes(request, DocumentKind.CLAIMANT_IDENTITY)
    invoice = with_bytes(
        request, DocumentKind.INVOICE, state=DocumentState.REFUSED, reason=CANARY, **judged
    )
    StoredFile.objects.update(original_name=f"{CANARY}.pdf")
    Reading.objects.create(document=invoice, at=RECEIVED, text=CANARY, findings={"a": CANARY})
    StaffQuestion.objects.create(
        filing=filing,
        asked_by=staff,
        asked_at=RECEIVED,
        text=CANARY,
        answer=CANARY,
        answered_at=RECEIVED,
        lapses_at=END,
    )
    CaseMessage.objects.create(filing=filing, at=RECEIVED, text=CANARY, sha256="1" * 64)
    Challenge.objects.create(
        filing=filing,
        requested_service=request.services.get(),
        kind=ChallengeKind.LETTER,
        target=CANARY,
        source=CANARY,
        nonce="1",
        asked_at=RECEIVED,
        expires_at=END,
        tries_allowed=3,
        seen=CANARY,
        answer=CANARY,
        letter=a_file("challenge.pdf"),
    )
    Letter.objects.create(
        filing=filing,
        request=request,
        kind=LetterKind.REGISTERED,
        language="en",
        context={"to": CANARY},
        queued_at=RECEIVED,
        file=a_file("letter.pdf"),
    )
    HolderSign.objects.create(
        request=request, kind=SignKind.MESSAGE, at=RECEIVED, text=CANARY, judgement="dismissed"
    )
    CaseExport.objects.create(
        filing=filing,
        requested_by=staff,
        reason=CANARY,
        language="en",
        asked_at=RECEIVED,
        state="ready",
        file=a_file("evidence.zip"),
        destroy_at=DUE + timedelta(days=7),
    )
    mail = an_email(request, "canary@client.example", RECEIVED).mail
    mail.outcomes.create(at=RECEIVED, kind="accepted", text="250 canary@client.example ok")
    ContactAttempt.objects.create(
        request=request,
        at=RECEIVED,
        local_date=RECEIVED.date(),
        channel="post",
        address=CANARY,
        text=CANARY,
        by=staff,
    )
    call = a_call(request, "+33 CANARY", RECEIVED, staff)
    AttemptOutcome.objects.create(
        attempt=call, at=RECEIVED, kind="no_answer", text=CANARY, by=staff
    )


def everything_of_the_case() -> str:
    """All rows of the tables of cases, and of mails and files, as text; the journal, too."""
    models = [m for m in apps.get_models() if m._meta.app_label in ("cessions", "records")]
    rows = [list(model._base_manager.values()) for model in models]
    return json.dumps(rows, default=str)


def test_nothing_personal_is_left_of_it(request_: TransferRequest) -> None:
    assert everything_of_the_case().lower().count("canary") > 30
    names = list(StoredFile.objects.values_list("storage_name", flat=True))
    assert erasure.erase_due(DUE - timedelta(seconds=1)) == 0
    assert destroy_due(DUE) == erasure.erase_due(DUE) == 1
    assert "canary" not in everything_of_the_case().lower()
    left = {name for name in names if default_storage.exists(name)}
    assert left == set(  # letters go on commit
        StoredFile.objects.filter(delete_at=DUE).values_list("storage_name", flat=True)
    )
    assert not StoredFile.objects.filter(destroyed_at=None).exists()
    assert CaseExport.objects.get().state == "destroyed"


def test_what_happened_when_and_who_decided_stays(request_: TransferRequest) -> None:
    entries = JournalEntry.objects.count()
    erasure.erase_due(DUE)
    filing = Filing.objects.get()
    assert (filing.erased_at, filing.erase_at, filing.destroy_identity_at) == (DUE, None, None)
    request_.refresh_from_db()
    assert (request_.state, request_.received_at) == ("refused", RECEIVED)
    decision = request_.decisions.get()
    assert decision.decided_by is not None
    assert ContactAttempt.objects.count() == 3
    assert JournalEntry.objects.count() > entries
    assert list(verify(Walked(), filing.stream)) == []


def test_hashes_of_what_was_erased_stay_in_the_journal(request_: TransferRequest) -> None:
    message = CaseMessage.objects.get()
    erasure.erase_due(DUE)
    facts = JournalEntry.objects.get(event="words_erased", facts__table="casemessage").facts
    words = json.dumps({"text": CANARY}, sort_keys=True)
    assert facts["rows"] == [[str(message.pk), hashlib.sha256(words.encode()).hexdigest()]]
    message.refresh_from_db()
    assert (message.text, message.sha256, message.erased_at) == ("", "1" * 64, DUE)


def test_its_page_still_opens_and_says_so(request_: TransferRequest, client: Any) -> None:
    status = address("cession_status", request_.filing)
    assert client.get(status).status_code == 200
    erasure.erase_due(DUE)
    client.force_login(UserFactory(supervisor=True))
    answer = client.get(reverse("admin:cessions_transferrequest_change", args=[request_.pk]))
    assert "The content of this case was erased" in answer.content.decode()
    assert "Set a legal hold" not in answer.content.decode()
    page = client.get(reverse("admin:cessions_filing_change", args=[request_.filing_id]))
    assert "The content of this case was erased" in page.content.decode()
    assert client.get(reverse("admin:cessions_transferrequest_changelist")).status_code == 200
    call_command("explain_case", request_.number, stdout=StringIO())
    assert client.get(status).status_code == 404


def test_a_legal_hold_keeps_it(request_: TransferRequest) -> None:
    by = {"by": UserFactory(supervisor=True), "factor": Factor.TOTP}
    set_hold(request_.pk, reason="A court asks.", now=END, **by)
    assert erasure.erase_due(DUE) == 0
    assert not erasure.erase(request_.filing_id, now=DUE)
    lift_hold(request_.pk, reason="Over.", now=DUE, **by)
    assert erasure.erase_due(DUE) == 1


def test_it_is_not_erased_before_its_documents_are_gone(
    request_: TransferRequest, storage: Any
) -> None:
    storage.down = True
    assert erasure.erase_due(DUE) == 0
    assert Filing.objects.get().erased_at is None
    assert CANARY in everything_of_the_case()
    storage.down = False
    assert erasure.erase_due(DUE) == 1


def test_names_that_were_never_here_go_with_it() -> None:
    request = fresh_case(unknown=True, services=2)
    names = set(request.services.values_list("name", flat=True))
    withdraw(request.filing, now=END)
    erasure.erase_due(DUE)
    left = set(request.services.values_list("name", flat=True))
    assert len(left) == 2
    assert not left & names


def test_every_table_of_a_case_is_erased_or_known_to_hold_no_words() -> None:
    """A new table joins one of the two lists: nothing personal is forgotten."""
    parts = {Filing, TransferRequest, Document, ContactAttempt}
    tables = {
        model.__name__
        for model in apps.get_app_config("cessions").get_models()
        for field in model._meta.concrete_fields
        if field.related_model in parts or model in parts
    }
    erased = {table.model.__name__ for table in erasure.WORDS}
    assert tables == erased | WITHOUT_WORDS


def test_a_mail_on_its_way_is_not_sent_empty(request_: TransferRequest) -> None:
    words = {"recipient": "d@mail.example", "language": "en", "subject": "s", "text": "t"}
    mail = queue_mail(kind="x", stream=request_.stream, now=DUE, **words)
    erasure.erase_due(DUE)
    mail.refresh_from_db()
    assert (mail.state, mail.next_try_at, mail.recipient) == ("withdrawn", None, "")


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (ContactAttempt, {"text": ""}),
        (ContactAttempt, {"address": "#1"}),
        (AttemptOutcome, {"text": ""}),
        (AttemptOutcome, {"text": "another"}),
        (MailOutcome, {"text": ""}),
        (OutgoingMail, {"recipient": ""}),
        (OutgoingMail, {"subject": ""}),
    ],
)
def test_evidence_of_a_case_that_is_kept_is_not_emptied(
    request_: TransferRequest, model: Any, change: dict[str, str]
) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute("SELECT case_erase(%s)", [request_.filing_id])


def test_what_is_erased_is_not_filled_again(request_: TransferRequest) -> None:
    erasure.erase_due(DUE)
    for model, change in (
        (ContactAttempt, {"text": "x"}),
        (AttemptOutcome, {"text": "x"}),
        (AttemptOutcome, {"kind": "reached"}),
        (MailOutcome, {"text": "x"}),
        (OutgoingMail, {"recipient": "x@mail.example"}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.update(**change)


def test_the_applications_role_can_erase_what_is_due_and_nothing_else(
    request_: TransferRequest,
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("CREATE ROLE easyhoster_app")
        call_command("grant_application_role", "easyhoster_app", stdout=StringIO())
        cursor.execute("SET ROLE easyhoster_app")
        try:
            for table in ("cessions_attemptoutcome", "records_mailoutcome"):
                with pytest.raises(DatabaseError), transaction.atomic():
                    cursor.execute(f"UPDATE {table} SET text = ''")  # noqa: S608 (constants)
            assert erasure.erase_due(DUE) == 1
        finally:
            cursor.execute("RESET ROLE")
    assert "canary" not in everything_of_the_case().lower()
    assert Document.objects.filter(file__destroyed_at=DUE).count() == 2
