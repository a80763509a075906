"""The sweep of the check-ins: each is asked and reminded of once, whatever stood still (A11, K4).

A claimed check-in's next step lies ahead already, so that two workers take a step once, and a killed
one leaves it due again after a pause. The step itself (mail into the outbox, count, next instant) is
one transaction.
"""

from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max, QuerySet

from accounts.enums import AccountKind, Role
from accounts.models import CheckIn, CustomerAccount, Membership, PlannedAbsence
from accounts.notifications import check_in as notify
from accounts.policies.checkin import Step, due_after_mail, in_hours, next_step
from accounts.services.absence import today
from accounts.services.checkin import next_year, schedule_first
from hosting.lib.dates import end_of
from hosting.lib.sweeps import each
from hosting.records.models import OutgoingMail
from hosting.records.services import journal

PAUSE = timedelta(hours=2)
"""How long a claimed check-in is left to the worker that took it."""

CLAIM = """
UPDATE accounts_checkin SET next_step_at = %(again)s
WHERE id IN (
    SELECT id FROM accounts_checkin WHERE next_step_at <= %(now)s
    ORDER BY next_step_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
RETURNING id
"""


def schedule_new(now: datetime, limit: int = 100) -> int:
    """Plan the first check-in of up to `limit` resellers whose first owner joined; how many."""
    new = CustomerAccount.objects.filter(
        kind=AccountKind.RESELLER,
        next_check_in_at__isnull=True,
        memberships__in=_owners(),
    ).distinct()
    return each(new[:limit], lambda account: schedule_first(account, now), name="first check-ins")


def open_due(now: datetime, limit: int = 100) -> int:
    """Open the check-in of up to `limit` accounts whose year is over; how many were opened."""
    due = CustomerAccount.objects.filter(next_check_in_at__lte=now).order_by("next_check_in_at")
    keys = list(due.values_list("pk", flat=True)[:limit])
    return each(keys, partial(open_check_in, now=now), name="due check-ins")


@transaction.atomic
def open_check_in(account_id: int, *, now: datetime) -> bool:
    """Begin one check-in; its first mail is the first step. False when somebody was faster.

    An account without an owner who could answer is asked nothing until one joins.
    """
    rows = CustomerAccount.objects.select_for_update(no_key=True, skip_locked=True)
    account = rows.filter(pk=account_id, next_check_in_at__lte=now).first()
    if account is None:
        return False
    if account.memberships.filter(pk__in=_owners()).exists():
        account.next_check_in_at = next_year(now)
        running = account.check_ins.filter(confirmed_at__isnull=True, closed_at__isnull=True)
        if not running.exists():
            opened = CheckIn.objects.create(account=account, opened_at=now, next_step_at=now)
            journal(account.stream, "checkin.opened", at=now, check_in=opened.pk)
    else:
        account.next_check_in_at = None
    account.save(update_fields=["next_check_in_at"])
    return True


def step_due(now: datetime, limit: int = 100) -> int:
    """Take the next step of up to `limit` check-ins that are due; how many were due.

    Nothing happens outside 08:00 to 20:00 local. One check-in's trouble stops no other.
    """
    if not in_hours(now, ZoneInfo(settings.TIME_ZONE)):
        return 0
    claimed = claim(now, limit)
    each(claimed, partial(step, now=now), name="check-ins")
    return len(claimed)


def claim(now: datetime, limit: int) -> list[int]:
    """The ids of due check-ins, for this sweep alone until `now` + PAUSE."""
    values: dict[str, Any] = {"now": now, "again": now + PAUSE, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, values)
        return [pk for (pk,) in cursor.fetchall()]


@transaction.atomic
def step(check_in_id: int, *, now: datetime) -> bool:
    """Ask, remind, close or wait: the one step that is due for a claimed check-in.

    False when it is no longer this sweep's: answered, or taken over after PAUSE.
    """
    rows = CheckIn.objects.select_for_update(of=("self",)).select_related("account")
    check_in = rows.get(pk=check_in_id)
    if check_in.next_step_at != now + PAUSE:
        return False
    due = next_step(check_in.mails_sent, _last_sent(check_in), now)
    away_until = _away_until(check_in.account, now)
    if due.step is Step.WAIT:
        check_in.next_step_at = due.due
    elif away_until is not None:
        check_in.next_step_at = away_until
    elif due.step is Step.MAIL:
        _mail(check_in, now)
    else:
        _close(check_in, now)
    check_in.save(update_fields=["mails_sent", "next_step_at", "closed_at"])
    return True


def _mail(check_in: CheckIn, now: datetime) -> None:
    mails = notify.ask(check_in.account, check_in.mails_sent, now=now)
    check_in.mails_sent += 1
    check_in.next_step_at = due_after_mail(check_in.mails_sent, now)
    journal(
        check_in.account.stream,
        "checkin.asked",
        at=now,
        check_in=check_in.pk,
        mail=check_in.mails_sent,
        addresses=mails,
    )


def _close(check_in: CheckIn, now: datetime) -> None:
    """Nothing but this is lost by silence: staff see that nobody answered."""
    check_in.closed_at, check_in.next_step_at = now, None
    journal(check_in.account.stream, "checkin.unanswered", at=now, check_in=check_in.pk)


def _last_sent(check_in: CheckIn) -> datetime:
    """When the last mail was really taken by a mail server; the opening where none was yet."""
    mails = OutgoingMail.objects.filter(
        stream=check_in.account.stream, kind=notify.KIND, created_at__gte=check_in.opened_at
    )
    sent = mails.aggregate(accepted=Max("accepted_at"), queued=Max("created_at"))
    return sent["accepted"] or sent["queued"] or check_in.opened_at


def _away_until(account: CustomerAccount, now: datetime) -> datetime | None:
    """The end of an announced absence that runs: nobody is asked during it."""
    day = today(now)
    running = PlannedAbsence.objects.filter(
        account=account, cancelled_at__isnull=True, from_on__lte=day, until_on__gte=day
    )
    last = running.aggregate(last=Max("until_on"))["last"]
    return None if last is None else end_of(last, ZoneInfo(settings.TIME_ZONE))


def _owners() -> QuerySet[Membership]:
    """The memberships of those who could answer."""
    return Membership.objects.filter(role=Role.OWNER, ended_at__isnull=True)
