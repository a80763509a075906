"""What the overview shows: the services with their readiness, and what concerns the whole account."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator

from cessions.facts import provider_zone
from cessions.policies.readiness import Item, ItemCode, Readiness, WarningCode
from cessions.services.readiness import overview_of
from hosting.desk.portal.access import Visitor
from hosting.enums import ServiceStatus
from hosting.lib.dates import local_date
from hosting.models import Service

PER_PAGE = 50
OF_ACCOUNT = (WarningCode.NO_EMAIL, WarningCode.NO_TELEPHONE)
SAID_BY_STEP = {ItemCode.ASSIGNEE: WarningCode.ASSIGNEE_MISSING}
GOOD, FAIR = 80, 50  # percent from which a score is shown in green, in yellow


@dataclass(frozen=True)
class ServiceLine:
    """A service as the overview shows it."""

    service: Service
    readiness: Readiness

    @property
    def warnings(self) -> tuple[WarningCode, ...]:
        """Those of this service; what the whole account lacks is said once, on top, and what the
        next step mends is said by it."""
        step = self.readiness.next_step
        said = SAID_BY_STEP.get(step.code) if step else None
        return tuple(c for c in self.readiness.warnings if c not in OF_ACCOUNT and c != said)

    @property
    def tone(self) -> str:
        """The colour of the score; its words say the same."""
        score = self.readiness.score
        return "good" if score >= GOOD else "info" if score >= FAIR else "warn"

    @property
    def status_tone(self) -> str:
        return "good" if self.service.status == ServiceStatus.ACTIVE else "warn"

    @property
    def papers_handed_at(self) -> datetime | None:
        preparation = getattr(self.service, "preparation", None)
        return preparation.papers_handed_at if preparation else None


@dataclass(frozen=True)
class Step:
    """A next step, and for how many services it is the next."""

    item: Item
    services: int


def home_context(visitor: Visitor, page: str, now: datetime) -> dict[str, Any]:
    """The context of the overview; `page` is the number that the address asks for, as text."""
    account = visitor.account
    services = account.services.exclude(status=ServiceStatus.TERMINATED)
    rows = services.select_related("registration", "preparation").order_by("name", "pk")
    shown = Paginator(rows, PER_PAGE).get_page(page)
    overview = overview_of(account, list(shown), local_date(now, provider_zone()))
    lines = _lines(list(shown), overview.by_service)
    return {
        "section": "home",
        "page": shown,
        "lines": lines,
        "steps": _steps(lines),
        "outdated": overview.outdated,
        "missing_ways": overview.missing_ways,
    }


def _steps(lines: list[ServiceLine]) -> list[Step]:
    """The next steps of these services, what helps most first, each said once."""
    items = [line.readiness.next_step for line in lines]
    found = {item.code: item for item in items if item}
    count = Counter(item.code for item in items if item)
    return [Step(found[code], count[code]) for code in ItemCode if code in found]


def _lines(services: list[Service], by_service: Mapping[int, Readiness]) -> list[ServiceLine]:
    return [ServiceLine(service, by_service[service.pk]) for service in services]
