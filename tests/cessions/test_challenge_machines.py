"""Machines look for codes in the DNS and on the site, and see what is there (V2, V3)."""

from datetime import timedelta
from functools import partial

import pytest

from cessions.enums import ChallengeKind, ChallengeState
from cessions.models import Challenge
from cessions.services import challenges
from cessions.services.challenges import ChallengeRefused, machines
from hosting.lib import dnstext, fetch
from hosting.records.models import JournalEntry
from tests.cessions.cases import RECEIVED, fresh_case
from tests.lib.dns import zone_served
from tests.lib.web import resolve_to_loopback, web_served

pytestmark = pytest.mark.django_db
NOW = RECEIVED + timedelta(days=1)
LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def zone(settings, monkeypatch):
    monkeypatch.setattr(machines, "txt_records", partial(dnstext.txt_records, seconds=0.4))
    with zone_served() as (zone, address):
        settings.DNS_RESOLVERS = [address]
        yield zone


@pytest.fixture
def site(settings, monkeypatch):
    """The site of the service, on a port of its own: what is asked for over http comes here."""
    settings.SITE_NETWORKS = ["127.0.0.0/8"]
    with web_served() as web:
        monkeypatch.setitem(fetch.PORTS, "http", web.port)
        monkeypatch.setitem(fetch.PORTS, "https", web.port)
        yield web


def by_claimant(kind: str) -> Challenge:
    return challenges.begin(fresh_case().services.get(), kind, now=NOW)


def seen(challenge: Challenge) -> tuple[str, str]:
    challenge.refresh_from_db()
    return challenge.state, challenge.seen


def test_v2_the_record_is_looked_for_beside_the_name_and_passes_by_machine(zone) -> None:
    challenge = by_claimant(ChallengeKind.DNS)
    name, value = challenges.dns_record(challenge)
    assert name == f"_easyhoster-challenge.{challenge.requested_service.name}"
    zone.texts[name] = ["v=spf1 -all", value]
    assert challenges.check_by_machine(challenge, NOW)
    assert seen(challenge) == (ChallengeState.PASSED, "found")
    assert challenge.judged_by is None
    assert zone.asked == [name]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (None, "nothing"),
        ([], "nothing"),
        (["hello"], "other: hello"),
        (["hello", "eh-verify=AAAA-AAAA"], "other: eh-verify=AAAA-AAAA"),
    ],
)
def test_v2_what_stands_there_in_its_place_is_kept(zone, texts, expected: str) -> None:
    challenge = by_claimant(ChallengeKind.DNS)
    if texts is not None:
        zone.texts[challenge.target] = texts
    assert not challenges.check_by_machine(challenge, NOW)
    assert seen(challenge) == (ChallengeState.OPEN, expected)


def test_v3_a_resolver_that_is_silent_costs_little_time(zone) -> None:
    challenge = by_claimant(ChallengeKind.DNS)
    zone.silent.add(challenge.target)
    assert not challenges.check_by_machine(challenge, NOW)
    assert seen(challenge)[1] == "time"


def test_v2_the_record_of_another_claimant_passes_nothing(zone) -> None:
    mine, his = by_claimant(ChallengeKind.DNS), by_claimant(ChallengeKind.DNS)
    zone.texts[mine.target] = [challenges.dns_record(his).value]
    assert not challenges.check_by_machine(mine, NOW)


def test_v2_a_machine_looks_once_a_minute_and_does_not_run_out_of_tries(zone) -> None:
    challenge = by_claimant(ChallengeKind.DNS)
    challenges.check_by_machine(challenge, NOW)
    with pytest.raises(ChallengeRefused) as caught:
        challenges.check_by_machine(challenge, NOW + timedelta(seconds=59))
    assert caught.value.code == "soon"
    assert not challenges.check_by_machine(challenge, LATER)
    assert challenge.tries_allowed > (challenge.expires_at - NOW) / timedelta(minutes=1)


def test_v2_only_a_look_that_sees_something_new_is_journalled(zone) -> None:
    challenge = by_claimant(ChallengeKind.DNS)
    for minute in range(3):
        challenges.check_by_machine(challenge, NOW + timedelta(minutes=minute))
    assert JournalEntry.objects.filter(event="challenge_looked").count() == 1


