"""The checks on the status page: begun, done, entered, answered by the claimant himself (V1, V2, T4)."""

import re
import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from cessions.enums import ChallengeKind, ChallengeState
from cessions.models import Challenge, Filing
from cessions.services import challenges
from cessions.services.challenges import machines
from cessions.views import status_check_acts
from tests.cessions.visitor import file_and_confirm
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)
OWNER = "owner@secret-host.example"


@pytest.fixture(autouse=True)
def _day():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def page(client) -> str:
    return file_and_confirm(client)


def begun(kind: str, **words) -> Challenge:
    """One that staff began."""
    targets = {
        ChallengeKind.OWNER_EMAIL: {"target": OWNER, "source": "registry"},
        ChallengeKind.CALL: {"target": "+33 3 88 99 88 77", "source": "https://example.fr/contact"},
        ChallengeKind.QUESTION: {"question": "Which colour has the site?"},
    }
    given = {**targets.get(kind, {}), "by": UserFactory(support=True), **words}
    return challenges.begin(Filing.objects.get().services.get(), kind, now=NOW, **given)


def begin(client, page: str, kind: str) -> Challenge:
    """One that the claimant begins on his page."""
    client.post(page, {"do": f"begin:{kind}-{Filing.objects.get().services.get().pk}"})
    return Challenge.objects.get(kind=kind)


def text(answer) -> str:
    return answer.content.decode()


def test_v2_the_claimant_begins_a_record_or_a_file_himself_and_sees_what_to_put_where(client, page):
    record = challenges.dns_record(begin(client, page, "dns"))
    file = challenges.site_file(begin(client, page, "file"))
    shown = text(client.get(page))
    assert f">{record.name}<" in shown
    assert f">{record.value}<" in shown
    assert f">{file.url}<" in shown
    assert f">{file.content}<" in shown
    assert "Send this text to whoever looks after your site" in shown


def test_v2_the_file_is_downloaded_as_it_has_to_be(client, page):
    challenge = begin(client, page, "file")
    answer = client.get(f"{page}preuve/{challenge.pk}/")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer.content.decode().strip() == challenges.site_file(challenge).content
    other = begin(client, page, "dns")
    assert client.get(f"{page}preuve/{other.pk}/").status_code == 404


@pytest.mark.parametrize("kind", ["owner_email", "call", "letter", "question"])
def test_v2_what_staff_have_to_find_out_is_not_begun_by_the_claimant(client, page, kind):
    service = Filing.objects.get().services.get()
    assert client.post(page, {"do": f"begin:{kind}-{service.pk}"}).status_code == 422
    assert not Challenge.objects.exists()


def test_v2_a_code_is_entered_and_a_wrong_one_says_how_many_tries_are_left(client, page):
    challenge = begun(ChallengeKind.CALL)
    wrong = client.post(page, {"do": f"code:{challenge.pk}", "text": "AAAA-AAAA"})
    assert wrong.status_code == 422
    assert "You can try 4 more times." in text(wrong)
    right = {"do": f"code:{challenge.pk}", "text": challenges.code_of(challenge).lower()}
    assert "this check is passed" in text(client.post(page, right, follow=True))
    challenge.refresh_from_db()
    assert challenge.state == ChallengeState.PASSED
    assert "Show us that the site or the domain name is yours" not in text(client.get(page))


def test_v2_the_last_wrong_code_ends_it_in_words(client, page):
    challenge = begun(ChallengeKind.CALL)
    for _ in range(challenge.tries_allowed):
        answer = client.post(page, {"do": f"code:{challenge.pk}", "text": "AAAA-AAAA"})
    assert "This check is over." in text(answer)
    assert "not passed" in text(answer)


def test_v2_a_look_says_what_was_seen_and_when(client, page, monkeypatch):
    monkeypatch.setattr(machines, "look", lambda row: "other: v=spf1 -all")
    challenge = begin(client, page, "dns")
    with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
        answer = text(client.post(page, {"do": f"check:{challenge.pk}"}, follow=True))
        assert "There is a record, but with other content: “v=spf1 -all”" in answer
        assert "11:02" in answer
        soon = client.post(page, {"do": f"check:{challenge.pk}"})
    assert soon.status_code == 422
    assert "please wait a minute" in text(soon)


