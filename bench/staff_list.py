"""The list of accounts: flat in their number (PERFORMANCE: at most 1.1 times), at most 1.1 times Django's
own list of the same columns, at most twice a template written by hand.

    python -m bench.staff_list [LARGE]

LARGE is 100,000 unless told otherwise.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

SMALL = 10_000
ROUNDS = 60
ROWS = 50
BY_HAND = """{% extends "admin/base_site.html" %}{% block content %}<form method="get"><label>Search
<input name="q"></label></form><table>{% for a in rows %}<tr><td><a href="{{ a.pk }}/change/">
{{ a.number }}</a></td><td>{{ a.trade_name }}</td><td>{{ a.full_name }}</td>
<td>{{ a.get_kind_display }}</td><td>{{ a.city }}</td><td>{{ a.language }}</td>
</tr>{% endfor %}</table>{% endblock %}"""


def main(large: int = 100_000) -> None:
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
        for line in measure(large):
            print(line, flush=True)
    finally:
        servers.stop()


def measure(large: int) -> Iterator[str]:
    """One line per figure: name, value, unit, floor, ratio."""
    import django

    django.setup()
    from bench.datasets import make_database, use

    make_database("small", SMALL)
    make_database("large", large)
    ours, stock, by_hand = _ours(), _stock(), _by_hand()
    yield _line("staff_list_size", _in("large", ours), _in("small", ours))
    use("small")
    yield _line("staff_list_stock", ours, stock)
    yield _line("staff_list_hand", ours, by_hand)


def _line(name: str, measured: Callable[[], Any], floor: Callable[[], Any]) -> str:
    """Both in turn, so that what else the machine does weighs on both."""
    times: dict[str, list[float]] = {"measured": [], "floor": []}
    for _ in range(ROUNDS):
        for side, call in (("measured", measured), ("floor", floor)):
            begun = time.perf_counter()
            call()
            times[side].append(time.perf_counter() - begun)
    ours, other = (median(times[side]) * 1000 for side in ("measured", "floor"))
    return f"{name} {ours:.1f} ms {other:.1f} {ours / other:.2f}"


def _in(size: str, call: Callable[[], Any]) -> Callable[[], Any]:
    from bench.datasets import use

    def asked() -> Any:
        use(size)
        return call()

    return asked


def _request() -> Any:
    from django.contrib.messages.storage.cookie import CookieStorage
    from django.test import RequestFactory

    from accounts.models import User

    request = RequestFactory().get("/admin/accounts/customeraccount/")
    request.user = User(pk=1, email="staff@easyhoster.example", is_staff=True, is_superuser=True)
    request.session = {}  # type: ignore[assignment]
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    return request


def _ours() -> Callable[[], Any]:
    from django.contrib import admin

    from accounts.models import CustomerAccount

    page = admin.site._registry[CustomerAccount]
    return lambda: page.changelist_view(_request()).render()  # type: ignore[attr-defined]


def _stock() -> Callable[[], Any]:
    """Django's list as it comes, with the same columns and rows, under the same site."""
    from django.contrib import admin

    from accounts.models import CustomerAccount

    class Stock(admin.ModelAdmin):  # type: ignore[type-arg]
        list_display = ("number", "trade_name", "full_name", "kind", "city", "language")
        list_filter = ("kind", "language")
        search_fields = ("number",)
        ordering = ("-id",)
        list_per_page = ROWS

    page = Stock(CustomerAccount, admin.site)
    return lambda: page.changelist_view(_request()).render()  # type: ignore[attr-defined]


def _by_hand() -> Callable[[], Any]:
    """The same query and a plain template in the same frame."""
    from django.contrib import admin
    from django.template import engines

    from accounts.models import CustomerAccount

    page = admin.site._registry[CustomerAccount]
    template = engines["django"].from_string(BY_HAND)

    def answer() -> str:
        request = _request()
        rows = page.get_queryset(request).order_by("-id")[:ROWS]
        return template.render({**admin.site.each_context(request), "rows": rows}, request)

    return answer


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
