"""The page of a case, signed in (PERFORMANCE: at most 3 queries beyond session and user; at most 1.5
times a page of raw SQL through the same templates; at most 1/8 of an admin change form with the same
inlines).

python -m bench.case
"""

import os
import time
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

ROUNDS = 60
QUERIES = 3
ATTEMPT_DATES = 16
TABLES = """
SELECT * FROM cessions_transferrequest WHERE id = %(request)s;
SELECT * FROM cessions_filing WHERE id = %(filing)s;
SELECT rs.*, s.*, d.* FROM cessions_requestedservice rs JOIN hosting_service s ON s.id = rs.service_id
    LEFT JOIN hosting_domainregistration d ON d.service_id = s.id WHERE rs.request_id = %(request)s;
SELECT d.*, x.* FROM cessions_document d JOIN records_storedfile x ON x.id = d.file_id
    WHERE d.filing_id = %(filing)s;
SELECT a.*, m.state, m.accepted_at, m.bounced_at FROM cessions_contactattempt a
    LEFT JOIN records_outgoingmail m ON m.id = a.mail_id WHERE a.request_id = %(request)s;
SELECT o.* FROM cessions_attemptoutcome o JOIN cessions_contactattempt a ON a.id = o.attempt_id
    WHERE a.request_id = %(request)s;
SELECT * FROM cessions_holdersign WHERE request_id = %(request)s;
SELECT * FROM cessions_decision WHERE request_id = %(request)s;
SELECT * FROM cessions_casecomment WHERE request_id = %(request)s;
SELECT * FROM cessions_consent WHERE filing_id = %(filing)s;
SELECT * FROM cessions_challenge WHERE filing_id = %(filing)s;
SELECT * FROM cessions_staffquestion WHERE filing_id = %(filing)s;
SELECT * FROM cessions_letter WHERE request_id = %(request)s;
SELECT * FROM accounts_customeraccount WHERE id = %(account)s;
SELECT * FROM accounts_contactmethod WHERE account_id = %(account)s;
SELECT * FROM records_journalentry WHERE stream = %(stream)s ORDER BY sequence DESC LIMIT 15
"""


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

    call_command("migrate", verbosity=0)
    ours, raw, form, queries = _pages()
    own, floor, stock = _medians(ours, raw, form)
    yield f"case_page_queries {queries} queries {QUERIES} {queries / QUERIES:.2f}"
    yield f"case_page {own:.2f} ms {floor:.2f} {own / floor:.2f}"
    yield f"case_page_against_change_form {own:.2f} ms {stock / 8:.2f} {own / (stock / 8):.2f}"


def _pages() -> tuple[Callable[[], None], Callable[[], None], Callable[[], None], int]:
    """Our page, the same templates on raw SQL, a stock change form, and our queries."""
    from django.contrib import admin
    from django.db import connection
    from django.template.response import TemplateResponse
    from django.test.utils import CaptureQueriesContext

    from cessions.admin.case import TransferRequestAdmin
    from cessions.admin.case_page import case_page
    from cessions.models import TransferRequest
    from cessions.snapshot import case_of_request
    from hosting.lib import clock

    case, user = _case()
    page = admin.site.get_model_admin(TransferRequest)
    assert isinstance(page, TransferRequestAdmin)
    words = case_page(case_of_request(case.pk, journal=15), case.pk, user, clock.now())
    values = {
        "request": case.pk,
        "filing": case.filing_id,
        "account": case.account_id,
        "stream": case.stream,
    }
    statements = [statement for statement in TABLES.split(";") if statement.strip()]

    def ours() -> None:
        page.change_view(_request(user), str(case.pk)).render()

    def raw() -> None:
        request = _request(user)
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement, values)
                cursor.fetchall()
        context = {
            **page.admin_site.each_context(request),
            "opts": page.opts,
            "title": case.number,
            **words,
        }
        TemplateResponse(request, page.page_template, context).render()

    stock = _change_form()

    def form() -> None:
        stock.changeform_view(_request(user), str(case.pk)).render()

    ours()
    with CaptureQueriesContext(connection) as captured:
        ours()
    return ours, raw, form, len(captured)


def _case() -> tuple[Any, Any]:
    """A case of a fortnight: e-mails and calls each day, documents, comments, a recommendation."""
    from datetime import timedelta

    from cessions.services.comments import add_comment
    from hosting.lib import clock
    from tests.cessions.cases import a_call, ripe_case
    from tests.factories import UserFactory

    user = UserFactory(supervisor=True)
    received = clock.now() - timedelta(days=ATTEMPT_DATES)
    request = ripe_case(dates=ATTEMPT_DATES, received_at=received, services=2)
    phone = request.account.contact_methods.get(kind="phone").value
    for day in range(2, ATTEMPT_DATES):
        a_call(request, phone, received + timedelta(days=day, minutes=5), user)
    for number in range(5):
        add_comment(request.pk, text=f"Remark {number}", by=user, now=clock.now())
    return request, user


def _change_form() -> Any:
    """What Django's admin would make of the same case: a change form with inlines."""
    from django.contrib import admin

    from cessions import models

    def inline(model: Any) -> type[admin.TabularInline]:
        return type(f"{model.__name__}Inline", (admin.TabularInline,), {"model": model, "extra": 0})

    class StockAdmin(admin.ModelAdmin):
        inlines = [
            inline(model)
            for model in (
                models.ContactAttempt,
                models.HolderSign,
                models.RequestedService,
                models.CaseComment,
                models.PeriodExtension,
                models.Letter,
            )
        ]

    return StockAdmin(models.TransferRequest, admin.site)


def _request(user: Any) -> Any:
    """A signed-in member of staff's request, as the view gets it behind the middleware; his rights are
    asked anew, as in each request."""
    from django.contrib.messages.storage.cookie import CookieStorage
    from django.test import RequestFactory

    request: Any = RequestFactory().get("/admin/")
    request.user = type(user)()
    request.user.__dict__.update(user.__dict__)
    for name in ("_group_names", "_perm_cache", "_group_perm_cache"):
        request.user.__dict__.pop(name, None)
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
