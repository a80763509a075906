"""200 contracts by our press, against WeasyPrint's default call in the same run (PERFORMANCE).

Time at most 0.8 of the default; 10 MB more memory at the most. python -m bench.contracts [COUNT]
"""

import os
import sys
import time
from collections.abc import Iterator

from bench.pdf import MEMORY_MEGABYTES, _resident

KINDS = ("domain", "hosting")


def main(count: int = 200) -> None:
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
    from cessions.contract_pdf import contract_html, contract_pdf

    contracts = [_contract(number) for number in range(count)]
    contract_pdf(contracts[0])
    _by_default(contract_html(contracts[0]))
    own = floor = 0.0
    for contract in contracts:  # side by side, so that a busy machine burdens both
        begun = time.perf_counter()
        contract_pdf(contract)
        own += time.perf_counter() - begun
        begun = time.perf_counter()
        _by_default(contract_html(contract))
        floor += time.perf_counter() - begun
    yield f"contracts_{count} {own:.1f} s {floor:.1f} {own / floor:.2f}"
    before = _resident()
    for contract in contracts:
        contract_pdf(contract)
    grown = _resident() - before
    share = grown / MEMORY_MEGABYTES
    yield f"contracts_memory_over_{count} {grown:.1f} MB {MEMORY_MEGABYTES} {share:.2f}"


def _contract(number: int):  # type: ignore[no-untyped-def]
    from cessions.models import TransferContract
    from hosting.lib.papercode import new_reference
    from hosting.lib.provider import identity

    services = [
        {"id": place, "kind": kind, "name": f"bäckerei-{number}.example"}
        for place, kind in enumerate(KINDS)
    ]
    return TransferContract(
        reference=new_reference("TC"),
        language=("fr", "de", "en")[number % 3],
        context={
            "transferor": {
                "full_name": "Camille Durand",
                "trade_name": "Atelier Web",
                "registration_kind": "siren",
                "registration_number": "732829320",
                "street": "3 rue du Puits",
                "postal_code": "67000",
                "city": "Strasbourg",
                "country": "FR",
                "emails": ["camille@atelier-web.example"],
                "telephones": ["+33388123456"],
            },
            "assignee": {
                "full_name": f"Jörg Müller {number}",
                "organisation": "Bäckerei Müller GmbH",
                "emails": [f"joerg{number}@bakery.example"],
                "telephone": "+4915123456789",
            },
            "services": services,
            "place": "Strasbourg",
            "provider": {name: identity()[name] for name in ("legal_name", "name", "address")},
        },
    )


def _by_default(html: str) -> None:
    """WeasyPrint as its manual shows it: everything anew for each document."""
    from weasyprint import CSS, HTML

    from cessions.contract_pdf import STYLESHEET
    from hosting.lib.pdf import STATIC, _press, static_file

    style = static_file(STATIC + STYLESHEET).read_text(encoding="utf-8")
    fetcher = _press().fetcher
    HTML(string=html, url_fetcher=fetcher).write_pdf(stylesheets=[CSS(string=style)])


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
