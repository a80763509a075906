"""Challenges: begun, passed by their code alone, tried a few times, ended (V1, V2)."""

from datetime import timedelta
from typing import Any

import pytest

from cessions.enums import CallResult, ChallengeKind, ChallengeState, RequestState
from cessions.models import Challenge, TransferRequest
from cessions.services import challenges
from cessions.services.challenges import ChallengeRefused, CodeAnswer
from hosting.records.models import JournalEntry, OutgoingMail
from tests.cessions.cases import RECEIVED, fresh_case
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
NOW = RECEIVED + timedelta(days=1)
PAGE = "https://bakery.example/contact"
TARGETS: dict[str, dict[str, Any]] = {
    ChallengeKind.OWNER_EMAIL: {"target": "owner@bakery.example", "source": "registry"},
    ChallengeKind.CALL: {"target": "+33 3 88 99 88 77", "source": PAGE},
    ChallengeKind.LETTER: {"target": "Bakery\n1 place du Marché\n67000 Strasbourg", "source": PAGE},
    ChallengeKind.QUESTION: {"question": "Which pages did the site have last year?"},
}
BY_CODE = (ChallengeKind.OWNER_EMAIL, ChallengeKind.CALL, ChallengeKind.LETTER)


def begun(kind: str, request: TransferRequest | None = None, **more: Any) -> Challenge:
    """A challenge that staff began on the first service of a fresh case."""
    service = (request or fresh_case()).services.get()
    words = {"by": UserFactory(support=True), **TARGETS.get(kind, {}), **more}
    return challenges.begin(service, kind, now=NOW, **words)


def refusal(verb: Any, *arguments: Any, **words: Any) -> str:
    """The code of the refusal that `verb` raises."""
    with pytest.raises(ChallengeRefused) as caught:
        verb(*arguments, **words)
    assert str(caught.value)
    return caught.value.code


@pytest.mark.parametrize("kind", ChallengeKind.values)
def test_v2_each_kind_is_begun_with_its_days_and_tries(kind: str) -> None:
    challenge = begun(kind)
    assert challenge.state == ChallengeState.OPEN
    assert challenge.expires_at > NOW
    assert challenge.tries_allowed >= 1
    assert JournalEntry.objects.get(event="challenge_begun").facts["kind"] == kind


@pytest.mark.parametrize("kind", BY_CODE)
def test_v2_the_code_passes_in_any_case_and_with_spaces(kind: str) -> None:
    challenge = begun(kind)
    typed = f"  {challenges.code_of(challenge).lower().replace('-', ' ')} "
    assert challenges.enter_code(challenge, typed, now=NOW) is CodeAnswer.RIGHT
    challenge.refresh_from_db()
    assert (challenge.state, challenge.judged_by) == (ChallengeState.PASSED, None)
    assert challenges.enter_code(challenge, typed, now=NOW) is CodeAnswer.OVER


def test_v2_five_wrong_codes_end_it_and_then_the_right_one_is_too_late() -> None:
    challenge = begun(ChallengeKind.CALL)
    answers = [challenges.enter_code(challenge, "AAAA-AAAA", now=NOW) for _ in range(5)]
    assert answers == [CodeAnswer.WRONG] * 4 + [CodeAnswer.OVER]
    right = challenges.code_of(challenge)
    assert challenges.enter_code(challenge, right, now=NOW) is CodeAnswer.OVER
    challenge.refresh_from_db()
    assert challenge.state == ChallengeState.FAILED
    assert OutgoingMail.objects.filter(kind="cession_challenge_ended").count() == 1


def test_v2_another_claimants_code_is_a_wrong_one() -> None:
    mine, his = begun(ChallengeKind.LETTER), begun(ChallengeKind.LETTER)
    assert challenges.enter_code(mine, challenges.code_of(his), now=NOW) is CodeAnswer.WRONG


def test_v2_the_code_of_another_kind_is_a_wrong_one() -> None:
    request = fresh_case()
    call = begun(ChallengeKind.CALL, request)
    letter = begun(ChallengeKind.LETTER, request)
    assert challenges.enter_code(call, challenges.code_of(letter), now=NOW) is CodeAnswer.WRONG


@pytest.mark.parametrize("kind", BY_CODE)
def test_v2_after_its_expiry_the_code_passes_nothing(kind: str) -> None:
    challenge = begun(kind)
    late = challenge.expires_at
    right = challenges.code_of(challenge)
    assert challenges.enter_code(challenge, right, now=late) is CodeAnswer.OVER
    assert challenges.expire_due(late) == 1
    challenge.refresh_from_db()
    assert (challenge.state, challenge.ended_at) == (ChallengeState.EXPIRED, late)
    assert challenges.expire_due(late) == 0


