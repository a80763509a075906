"""Staff verify a claimant on the page of his case (V1, V2, V4)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from cessions import worklist
from cessions.admin.next_step import next_step
from cessions.asof import as_known
from cessions.enums import ChallengeKind, ChallengeState
from cessions.facts import decision_facts
from cessions.management.commands.explain_case import explanation
from cessions.models import Challenge, Filing, RequestedService, TransferRequest
from cessions.policies import BlockerCode, decision_blockers
from cessions.reasoning import reason
from cessions.services import challenges, claimant_domain
from cessions.snapshot import Case, case_of_request
from cessions.warning_signs import warnings_of
from hosting.enums import ServiceKind
from hosting.lib import clock, links
from hosting.models import DomainRegistration
from hosting.records.models import JournalEntry, OutgoingMail
from tests.cessions.cases import (
    RECEIVED,
    RIPE,
    a_challenge,
    fresh_case,
    ripe_case,
    verify,
)
from tests.factories import (
    RequestedServiceFactory,
    ServiceFactory,
    UserFactory,
)
from tests.lib.test_rdap import REGISTRY, entity, registry, says  # noqa: F401 (a fixture)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
NOW = RECEIVED + timedelta(days=2)
PAGE = "https://bakery.example/contact"


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr("hosting.lib.admin.now", lambda: NOW)


@pytest.fixture
def staff(client):
    user = UserFactory(support=True)
    client.force_login(user, backend="accounts.backends.SessionBackend")
    return user


def page(request: TransferRequest) -> str:
    return reverse("admin:cessions_transferrequest_change", args=[request.pk])


def verb(request: TransferRequest, slug: str, part: int) -> str:
    return reverse(f"admin:cessions_transferrequest_{slug}", args=[request.pk, part])


def text(answer) -> str:
    return answer.content.decode()


def case_and_codes(request: TransferRequest, at=RIPE) -> tuple[Case, set[BlockerCode]]:
    case = case_of_request(request.pk)
    row = case.request(request.pk)
    found = [
        blocker.code
        for service in case.services_of(row)
        for blocker in decision_blockers(decision_facts(case, row, service, at), at)
    ]
    return case, set(found)


# -- The facts ---------------------------------------------------------------------------------


def test_v2_without_a_passed_challenge_nothing_is_ripe() -> None:
    request = ripe_case()
    assert case_and_codes(request)[1] == set()
    Challenge.objects.update(state=ChallengeState.FAILED)
    assert case_and_codes(request)[1] == {BlockerCode.CHALLENGE_MISSING}


def test_v2_one_passed_for_the_domain_counts_for_the_hosting_of_the_same_name() -> None:
    request = ripe_case()
    domain = request.services.get()
    hosting = ServiceFactory(
        account=request.account, kind=ServiceKind.HOSTING, name=domain.name, registration=False
    )
    RequestedServiceFactory(request=request, service=hosting, kind=ServiceKind.HOSTING)
    assert case_and_codes(request)[1] == set()
    other = ServiceFactory(account=request.account, kind=ServiceKind.HOSTING, registration=False)
    RequestedServiceFactory(request=request, service=other, kind=ServiceKind.HOSTING)
    assert case_and_codes(request)[1] == {BlockerCode.CHALLENGE_MISSING}


def test_v2_the_same_way_twice_is_one_and_a_way_not_admitted_is_none(settings) -> None:
    request = ripe_case()
    verify(request, ChallengeKind.QUESTION)
    verify(request, ChallengeKind.QUESTION)
    settings.CESSION_REQUIRED_CHALLENGES = 2
    assert case_and_codes(request)[1] == set()
    settings.CESSION_REQUIRED_CHALLENGES = 3
    assert case_and_codes(request)[1] == {BlockerCode.CHALLENGE_MISSING}
    settings.CESSION_REQUIRED_CHALLENGES = 1
    settings.CESSION_CHALLENGES = {**settings.CESSION_CHALLENGES, "domain": ["dns"]}
    assert case_and_codes(request)[1] == {BlockerCode.CHALLENGE_MISSING}


def test_k2_a_decision_is_explained_by_what_was_passed_then() -> None:
    request = ripe_case()
    passed = RECEIVED + timedelta(days=1)
    case = case_of_request(request.pk, journal=1000)
    before, after = (as_known(case, passed + timedelta(hours=hours)) for hours in (-1, 1))
    lines = ["\n".join(explanation(each, request.number, RIPE)) for each in (before, after)]
    assert "challenge_missing" in lines[0]
    assert "letter to the published address" in lines[0]
    assert "challenge_missing" not in lines[1]
    assert "passed" in lines[1]


# -- The page ----------------------------------------------------------------------------------


def test_v2_the_page_says_which_one_could_be_done_next(client, staff) -> None:
    request = fresh_case()
    shown = text(client.get(page(request)))
    assert "0 of 1 passed" in shown
    assert "The one that shows most: e-mail to the registered owner." in shown
    challenge = a_challenge(request.services.get(), ChallengeKind.FILE)
    shown = text(client.get(page(request)))
    assert "One is under way." in shown
    assert verb(request, "verification-replace", challenge.pk) in shown


def test_v2_each_kind_is_begun_on_a_page_of_its_own(client, staff) -> None:
    service = fresh_case().services.get()
    request = service.request
    posted = {
        "verify-dns": {},
        "verify-file": {},
        "verify-owner": {"target": "owner@mail.example", "source": "registrar", "language": "de"},
        "verify-call": {"target": "03 88 99 88 77", "source": PAGE, "on_site": "on"},
        "verify-letter": {"target": "Bakery\n67000 Strasbourg", "source": PAGE},
        "verify-question": {"question": "Which pages were there?"},
    }
    for slug, words in posted.items():
        address = verb(request, slug, service.pk)
        assert client.get(address).status_code == 200
        assert client.post(address, words).status_code == 302, slug
    assert set(Challenge.objects.values_list("kind", flat=True)) == set(ChallengeKind.values)
    assert set(Challenge.objects.values_list("asked_by", flat=True)) == {staff.pk}
    assert OutgoingMail.objects.get(kind="owner_check").language == "de"


def test_v2_what_cannot_be_begun_is_said_on_the_form(client, staff) -> None:
    service = fresh_case().services.get()
    address = verb(service.request, "verify-call", service.pk)
    answer = client.post(address, {"target": service.filing.telephone, "source": PAGE})
    assert "tick the box" in text(answer)
    assert not Challenge.objects.exists()


def test_v2_the_registrys_address_is_suggested_and_redacted_data_said(
    client,
    staff,
    registry,  # noqa: F811
) -> None:
    service = fresh_case().services.get()
    address = verb(service.request, "verify-owner", service.pk)
    says(registry, entity("registrant", "me@mail.example"), name=service.name)
    assert 'value="me@mail.example"' in text(client.get(address))
    says(registry, entity("registrant", "REDACTED"), name=service.name)
    shown = text(client.get(address))
    assert "address to itself, as most do" in shown
    assert service.service.registration.owner_email in shown


def test_v1_the_script_shows_the_code_and_each_look_is_journalled(client, staff) -> None:
    request = fresh_case()
    challenge = a_challenge(request.services.get(), ChallengeKind.CALL, target="+33388998877")
    code = challenges.code_of(challenge)
    assert code not in text(client.get(page(request)))
    script = client.get(verb(request, "verification-call", challenge.pk))
    assert code in text(script)
    assert "no-store" in script["Cache-Control"]
    assert JournalEntry.objects.filter(event="challenge_script_opened").count() == 1
    called = verb(request, "verification-called", challenge.pk)
    assert client.post(called, {"result": "read_out", "note": ""}).status_code == 302
    assert "the code was read out" in text(client.get(page(request)))


def test_v1_the_letter_is_opened_posted_and_its_code_typed_in(client, staff) -> None:
    request = fresh_case()
    challenge = a_challenge(request.services.get())
    letter = client.get(verb(request, "verification-letter", challenge.pk))
    assert letter["Content-Type"] == "application/pdf"
    assert b"".join(letter.streaming_content).startswith(b"%PDF")
    client.post(verb(request, "verification-posted", challenge.pk))
    shown = text(client.get(page(request)))
    assert "Posted on" in shown
    typing = verb(request, "verification-code", challenge.pk)
    assert "This is not the code." in text(client.post(typing, {"code": "wrong"}))
    client.post(typing, {"code": challenges.code_of(challenge)})
    challenge.refresh_from_db()
    assert (challenge.state, challenge.tries) == (ChallengeState.PASSED, 2)
    assert JournalEntry.objects.get(event="challenge_passed").actor == f"user:{staff.pk}"


def test_v2_an_answer_is_judged_and_another_replaced_or_ended(client, staff) -> None:
    request = fresh_case()
    service = request.services.get()
    asked = a_challenge(
        service, ChallengeKind.QUESTION, answer="Bread and cakes.", question="What?"
    )
    client.post(
        verb(request, "verification-judge", asked.pk), {"verdict": "passed", "note": "Right."}
    )
    file = a_challenge(service, ChallengeKind.FILE)
    client.post(
        verb(request, "verification-replace", file.pk),
        {"kind": "question", "note": "The site is off line.", "question": "Since when?"},
    )
    last = Challenge.objects.latest("pk")
    client.post(verb(request, "verification-end", last.pk), {"note": "He does not know."})
    states = Challenge.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["passed", "dropped", "failed"]


def test_v2_a_challenge_of_another_case_is_not_reached_through_this_one(client, staff) -> None:
    mine, other = fresh_case(), fresh_case()
    foreign = a_challenge(other.services.get(), ChallengeKind.CALL)
    for slug in ("verification-call", "verification-letter", "verification-judge"):
        assert client.get(verb(mine, slug, foreign.pk)).status_code == 404
    address = verb(mine, "verify-question", other.services.get().pk)
    assert client.post(address, {"question": "?"}).status_code == 404


def test_v2_who_is_in_no_group_sees_no_code(client) -> None:
    request = fresh_case()
    challenge = a_challenge(request.services.get(), ChallengeKind.CALL)
    client.force_login(UserFactory(is_staff=True), backend="accounts.backends.SessionBackend")
    for slug in ("verification-call", "verification-letter", "verification-code"):
        assert client.get(verb(request, slug, challenge.pk)).status_code == 403
    assert not JournalEntry.objects.filter(event__startswith="challenge").exists()


# -- The registered owner ----------------------------------------------------------------------


def owners_page(challenge: Challenge) -> str:
    mail = OutgoingMail.objects.get(kind="owner_check", pk=challenge.mail_id)
    address = next(word for word in links.fill(mail.text).split() if "/titulaire/" in word)
    return address[address.index("/cession/") :]


def asked_owner() -> Challenge:
    service: RequestedService = fresh_case().services.get()
    words = {"target": "owner@mail.example", "source": "registrar"}
    by = UserFactory(support=True)
    return challenges.begin(service, ChallengeKind.OWNER_EMAIL, now=NOW, by=by, **words)


def test_v2_looking_at_the_owners_page_changes_nothing(client) -> None:
    challenge = asked_owner()
    address = owners_page(challenge)
    for method in (client.get, client.head):
        assert method(address).status_code == 200
    assert client.post(address, {"answer": "rubbish"}).status_code == 200
    challenge.refresh_from_db()
    assert challenge.state == ChallengeState.OPEN
    shown = text(client.get(address))
    assert challenge.filing.full_name not in shown
    assert challenges.code_of(challenge) not in shown


@pytest.mark.parametrize(
    ("answer", "state", "words"),
    [("confirm", "passed", "You know of the request."), ("deny", "failed", "You know nothing")],
)
def test_v2_the_owners_answer_is_a_post(client, answer: str, state: str, words: str) -> None:
    challenge = asked_owner()
    address = owners_page(challenge)
    assert words in text(client.post(address, {"answer": answer}, follow=True))
    challenge.refresh_from_db()
    assert challenge.state == state
    assert JournalEntry.objects.get(event=f"challenge_{state}").actor == "registered_owner"


def test_v2_rubbish_and_other_links_open_no_owners_page(client) -> None:
    challenge = asked_owner()
    address = owners_page(challenge)
    head, _dot, signature = address.rstrip("/").rpartition("/")[2].partition(".")
    status = links.token("cession_status", challenge.filing.pk)
    wrong = [f"{head}.x", f"{'f' * 32}.{signature}", f"{head[:-1]}9.{signature}", status, "x"]
    for token in wrong:
        assert client.get(reverse("cession_owner", args=[token])).status_code == 404


# -- Warning signs -----------------------------------------------------------------------------


def signs(request: TransferRequest) -> dict[str, tuple[str, ...]]:
    case = case_of_request(request.pk)
    found = warnings_of(case, case.request(request.pk), NOW)
    return {sign.words: sign.facts for sign in found}


def test_v4_an_owner_who_knows_nothing_of_it_is_a_warning_sign() -> None:
    challenge = asked_owner()
    challenges.deny_click(challenge, now=NOW)
    request = challenge.requested_service.request
    (facts,) = [facts for words, facts in signs(request).items() if "knows nothing" in words]
    assert facts[0].startswith("owner@mail.example, ")


def test_v4_an_owner_asked_where_the_claimant_reads_is_a_warning_sign() -> None:
    """A bribed member of staff types in the fraudster's address."""
    service: RequestedService = fresh_case().services.get()
    by = UserFactory(support=True)
    words = {"target": service.filing.email.upper(), "source": "registry", "by": by}
    challenges.begin(service, ChallengeKind.OWNER_EMAIL, now=NOW, **words)
    assert "A code went to an address or a number that the claimant gave himself." in signs(
        service.request
    )


