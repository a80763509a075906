"""The evidence of a case with many journal entries: processor time per 1,000 of them and memory, against the same
entries as one table in WeasyPrint's default call, in processes of their own (X6).

python -m bench.bundle [ENTRIES]
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryFile

ENTRIES = 5_000
MEGABYTES = 300
PAGE_MILLISECONDS = 150
FILL = """
INSERT INTO records_journalentry (stream, sequence, at, actor, event, facts, previous_hash, hash)
SELECT %(stream)s, 0, timestamptz '2026-06-09 09:00Z' + n * interval '7 minutes',
       (ARRAY['system', 'claimant', 'holder'])[1 + n %% 3],
       (ARRAY['mail.accepted', 'document_opened', 'contact_attempted', 'commented'])[1 + n %% 4],
       jsonb_build_object('mail', n, 'code', 250, 'kind', 'holder_search', 'state', 'sent', 'try', 1,
           'message_id', '<' || md5(n::text) || '@easyhoster.example>',
           'content_hash', encode(sha256(n::text::bytea), 'hex')), '', ''
FROM generate_series(1, %(count)s) AS n
"""


def main(count: int = ENTRIES, way: str = "") -> None:
    if way:
        print(*WAYS[way](count))
        return
    from devtools.throwaway import ThrowawayServers

    servers = ThrowawayServers()
    try:
        os.environ.update(
            {
                "DEVELOPMENT": "on",
                "DEBUG": "off",
                "LOG_LEVEL": "ERROR",
                "DJANGO_SETTINGS_MODULE": "hosting.settings",
            }
            | servers.start()
        )
        for line in measure(count):
            print(line, flush=True)
    finally:
        servers.stop()


def measure(count: int) -> Iterator[str]:
    """One line per figure: name, value, unit, floor, ratio."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    _fill(count)
    seconds, memory, pages = _apart("ours", count)
    table, table_memory, _pages = _apart("table", count)
    per, floor = seconds * 1000 / count, table * 1000 / count
    yield f"bundle_per_1000_entries {per:.2f} s {floor:.2f} {per / floor:.2f}"
    page = seconds * 1000 / pages
    yield f"bundle_per_page {page:.0f} ms {PAGE_MILLISECONDS} {page / PAGE_MILLISECONDS:.2f}"
    yield f"bundle_pages {pages:.0f} pages {_pages:.0f} {pages / _pages:.2f}"
    yield f"bundle_memory {memory:.0f} MB {table_memory:.0f} {memory / table_memory:.2f}"
    yield f"bundle_memory_bound {memory:.0f} MB {MEGABYTES} {memory / MEGABYTES:.2f}"


def _fill(count: int) -> None:
    from django.db import connection

    from tests.factories import TransferRequestFactory

    request = TransferRequestFactory()
    with connection.cursor() as cursor:
        cursor.execute(FILL, {"stream": request.stream, "count": count})


def _apart(way: str, count: int) -> list[float]:
    """Seconds, megabytes at the most, and pages of one way, in a process of its own."""
    command = [sys.executable, "-m", "bench.bundle", str(count), way]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return [float(word) for word in done.stdout.split()]


def ours(_count: int) -> tuple[float, float, int]:
    """The whole archive, as the worker makes it."""
    import django

    django.setup()
    import zipfile
    from io import BytesIO

    import pypdfium2

    from cessions.evidence import write_bundle
    from cessions.evidence.bundle import Made
    from cessions.models import Filing
    from hosting.lib.clock import now

    filing = Filing.objects.get()
    made = Made(at=now(), by="", reason="bench")
    begun = time.process_time()
    with TemporaryFile() as target:
        write_bundle(filing, target, language="fr", made=made)
        seconds, memory = time.process_time() - begun, _peak()
        with zipfile.ZipFile(target) as archive:
            report = archive.read(f"{filing.number}/report.pdf")
    pages = len(pypdfium2.PdfDocument(BytesIO(report)))
    return round(seconds, 3), round(memory, 1), pages


def table(_count: int) -> tuple[float, float, int]:
    """The same entries as one table, and WeasyPrint's call as its manual shows it."""
    import django

    django.setup()
    from django.utils import translation
    from django.utils.html import escape
    from weasyprint import CSS, HTML

    from cessions.case_words import event_words
    from cessions.evidence import rows
    from cessions.models import Filing

    begun = time.process_time()
    cells = []
    with translation.override("fr"):
        for row in rows.journal_rows(Filing.objects.get()):
            words = event_words({**row, "who": None})
            said = (row["sequence"], row["at"], words["actor"], words["words"], row["facts"])
            cells.append("".join(f"<td>{escape(word)}</td>" for word in said))
    style = (
        "@page { size: A4; margin: 16mm } body { font: 8pt sans-serif } td { vertical-align: top }"
    )
    html = "<table><tr>" + "<tr>".join(cells) + "</table>"
    document = HTML(string=html).render(stylesheets=[CSS(string=style)])
    document.write_pdf()
    return round(time.process_time() - begun, 3), round(_peak(), 1), len(document.pages)


WAYS = {"ours": ours, "table": table}


def _peak() -> float:
    """The most megabytes of this process that were in memory at once."""
    lines = Path("/proc/self/status").read_text().splitlines()
    (line,) = [line for line in lines if line.startswith("VmHWM")]
    return int(line.split()[1]) / 1000


if __name__ == "__main__":
    main(*(int(word) if word.isdigit() else word for word in sys.argv[1:]))  # type: ignore[arg-type]
