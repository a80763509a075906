"""The demo data: opened long ago, lived through day by day up to the present instant."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from accounts.models import CustomerAccount, User
from hosting.desk.demo.assistance import plan_assistance
from hosting.desk.demo.calendar import Calendar, clock_at
from hosting.desk.demo.cast import plan_cases
from hosting.desk.demo.continuity import RHEIN, plan_continuity
from hosting.desk.demo.handovers import plan_handovers
from hosting.desk.demo.people import (
    LUMEN,
    PIXEL,
    STAFF,
    give_history,
    hire_staff,
    open_reseller,
    stock_plans,
)
from hosting.desk.demo.quotes import write_quotes
from hosting.desk.demo.signing import plan_signing
from hosting.desk.demo.space import VOSGES, open_spaces
from hosting.desk.demo.upkeep import MULLER, plan_upkeep
from hosting.lib.dates import local_date
from hosting.records.services.sending import send_due

OPENED = timedelta(days=400)
HISTORY = timedelta(days=60)
PREPARED = timedelta(days=50)
QUOTED = timedelta(days=2)


def is_seeded() -> bool:
    """Whether this database has the demo already."""
    return User.objects.filter(email=STAFF[0][0]).exists()


def is_empty() -> bool:
    """Whether nobody works with this database: the demo never mixes with real customers."""
    return not CustomerAccount.objects.exists() and not User.objects.exists()


def seed(now: datetime, *, with_cases: bool = True) -> None:
    """Make staff, resellers and services, and cases whose past ends at `now`."""
    zone = ZoneInfo(settings.TIME_ZONE)
    calendar = Calendar(today=now, zone=zone)
    staff = hire_staff()
    standard, managed = stock_plans()
    today = local_date(now, zone)
    lumen = open_reseller(LUMEN, plan=standard, since=now - OPENED, today=today)
    pixel = open_reseller(PIXEL, plan=managed, since=now - OPENED, today=today)
    vosges = open_reseller(VOSGES, plan=managed, since=now - OPENED, today=today)
    give_history(lumen, staff["claire"], at=now - HISTORY)
    open_spaces(vosges, lumen, pixel, staff, at=now - PREPARED)
    write_quotes(vosges, staff["claire"], at=now - QUOTED)
    send_due(clock_at(now - PREPARED + timedelta(hours=3)))
    send_due(clock_at(now - QUOTED + timedelta(hours=3)))
    if with_cases:
        plan_cases(calendar, staff)
        rhein = open_reseller(RHEIN, plan=managed, since=now - OPENED, today=today)
        muller = open_reseller(MULLER, plan=standard, since=now - OPENED, today=today)
        spaces = {"vosges": vosges, "lumen": lumen, "pixel": pixel}
        plan_signing(calendar, staff, **spaces)
        plan_handovers(calendar, vosges)
        plan_continuity(calendar, staff, rhein)
        plan_upkeep(calendar, staff, muller=muller, **spaces)
        plan_assistance(calendar, staff, lumen)
        calendar.live_through()
