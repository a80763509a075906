"""Sweeps go item by item: one item's trouble is logged with its trace and stops no other."""

from collections.abc import Callable, Iterable
from typing import TypeVar

import structlog

Item = TypeVar("Item")
log = structlog.get_logger(__name__)


def each(items: Iterable[Item], verb: Callable[[Item], object], *, name: str) -> int:
    """Do `verb` with each of `items`; for how many it gave something true.

    `verb` has a transaction of its own. What it raises is logged as "sweep_failed" with `name` and the
    item (a row by its key); the item stays due, so that the next sweep tries it again.
    """
    done = 0
    for item in items:
        try:
            done += bool(verb(item))
        except Exception:
            log.exception("sweep_failed", sweep=name, item=str(getattr(item, "pk", item)))
    return done