@pytest.mark.parametrize("kind", ["dns", "file"])
@pytest.mark.parametrize(
    "seen", ["nothing", "other: <b>", "status: 404", "time", "refused", "name", "tls", "address"]
)
def test_v2_whatever_is_seen_has_words_and_is_shown_safely(client, page, kind, seen):
    challenge = begin(client, page, kind)
    Challenge.objects.filter(pk=challenge.pk).update(seen=seen, tried_at=NOW, tries=1)
    shown = text(client.get(page))
    assert "<b>" not in shown
    possible = (kind, seen.partition(":")[0]) not in {
        ("dns", "status"),
        ("dns", "tls"),
        ("dns", "address"),
    }
    assert ('class="notice notice-info"><strong>' in shown) == possible


def test_v2_what_was_found_passes(client, page, monkeypatch):
    monkeypatch.setattr(machines, "look", lambda row: machines.FOUND)
    challenge = begin(client, page, "file")
    answer = text(client.post(page, {"do": f"check:{challenge.pk}"}, follow=True))
    assert "We found it." in answer
    assert "Nothing more to do here" in answer


def test_v3_no_more_than_some_looks_at_a_time_wait_for_strangers_servers(client, page, monkeypatch):
    challenge = begin(client, page, "dns")
    taken = threading.BoundedSemaphore(1)
    taken.acquire()
    monkeypatch.setattr(status_check_acts, "_places", taken)
    monkeypatch.setattr(machines, "look", lambda row: machines.FOUND)
    answer = client.post(page, {"do": f"check:{challenge.pk}"})
    assert answer.status_code == 422
    assert "looking at other sites" in text(answer)
    taken.release()
    client.post(page, {"do": f"check:{challenge.pk}"})
    challenge.refresh_from_db()
    assert challenge.state == ChallengeState.PASSED
    assert taken.acquire(blocking=False)


def test_v1_a_question_is_answered_and_then_waits_for_us(client, page):
    challenge = begun(ChallengeKind.QUESTION)
    assert "Which colour has the site?" in text(client.get(page))
    answer = text(client.post(page, {"do": f"tell:{challenge.pk}", "text": "Green"}, follow=True))
    challenge.refresh_from_db()
    assert challenge.answer == "Green"
    assert "A person reads it." in answer
    assert "Show us that the site or the domain name is yours" not in answer


@pytest.mark.parametrize("denied", [True, False])
def test_a10_neither_where_a_code_went_nor_why_a_check_failed_is_told(client, page, denied):
    """The registered owner may be the holder himself: his address and his answer are his own."""
    challenge = begun(ChallengeKind.OWNER_EMAIL)
    assert "secret-host" not in text(client.get(page))
    if denied:
        challenges.deny_click(challenge, now=NOW)
    else:
        challenges.judge(
            challenge, passed=False, note="He is the holder.", by=UserFactory(support=True), now=NOW
        )
    shown = text(client.get(page))
    assert "not passed" in shown
    for word in ("secret-host", "denied", "He is the holder"):
        assert word not in shown


def test_t4_another_filings_checks_and_services_are_as_ones_that_do_not_exist(client, page):
    mine = begun(ChallengeKind.CALL)
    service = mine.requested_service
    other = file_and_confirm(client, service_name=["other.fr"])
    seen = set()
    for number in (mine.pk, 999_999):
        for verb in ("code", "check", "tell"):
            answer = client.post(other, {"do": f"{verb}:{number}", "text": "x"}, follow=True)
            seen.add(re.search(r'notice notice-warning">([^<]+)<', text(answer))[1])
        assert client.get(f"{other}preuve/{number}/").status_code == 404
    for number in (service.pk, 999_999):
        answer = client.post(other, {"do": f"begin:dns-{number}"}, follow=True)
        seen.add(re.search(r'notice notice-warning">([^<]+)<', text(answer))[1])
    assert len(seen) == 1
    mine.refresh_from_db()
    assert (mine.tries, mine.state) == (0, ChallengeState.OPEN)
    assert not Challenge.objects.filter(kind="dns").exists()


def test_t7_after_the_end_nothing_is_offered_nor_entered(client, page):
    challenge = begun(ChallengeKind.CALL)
    client.post(page, {"do": "withdraw", "sure": "on"})
    shown = text(client.get(page))
    assert 'value="begin:' not in shown
    assert 'value="code:' not in shown
    code = {"do": f"code:{challenge.pk}", "text": challenges.code_of(challenge)}
    assert client.post(page, code).status_code == 422
    challenge.refresh_from_db()
    assert challenge.state == ChallengeState.OPEN


def test_the_page_with_checks_and_messages_costs_at_most_three_queries(
    client, page, django_assert_max_num_queries
):
    for kind in ("dns", "file"):
        begin(client, page, kind)
    begun(ChallengeKind.CALL)
    for number in range(5):
        client.post(page, {"do": "message", "text": f"Message {number}"})
    with django_assert_max_num_queries(3):
        assert client.get(page).status_code == 200
