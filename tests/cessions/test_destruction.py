"""Identity documents are destroyed thirty days after the end of a case, and that is proven (D7)."""

from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection, transaction

from accounts.models import User
from cessions.enums import DocumentKind, DocumentState, RequestState
from cessions.models import Decision, Document, Filing, LegalHold, Reading, TransferRequest
from cessions.services import decisions, destruction, retention, signs, undo
from cessions.services.execution import execute_due
from cessions.services.guard import ActRefused
from cessions.services.legal_hold import lift_hold, set_hold
from cessions.services.reversal import confirm_reversal, propose_reversal
from cessions.services.withdrawal import withdraw
from cessions.views.links import address
from hosting.lib.factor import Factor
from hosting.records.enums import ScanState
from hosting.records.models import JournalEntry, StoredFile
from hosting.records.services import NotOpenable, destroy_files, destroying, open_file
from hosting.records.services.verification import Walked, verify
from tests.cessions.cases import RIPE, approved_case, fresh_case, ids
from tests.cessions.stubborn import StubbornStorage, put_bytes, with_bytes
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
END = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)
DUE = END + 30 * DAY
IDENTITY = DocumentKind.CLAIMANT_IDENTITY


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Any) -> Any:
    backend = {"BACKEND": "tests.cessions.stubborn.StubbornStorage"}
    settings.STORAGES = {
        **settings.STORAGES,
        "default": backend | {"OPTIONS": {"location": tmp_path}},
    }
    StubbornStorage.down, StubbornStorage.keeps = False, set()
    yield StubbornStorage
    StubbornStorage.down, StubbornStorage.keeps = False, set()


@pytest.fixture
def supervisor() -> User:
    return UserFactory(supervisor=True)


def due_of(request: TransferRequest) -> datetime | None:
    return Filing.objects.get(pk=request.filing_id).destroy_identity_at


def ended_case(kind: str = IDENTITY, **fields: Any) -> Document:
    """A withdrawn case with one document; `END` is its end."""
    request = fresh_case()
    document = with_bytes(request, kind, **fields)
    withdraw(request.filing, now=END)
    return document


def refused(request: TransferRequest, by: User, now: datetime = END) -> Decision:
    return decisions.refuse(
        request.pk, ids(request), reason="No.", by=by, now=now, factor=Factor.TOTP
    )


# -- When (D7) -----------------------------------------------------------------------------------


def test_the_thirty_days_run_from_the_final_state() -> None:
    document = ended_case()
    assert document.filing.destroy_identity_at is None
    document.filing.refresh_from_db()
    assert document.filing.destroy_identity_at == DUE
    assert destruction.destroy_due(DUE - timedelta(seconds=1)) == 0
    assert destruction.destroy_due(DUE) == 1


def test_they_run_from_the_end_of_the_lock_of_an_executed_one() -> None:
    decision = approved_case()
    execute_due(RIPE + DAY)
    assert due_of(decision.request) == RIPE + DAY + 30 * DAY + 30 * DAY


def test_an_open_case_keeps_its_documents() -> None:
    assert due_of(approved_case().request) is None


def test_a_reversal_moves_the_moment_to_thirty_days_after_it(supervisor: User) -> None:
    decision = approved_case()
    execute_due(RIPE + DAY)
    at = {"now": RIPE + 20 * DAY, "factor": Factor.PASSWORD}
    act = propose_reversal(decision.pk, reason="Fraud.", by=UserFactory(support=True), **at)
    confirm_reversal(act.pk, by=supervisor, **at)
    assert due_of(decision.request) == RIPE + 50 * DAY


def test_an_undone_holder_reached_keeps_the_documents_again(supervisor: User) -> None:
    request = fresh_case()
    support = UserFactory(support=True)
    signs.record_sign(request.pk, kind="message", text="He wrote.", by=support, now=END)
    assert due_of(request) == DUE
    factor = {"now": END + DAY, "factor": Factor.TOTP}
    act = undo.propose_undo(request.pk, reason="Another person.", by=support, **factor)
    undo.confirm_undo(act.pk, by=supervisor, **factor)
    assert due_of(request) is None


