"""The same mail comes in twice at the same instant: it is one message, and one mail to staff."""

import threading

import pytest
from django.db import connection

from hosting.records.models import OutgoingMail
from interventions.enums import Came
from interventions.models import TicketMessage
from interventions.services.incoming import receive_mail
from tests.interventions import cases
from tests.interventions.mails import reply

ROUNDS = 10


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("talking")
def test_a_mail_delivered_twice_at_once_is_one_message(now):
    for number in range(ROUNDS):
        ticket, came, start = cases.a_ticket(now), [], threading.Barrier(2)
        raw = reply(ticket, Message_ID=f"<{number}@bakery.example>").as_bytes()

        def deliver(raw=raw, came=came, start=start):
            try:
                start.wait(10)
                came.append(receive_mail(raw, now=now))
            finally:
                connection.close()

        threads = [threading.Thread(target=deliver) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert sorted(came) == sorted([Came.KEPT, Came.KNOWN])
    assert TicketMessage.objects.count() == ROUNDS
    assert OutgoingMail.objects.filter(kind="ticket_answered").count() == ROUNDS
