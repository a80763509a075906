"""Letters as PDF, against WeasyPrint's default call (PERFORMANCE: at most 0.8; +10 MB over 1,000).

python -m bench.pdf [COUNT]
"""

import os
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

ROUNDS = 20
MEMORY_MEGABYTES = 10


def main(count: int = 1_000) -> None:
    os.environ.update(
        {
            "DEVELOPMENT": "on",
            "LOG_LEVEL": "ERROR",
            "DATABASE_URL": "postgresql:///none",
            "DJANGO_SETTINGS_MODULE": "hosting.settings",
        }
    )
    for line in measure(count):
        print(line, flush=True)


def measure(count: int) -> Iterator[str]:
    """One line per figure: name, value, unit, floor, ratio."""
    import django

    django.setup()
    from hosting.lib.pdf import render_pdf

    html = _letter()
    render_pdf(html)
    _by_default(html)
    ours, default = [], []
    for _ in range(ROUNDS):
        ours.append(_timed(render_pdf, html))
        default.append(_timed(_by_default, html))
    own, floor = median(ours) * 1000, median(default) * 1000
    yield f"pdf {own:.0f} ms {floor:.0f} {own / floor:.2f}"
    before = _resident()
    for _ in range(count):
        render_pdf(html)
    grown = _resident() - before
    yield f"pdf_memory_over_{count} {grown:.1f} MB {MEMORY_MEGABYTES} {grown / MEMORY_MEGABYTES:.2f}"


def _letter() -> str:
    from django.template.loader import render_to_string

    from cessions.enums import LetterKind
    from cessions.letters import page_words
    from cessions.models import Letter

    at = datetime(2026, 6, 9, 9, 0, tzinfo=UTC).isoformat()
    letter = Letter(
        kind=LetterKind.REGISTERED,
        language="fr",
        context={
            "number": "T2026-000001-1",
            "at": at,
            "received_at": at,
            "answer_by": at,
            "services": ["boulangerie-martin.example", "bäckerei-martin.example"],
            "account_number": "C000001",
            "recipient": {
                "name": "Camille Durand",
                "organisation": "Atelier Web",
                "address": "3 rue du Puits\n67000 Strasbourg",
                "country": "FR",
            },
        },
    )
    return render_to_string("pdf/registered.html", page_words(letter))


def _by_default(html: str) -> None:
    """WeasyPrint as its manual shows it: everything anew for each document."""
    from weasyprint import CSS, HTML

    from hosting.lib.pdf import STATIC, STYLESHEET, _press, static_file

    style = static_file(STATIC + STYLESHEET).read_text(encoding="utf-8")
    fetcher = _press().fetcher
    HTML(string=html, url_fetcher=fetcher).write_pdf(stylesheets=[CSS(string=style)])


def _timed(job, html: str) -> float:  # type: ignore[no-untyped-def]
    begun = time.perf_counter()
    job(html)
    return time.perf_counter() - begun


def _resident() -> float:
    """Megabytes of this process that are in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE") / 1e6


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