def test_a_contest_keeps_them_until_it_is_decided(supervisor: User) -> None:
    request = fresh_case()
    decision = refused(request, supervisor)
    assert due_of(request) == DUE
    decisions.contest(decision.pk, text="Look again.", now=DUE - timedelta(minutes=1))
    assert due_of(request) is None
    decided = DUE + 5 * DAY
    decisions.decide_contest(
        decision.pk,
        refusal_stands=True,
        reason="Looked again.",
        by=UserFactory(supervisor=True),
        now=decided,
        factor=Factor.TOTP,
    )
    assert due_of(request) == decided + 30 * DAY


def test_a_contest_that_was_won_keeps_them(supervisor: User) -> None:
    request = fresh_case()
    decision = refused(request, supervisor)
    decisions.contest(decision.pk, text="Look again.", now=END + DAY)
    decisions.decide_contest(
        decision.pk,
        refusal_stands=False,
        reason="He is right.",
        by=UserFactory(supervisor=True),
        now=END + 2 * DAY,
        factor=Factor.TOTP,
    )
    assert due_of(request) is None


def test_a_short_time_still_waits_for_the_end_of_the_contest(
    settings: Any, supervisor: User
) -> None:
    settings.IDENTITY_RETENTION_DAYS = 1
    request = fresh_case()
    refused(request, supervisor)
    assert due_of(request) == DUE


def test_the_last_of_several_requests_of_a_filing_counts(supervisor: User) -> None:
    first = fresh_case()
    second = fresh_case(filing=first.filing, number=f"{first.filing.number}-2")
    refused(first, supervisor)
    assert due_of(first) is None
    refused(second, supervisor, END + 3 * DAY)
    assert due_of(first) == DUE + 3 * DAY


def test_the_migration_plans_what_had_ended_before_as_the_verbs_do(supervisor: User) -> None:
    kept = fresh_case()
    waits = fresh_case()
    decisions.contest(refused(waits, supervisor).pk, text="Look again.", now=END + DAY)
    refused(fresh_case(), supervisor)
    ended_case()
    execute_due(RIPE + DAY) if approved_case() else None
    late = approved_case()
    execute_due(RIPE + DAY)
    at = {"now": RIPE + 20 * DAY, "factor": Factor.PASSWORD}
    act = propose_reversal(late.pk, reason="Fraud.", by=UserFactory(support=True), **at)
    confirm_reversal(act.pk, by=supervisor, **at)
    rows = Filing.objects.order_by("pk").values_list("pk", "destroy_identity_at", "erase_at")
    planned = list(rows)
    Filing.objects.update(destroy_identity_at=None, erase_at=None)
    migration = import_module("cessions.migrations.0015_retention")
    with connection.schema_editor(atomic=False) as editor:
        migration.plan_what_ended(apps, editor)
    assert list(rows.all()) == planned
    assert {due_of(kept), due_of(waits)} == {None}
    for pk, identity, file in planned:
        assert retention.plan(pk) == retention.Ways(identity, file)


# -- What goes, what stays (D7) ------------------------------------------------------------------


def test_bytes_and_readings_go_who_checked_what_stays(english: None) -> None:
    reviewer = UserFactory(support=True)
    document = ended_case(
        state=DocumentState.ACCEPTED,
        reviewed_by=reviewer,
        reviewed_at=END,
        valid_until=END.date(),
    )
    Reading.objects.create(document=document, at=END, text="IDFRA", findings={"names": ["x"]})
    name = document.file.storage_name
    assert destruction.destroy_due(DUE) == 1
    assert not default_storage.exists(name)
    document = Document.objects.select_related("file", "reading", "filing").get()
    assert (document.reviewed_by, document.kind, document.valid_until) == (
        reviewer,
        IDENTITY,
        END.date(),
    )
    assert (document.file.destroyed_at, document.file.original_name) == (DUE, "")
    assert document.file.is_gone
    assert (document.reading.text, document.reading.findings) == ("", {})
    assert document.reading.erased_at == DUE
    assert document.filing.identity_destroyed_at == DUE
    assert document.filing.destroy_identity_at is None


