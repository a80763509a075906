"""What happened to a holder and who stands for him, as staff record and judge it (A12)."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.enums import Judgement
from accounts.models import HolderEvent
from accounts.services import events
from hosting.records.enums import ScanState
from hosting.records.models import JournalEntry, StoredFile
from hosting.records.services import store_made
from tests.factories import CustomerAccountFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
NOW = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)


def recorded(by=None):
    return events.record_event(
        CustomerAccountFactory(),
        kind="death",
        source="A letter of the family",
        happened_on=None,
        by=by or UserFactory(support=True),
        now=NOW,
    )


def representative(proof=None):
    return events.record_representative(
        CustomerAccountFactory(),
        kind="heir",
        full_name="Jo Durand",
        email="jo@family.example",
        telephone="",
        proof=proof,
        by=UserFactory(support=True),
        now=NOW,
    )


def judged(someone, by, *, accepted):
    return events.judge_representative(
        someone, accepted=accepted, reason="Looked at", by=by, now=NOW
    )


def test_staff_record_an_event_from_the_accounts_page(client):
    account = CustomerAccountFactory()
    client.force_login(UserFactory(support=True))
    assert (
        client.get(reverse("admin:accounts_customeraccount_change", args=[account.pk])).status_code
        == 200
    )
    url = reverse("admin:accounts_customeraccount_events/add", args=[account.pk])
    assert client.post(url, {"kind": "death", "source": "A letter"}).status_code == 302
    assert HolderEvent.objects.get().account == account


def test_who_is_no_staff_records_nothing():
    with pytest.raises(ValidationError):
        recorded(by=UserFactory())


def test_only_a_supervisor_withdraws_an_event():
    event = recorded()
    with pytest.raises(ValidationError):
        events.withdraw_event(event, reason="Wrong", by=UserFactory(support=True), now=NOW)
    supervisor = UserFactory(supervisor=True)
    assert events.withdraw_event(event, reason="Wrong", by=supervisor, now=NOW).withdrawn_at == NOW


def test_without_a_proof_no_representative_is_accepted():
    with pytest.raises(ValidationError, match="proof"):
        judged(representative(), UserFactory(supervisor=True), accepted=True)


def test_a_supervisor_accepts_a_representative_once():
    someone = representative(proof(ScanState.CLEAN))
    supervisor = UserFactory(supervisor=True)
    assert judged(someone, supervisor, accepted=True).judgement == Judgement.ACCEPTED
    with pytest.raises(ValidationError):
        judged(someone, supervisor, accepted=False)


def proof(scanned: ScanState) -> StoredFile:
    """A proof that a page uploaded, looked at by the scanner or not."""
    file = store_made(b"%PDF-1.7 proof", name="act.pdf", content_type="application/pdf", now=NOW)
    StoredFile.objects.filter(pk=file.pk).update(scan_state=scanned)
    file.refresh_from_db()
    return file


def test_a_proof_is_opened_before_it_is_judged_and_each_look_is_journalled(client):
    someone = representative(proof(ScanState.CLEAN))
    client.force_login(UserFactory(support=True))
    url = reverse("admin:accounts_customeraccount_proof", args=[someone.account_id, someone.pk])
    page = reverse("admin:accounts_customeraccount_change", args=[someone.account_id])
    assert url in client.get(page).content.decode()
    assert b"".join(client.get(url).streaming_content) == b"%PDF-1.7 proof"
    assert JournalEntry.objects.get(event="representative.proof_opened").facts == {
        "representative": someone.pk
    }
    other = reverse(
        "admin:accounts_customeraccount_proof", args=[CustomerAccountFactory().pk, someone.pk]
    )
    assert client.get(other).status_code == 404


def test_nobody_is_accepted_on_a_proof_that_nobody_could_open():
    someone = representative(proof(ScanState.NOT_SCANNED))
    with pytest.raises(ValidationError):
        judged(someone, UserFactory(supervisor=True), accepted=True)