def test_v2_the_sweep_looks_once_an_hour(zone) -> None:
    challenge = by_claimant(ChallengeKind.DNS)
    assert challenges.check_due(NOW) == 0
    assert challenges.check_due(LATER) == 1
    assert challenges.check_due(LATER + timedelta(minutes=59)) == 0
    zone.texts[challenge.target] = [challenges.dns_record(challenge).value]
    assert challenges.check_due(LATER + timedelta(hours=1)) == 1
    assert seen(challenge)[0] == ChallengeState.PASSED


@pytest.mark.parametrize("body", ["{}", "\n {} \r\n", "<html>\n{}\n</html>"])
def test_v2_the_file_passes_with_the_code_on_a_line_of_its_own(site, monkeypatch, body) -> None:
    challenge = by_claimant(ChallengeKind.FILE)
    resolve_to_loopback(monkeypatch, challenge.requested_service.name)
    file = challenges.site_file(challenge)
    assert file.path == "/.well-known/easyhoster-challenge.txt"
    site.says(file.path, body.format(file.content))
    assert challenges.check_by_machine(challenge, NOW)
    assert seen(challenge) == (ChallengeState.PASSED, "found")


def test_v2_a_site_that_answers_every_path_alike_passes_nothing(site, monkeypatch) -> None:
    challenge = by_claimant(ChallengeKind.FILE)
    resolve_to_loopback(monkeypatch, challenge.requested_service.name)
    path = challenges.site_file(challenge).path
    site.says(path, f"You asked for {path}")
    assert not challenges.check_by_machine(challenge, NOW)
    assert seen(challenge)[1] == f"other: You asked for {path}"


def test_v2_a_code_that_comes_with_an_error_passes_nothing(site, monkeypatch) -> None:
    challenge = by_claimant(ChallengeKind.FILE)
    resolve_to_loopback(monkeypatch, challenge.requested_service.name)
    file = challenges.site_file(challenge)
    site.says(file.path, file.content, 404)
    assert not challenges.check_by_machine(challenge, NOW)
    assert seen(challenge)[1] == "status: 404"


def test_v3_a_code_beyond_64_kb_is_not_read(site, monkeypatch) -> None:
    challenge = by_claimant(ChallengeKind.FILE)
    resolve_to_loopback(monkeypatch, challenge.requested_service.name)
    file = challenges.site_file(challenge)
    site.says(file.path, "\n" * 65 * 1024 + file.content)
    assert not challenges.check_by_machine(challenge, NOW)


@pytest.mark.parametrize("where", ["http://evil.example/code.txt", "http://169.254.169.254/"])
def test_v3_a_redirect_elsewhere_is_not_followed(site, monkeypatch, where: str) -> None:
    challenge = by_claimant(ChallengeKind.FILE)
    resolve_to_loopback(monkeypatch, challenge.requested_service.name, "evil.example")
    site.leads(challenges.site_file(challenge).path, where)
    assert not challenges.check_by_machine(challenge, NOW)
    assert seen(challenge)[1] == "elsewhere"
    assert len(site.asked) == 1


def test_v3_a_site_on_an_address_that_is_not_public_is_not_asked(
    site, settings, monkeypatch
) -> None:
    settings.SITE_NETWORKS = []
    challenge = by_claimant(ChallengeKind.FILE)
    resolve_to_loopback(monkeypatch, challenge.requested_service.name)
    assert not challenges.check_by_machine(challenge, NOW)
    assert seen(challenge)[1] == "address"
    assert site.asked == []


def test_v2_a_look_that_ends_after_the_expiry_passes_nothing(zone, monkeypatch) -> None:
    challenge = by_claimant(ChallengeKind.DNS)
    late = challenge.expires_at - timedelta(seconds=1)

    def found_while_it_expired(row: Challenge) -> str:
        challenges.expire_due(challenge.expires_at)
        return machines.FOUND

    monkeypatch.setattr(machines, "look", found_while_it_expired)
    assert not challenges.check_by_machine(challenge, late)
    assert seen(challenge)[0] == ChallengeState.EXPIRED