def test_v2_nothing_is_passed_once_the_request_has_ended() -> None:
    request = fresh_case()
    challenge = begun(ChallengeKind.LETTER, request)
    request.services.update(state=RequestState.REFUSED)
    right = challenges.code_of(challenge)
    assert challenges.enter_code(challenge, right, now=NOW) is CodeAnswer.OVER
    service = request.services.get()
    assert refusal(challenges.begin, service, ChallengeKind.DNS, now=NOW) == "closed"
    challenges.expire_due(challenge.expires_at)
    assert not OutgoingMail.objects.filter(kind="cession_challenge_ended").exists()


@pytest.mark.parametrize(
    ("kind", "by_himself"), [(kind, kind in ("dns", "file")) for kind in ChallengeKind.values]
)
def test_v2_the_claimant_begins_only_what_shows_his_control(kind: str, by_himself: bool) -> None:
    service = fresh_case().services.get()
    assert (kind in challenges.open_kinds(service, for_claimant=True)) is by_himself
    if by_himself:
        assert challenges.begin(service, kind, now=NOW).asked_by is None
    else:
        words = TARGETS[kind]
        assert refusal(challenges.begin, service, kind, now=NOW, **words) == "staff"


def test_v2_one_of_a_kind_runs_at_a_time_and_not_more_than_five_are_begun() -> None:
    request = fresh_case()
    for _number in range(5):
        challenge = begun(ChallengeKind.CALL, request)
        assert ChallengeKind.CALL not in challenges.open_kinds(request.services.get())
        challenges.judge(
            challenge, passed=False, note="Wrong.", by=UserFactory(support=True), now=NOW
        )
    assert refusal(begun, ChallengeKind.CALL, request) == "kind"


@pytest.mark.parametrize(
    ("kind", "words", "code"),
    [
        ("owner_email", {"source": ""}, "source"),
        ("owner_email", {"target": "a@b.example, c@d.example"}, "email"),
        ("call", {"target": "12"}, "telephone"),
        ("call", {"target": "03 88 11 22 33"}, "typed"),
        ("letter", {"target": "Strasbourg"}, "address"),
        ("question", {"question": " "}, "question"),
    ],
)
def test_v1_a_target_is_found_by_staff_and_complete(
    kind: str, words: dict[str, Any], code: str
) -> None:
    assert refusal(begun, kind, **words) == code


def test_v1_the_number_that_the_claimant_gave_counts_when_it_stands_on_the_site() -> None:
    challenge = begun(ChallengeKind.CALL, target="03 88 11 22 33", on_site=True)
    facts = JournalEntry.objects.get(event="challenge_begun").facts
    assert (facts["claimants_own"], facts["found_on_site"]) == (True, True)
    assert challenge.target == "+33388112233"


def test_v2_no_code_goes_to_an_address_of_the_holder() -> None:
    request = fresh_case()
    address = request.holder.contact_methods.get(kind="email").value
    assert refusal(begun, ChallengeKind.OWNER_EMAIL, request, target=address.upper()) == "holder"


def test_v2_the_owner_is_asked_by_a_mail_that_holds_no_code_in_the_outbox() -> None:
    challenge = begun(ChallengeKind.OWNER_EMAIL)
    mail = OutgoingMail.objects.get(kind="owner_check")
    code = challenges.code_of(challenge)
    assert (mail.recipient, challenge.mail) == ("owner@bakery.example", mail)
    assert code not in mail.text + mail.html
    filing = challenge.filing
    assert filing.full_name not in mail.text
    assert str(filing.number) in mail.text


def test_v2_the_owner_confirms_or_denies_once() -> None:
    confirmed, denied = begun(ChallengeKind.OWNER_EMAIL), begun(ChallengeKind.OWNER_EMAIL)
    assert challenges.confirm_click(confirmed, now=NOW)
    assert not challenges.deny_click(confirmed, now=NOW)
    assert challenges.deny_click(denied, now=NOW)
    assert not challenges.confirm_click(denied, now=NOW)
    states = Challenge.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == [ChallengeState.PASSED, ChallengeState.FAILED]


