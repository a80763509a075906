"""What of the samples was found, and what was found that is not there."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from cessions.policies.findings import Finding, FindingCode, Outcome
from cessions.policies.reading.folding import compact
from cessions.policies.reading.invoice import invoice_findings
from cessions.policies.reading.payment import payment_findings
from cessions.policies.reading.wanted import Wanted
from hosting.lib.reading import DocumentText, EmbeddedInvoice, embedded_invoice, read_text
from tests.evidence.invoice_samples import DATA, Sample

NAMES = (FindingCode.TRADE_NAME, FindingCode.FULL_NAME)
ASPECTS = ("names", "numbers", "domains", "dates", "invoice no.", "totals", "payments")


@dataclass
class Tally:
    """Per aspect: how many were found, of how many; what was missed and what is false, in words."""

    documents: int = 0
    found: Counter[str] = field(default_factory=Counter)
    of: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    false: list[str] = field(default_factory=list)

    def add(self, sample: Sample) -> None:
        self.documents += 1
        read = Read.of(sample)
        findings = read.findings(sample.wanted)
        for aspect, words, holds in expected(sample, findings):
            self.of[aspect] += 1
            self.found[aspect] += holds
            self.missed += [] if holds else [f"{sample.name}: {aspect} {words}"]
        self.false += [f"{sample.name}: {words}" for words in false_finds(sample, read)]


@dataclass(frozen=True)
class Read:
    """A sample once its words are read, which takes the time."""

    sample: Sample
    text: DocumentText
    embedded: EmbeddedInvoice | None

    @classmethod
    def of(cls, sample: Sample) -> "Read":
        embedded = embedded_invoice(sample.content) if sample.form == DATA else None
        return cls(sample, read_text(sample.content, sample.content_type), embedded)

    def findings(self, wanted: Wanted) -> list[Finding]:
        if self.sample.kind == "payment":
            return payment_findings(self.text, wanted)
        return invoice_findings(self.text, self.embedded, wanted)


def expected(sample: Sample, findings: list[Finding]) -> Iterator[tuple[str, str, bool]]:
    """Aspect, words and whether it was found, of all that stands in the sample."""
    paper, company = sample.paper, sample.paper.company
    yield "names", company.trade_name, _seen(findings, FindingCode.TRADE_NAME)
    yield "totals", f"{paper.total:.2f}", _has(findings, FindingCode.AMOUNT, f"{paper.total:.2f}")
    if sample.kind == "payment":
        yield "payments", paper.number, _seen(findings, FindingCode.PAYMENT_FITS)
        yield "dates", f"{paper.due}", _has(findings, FindingCode.DATE, f"{paper.due}")
        return
    yield "names", company.full_name, _seen(findings, FindingCode.FULL_NAME)
    yield "numbers", company.number, _seen(findings, FindingCode.REGISTRATION_NUMBER)
    yield "domains", company.domain, _seen(findings, FindingCode.SERVICE_NAME)
    yield "invoice no.", paper.number, _has(findings, FindingCode.INVOICE_NUMBER, paper.number)
    yield "dates", f"{paper.issued}", _has(findings, FindingCode.ISSUED_ON, f"{paper.issued}")
    for day in (paper.due, paper.end):
        yield "dates", f"{day}", _has(findings, FindingCode.DUE_ON, f"{day}")


def false_finds(sample: Sample, read: Read) -> Iterator[str]:
    """What was found though it is not there: others' names, numbers and domains; wrong dates."""
    looked_for = (*NAMES, FindingCode.REGISTRATION_NUMBER, FindingCode.SERVICE_NAME)
    for finding in read.findings(sample.decoys):
        there = finding.outcome in (Outcome.FOUND, Outcome.NEAR, Outcome.CONTRADICTS)
        if there and finding.code in (*looked_for, FindingCode.PAYMENT_FITS):
            yield f"{finding.code} {finding.wanted} as {finding.seen} ({finding.nearness} %)"
    paper = sample.paper
    true = {
        FindingCode.ISSUED_ON: {f"{paper.issued}"},
        FindingCode.DUE_ON: {f"{paper.due}", f"{paper.end}"},
        FindingCode.INVOICE_NUMBER: {paper.number},
    }
    if sample.kind == "invoice":
        for finding in read.findings(sample.wanted):
            if finding.code in true and finding.seen not in true[finding.code]:
                yield f"{finding.code} {finding.seen}"


def tallied(samples: Iterable[Sample]) -> dict[tuple[str, str], Tally]:
    """A tally per kind and form."""
    tallies: dict[tuple[str, str], Tally] = {}
    for sample in samples:
        tallies.setdefault((sample.kind, sample.form), Tally()).add(sample)
    return tallies


def _seen(findings: list[Finding], code: FindingCode) -> bool:
    good = (Outcome.FOUND, Outcome.NEAR)
    return any(item.code == code and item.outcome in good for item in findings)


def _has(findings: list[Finding], code: FindingCode, value: str) -> bool:
    return any(item.code == code and compact(item.seen) == compact(value) for item in findings)
