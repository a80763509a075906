"""Two clicks at the same instant (T3, DESIGN principle 3)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from cessions.enums import FilingState, RequestState
from cessions.models import Filing, TransferRequest
from cessions.services import intake, reception, withdrawal
from cessions.services.locks import NotPossible
from hosting.records.models import JournalEntry, OutgoingMail
from tests.factories import DraftFactory, ServiceFactory

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*verbs: Callable[[], Any]) -> list[Any]:
    """What each verb gives, or the error it ends with, all started together."""

    def run(verb: Callable[[], Any]) -> Any:
        try:
            return verb()
        except NotPossible as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(verbs)) as pool:
        return list(pool.map(run, verbs))


def test_confirming_eight_times_at_once_is_one_reception(now):
    ServiceFactory(name="example.fr")
    waiting = DraftFactory(unconfirmed=True)
    results = at_once(*[lambda: reception.confirm(waiting, now=now)] * 8)
    assert {filing.confirmed_at for filing in results} == {now}
    assert TransferRequest.objects.count() == 1
    assert JournalEntry.objects.filter(event="received").count() == 1
    assert OutgoingMail.objects.count() == 1


def test_confirmation_and_expiry_at_once_are_never_both(now):
    for _ in range(10):
        waiting = DraftFactory(unconfirmed=True)
        at_once(
            lambda waiting=waiting: reception.confirm(waiting, now=now),
            lambda waiting=waiting: intake.expire(waiting, now=now),
        )
        waiting.refresh_from_db()
        assert waiting.requests.exists() == (waiting.state == FilingState.CONFIRMED)
        assert waiting.services.exists() == (waiting.state == FilingState.CONFIRMED)


def test_withdrawing_eight_times_at_once_withdraws_once(now):
    filing: Filing = reception.confirm(DraftFactory(unconfirmed=True), now=now)
    results = at_once(*[lambda: withdrawal.withdraw(filing, now=now)] * 8)
    assert sorted(results) == [False] * 7 + [True]
    assert filing.requests.get().state == RequestState.WITHDRAWN
    assert OutgoingMail.objects.filter(kind="cession_withdrawn").count() == 1
