"""What people have to do today so that every holder is really sought (C1, C3, C4, C8).

Nothing is stored: the tasks follow from what is on file and from what was done. One query per kind,
whatever the number of cases.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from accounts.enums import ContactKind
from cessions import policies
from cessions.enums import LetterKind, OutcomeKind
from cessions.facts import provider_zone
from cessions.models import Letter, TransferRequest
from cessions.notifications.holder import Search
from cessions.policies.search import DEAD_MAIL_CHANNEL_DATES, PHONE_DATES
from cessions.services.manual import outcomes_of
from cessions.services.messages import open_service_names, search_of
from cessions.services.methods import Method, methods_of
from hosting.lib.dates import local_date

AT_MOST = 1000
DEAD = frozenset({"refused", "bounced"})

TRIED = """
SELECT attempt.request_id, attempt.channel || ':' || lower(attempt.address) AS key,
    count(DISTINCT attempt.local_date) FILTER (
        WHERE attempt.mail_id IS NULL OR mail.state IN ('sent', 'failed', 'bounced')) AS dates,
    bool_or(attempt.local_date = %(today)s) AS today,
    bool_or(attempt.local_date = %(today)s AND CASE
        WHEN attempt.mail_id IS NULL THEN outcome.kind <> 'invalid'
        ELSE mail.accepted_at IS NOT NULL AND mail.bounced_at IS NULL END) AS counts_today,
    (array_agg(CASE
        WHEN attempt.mail_id IS NULL THEN outcome.kind
        WHEN mail.bounced_at IS NOT NULL THEN 'bounced'
        WHEN mail.accepted_at IS NOT NULL THEN 'accepted'
        WHEN outcome.kind = 'refused' THEN 'refused'
        ELSE mail.state END ORDER BY attempt.id DESC))[1] AS last
FROM cessions_contactattempt attempt
JOIN cessions_transferrequest request ON request.id = attempt.request_id
LEFT JOIN records_outgoingmail mail ON mail.id = attempt.mail_id
LEFT JOIN LATERAL (
    (SELECT kind FROM cessions_attemptoutcome
        WHERE attempt_id = attempt.id AND attempt.mail_id IS NULL ORDER BY id DESC LIMIT 1)
    UNION ALL
    (SELECT kind FROM records_mailoutcome
        WHERE mail_id = attempt.mail_id AND mail.state = 'failed' AND kind = 'refused' LIMIT 1)
) outcome ON true
WHERE attempt.request_id = ANY(%(requests)s)
    AND attempt.at >= coalesce(request.run_from, request.received_at)
GROUP BY 1, 2
"""


@dataclass(frozen=True)
class Tried:
    """What was done by one method in the present run."""

    dates: int = 0
    today: bool = False
    counts_today: bool = False
    last: str = ""


@dataclass(frozen=True)
class Task:
    """One way to reach the holder that needs a person."""

    method: Method
    tried: Tried
    wanted: int
    needed: bool

    @property
    def last(self) -> str:
        """What came of the last try, in words."""
        kinds = dict(OutcomeKind.choices)
        return str(kinds.get(self.tried.last, ""))

    @property
    def outcomes(self) -> tuple[OutcomeKind, ...]:
        return outcomes_of(self.method.kind)

    @property
    def callable(self) -> str:
        """The number as a `tel:` link needs it, or nothing."""
        if self.method.kind != ContactKind.PHONE:
            return ""
        return "".join(c for c in self.method.address if c.isdigit() or c == "+")


@dataclass(frozen=True)
class CaseTasks:
    """One open case on today's list."""

    request: TransferRequest
    search: Search
    tasks: tuple[Task, ...]
    counts_today: bool
    urgent: bool
    mail: str
    """How e-mail does: "works", "dead" (every address fails, C3), "none", or "waits" for an answer."""
    letter_needed: bool
    letter: Letter | None
    """A registered letter that waits to be made or posted."""

    @property
    def rank(self) -> tuple[bool, bool, bool, datetime]:
        """Urgent cases first, then what has to be done, then the longest waiting."""
        needed = any(task.needed for task in self.tasks)
        return (not self.urgent, not self.letter_needed, not needed, self.request.received_at)


