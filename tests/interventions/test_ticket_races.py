"""A form sent twice at the same instant, and a confirmation that meets the sweep: exactly one ticket,
exactly one outcome (I2)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from hosting.records.models import OutgoingMail
from interventions.models import SiteCredential, Ticket
from interventions.services import tickets
from interventions.services.states import NotPossible
from tests.interventions import cases
from tests.interventions.visitor import CANARY, answers

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 20


def both(first, second):
    """What two sides give that begin at the same instant, each on a connection of its own."""
    gate = Barrier(2)

    def side(act):
        gate.wait(timeout=60)
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        results = [pool.submit(side, act) for act in (first, second)]
        return [result.result() for result in results]


def test_a_form_sent_twice_at_the_same_instant_opens_one_ticket():
    for round_ in range(ROUNDS):
        given = answers(Client(), secret_cms=CANARY, email=f"round{round_}@mail.example")
        sent = both(*[lambda g=given: Client().post("/assistance/", g)] * 2)
        assert {answer.status_code for answer in sent} == {302}
        assert len({answer["location"] for answer in sent}) == 1
        made = round_ + 1
        assert Ticket.objects.count() == OutgoingMail.objects.count() == made
        assert SiteCredential.objects.count() == made


def test_a_ticket_is_confirmed_or_let_go_never_both(now):
    until = now + timedelta(days=7)
    outcomes = set()
    for _ in range(ROUNDS):
        ticket = cases.a_ticket(now, state="unconfirmed", expires_at=until)
        won = tuple(both(lambda t=ticket: confirmed(t, now), lambda t=ticket: let_go(t, until)))
        assert won in ((True, False), (False, True))
        ticket.refresh_from_db()
        assert ticket.state == ("open" if won[0] else "expired")
        assert bool(ticket.what) == won[0]
        outcomes.add(won)
    assert outcomes


def confirmed(ticket, now):
    try:
        tickets.confirm(ticket, now=now)
    except NotPossible:
        return False
    return True


def let_go(ticket, until):
    return tickets.expire(ticket, now=until)
