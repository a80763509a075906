"""Walking the journal's chains and seals. Hashes are computed here, apart from the database's own."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db import connection

from hosting.lib.onelook import one_look

INSTANT = """'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'"""
ENTRIES = f"""
SELECT stream, sequence, id, to_char(at AT TIME ZONE 'UTC', {INSTANT}), actor, event, facts::text,
       previous_hash, hash
FROM records_journalentry WHERE %(stream)s = '' OR stream = %(stream)s ORDER BY stream, sequence
"""  # noqa: S608 (a constant)
SEALS = f"""
SELECT id, to_char(date, 'YYYY-MM-DD'), to_char(sealed_at AT TIME ZONE 'UTC', {INSTANT}),
       heads::text, previous_hash, hash
FROM records_journalseal ORDER BY date
"""  # noqa: S608 (a constant)
HEADS_ASTRAY = """
SELECT head.stream, head.sequence FROM records_journalhead AS head
LEFT JOIN records_journalentry AS entry USING (stream, sequence)
WHERE (%(stream)s = '' OR head.stream = %(stream)s) AND head.hash IS DISTINCT FROM entry.hash
ORDER BY head.stream
"""
SEALED_BUT_GONE = """
SELECT sealed.key, (sealed.value ->> 0)::bigint, seal.date
FROM records_journalseal AS seal
CROSS JOIN LATERAL jsonb_each(seal.heads) AS sealed
LEFT JOIN records_journalentry AS entry
    ON entry.stream = sealed.key AND entry.sequence = (sealed.value ->> 0)::bigint
WHERE (%(stream)s = '' OR sealed.key = %(stream)s) AND entry.hash IS DISTINCT FROM sealed.value ->> 1
ORDER BY seal.date, sealed.key
"""
PIECE = 2000


@dataclass(frozen=True)
class Broken:
    """The first place at which a chain does not hold, and what is wrong with it."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass
class Walked:
    """How much was looked at, for the person who asked."""

    entries: int = 0
    streams: int = 0
    seals: int = 0


def verify(walked: Walked, stream: str = "") -> Iterator[Broken]:
    """Every stream's first broken entry, then what heads and seals miss; `stream` narrows it to one.

    Reads row by row, in constant memory, in one snapshot (a caller's transaction brings its own);
    counts into `walked`.
    """
    with one_look():
        for name, rows in groupby(_rows(ENTRIES, stream), key=itemgetter(0)):
            walked.streams += 1
            yield from _first_broken_entry(name, rows, walked)
        for name, sequence in _rows(HEADS_ASTRAY, stream):
            yield Broken(f"stream {name} #{sequence}", "the chain's head has no such entry")
        yield from _first_broken_seal(walked)
        for name, sequence, date in _rows(SEALED_BUT_GONE, stream):
            what = f"the entry sealed on {date} is missing or another one"
            yield Broken(f"stream {name} #{sequence}", what)


def entry_hash(previous: str, stream: str, sequence: int, *words: str) -> str:
    """The hash of an entry; `words` are its instant, actor, event and facts as text."""
    return _sha256(previous, stream, str(sequence), *words)


def _first_broken_entry(stream: str, rows: Iterator[Any], walked: Walked) -> Iterator[Broken]:
    expected, previous, whole = 1, "", True
    for _, sequence, row, at, actor, event, facts, stored_previous, stored in rows:
        walked.entries += 1
        if not whole:
            continue
        where = f"stream {stream} #{sequence} (row {row})"
        if sequence != expected:
            yield Broken(where, f"entry #{expected} before it is missing")
        elif stored_previous != previous:
            yield Broken(where, "it does not follow from the entry before it")
        elif entry_hash(previous, stream, sequence, at, actor, event, facts) != stored:
            yield Broken(where, "its content is not what was written")
        else:
            expected, previous = sequence + 1, stored
            continue
        whole = False


def _first_broken_seal(walked: Walked) -> Iterator[Broken]:
    previous = ""
    for row, date, at, heads, stored_previous, stored in _rows(SEALS, ""):
        walked.seals += 1
        if stored_previous != previous:
            yield Broken(
                f"seal of {date} (row {row})", "it does not follow from the seal before it"
            )
            return
        if _sha256(previous, date, at, heads) != stored:
            yield Broken(f"seal of {date} (row {row})", "its content is not what was written")
            return
        previous = stored


def _rows(query: str, stream: str) -> Iterator[Any]:
    """The rows of `query`, streamed through a cursor on the server."""
    with connection.chunked_cursor() as cursor:
        cursor.cursor.itersize = PIECE
        cursor.execute(query, {"stream": stream})
        yield from cursor


def _sha256(*lines: str) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
