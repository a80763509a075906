"""A few scans in every run; all of them by `./dev test --proof` (P5, D5)."""

from itertools import islice

import pytest

from tests.evidence.invoice_samples import SCAN, samples
from tests.evidence.precision import ASPECTS, Tally, tallied

FEW = 3
ENOUGH = {"names": 0.85, "numbers": 0.95, "domains": 0.85, "dates": 0.85, "totals": 0.85}


def test_a_few_scans_give_names_numbers_and_domains():
    tally = Tally()
    for sample in islice(samples(forms=(SCAN,)), FEW):
        tally.add(sample)
    assert tally.found["numbers"] == tally.of["numbers"] == FEW
    assert tally.found["domains"] == tally.of["domains"] == FEW
    assert [words for words in tally.false if "_name" in words or "registration" in words] == []


@pytest.mark.proof
def test_all_scans_give_most_of_what_stands_in_them():
    tallies = tallied(samples(forms=(SCAN,))).values()
    for aspect in ASPECTS:
        found = sum(tally.found[aspect] for tally in tallies)
        assert found >= ENOUGH.get(aspect, 0.8) * sum(tally.of[aspect] for tally in tallies), aspect
    named = [w for tally in tallies for w in tally.false if "_name" in w or "registration" in w]
    assert named == []
