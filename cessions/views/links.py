"""From a private link to the filing it speaks of."""

from datetime import datetime

import structlog
from django.http import Http404
from django.urls import reverse

from cessions.models import Filing
from hosting.lib import links


def filing_of(purpose: str, token: str) -> Filing:
    """The filing of a private link. Raises Http404 alike for rubbish, another page's token, a
    renewed link and a filing that is gone."""
    key = links.read_token(token)
    filing = Filing.objects.filter(pk=key).first() if key else None
    if filing is None or not links.token_holds(purpose, token, filing.link_generation):
        raise Http404("no such link")
    bind_case(filing.number or str(filing.pk))
    return filing


def bind_case(number: str) -> None:
    """The case's number goes into every log line of this request."""
    structlog.contextvars.bind_contextvars(case=number)


def address(purpose: str, filing: Filing) -> str:
    """The path of the private page `purpose` of a filing."""
    return reverse(purpose, args=[links.token(purpose, filing.pk, filing.link_generation)])


def is_over(filing: Filing, now: datetime) -> bool:
    """Whether what was not filed or confirmed in time is over, swept already or not (T1)."""
    return filing.expires_at is not None and filing.expires_at <= now


def row_number(text: str) -> int:
    """The id of a row in a button's value; 0, which no row has, for rubbish."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else 0
