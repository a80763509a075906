"""How well the zones of drawn identity documents are read, and whether the dishonest are seen."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from cessions.policies.findings import FindingCode, Outcome
from cessions.policies.identity import identity_findings
from hosting.lib.reading import read_zone
from tests.evidence.identity_samples import Sample

ASPECTS = {
    FindingCode.MACHINE_READABLE_ZONE: "zone",
    FindingCode.IDENTITY_NAME: "name",
    FindingCode.IDENTITY_EXPIRY: "expiry",
}


@dataclass
class IdentityTally:
    """Documents of one kind: how many, which aspects came out as they should, what did not, in words."""

    documents: int = 0
    right: Counter[str] = field(default_factory=Counter)
    near: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def outcomes(sample: Sample) -> dict[FindingCode, Outcome]:
    zone = read_zone(sample.content, sample.content_type, sample.on)
    found = identity_findings(zone, [sample.wanted], sample.on)
    return {finding.code: finding.outcome for finding in found}


def identities_tallied(samples: Iterable[Sample]) -> dict[str, IdentityTally]:
    """Per kind of document, in the order in which they come."""
    tallies: dict[str, IdentityTally] = {}
    for sample in samples:
        tally = tallies.setdefault(sample.label.partition(", ")[0], IdentityTally())
        tally.documents += 1
        found = outcomes(sample)
        for code, expected in sample.expects.items():
            outcome = found.get(code, Outcome.MISSING)
            if outcome == expected:
                tally.right[ASPECTS[code]] += 1
            elif outcome == Outcome.NEAR:
                tally.near[ASPECTS[code]] += 1
            else:
                tally.wrong.append(f"{sample.label}: {ASPECTS[code]} {outcome}, not {expected}")
    return tallies
