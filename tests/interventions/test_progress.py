"""How far a worker is, in words: what is not known is left out."""

from datetime import UTC, datetime, timedelta

import pytest

from interventions.admin.progress import Pace, line_of, pace_of, standing_of
from interventions.models import SiteBackup

pytestmark = pytest.mark.usefixtures("english")
AT = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)


def told(seconds=10, **progress) -> dict:
    times = {"started": AT.isoformat(), "at": (AT + timedelta(seconds=seconds)).isoformat()}
    return {**times, **progress}


def test_rate_and_time_left_come_from_bytes_and_seconds():
    assert pace_of(told(bytes=100, total=400)) == Pace(100, 400, 10.0, 30.0)


@pytest.mark.parametrize("total", [0, None])
def test_without_a_whole_there_is_no_time_left(total):
    pace = pace_of(told(bytes=100, total=total))
    assert (pace.total, pace.left) == (None, None)
    assert line_of(pace) == "100\xa0bytes · 10\xa0bytes a second"


def test_in_its_first_instant_no_rate_is_known():
    pace = pace_of(told(seconds=0, bytes=100, total=400))
    assert line_of(pace) == "100\xa0bytes of 400\xa0bytes"


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (0.2, "1 second left"),
        (59, "59 seconds left"),
        (60, "1 minute left"),
        (61, "2 minutes left"),
    ],
)
def test_the_time_left_is_told_in_seconds_then_in_minutes(left, words):
    assert line_of(Pace(1, 2, 1.0, left)).endswith(words)


def test_more_than_was_expected_is_not_more_than_all():
    standing = standing_of(
        SiteBackup(state="running", progress=told(phase="files", bytes=500, total=400))
    )
    assert standing.percent == 100


def test_what_waits_what_begins_and_a_phase_that_is_new_here():
    assert standing_of(SiteBackup(state="queued")).phase == "Waiting for its turn"
    assert standing_of(SiteBackup(state="running")).phase == "It has begun"
    new = SiteBackup(state="running", progress={"phase": "folding_it"})
    assert standing_of(new).phase == "folding it"