def test_v4_an_owner_asked_elsewhere_than_on_record_is_a_warning_sign() -> None:
    challenge = asked_owner()
    request = challenge.requested_service.request
    known = DomainRegistration.objects.filter(service=challenge.requested_service.service)
    words = "The registered owner was asked at another address than the one on record."
    for address, warned in (("Owner@mail.example", False), ("real@mail.example", True)):
        known.update(owner_email=address)
        assert (words in signs(request)) is warned


def test_v4_a_call_to_the_number_that_the_claimant_gave_is_a_warning_sign() -> None:
    service: RequestedService = fresh_case().services.get()
    Filing.objects.update(telephone="03 88 99 88 77")
    service.refresh_from_db()
    words = {"target": "+33 3 88 99 88 77", "source": "https://x.example", "on_site": True}
    by = UserFactory(support=True)
    challenges.begin(service, ChallengeKind.CALL, now=NOW, by=by, **words)
    assert "A code went to an address or a number that the claimant gave himself." in signs(
        service.request
    )


@pytest.mark.parametrize("alone", [True, False])
def test_v4_a_question_asked_and_judged_by_one_person_is_a_warning_sign(alone: bool) -> None:
    service: RequestedService = fresh_case().services.get()
    by, other = UserFactory(support=True), UserFactory(support=True)
    asked = challenges.begin(
        service, ChallengeKind.QUESTION, now=NOW, by=by, question="Which colour?"
    )
    challenges.answer_question(asked, "Blue.", now=NOW)
    challenges.judge(asked, passed=True, note="Right.", by=by if alone else other, now=NOW)
    words = "One person alone asked the question and judged the answer."
    assert (words in signs(service.request)) is alone