def contact_tasks(now: datetime) -> list[CaseTasks]:
    """Today's list at `now`: every open case on which a holder is sought, the most urgent first.

    From 16:00 local a case whose date does not count yet is on top (C4). At most 1,000 cases.
    """
    found = TransferRequest.objects.open().filter(account__isnull=False)
    sought = [
        request
        for request in found.select_related("account", "filing").order_by("received_at")[:AT_MOST]
        if not (request.waits_until and now < request.waits_until)
    ]
    return sorted(tasks_of(sought, now), key=lambda case: case.rank)


def tasks_of(requests: Sequence[TransferRequest], now: datetime) -> list[CaseTasks]:
    """The tasks of some open requests with an account, in their order."""
    if not requests:
        return []
    methods = methods_of({r.holder for r in requests}, now)
    tried = _tried(requests, now)
    names = open_service_names(requests)
    letters = _letters_waiting(requests)
    return [
        _case(
            request,
            methods[request.holder.pk],
            tried.get(request.pk, {}),
            search_of(request, names[request.pk], now),
            letters.get(request.pk),
            now,
        )
        for request in requests
    ]


def _case(
    request: TransferRequest,
    methods: Sequence[Method],
    tried: dict[str, Tried],
    search: Search,
    letter: Letter | None,
    now: datetime,
) -> CaseTasks:
    counts = any(each.counts_today for each in tried.values())
    mail = _mail(methods, tried)
    posted = any(key.startswith("post:") for key in tried)
    tasks = tuple(
        _task(method, tried.get(method.key, Tried()), mail)
        for method in methods
        if method.kind != ContactKind.EMAIL
    )
    return CaseTasks(
        request=request,
        search=search,
        tasks=tasks,
        counts_today=counts,
        urgent=policies.is_urgent_today(counts, now, provider_zone()),
        mail=mail,
        letter_needed=mail == "dead" and not posted,
        letter=letter,
    )


def _task(method: Method, tried: Tried, mail: str) -> Task:
    """A method is needed today while it was tried on too few dates; each day where no mail works."""
    wanted = PHONE_DATES if method.kind == ContactKind.PHONE else 1
    if mail == "dead":
        wanted = max(wanted, DEAD_MAIL_CHANNEL_DATES)
    gone = tried.last == OutcomeKind.INVALID
    short = tried.dates < wanted or mail == "none"
    return Task(method, tried, wanted, needed=short and not tried.today and not gone)


def _mail(methods: Iterable[Method], tried: dict[str, Tried]) -> str:
    last = [tried[m.key].last if m.key in tried else "" for m in methods if m.sendable]
    if not last:
        return "none"
    if all(each in DEAD for each in last):
        return "dead"
    return "works" if "accepted" in last else "waits"


def _tried(requests: Sequence[TransferRequest], now: datetime) -> dict[int, dict[str, Tried]]:
    values: dict[str, Any] = {
        "today": local_date(now, provider_zone()),
        "requests": [request.pk for request in requests],
    }
    found: dict[int, dict[str, Tried]] = {}
    with connection.cursor() as cursor:
        cursor.execute(TRIED, values)
        for request_id, key, dates, today, counts, last in cursor.fetchall():
            tried = Tried(dates, bool(today), bool(counts), last or "")
            found.setdefault(request_id, {})[key] = tried
    return found


def _letters_waiting(requests: Sequence[TransferRequest]) -> dict[int, Letter]:
    letters = Letter.objects.filter(
        request__in=requests, kind=LetterKind.REGISTERED, posted_at=None
    )
    return {letter.request_id: letter for letter in letters}