def test_the_proof_lies_in_the_journal_and_its_chain_holds() -> None:
    document = ended_case()
    StoredFile.objects.update(received_sha256="1" * 64)
    destruction.destroy_due(DUE)
    entry = JournalEntry.objects.get(event="document_destroyed")
    assert entry.at == DUE
    assert entry.facts == {
        "document": document.pk,
        "kind": IDENTITY,
        "sha256": "0" * 64,
        "received_sha256": "1" * 64,
        "rule": "D7",
    }
    assert list(verify(Walked(), document.filing.stream)) == []


@pytest.mark.parametrize("kind", DocumentKind.values)
def test_only_identity_documents_go_after_thirty_days(kind: str) -> None:
    document = ended_case(kind)
    destruction.destroy_due(DUE)
    stays = kind in ("owner_identity", "claimant_identity", "representative_identity")
    assert default_storage.exists(document.file.storage_name) is not stays


def test_replaced_refused_and_unreadable_ones_go_with_the_case() -> None:
    request = fresh_case()
    by = {"reviewed_by": UserFactory(support=True), "reviewed_at": END}
    with_bytes(request, IDENTITY, state=DocumentState.REPLACED)
    with_bytes(
        request, IDENTITY, state=DocumentState.REFUSED, reason="Cut.", refusal="incomplete", **by
    )
    with_bytes(request, IDENTITY, scan=ScanState.INFECTED)
    withdraw(request.filing, now=END)
    destruction.destroy_due(DUE)
    assert StoredFile.objects.filter(destroyed_at=DUE).count() == 3


def test_a_case_without_identity_documents_is_done_without_a_word() -> None:
    ended_case(DocumentKind.INVOICE)
    assert destruction.destroy_due(DUE) == 1
    assert destruction.destroy_due(DUE + DAY) == 0
    assert not JournalEntry.objects.filter(event="document_destroyed").exists()
    assert Filing.objects.get().identity_destroyed_at is None


def test_what_was_destroyed_cannot_be_opened() -> None:
    document = ended_case()
    destruction.destroy_due(DUE)
    document.file.refresh_from_db()
    with pytest.raises(NotOpenable):
        open_file(document.file)


# -- Faults (K4) ---------------------------------------------------------------------------------


def test_what_storage_keeps_is_not_said_to_be_destroyed_and_tried_again(storage: Any) -> None:
    document = ended_case()
    storage.down = True
    assert destruction.destroy_due(DUE) == 0
    document.file.refresh_from_db()
    document.filing.refresh_from_db()
    assert (document.file.destroyed_at, document.filing.identity_destroyed_at) == (None, None)
    assert not JournalEntry.objects.filter(event="document_destroyed").exists()
    storage.down = False
    assert destruction.destroy_due(DUE + timedelta(minutes=10)) == 1
    document.file.refresh_from_db()
    assert document.file.destroyed_at == DUE + timedelta(minutes=10)


def test_one_file_that_storage_keeps_holds_up_no_other(storage: Any) -> None:
    kept, other = ended_case(), ended_case()
    beside = with_bytes(kept.filing.requests.get(), IDENTITY)
    storage.keeps = {kept.file.storage_name}
    assert destruction.destroy_due(DUE) == 1
    gone = set(StoredFile.objects.filter(destroyed_at=DUE).values_list("pk", flat=True))
    assert gone == {other.file_id, beside.file_id}
    storage.keeps = set()
    assert destruction.destroy_due(DUE + DAY) == 1
    proofs = JournalEntry.objects.filter(event="document_destroyed")
    assert sorted(proofs.values_list("facts__document", flat=True)) == [
        kept.pk,
        other.pk,
        beside.pk,
    ]


def test_bytes_that_a_restored_database_does_not_know_to_be_gone_are_no_obstacle() -> None:
    document = ended_case()
    default_storage.delete(document.file.storage_name)
    with pytest.raises(NotOpenable):
        open_file(document.file)
    assert destruction.destroy_due(DUE) == 1
    document.file.refresh_from_db()
    assert document.file.is_gone


