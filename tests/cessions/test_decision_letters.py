"""The letters that tell of a decision, opened and read (X5), and alarms in the lock (X5)."""

from datetime import timedelta

import pypdfium2
import pytest
from django.core.files.storage import default_storage

from cessions import tasks
from cessions.enums import LetterKind
from cessions.models import Decision, Letter
from cessions.services.decisions import refuse
from cessions.services.execution import execute_due
from cessions.services.letter_making import make_due_letters
from cessions.services.lockwatch import watch_locks
from cessions.services.reversal import confirm_reversal, propose_reversal
from hosting.lib.factor import Factor
from hosting.records.models import OutgoingMail
from tests.cessions.cases import RIPE, approved_case, fresh_case, ids
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
EXECUTED = RIPE + timedelta(hours=24)


@pytest.fixture
def executed() -> Decision:
    decision = approved_case()
    execute_due(EXECUTED)
    return decision


def text_of(kind: str) -> str:
    letter = Letter.objects.select_related("file").get(kind=kind)
    assert letter.file, "the sweep made no PDF"
    with default_storage.open(letter.file.storage_name) as file:
        pages = pypdfium2.PdfDocument(file.read())
    return "\n".join(page.get_textpage().get_text_bounded() for page in pages)


@pytest.mark.parametrize("language", ["fr", "de", "en"])
def test_both_sides_get_a_letter_of_the_transfer(language):
    decision = approved_case()
    decision.request.filing.language = language
    decision.request.filing.save()
    execute_due(EXECUTED)
    assert make_due_letters(EXECUTED) == 2
    name = decision.services.get().display_name
    assignee = text_of(LetterKind.EXECUTED_ASSIGNEE)
    holder = text_of(LetterKind.EXECUTED_HOLDER)
    for text in (assignee, holder):
        assert name in text
        assert decision.request.number in text
    assert decision.services.get().service.account.number in assignee
    assert decision.request.filing.full_name in assignee
    assert decision.request.account.full_name in holder


def test_the_letter_to_one_side_names_nobody_of_the_other(executed):
    make_due_letters(EXECUTED)
    assert executed.request.account.full_name not in text_of(LetterKind.EXECUTED_ASSIGNEE)
    assert executed.request.filing.full_name not in text_of(LetterKind.EXECUTED_HOLDER)


def test_a_refusal_letter_gives_the_reason_and_the_way_to_contest():
    request = fresh_case()
    refuse(
        request.pk,
        ids(request),
        reason="The invoice is of another provider.",
        by=UserFactory(supervisor=True),
        now=RIPE,
        factor=Factor.TOTP,
    )
    make_due_letters(RIPE)
    text = text_of(LetterKind.REFUSED)
    assert "The invoice is of another provider." in text
    assert "20 July 2026, 11:00" in " ".join(text.split())


def test_both_sides_get_a_letter_of_the_reversal(executed):
    now = EXECUTED + timedelta(days=1)
    act = propose_reversal(
        executed.pk, reason="Fraud", by=UserFactory(support=True), now=now, factor=Factor.TOTP
    )
    confirm_reversal(act.pk, by=UserFactory(supervisor=True), now=now, factor=Factor.TOTP)
    make_due_letters(now)
    for kind in (LetterKind.REVERSED_ASSIGNEE, LetterKind.REVERSED_HOLDER):
        assert executed.services.get().display_name in text_of(kind)


def test_a_bounce_during_the_lock_alarms_the_supervisors_once(executed):
    supervisors = OutgoingMail.objects.filter(kind="alarm_bounce")
    assert watch_locks(EXECUTED + timedelta(hours=1)) == 0
    told = OutgoingMail.objects.filter(kind="decision_executed_holder")
    told.update(bounced_at=EXECUTED + timedelta(hours=2))
    later = EXECUTED + timedelta(hours=3)
    assert (watch_locks(later), watch_locks(later)) == (1, 0)
    assert supervisors.count() == 1  # one supervisor exists: the one who approved


def test_a_bounce_after_the_lock_alarms_nobody(executed):
    after = EXECUTED + timedelta(days=30)
    OutgoingMail.objects.filter(kind="decision_executed_holder").update(bounced_at=after)
    assert watch_locks(after) == 0


def test_the_sweep_of_executions_looks_after_the_locks_too(executed, monkeypatch):
    OutgoingMail.objects.filter(kind="decision_hold").update(bounced_at=EXECUTED)
    monkeypatch.setattr(tasks.clock, "now", lambda: EXECUTED + timedelta(minutes=5))
    tasks.sweep_executions()
    assert OutgoingMail.objects.filter(kind="alarm_bounce").exists()
