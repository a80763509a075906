"""What machines find in invoices, proofs of payment and identity documents of nobody (D5).

python -m bench.evidence [SEED]
"""

import os
import sys
import time
from collections.abc import Iterable

WIDTHS = (26, 10, 12, 10, 10, 10, 10, 12, 10, 10, 8)


def main(seed: int = 1) -> None:
    os.environ.update(
        {
            "DEVELOPMENT": "on",
            "LOG_LEVEL": "ERROR",
            "DATABASE_URL": "postgresql:///none",
            "DJANGO_SETTINGS_MODULE": "hosting.settings",
        }
    )
    import django

    django.setup()
    from tests.evidence.invoice_samples import samples
    from tests.evidence.precision import ASPECTS, tallied

    made = list(samples(seed))
    begun = time.perf_counter()
    tallies = tallied(made)
    seconds = time.perf_counter() - begun
    row(("# kind, form", "documents", *ASPECTS, "false"))
    for (kind, form), tally in tallies.items():
        shares = (f"{tally.found[a]}/{tally.of[a]}" if tally.of[a] else "-" for a in ASPECTS)
        row((f"{kind}, {form}", tally.documents, *shares, len(tally.false)))
    for tally in tallies.values():
        for words in tally.missed:
            print(f"#   missed  {words}")
        for words in tally.false:
            print(f"#   false   {words}")
    print(f"# {len(made)} documents read in {seconds:.0f} s")
    identities(seed)


def identities(seed: int) -> None:
    """The second table: what came out as it should (found or, for the dishonest, seen), and nearly."""
    from tests.evidence.identity_precision import ASPECTS, identities_tallied
    from tests.evidence.identity_samples import samples

    begun = time.perf_counter()
    tallies = identities_tallied(samples(seed))
    seconds = time.perf_counter() - begun
    row(("# identity", "documents", *ASPECTS.values(), "near", "wrong"))
    for kind, tally in tallies.items():
        right = (f"{tally.right[aspect]}/{tally.documents}" for aspect in ASPECTS.values())
        row((kind, tally.documents, *right, tally.near.total(), len(tally.wrong)))
    for tally in tallies.values():
        for words in tally.wrong:
            print(f"#   wrong   {words}")
    print(f"# {sum(t.documents for t in tallies.values())} documents read in {seconds:.0f} s")


def row(cells: Iterable[object]) -> None:
    print("".join(str(cell).ljust(width) for cell, width in zip(cells, WIDTHS, strict=False)))


if __name__ == "__main__":
    main(*(int(word) for word in sys.argv[1:]))