@pytest.mark.parametrize(
    ("since", "warned"),
    [
        (None, False),
        (date(2026, 6, 1), True),
        (date(2026, 3, 12), True),
        (date(2026, 3, 11), False),
        (date(2010, 1, 1), False),
    ],
)
def test_v4_an_email_domain_younger_than_90_days_is_a_warning_sign(since, warned: bool) -> None:
    request = fresh_case()
    request.filing.email_domain_since = since
    request.filing.save()
    found = [facts for words, facts in signs(request).items() if "very new" in words]
    assert bool(found) is warned
    assert all("mail.example, registered on" in facts[0] for facts in found)


def test_v4_the_age_is_looked_up_once_and_kept(registry, settings) -> None:  # noqa: F811
    says(registry, since="2026-06-01T00:00:00Z", name="mail.example")
    filing = fresh_case().filing
    assert claimant_domain.look_up_due(NOW) == 0
    filing.email_domain_due_at = claimant_domain.first_due(filing, NOW)
    filing.save()
    assert [claimant_domain.look_up_due(NOW) for _ in range(2)] == [1, 0]
    filing.refresh_from_db()
    assert (filing.email_domain_since, filing.email_domain_due_at) == (date(2026, 6, 1), None)
    settings.RDAP_URL = {}
    assert claimant_domain.first_due(filing, NOW) is None


