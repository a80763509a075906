"""A paper accepted and withdrawn at the same instant: withdrawn in the end, whoever came first (P3)."""

from collections import Counter
from datetime import date

import pytest
from django.core.exceptions import ValidationError

from accounts.enums import PaperState
from accounts.models import InternalNote, PowerOfAttorney
from accounts.services.papers import accept_paper, end_paper, upload_signed
from tests.accounts.papers import DRAFTED, a_file, a_power, sent
from tests.cessions.test_races import Pair
from tests.factories import CustomerAccountFactory, UserFactory

ROUNDS = 15
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pair():
    pair = Pair()
    yield pair
    pair.close()


def tried(verb) -> bool:
    try:
        verb()
    except ValidationError:
        return False
    return True


def test_accepted_and_withdrawn_at_once_it_is_withdrawn(pair, now):
    account, staff = CustomerAccountFactory(reachable=True), UserFactory(support=True)
    seen: Counter[bool] = Counter()
    for number in range(ROUNDS):
        paper = sent(a_power(account, f"PA-{number}"), identity=True)
        accepted, ended = pair.race(
            lambda paper=paper: tried(
                lambda: accept_paper(
                    paper,
                    by=staff,
                    signed_on=date(2026, 6, 2),
                    identity_valid_until=date(2030, 1, 1),
                    identity_accepted=True,
                    now=now,
                )
            ),
            lambda paper=paper: tried(lambda: end_paper(paper, by=staff, now=now)),
        )
        paper.refresh_from_db()
        assert ended
        assert (paper.state, paper.identity_copy.destroyed_at) == (PaperState.ENDED, now)
        assert (paper.accepted_at is not None) == accepted
        seen[bool(accepted)] += 1
    assert InternalNote.objects.count() == seen[True]


def test_two_copies_sent_at_once_one_counts(pair, now):
    account, user = CustomerAccountFactory(), UserFactory()
    for number in range(ROUNDS):
        paper = a_power(account, f"PA-{number}")
        scans = [a_file("a.pdf"), a_file("b.pdf")]

        def send(scan, paper=paper):
            return tried(
                lambda: upload_signed(paper, scan=scan, identity_copy=None, by=user, now=DRAFTED)
            )

        done = pair.race(lambda: send(scans[0]), lambda: send(scans[1]))  # noqa: B023
        assert sorted(done) == [False, True]
        assert PowerOfAttorney.objects.get(pk=paper.pk).scan == scans[done.index(True)]
