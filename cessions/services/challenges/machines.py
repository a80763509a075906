"""A machine looks for the code itself: in the DNS, or in a file on the site (V2, V3).

Nothing is locked while the network is asked; what was seen is written afterwards, if the challenge
still runs.
"""

import time
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from cessions.enums import OPEN_STATES, ChallengeKind, ChallengeState
from cessions.models import Challenge
from cessions.policies import challenges as rules
from cessions.services.challenges.common import (
    VALUE,
    ChallengeRefused,
    can_be_passed,
    end,
    is_code_of,
    lock,
    lock_running,
    tell,
)
from hosting.lib.dnstext import NotResolved, txt_records
from hosting.lib.fetch import SECONDS, NotFetched, fetch
from hosting.lib.sweeps import each
from hosting.records.services.journal import SYSTEM

FOUND = "found"
NOTHING = "nothing"
OTHER = "other"
SHOWN = 100
LONGEST_LINE = 200
OK = 200
AGAIN_OVER_HTTP = ("tls", "refused")


def check_by_machine(challenge: Challenge, now: datetime, *, actor: str = SYSTEM) -> bool:
    """Look for the code of a `dns` or `file` challenge; whether it is passed now.

    Takes up to 5 seconds. `seen` of the row says what was seen: a code of this module or of
    `hosting.lib.fetch`, and for "other" the beginning of what stood there. Raises ChallengeRefused for
    one that is over, of another kind, or that was looked at less than a minute ago.
    """
    with transaction.atomic():
        row = lock_running(challenge, now)
        if not rules.WAYS[row.kind].by_machine:
            raise ChallengeRefused("kind")
        if not rules.can_be_checked(row.tried_at, now) or row.tries >= row.tries_allowed:
            raise ChallengeRefused("soon")
        row.tries, row.tried_at = row.tries + 1, now
        row.save(update_fields=["tries", "tried_at"])
    seen = look(row)
    return _write(row, seen, now, actor)


def check_due(now: datetime, limit: int = 20) -> int:
    """Look once an hour for the codes of running challenges; how many were looked for. For the sweep."""
    due = Challenge.objects.filter(
        Q(tried_at=None) | Q(tried_at__lte=now - rules.MACHINE_ROUND),
        state=ChallengeState.OPEN,
        kind__in=[kind for kind, way in rules.WAYS.items() if way.by_machine],
        asked_at__lte=now - rules.MACHINE_PAUSE,
        expires_at__gt=now,
        requested_service__state__in=OPEN_STATES,
    )
    rows = list(due.select_related("filing").order_by("tried_at", "pk")[:limit])
    each(rows, lambda row: check_by_machine(row, now), name="challenges")
    return len(rows)


def look(challenge: Challenge) -> str:
    """What is to be seen where the code should be, as `seen` keeps it. Asks the network, no table."""
    if challenge.kind == ChallengeKind.DNS:
        return _in_the_dns(challenge)
    return _on_the_site(challenge)


def _in_the_dns(challenge: Challenge) -> str:
    try:
        return _best(challenge, txt_records(challenge.target))
    except NotResolved as error:
        return error.code


def _on_the_site(challenge: Challenge) -> str:
    """Over https; over http where the site has no working https, within the same seconds."""
    deadline = time.monotonic() + SECONDS
    try:
        return _read(challenge, challenge.target, SECONDS)
    except NotFetched as error:
        left = deadline - time.monotonic()
        if error.code not in AGAIN_OVER_HTTP or left <= 0:
            return error.code
    try:
        return _read(challenge, challenge.target.replace("https://", "http://", 1), left)
    except NotFetched as error:
        return error.code


def _read(challenge: Challenge, url: str, seconds: float) -> str:
    answer = fetch(url, seconds=seconds)
    if answer.status != OK:
        return f"status: {answer.status}"
    return _best(challenge, answer.body.decode("utf-8", "replace").splitlines())


def _best(challenge: Challenge, lines: list[str]) -> str:
    """Whether one of `lines` is the code, with what goes before it or without."""
    texts = [line.strip() for line in lines if 0 < len(line.strip()) <= LONGEST_LINE]
    for text in texts:
        if is_code_of(challenge, text.lower().removeprefix(VALUE)):
            return FOUND
    ours = [text for text in texts if text.lower().startswith(VALUE)] or texts
    return f"{OTHER}: {ours[0][:SHOWN]}" if ours else NOTHING


@transaction.atomic
def _write(challenge: Challenge, seen: str, now: datetime, actor: str) -> bool:
    """Keep what was seen; the end is journalled, and a look that saw something new."""
    row = lock(challenge)
    if not can_be_passed(row, now):
        return row.state == ChallengeState.PASSED
    is_new, row.seen = seen != row.seen, seen.replace("\0", "")
    if seen == FOUND:
        end(row, ChallengeState.PASSED, now=now, actor=actor, how="machine", tries=row.tries)
        return True
    row.save(update_fields=["seen"])
    if is_new:
        tell(row, "looked", now=now, actor=actor, seen=seen.partition(":")[0], tries=row.tries)
    return False