def test_v4_a_registry_that_does_not_answer_is_asked_again_for_two_days(registry) -> None:  # noqa: F811
    registry.says("/domain/mail.example", "rubbish")
    filing = fresh_case().filing
    filing.confirmed_at = filing.email_domain_due_at = NOW
    filing.save()
    later = NOW
    for _round in range(8):
        assert claimant_domain.look_up_due(later) == 1
        later += claimant_domain.AGAIN_AFTER
    assert claimant_domain.look_up_due(later) == 1
    assert claimant_domain.look_up_due(later + timedelta(days=9)) == 0
    filing.refresh_from_db()
    assert filing.email_domain_since is None


# -- What comes next ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "ours"),
    [
        ({"kind": ChallengeKind.CALL}, True),
        ({"kind": ChallengeKind.CALL, "seen": "read_out"}, False),
        ({"kind": ChallengeKind.LETTER}, True),
        ({"kind": ChallengeKind.LETTER, "posted_at": NOW}, False),
        ({"kind": ChallengeKind.QUESTION}, False),
        ({"kind": ChallengeKind.QUESTION, "answer": "Bread."}, True),
        ({"kind": ChallengeKind.DNS}, False),
    ],
)
def test_v2_whose_turn_it_is(fields, ours: bool) -> None:
    request = ripe_case()
    Challenge.objects.all().delete()
    a_challenge(request.services.get(), **fields)
    case = case_of_request(request.pk)
    why = reason(case, case.request(request.pk), RIPE)
    assert next_step(worklist.OTHER, why) == (
        "Verify the claimant" if ours else "Wait for the claimant"
    )
    assert challenges.waits_for_staff().exists() is ours
