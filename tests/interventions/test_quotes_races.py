"""Two answers, or paid work and courtesy, at the same instant: exactly one wins (I1, B4)."""

import random
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from interventions.models import Order, Quote, Site
from interventions.services import quote_answers, quotes, work
from interventions.services.states import NotPossible
from tests.interventions import cases
from tests.interventions.quotes import sent, staff

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("english")]
ROUNDS = 20


def race(*acts):
    """What each of `acts`, done at once, came to: True, or False where it was refused."""
    gate = Barrier(len(acts))

    def side(act):
        gate.wait(timeout=60)
        try:
            with connection.cursor() as cursor:
                for _ in range(random.randrange(8)):  # idle statements shift who comes first
                    cursor.execute("SELECT 1")
            act()
        except NotPossible:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(side, acts))


def accept(quote, now):
    return lambda: quote_answers.accept(quote, name="Ada", terms_version=1, now=now)


def test_accepted_twice_at_once_is_one_order(now):
    for _ in range(ROUNDS):
        quote = sent(now)
        assert race(accept(quote, now), accept(quote, now)) == [True, True]
        assert Order.objects.filter(quote=quote).count() == 1


def test_accepted_or_withdrawn_never_both(now):
    for _ in range(ROUNDS):
        quote, by = sent(now), staff()
        won = race(
            accept(quote, now),
            lambda quote=quote, by=by: quotes.withdraw(quote, reason="x", by=by, now=now),
        )
        assert sorted(won) == [False, True]
        state = Quote.objects.get(pk=quote.pk).state
        assert state == ("accepted" if won[0] else "withdrawn")
        assert Order.objects.filter(quote=quote).exists() == won[0]


def test_quoted_or_for_free_never_both(now):
    by = staff()
    for _ in range(ROUNDS):
        ticket = cases.a_ticket(now)
        site = Site.objects.create(service=ticket.service, kind="other", root="/srv/site")
        won = race(
            lambda ticket=ticket: quotes.draft_on_ticket(ticket, by=by, now=now),
            lambda ticket=ticket, site=site: work.open_intervention(
                ticket, site, areas=(), by=by, now=now
            ),
        )
        assert sorted(won) == [False, True]
        assert (ticket.quotes.exists(), ticket.interventions.exists()) == tuple(won)
