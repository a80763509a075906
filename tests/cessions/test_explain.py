"""`explain_case` prints the whole reasoning at an instant, also of the past (K2, DESIGN 5)."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from cessions.enums import DocumentKind
from cessions.models import HolderSign
from cessions.services.decisions import refuse
from cessions.services.execution import execute_due
from cessions.services.review import accept_document
from hosting.lib.factor import Factor
from hosting.records.models import OutgoingMail
from tests.cessions.cases import (
    RECEIVED,
    RIPE,
    a_document,
    approved_case,
    fresh_case,
    ids,
    ripe_case,
)
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def explain(number: str, at=None, **options) -> str:
    out = StringIO()
    arguments = ["--at", at.isoformat()] if at else []
    call_command("explain_case", number, *arguments, stdout=out, **options)
    return out.getvalue()


def test_an_unknown_number_and_a_bad_instant_are_said_clearly():
    with pytest.raises(CommandError, match="no case T0"):
        explain("T0")
    with pytest.raises(CommandError, match="not an instant"):
        call_command("explain_case", fresh_case().filing.number, "--at", "yesterday")


def test_a_ripe_case_is_explained_with_clocks_dates_checklist_and_no_blocker():
    request = ripe_case()
    text = explain(request.filing.number, RIPE)
    for words in (
        "ten days: over, a decision opens on 2026-06-20 00:00:00 CEST",
        "search: run of 10 dates, 7 required",
        "fulfilled on 2026-06-16 00:00:00 CEST",
        "2026-06-09 counts",
        "2026-06-19 GAP – No attempt was made: our software was down.",
        "nothing stands in the way",
    ):
        assert words in text


def test_a_moment_earlier_the_same_case_was_blocked():
    request = ripe_case()
    text = explain(request.number, RIPE.replace(hour=0, minute=0) - timedelta(hours=3))
    assert "! too_early" in text
    assert "[from 2026-06-20 00:00:00 CEST]" in text


def test_what_came_later_is_left_out():
    request = fresh_case()
    document = a_document(request, DocumentKind.OWNER_IDENTITY)
    reviewer = UserFactory(support=True, full_name="Rita Review")
    accept_document(
        document.pk,
        by=reviewer,
        now=RECEIVED + timedelta(days=2),
        valid_until=RIPE.date().replace(year=2030),
    )
    HolderSign.objects.create(
        request=request, kind="message", at=RECEIVED + timedelta(days=3), text="Hello"
    )
    before = explain(request.number, RECEIVED + timedelta(days=1))
    assert "Rita Review" not in before
    assert "document_to_review" in before
    assert "sign_of_life" not in before
    after = explain(request.number, RECEIVED + timedelta(days=4))
    assert "Rita Review" in after
    assert "! sign_of_life:" in after


def test_a_bounce_takes_its_date_away_only_from_its_instant_on():
    request = ripe_case(dates=7)
    mail = request.attempts.filter(channel="email").order_by("at")[3].mail
    OutgoingMail.objects.filter(pk=mail.pk).update(bounced_at=RIPE)
    assert "2026-06-12 counts" in explain(request.number, RIPE - timedelta(seconds=1))
    later = explain(request.number, RIPE)
    assert "2026-06-12 GAP – The e-mail was accepted and came back afterwards." in later
    assert "! period_running" in later


def test_states_and_decisions_are_wound_back():
    decision = approved_case()
    execute_due(RIPE + timedelta(hours=24))
    number = decision.request.number
    assert f"{number}: received" in explain(number, RIPE - timedelta(hours=1))
    held = explain(number, RIPE + timedelta(hours=1))
    assert f"{number}: approved" in held
    assert "in the hold until 2026-06-21 11:00:00 CEST" in held
    done = explain(number, RIPE + timedelta(hours=25))
    assert f"{number}: executed" in done
    assert "2026-06-21 11:00:00 CEST executed" in done


def test_a_case_without_a_service_of_ours_is_explained_too():
    request = fresh_case(unknown=True)
    refuse(
        request.pk,
        ids(request),
        reason="Unfounded.",
        by=UserFactory(supervisor=True),
        now=RIPE,
        factor=Factor.TOTP,
    )
    text = explain(request.filing.number, RIPE)
    assert "account: none" in text
    assert "Unfounded." in text


@pytest.mark.parametrize("language", ["fr", "de"])
def test_it_speaks_every_language(language):
    request = ripe_case()
    assert request.number in explain(request.number, RIPE, language=language)


def test_after_the_execution_the_case_is_explained_as_it_stood_before_it():
    decision = approved_case()
    execute_due(decision.executes_at)

    before = explain(decision.request.number, decision.executes_at - timedelta(seconds=1))
    assert "nothing stands in the way" in before
    assert "service_unknown" not in before

    after = explain(decision.request.number, decision.executes_at + timedelta(days=1))
    assert "executed" in after
    assert "service_unknown" not in after
