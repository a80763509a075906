"""Staff's search, flat from 10,000 accounts to many (PERFORMANCE: at most 1.2 times).

    python -m bench.search [LARGE]

makes a throw-away server with two databases and asks both in turn, term by term. LARGE is 100,000
unless told otherwise; a million takes some minutes to fill.
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


def main(large: int = 100_000) -> None:
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

    from bench.datasets import make_database

    django.setup()
    make_database("small", SMALL)
    make_database("large", large)
    for name, term in TERMS.items():
        yield _line(name, term)


def _line(name: str, term: str) -> str:
    from bench.datasets import use

    times: dict[str, list[float]] = {"small": [], "large": []}
    filled = {size: _filled(size, term) for size in times}
    for _ in range(ROUNDS):
        for size, taken in times.items():
            use(size)
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
    from bench.datasets import use

    use(size)
    account = CustomerAccount.objects.get(number="C0000007")
    methods = {method.kind: method.value for method in account.contact_methods.all()}
    domain = account.services.get().name
    return term.format(email=methods["email"], telephone=methods["phone"], domain=domain)


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
