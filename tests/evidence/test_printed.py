"""On printed invoices nothing that is there is missed, and nothing is found that is not there (P5, D5)."""

from tests.evidence.invoice_samples import DATA, PRINTED, samples
from tests.evidence.precision import tallied

EVERYDAY_NAME = "payment 4 text PDF: names Hébergement Web"
"""A trade name of everyday words counts only where it has a line to itself."""


def test_printed_papers_are_read_without_a_miss_and_without_a_false_find():
    tallies = tallied(samples(forms=(PRINTED, DATA)))
    assert sum(tally.documents for tally in tallies.values()) == 50
    assert [w for tally in tallies.values() for w in tally.missed] == [EVERYDAY_NAME]
    assert [w for tally in tallies.values() for w in tally.false] == []
