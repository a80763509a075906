"""Numbers of tickets, interventions, quotes and orders: never twice, gaps are possible."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

from hosting.lib.dates import local_date


def ticket_number(now: datetime) -> str:
    """The next ticket's number: H<local year>-<six digits>."""
    return _next("H", "interventions_ticket_number", now)


def intervention_number(now: datetime) -> str:
    """The next intervention's number: I<local year>-<six digits>."""
    return _next("I", "interventions_number", now)


def quote_number(now: datetime) -> str:
    """The next quote's number: Q<local year>-<six digits>."""
    return _next("Q", "interventions_quote_number", now)


def order_number(now: datetime) -> str:
    """The next order's number: O<local year>-<six digits>."""
    return _next("O", "interventions_order_number", now)


def _next(letter: str, sequence: str, now: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s)", [sequence])
        (count,) = cursor.fetchone()
    year = local_date(now, ZoneInfo(settings.TIME_ZONE)).year
    return f"{letter}{year}-{count:06d}"