def test_v1_a_question_is_judged_by_staff_once_it_is_answered() -> None:
    challenge, by = begun(ChallengeKind.QUESTION), UserFactory(support=True)
    verdict = {"passed": True, "note": "Right.", "by": by, "now": NOW}
    assert refusal(challenges.judge, challenge, **verdict) == "unanswered"
    challenges.answer_question(challenge, "Bread, cakes, contact.", now=NOW)
    challenges.judge(challenge, **verdict)
    challenge.refresh_from_db()
    assert (challenge.state, challenge.judged_by) == (ChallengeState.PASSED, by)


@pytest.mark.parametrize("kind", ["dns", "file", *BY_CODE])
def test_v2_staff_pass_nothing_that_has_a_code(kind: str) -> None:
    challenge = begun(kind)
    verdict = {"passed": True, "note": "I trust him.", "by": UserFactory(support=True), "now": NOW}
    assert refusal(challenges.judge, challenge, **verdict) == "by_code"


def test_v2_one_that_cannot_be_done_is_replaced_by_another() -> None:
    old, by = begun(ChallengeKind.FILE), UserFactory(support=True)
    words = {**TARGETS[ChallengeKind.LETTER], "note": "The site is off line.", "by": by}
    new = challenges.replace(old, ChallengeKind.LETTER, now=NOW, **words)
    old.refresh_from_db()
    assert (old.state, old.replaced_by) == (ChallengeState.DROPPED, new)


def test_v2_a_replacement_that_cannot_be_begun_changes_nothing() -> None:
    old, by = begun(ChallengeKind.FILE), UserFactory(support=True)
    words = {"note": "Off line.", "by": by, "now": NOW}
    assert refusal(challenges.replace, old, ChallengeKind.LETTER, **words) == "source"
    old.refresh_from_db()
    assert old.state == ChallengeState.OPEN


def test_v1_the_code_of_a_call_is_read_out_from_a_script_and_its_opening_journalled() -> None:
    challenge, by = begun(ChallengeKind.CALL), UserFactory(support=True)
    code = challenges.open_script(challenge, by=by, now=NOW)
    challenges.note_call(challenge, CallResult.READ_OUT, by=by, now=NOW)
    assert challenges.enter_code(challenge, code, now=NOW) is CodeAnswer.RIGHT
    events = JournalEntry.objects.order_by("id").values_list("event", flat=True)
    assert list(events)[-3:] == ["challenge_script_opened", "challenge_called", "challenge_passed"]


@pytest.mark.parametrize(
    ("result", "state"),
    [
        (CallResult.NO_ANSWER, ChallengeState.OPEN),
        (CallResult.NOT_TAKEN, ChallengeState.FAILED),
        (CallResult.NOT_THE_SITE, ChallengeState.FAILED),
    ],
)
def test_v1_what_came_of_a_call_is_noted(result: str, state: str) -> None:
    challenge = begun(ChallengeKind.CALL)
    challenges.note_call(challenge, result, by=UserFactory(support=True), now=NOW)
    challenge.refresh_from_db()
    assert (challenge.seen, challenge.state) == (result, state)


def test_v1_the_letter_is_made_once_and_posted_once() -> None:
    challenge, by = begun(ChallengeKind.LETTER), UserFactory(support=True)
    assert refusal(challenges.letter_posted, challenge, by=by, now=NOW) == "kind"
    file = challenges.print_letter(challenge, by=by, now=NOW)
    assert challenges.print_letter(challenge, by=by, now=NOW) == file
    challenges.letter_posted(challenge, by=by, now=NOW)
    challenges.letter_posted(challenge, by=by, now=NOW + timedelta(hours=1))
    challenge.refresh_from_db()
    assert challenge.posted_at == NOW
    events = list(JournalEntry.objects.values_list("event", flat=True))
    counts = [events.count(f"challenge_letter_{what}") for what in ("made", "opened", "posted")]
    assert counts == [1, 2, 1]


def test_v2_codes_stand_in_no_row() -> None:
    request = fresh_case()
    made = [begun(kind, request) for kind in ChallengeKind.values]
    for challenge in made:
        challenges.enter_code(challenge, "wrong", now=NOW)
    texts = [str(row) for row in Challenge.objects.values()]
    texts += [str(row) for row in JournalEntry.objects.values()]
    texts += [str(row) for row in OutgoingMail.objects.values()]
    everything = "\n".join(texts)
    for challenge in made:
        code = challenges.code_of(challenge)
        assert code not in everything
        assert code.replace("-", "") not in everything
