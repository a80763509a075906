"""The one clock. Views, admin and tasks read it; everything below takes `now` as an argument."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings


def now() -> datetime:
    """The present instant, aware, in UTC. In development it is moved by `CLOCK_OFFSET_FILE`."""
    present = datetime.now(UTC)
    if settings.CLOCK_OFFSET_FILE:
        present += offset(Path(settings.CLOCK_OFFSET_FILE))
    return present


def offset(file: Path) -> timedelta:
    """The offset in seconds that `file` holds; no file means none."""
    try:
        return timedelta(seconds=float(file.read_text()))
    except FileNotFoundError:
        return timedelta(0)


def move(file: Path, by: timedelta) -> None:
    """Move the clock of every process that reads `file` (development and tests)."""
    target = offset(file) + by
    part = file.with_suffix(".part")
    part.write_text(str(target.total_seconds()))
    part.replace(file)
