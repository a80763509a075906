"""The demo shows a case of every kind, and its past is as true as real work's."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from cessions.enums import FilingState, RequestState
from cessions.models import Filing, Letter, TransferRequest
from hosting.desk.demo import DEMO_SIGN_INS
from hosting.lib import clock
from hosting.records.models import OutgoingMail
from interventions.enums import InterventionState, TicketState
from interventions.models import Complaint, Contest, Intervention, Ticket
from tests.factories import CustomerAccountFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _unscanned_files_pass(settings) -> None:
    settings.SCAN_BYPASS = True


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 6, 24, 10, 0, tzinfo=UTC),
        datetime(2027, 3, 28, 23, 30, tzinfo=UTC),  # 01:30 in Paris, the night after the change
    ],
)
def test_the_demo_has_a_case_of_every_kind_and_is_added_once(now, monkeypatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)
    call_command("seed_demo", stdout=StringIO())

    assert set(TransferRequest.objects.values_list("state", flat=True)) == {
        RequestState.RECEIVED,
        RequestState.APPROVED,
        RequestState.EXECUTED,
        RequestState.REFUSED,
        RequestState.WITHDRAWN,
        RequestState.LAPSED,
        RequestState.HOLDER_REACHED,
    }
    assert set(Filing.objects.values_list("state", flat=True)) >= {
        FilingState.DRAFT,
        FilingState.UNCONFIRMED,
        FilingState.CONFIRMED,
    }
    assert Letter.objects.filter(made_at__isnull=False).count() >= 3
    assert set(Intervention.objects.values_list("state", flat=True)) == set(InterventionState)
    assert set(Ticket.objects.values_list("state", flat=True)) == set(TicketState)
    assert Complaint.objects.exists()
    assert Contest.objects.filter(answered_at=None).exists()
    assert OutgoingMail.objects.exclude(state="sent").get().kind == "intervention_check"
    call_command("verify_journal", stdout=StringIO())
    for email, password, _role in DEMO_SIGN_INS:
        assert User.objects.get(email=email).check_password(password)

    filings, said = Filing.objects.count(), StringIO()
    call_command("seed_demo", stdout=said)
    assert Filing.objects.count() == filings
    assert "already" in said.getvalue()


def test_the_demo_never_mixes_with_real_customers() -> None:
    CustomerAccountFactory()
    with pytest.raises(CommandError):
        call_command("seed_demo")


def test_there_is_no_demo_outside_development(settings) -> None:
    settings.DEVELOPMENT = False
    with pytest.raises(CommandError):
        call_command("seed_demo")
