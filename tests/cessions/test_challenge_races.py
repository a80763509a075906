"""Two people, or a person and a clock, at one challenge at the same instant (V2)."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from cessions.enums import ChallengeKind, ChallengeState
from cessions.models import Challenge
from cessions.services import challenges
from cessions.services.challenges import ChallengeRefused, CodeAnswer
from hosting.records.models import JournalEntry
from tests.cessions.cases import RECEIVED, a_challenge, fresh_case
from tests.cessions.test_races import Pair

pytestmark = pytest.mark.django_db(transaction=True)
NOW = RECEIVED + timedelta(days=1)
ROUNDS = 12


@pytest.fixture
def pair() -> Iterator[Pair]:
    pair = Pair()
    yield pair
    pair.close()


def a_letter(**fields: object) -> Challenge:
    return a_challenge(fresh_case().services.get(), ChallengeKind.LETTER, **fields)


def test_v2_the_same_code_entered_twice_passes_once(pair) -> None:
    for _round in range(ROUNDS):
        challenge = a_letter()
        code = challenges.code_of(challenge)

        def enter(challenge: Challenge = challenge, code: str = code) -> CodeAnswer:
            return challenges.enter_code(challenge, code, now=NOW)

        answers = pair.race(enter, enter)
        assert sorted(map(str, answers)) == [CodeAnswer.OVER, CodeAnswer.RIGHT]
    assert JournalEntry.objects.filter(event="challenge_passed").count() == ROUNDS


def test_v2_the_last_two_tries_are_two_and_not_three(pair) -> None:
    for _round in range(ROUNDS):
        challenge = a_letter(tries=4)

        def guess(challenge: Challenge = challenge) -> CodeAnswer:
            return challenges.enter_code(challenge, "AAAA-AAAA", now=NOW)

        assert pair.race(guess, guess) == [CodeAnswer.OVER] * 2
        challenge.refresh_from_db()
        assert (challenge.tries, challenge.state) == (5, ChallengeState.FAILED)


def test_v2_a_code_in_time_and_the_expiry_never_both_count(pair) -> None:
    for _round in range(ROUNDS):
        challenge = a_letter(expires_at=NOW + timedelta(seconds=1))
        code = challenges.code_of(challenge)

        def enter(challenge: Challenge = challenge, code: str = code) -> CodeAnswer:
            return challenges.enter_code(challenge, code, now=NOW)

        def expire() -> int:
            return challenges.expire_due(NOW + timedelta(seconds=1))

        answer, expired = pair.race(enter, expire)
        challenge.refresh_from_db()
        assert (answer, expired) in ((CodeAnswer.RIGHT, 0), (CodeAnswer.OVER, 1))
        passed = challenge.state == ChallengeState.PASSED
        assert passed is (answer is CodeAnswer.RIGHT)


def test_v2_one_of_a_kind_is_begun_once(pair) -> None:
    for _round in range(ROUNDS):
        service = fresh_case().services.get()

        def begin(service=service) -> str:
            try:
                challenges.begin(service, ChallengeKind.DNS, now=NOW)
            except ChallengeRefused as refused:
                return refused.code
            return "begun"

        assert sorted(map(str, pair.race(begin, begin))) == ["begun", "kind"]
