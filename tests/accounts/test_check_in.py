"""One mail and two reminders a year, and never a burst, whatever stood still (A11, K4)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from threading import Barrier
from unittest.mock import patch

import pytest
import time_machine
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts import tasks
from accounts.enums import AccountKind, Role
from accounts.models import CheckIn
from accounts.policies.checkin import MAILS, Step, due_after_mail, next_step
from accounts.services import checkin_steps as steps
from accounts.services.absence import announce_absence
from accounts.services.checkin import StillRight, confirm, schedule_first
from hosting.records.models import JournalEntry, OutgoingMail
from tests.factories import ContactMethodFactory, CustomerAccountFactory, MembershipFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def account(now):
    """A reseller with an owner, one address, and a check-in due now."""
    account = CustomerAccountFactory(reachable=True, next_check_in_at=now)
    MembershipFactory(account=account, user__email="owner@client.example")
    return account


def sweep(now) -> None:
    """What the task does in one ring."""
    steps.schedule_new(now)
    steps.open_due(now)
    steps.step_due(now)


def sweeps(start, end, every=4 * HOUR) -> None:
    while start < end:
        sweep(start)
        start += every


def asked_at(account) -> list[datetime]:
    """The instants at which mails went into the outbox, each once."""
    mails = OutgoingMail.objects.filter(stream=account.stream, kind="check_in")
    return sorted(set(mails.values_list("created_at", flat=True)))


def test_the_mail_goes_to_every_address_once(now, account):
    ContactMethodFactory(account=account, value="Owner@client.example")
    ContactMethodFactory(account=account, former=True)
    MembershipFactory(account=account, role=Role.MEMBER)
    sweep(now)
    mails = OutgoingMail.objects.filter(kind="check_in")
    emails = set(
        account.contact_methods.current().filter(kind="email").values_list("value", flat=True)
    )
    assert sorted(mail.recipient for mail in mails) == sorted(emails)
    text = mails[0].text
    assert "/espace/bilan/" in text
    assert "Nothing is lost" in text


def test_reminders_follow_after_14_and_30_days_and_the_end_after_60(now, account):
    sweeps(now, now + 70 * DAY)
    assert asked_at(account) == [now, now + 14 * DAY, now + 30 * DAY]
    subjects = OutgoingMail.objects.order_by("id").values_list("subject", flat=True)
    assert not subjects[0].startswith("Reminder")
    assert subjects[len(subjects) - 1].startswith("Reminder")
    check_in = account.check_ins.get()
    assert (check_in.closed_at, check_in.next_step_at) == (now + 60 * DAY, None)
    assert JournalEntry.objects.filter(event="checkin.unanswered").count() == 1


def test_the_next_one_comes_a_year_later(now, account):
    sweeps(now, now + 62 * DAY)
    account.refresh_from_db()
    assert account.next_check_in_at == now + 365 * DAY
    sweep(now + 365 * DAY)
    assert account.check_ins.count() == 2


@pytest.mark.parametrize("days", [5, 60])
def test_an_outage_brings_one_mail_and_no_burst(now, account, days):
    sweeps(now, now + 12 * DAY)
    back = now + (12 + days) * DAY
    sweeps(back, back + 2 * DAY)
    times = asked_at(account)
    assert times == [now, back]
    sweeps(back + 2 * DAY, back + 20 * DAY)
    assert asked_at(account) == [now, back, back + 16 * DAY]


def test_a_reminder_is_spaced_from_when_the_mail_was_really_sent(now, account):
    sweep(now)
    OutgoingMail.objects.update(accepted_at=now + 2 * DAY)  # the mail server was away
    sweeps(now + 13 * DAY, now + 18 * DAY)
    assert asked_at(account) == [now, now + 16 * DAY]


def test_nothing_is_sent_at_night(now, account):
    night = now.replace(hour=20)  # 22:00 in Paris
    sweeps(night, night + 11 * HOUR, HOUR)
    assert asked_at(account) == [night + 10 * HOUR]


def test_nobody_is_asked_while_he_is_announced_to_be_away(now, account):
    owner = account.memberships.get().user
    first, last = now.date(), (now + 20 * DAY).date()
    announce_absence(account, from_on=first, until_on=last, by=owner, now=now)
    sweeps(now, now + 25 * DAY)
    (asked,) = asked_at(account)
    assert asked.date() == (now + 21 * DAY).date()


def test_an_answer_ends_the_reminders(now, account):
    owner = account.memberships.get().user
    sweep(now)
    method = account.contact_methods.first()
    confirm(account, StillRight([method]), by=owner, now=now + DAY)
    sweeps(now + DAY, now + 40 * DAY)
    assert asked_at(account) == [now]
    method.refresh_from_db()
    check_in = account.check_ins.get()
    assert method.verified_at == now + DAY
    assert (check_in.confirmed_at, check_in.confirmed_by) == (now + DAY, owner)
    account.refresh_from_db()
    assert account.next_check_in_at == now + 366 * DAY


def test_two_workers_take_a_step_once(now, account):
    steps.open_due(now)
    first, second = steps.claim(now, 10), steps.claim(now, 10)
    assert len(first) == 1
    assert second == []
    assert steps.step(first[0], now=now)
    assert not steps.step(first[0], now=now)
    assert account.check_ins.get().mails_sent == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_the_same_instant_ask_once(now):
    accounts = [CustomerAccountFactory(reachable=True, next_check_in_at=now) for _ in range(8)]
    for account in accounts:
        MembershipFactory(account=account)
    barrier = Barrier(2)

    def worker() -> None:
        barrier.wait(timeout=60)
        sweep(now)
        connection.close()

    with ThreadPoolExecutor(max_workers=2) as pool:
        for job in [pool.submit(worker), pool.submit(worker)]:
            job.result(timeout=60)
    sweep(now)  # what one worker left to the other
    recipients = OutgoingMail.objects.filter(kind="check_in").values_list("recipient", flat=True)
    assert len(recipients) == len(set(recipients)) == 16
    assert list(CheckIn.objects.values_list("mails_sent", flat=True)) == [1] * 8


def test_the_ring_of_the_beat_asks_who_is_due(now, account):
    with time_machine.travel(now, tick=False):
        tasks.sweep_check_ins()
    assert asked_at(account) == [now]


def test_opening_twice_makes_one_check_in(now, account):
    assert steps.open_check_in(account.pk, now=now)
    assert not steps.open_check_in(account.pk, now=now)
    assert account.check_ins.count() == 1


def test_a_worker_killed_between_claim_and_mail_loses_nothing(now, account):
    with patch.object(steps.notify, "ask", side_effect=RuntimeError):
        sweep(now)
    check_in = account.check_ins.get()
    assert (check_in.mails_sent, asked_at(account)) == (0, [])
    sweep(now + HOUR)
    assert asked_at(account) == []  # still left to the worker that took it
    sweep(now + 2 * HOUR)
    assert asked_at(account) == [now + 2 * HOUR]


def test_one_accounts_trouble_stops_no_other(now, account):
    other = CustomerAccountFactory(reachable=True, next_check_in_at=now)
    MembershipFactory(account=other)
    ask = steps.notify.ask

    def fails(asked, *args, **kwargs):
        if asked == account:
            raise RuntimeError
        return ask(asked, *args, **kwargs)

    with patch.object(steps.notify, "ask", side_effect=fails):
        sweep(now)
    assert asked_at(other) == [now]


def test_the_first_check_in_is_planned_a_year_after_the_owner_joined(now):
    account = CustomerAccountFactory()
    sweep(now)
    account.refresh_from_db()
    assert account.next_check_in_at is None
    MembershipFactory(account=account)
    sweep(now)
    account.refresh_from_db()
    assert account.next_check_in_at == now + 365 * DAY
    assert not schedule_first(account, now + DAY)


def test_a_direct_client_is_not_asked(now):
    account = CustomerAccountFactory(kind=AccountKind.DIRECT)
    MembershipFactory(account=account)
    sweep(now)
    account.refresh_from_db()
    assert account.next_check_in_at is None


def test_without_an_owner_who_could_answer_nobody_is_asked(now):
    account = CustomerAccountFactory(reachable=True, next_check_in_at=now)
    sweep(now)
    account.refresh_from_db()
    assert account.next_check_in_at is None
    assert not CheckIn.objects.exists()


def test_the_claim_finds_due_rows_by_their_index(now):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM accounts_checkin WHERE next_step_at <= %s"
            " ORDER BY next_step_at LIMIT 10",
            [now],
        )
        plan = " ".join(line for (line,) in cursor.fetchall())
    assert "check_in_due" in plan


@settings(max_examples=200, deadline=None, database=None, derandomize=True)
@given(st.lists(st.integers(min_value=1, max_value=24 * 90), min_size=1, max_size=60))
def test_no_pattern_of_sweeps_yields_two_mails_within_ten_days(gaps):
    """The policy alone, driven as the sweep drives it: at any instants whatever."""
    now = opened = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)
    sent: list[datetime] = []
    due = opened
    for hours in gaps:
        now += timedelta(hours=hours)
        if now < due:
            continue
        found = next_step(len(sent), sent[-1] if sent else opened, now)
        if found.step is Step.CLOSE:
            break
        assert found.step is Step.MAIL
        sent.append(now)
        due = due_after_mail(len(sent), now)
    assert len(sent) <= MAILS
    assert all(later - former >= 10 * DAY for former, later in pairwise(sent))


@settings(
    max_examples=25,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.lists(
        st.tuples(st.integers(min_value=1, max_value=24 * 40), st.integers(0, 72)),
        min_size=1,
        max_size=14,
    )
)
def test_no_pattern_of_sweeps_and_slow_mail_sends_two_within_ten_days(django_db_blocker, gaps):
    """The sweep itself on the database, with mail that is taken up to three days late."""
    now = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)
    account = CustomerAccountFactory(reachable=True, next_check_in_at=now)
    MembershipFactory(account=account)
    for hours, late in gaps:
        now += timedelta(hours=hours)
        sweep(now)
        waiting = OutgoingMail.objects.filter(stream=account.stream, accepted_at=None)
        waiting.update(accepted_at=now + timedelta(hours=late))
    taken = sorted(
        set(
            OutgoingMail.objects.filter(stream=account.stream).values_list("accepted_at", flat=True)
        )
    )
    assert all(later - former >= 10 * DAY for former, later in pairwise(taken))
