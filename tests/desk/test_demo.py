"""The demo shows a case of every kind, and its past is as true as real work's."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.enums import Judgement, PaperState
from accounts.models import (
    CorrectionRequest,
    HolderEvent,
    LegalRepresentative,
    PowerOfAttorney,
    User,
)
from cessions.enums import AgreedState, FilingState, RequestState
from cessions.models import (
    AgreedLetter,
    AgreedService,
    AgreedTransfer,
    Filing,
    Letter,
    ScannedPaper,
    TransferContract,
    TransferRequest,
)
from hosting.desk.demo import DEMO_SIGN_INS
from hosting.lib import clock
from hosting.models import ContinuityHold, Emergency, RenewalDecision, WebhookDelivery
from hosting.records.models import OutgoingMail
from hosting.services import renewals, webhooks
from hosting.services.powers import has_power
from interventions.enums import InterventionState, TicketState
from interventions.models import Complaint, Contest, Intervention, Quote, Ticket
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
    assert set(Quote.objects.values_list("state", flat=True)) == {"draft", "sent", "accepted"}
    assert Letter.objects.filter(made_at__isnull=False).count() >= 3
    assert set(Intervention.objects.values_list("state", flat=True)) == set(InterventionState)
    assert set(Ticket.objects.values_list("state", flat=True)) == set(TicketState)
    assert Complaint.objects.exists()
    assert Contest.objects.filter(answered_at=None).exists()
    assert OutgoingMail.objects.exclude(state="sent").get().kind == "intervention_check"
    call_command("verify_journal", stdout=StringIO())
    for email, password, _role in DEMO_SIGN_INS:
        assert User.objects.get(email=email).check_password(password)

    _holds_and_an_emergency_are_alive(now)
    _outside_systems_were_told_and_nothing_is_sent(now)
    _papers_lie_in_every_state()
    _services_are_handed_over_in_every_state(now)
    _corrections_and_a_succession_wait_for_people()

    filings, said = Filing.objects.count(), StringIO()
    call_command("seed_demo", stdout=said)
    assert Filing.objects.count() == filings
    assert "already" in said.getvalue()


def _holds_and_an_emergency_are_alive(now: datetime) -> None:
    """H2, H3: what staff confirm, renew, lift and decide on."""
    running = ContinuityHold.objects.filter(ended_at=None, ends_at__gt=now)
    assert running.filter(confirmed_at=None).exists()
    assert running.exclude(confirmed_at=None).exists()
    assert running.exclude(renewed_at=None).exists()
    assert ContinuityHold.objects.exclude(ended_by=None).exists()
    waiting = renewals.one_per_service(renewals.undecided(now))
    assert any(hold.alarmed_72h_for for hold in waiting)
    assert RenewalDecision.objects.get().charged_to_holder
    emergency = Emergency.objects.get(closed_at=None)
    assert has_power(emergency.account_id, now.date())
    assert emergency.contacted.count() == 2


def _outside_systems_were_told_and_nothing_is_sent(now: datetime) -> None:
    """H2, X4: the deliveries are of an endpoint that no setting names."""
    assert WebhookDelivery.objects.exclude(delivered_at=None).exists()
    assert WebhookDelivery.objects.exclude(given_up_at=None).exists()
    waiting = WebhookDelivery.objects.exclude(next_try_at=None)
    assert waiting.get().endpoint not in {endpoint.name for endpoint in webhooks.endpoints()}


def _papers_lie_in_every_state() -> None:
    """P3, A9: to sign, to check, accepted, refused, revoked; and a sheet that nobody knows."""
    assert set(PowerOfAttorney.objects.values_list("state", flat=True)) == set(PaperState.values)
    states = set(TransferContract.objects.values_list("state", flat=True))
    assert states == {PaperState.DRAFTED, PaperState.UPLOADED, PaperState.ACCEPTED}
    assert ScannedPaper.objects.exists()


def _services_are_handed_over_in_every_state(now: datetime) -> None:
    """X7: proposed, declined, in the hold, carried out and locked, with letters to both sides."""
    states = AgreedTransfer.objects.values_list("state", flat=True)
    assert sorted(states) == sorted(
        (AgreedState.PROPOSED, AgreedState.ACCEPTED, AgreedState.EXECUTED, AgreedState.DECLINED)
    )
    assert AgreedTransfer.objects.get(state=AgreedState.ACCEPTED).executes_at > now
    assert AgreedService.objects.filter(locked__contains=now).count() == 2
    assert AgreedLetter.objects.exclude(file=None).count() == 2


def _corrections_and_a_succession_wait_for_people() -> None:
    """L2, A12: each judgement has one that is made and one that waits."""
    judgements = {Judgement.PENDING, Judgement.REFUSED}
    assert set(CorrectionRequest.objects.values_list("judgement", flat=True)) == judgements
    assert set(LegalRepresentative.objects.values_list("judgement", flat=True)) == judgements
    assert set(HolderEvent.objects.values_list("kind", flat=True)) == {"death", "accident"}


def test_the_demo_never_mixes_with_real_customers() -> None:
    CustomerAccountFactory()
    with pytest.raises(CommandError):
        call_command("seed_demo")


def test_there_is_no_demo_outside_development(settings) -> None:
    settings.DEVELOPMENT = False
    with pytest.raises(CommandError):
        call_command("seed_demo")
