"""The page for staff that says what is kept how long, and what waits to go (L1)."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.roles import is_support
from cessions.models import LegalHold
from hosting.policies.retention import PROMISED, TABLE, Kept

SHOWN = 50


def page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The table, with the periods as they are set; `context` is the admin's own."""
    if not is_support(request.user):
        raise PermissionDenied
    holds = LegalHold.objects.filter(lifted_at__isnull=True).select_related("filing", "by")
    shown = {
        **context,
        "title": _("What is kept, and how long"),
        "rows": [(row, period(row)) for row in TABLE],
        "differ": list(differing()),
        "holds": holds.order_by("at")[:SHOWN],
    }
    return TemplateResponse(request, "admin/retention.html", shown)


def period(row: Kept) -> str:
    """How long, in words: days as they are set, and from when; or what another rule says."""
    if not row.setting:
        return str(row.until)
    days = getattr(settings, row.setting)
    return f"{in_days(days)} {row.until}"


def in_days(days: int) -> str:
    """Days as a person says them: whole years where they are such."""
    years = round(days / 365.25)
    if years and abs(days - years * 365.25) < 1:
        return ngettext("%(years)d year", "%(years)d years", years) % {"years": years}
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}


def differing() -> Iterator[str]:
    """Settings that say something else than the published notices (N5)."""
    for name, promised in PROMISED.items():
        days = getattr(settings, name)
        if days != promised:
            words = _("%(name)s is %(days)s; the notices say %(promised)s: publish new ones.")
            yield words % {
                "name": name,
                "days": in_days(days),
                "promised": in_days(promised),
            }