def test_bytes_that_a_restored_storage_brings_back_are_deleted_again() -> None:
    document = ended_case()
    destruction.destroy_due(DUE)
    document.file.refresh_from_db()
    put_bytes(document.file)
    call_command("destroy_again")
    assert destroying.delete_due(datetime.now(UTC)) == 1
    assert not default_storage.exists(document.file.storage_name)


def test_after_an_outage_all_that_came_due_meanwhile_goes_at_the_next_ring() -> None:
    for _ in range(3):
        ended_case()
    assert destruction.destroy_due(DUE + 40 * DAY) == 3
    entries = JournalEntry.objects.filter(event="document_destroyed")
    assert {entry.at for entry in entries} == {DUE + 40 * DAY}


@pytest.mark.django_db(transaction=True)
def test_any_other_file_that_storage_keeps_is_closed_at_once_and_tried_again(
    storage: Any, now: datetime
) -> None:
    file = with_bytes(fresh_case(), DocumentKind.INVOICE).file
    storage.down = True
    with transaction.atomic():
        destroy_files([file], now=now)
    file.refresh_from_db()
    assert (file.destroyed_at, file.is_gone, file.original_name) == (now, False, "")
    assert destroying.delete_due(now) == 0
    storage.down = False
    assert destroying.delete_due(now) == 0
    assert destroying.delete_due(now + destroying.PAUSE) == 1
    file.refresh_from_db()
    assert file.is_gone
    assert not default_storage.exists(file.storage_name)


# -- Legal hold ----------------------------------------------------------------------------------


def held(request: TransferRequest, supervisor: User, **changed: Any) -> LegalHold:
    fields = {"reason": "The police asks.", "now": END + DAY, "factor": Factor.TOTP}
    return set_hold(request.pk, **{"by": supervisor, **fields, **changed})


def test_a_legal_hold_suspends_it_and_what_is_due_goes_once_it_is_lifted(supervisor: User) -> None:
    document = ended_case()
    request = document.filing.requests.get()
    hold = held(request, supervisor)
    assert destruction.destroy_due(DUE + DAY) == 0
    assert not destruction.destroy_identity(document.filing_id, now=DUE + DAY)
    lift_hold(
        request.pk, reason="Closed.", by=supervisor, now=DUE + 2 * DAY, factor=Factor.PASSWORD
    )
    assert destruction.destroy_due(DUE + 2 * DAY) == 1
    events = JournalEntry.objects.filter(facts__hold=hold.pk).values_list("event", flat=True)
    assert list(events) == ["legal_hold_set", "legal_hold_lifted"]


def test_only_a_supervisor_with_a_factor_and_a_reason_sets_or_lifts_it(supervisor: User) -> None:
    request = ended_case().filing.requests.get()
    for code, changed in (
        ("supervisor", {"by": UserFactory(support=True)}),
        ("factor", {"factor": None}),
        ("reason", {"reason": " "}),
    ):
        with pytest.raises(ActRefused, check=lambda refused, code=code: refused.code == code):
            held(request, supervisor, **changed)
        words = {"reason": "x", "by": supervisor, "now": END, "factor": Factor.TOTP} | changed
        with pytest.raises(ActRefused, check=lambda refused, code=code: refused.code == code):
            lift_hold(request.pk, **words)
    held(request, supervisor)
    with pytest.raises(ActRefused, check=lambda refused: refused.code == "state"):
        held(request, supervisor)


def test_states_of_a_held_case_move_as_ever(supervisor: User) -> None:
    request = fresh_case()
    held(request, supervisor)
    assert refused(request, supervisor).request.state != RequestState.RECEIVED
    assert due_of(request) == DUE


def test_the_claimant_reads_that_his_document_is_destroyed(client: Any) -> None:
    document = ended_case()
    name = document.file.original_name
    page = address("cession_status", document.filing)
    assert name in client.get(page).content.decode()
    destruction.destroy_due(DUE)
    shown = client.get(page).content.decode()
    assert "destroyed" in shown
    assert name not in shown
