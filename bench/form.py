"""The public form and the status page (PERFORMANCE: at most 2 times a hand-written template of the
same fields; at most 3 queries).

python -m bench.form
"""

import os
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from statistics import median
from typing import Any

ROUNDS = 300
NOW = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)
QUERIES = 3


def main() -> None:
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
        for line in measure():
            print(line, flush=True)
    finally:
        servers.stop()


def measure() -> Iterator[str]:
    """One line per figure: name, value, unit, floor, ratio."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import translation

    call_command("migrate", verbosity=0)
    with translation.override("fr"):
        yield _form_line()
        yield _status_line()


def _form_line() -> str:
    """Our view against a template with the same inputs, written out, on the same base page."""
    from django.template import engines
    from django.template.loader import render_to_string

    from cessions.views import form, form_page

    body = render_to_string("cessions/form_body.html", form_page.blank_context(form.notices_now()))
    inputs = re.findall(
        r"<label.*?</label>|<input[^>]*>|<textarea.*?</textarea>|<select.*?</select>|<legend.*?</legend>",
        body,
        re.DOTALL,
    )
    page = '{% extends "base.html" %}{% block content %}<form method="post">{% csrf_token %}'
    words = re.sub(r'value=""', 'value="{{ values.name }}"', "".join(inputs))
    floor_template = engines["django"].from_string(page + words + "</form>{% endblock %}")

    def ours() -> None:
        form.form(_request("/cession/"))

    def by_hand() -> None:
        floor_template.render({"values": {}}, _request("/cession/"))

    own, floor = _medians(ours, by_hand)
    return f"form_get {own:.2f} ms {floor:.2f} {own / floor:.2f}"


def _status_line() -> str:
    """The status page of a request just received: its queries."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from cessions.services import filing, intake, reception
    from cessions.services.claims import Claim, NamedService
    from cessions.views import status
    from hosting.lib import links

    claim = Claim(
        "fr",
        services=(NamedService("domain", "example.fr"), NamedService("hosting", "example.fr")),
        full_name="Dominique Martin",
        email="dominique@mail.example",
    )
    draft = intake.start_draft(claim, now=NOW)
    received = reception.confirm(filing.submit(draft, notices=[], now=NOW), now=NOW)
    token = links.token("cession_status", received.pk)

    def page() -> None:
        status.status(_request("/cession/suivi/"), token=token)

    page()
    with CaptureQueriesContext(connection) as queries:
        page()
    return f"status_queries {len(queries)} queries {QUERIES} {len(queries) / QUERIES:.2f}"


def _request(path: str) -> Any:
    """A visitor's request as the view gets it behind the middleware."""
    from django.contrib.auth.models import AnonymousUser
    from django.contrib.messages.storage.cookie import CookieStorage
    from django.test import RequestFactory

    request: Any = RequestFactory().get(path)
    request.user = AnonymousUser()
    request._messages = CookieStorage(request)
    return request


def _medians(*jobs: Callable[[], None]) -> list[float]:
    """Milliseconds of each job, taken in turn, so that a busy neighbour meets all alike."""
    taken: list[list[float]] = [[] for _job in jobs]
    for _round in range(ROUNDS):
        for times, job in zip(taken, jobs, strict=True):
            begun = time.perf_counter()
            job()
            times.append(time.perf_counter() - begun)
    return [median(times) * 1000 for times in taken]


if __name__ == "__main__":
    main()
