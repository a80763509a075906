"""Staff's search, flat from 10,000 to 1,000,000 accounts (PERFORMANCE: at most 1.2 times).

    python -m bench.search [LARGE]

makes a throw-away server with two databases and asks both in turn, term by term.
"""

import os
import sys
import time
from collections.abc import Iterator
from statistics import median

SMALL = 10_000
ROUNDS = 40
TERMS = {
    "name": "zygomatique",
    "two_words": "zygomatique c0000007",
    "number": "C0000007",
    "email": "{email}",
    "telephone": "{telephone}",
    "domain": "{domain}",
    "registration_number": "100 000 007",
    "beginning_of_address": "{email:.9}",
    "part_of_number": "000 000",
    "everywhere": "example",
    "nothing": "no such name",
}


def main(large: int = 1_000_000) -> None:
    from devtools.throwaway import ThrowawayServers

    servers = ThrowawayServers()
    try:
        os.environ.update(
            {"DEVELOPMENT": "on", "DEBUG": "off", "DJANGO_SETTINGS_MODULE": "hosting.settings"}
            | servers.start()
        )
        for line in measure(large):
            print(line, flush=True)
    finally:
        servers.stop()


def measure(large: int) -> Iterator[str]:
    """One line per figure: name, milliseconds among `large`, among SMALL, their ratio."""
    import django

    django.setup()
    _make("small", SMALL)
    _make("large", large)
    for name, term in TERMS.items():
        yield _line(name, term)


def _line(name: str, term: str) -> str:
    times: dict[str, list[float]] = {"small": [], "large": []}
    filled = {size: _filled(size, term) for size in times}
    for _ in range(ROUNDS):
        for size, taken in times.items():
            _use(size)
            taken.append(_ask(filled[size]))
    small, large = (median(times[size]) * 1000 for size in ("small", "large"))
    return f"search_{name} {large:.2f} ms {small:.2f} {large / small:.2f}"


def _ask(term: str) -> float:
    from hosting.search import find_accounts

    begun = time.perf_counter()
    find_accounts(term)
    return time.perf_counter() - begun


def _filled(size: str, term: str) -> str:
    """The term with the addresses of account 7 in it."""
    from accounts.models import CustomerAccount

    _use(size)
    account = CustomerAccount.objects.get(number="C0000007")
    methods = {method.kind: method.value for method in account.contact_methods.all()}
    domain = account.services.get().name
    return term.format(email=methods["email"], telephone=methods["phone"], domain=domain)


def _make(size: str, count: int) -> None:
    """A database of `count` accounts, beside the default one."""
    from django.core.management import call_command
    from django.db import connection, connections

    from bench.datasets import fill_accounts

    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {size}")
    connections.databases[size] = connections.databases["default"] | {"NAME": size}
    _use(size)
    call_command("migrate", verbosity=0)
    begun = time.perf_counter()
    fill_accounts(count)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
    print(f"# {count} accounts in {time.perf_counter() - begun:.0f} s", file=sys.stderr)


def _use(size: str) -> None:
    """Turn everything that asks the default database to another one; both stay connected."""
    from django.db import connections

    connections["default"] = connections[size]


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
