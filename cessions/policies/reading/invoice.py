"""An invoice: whose it is, what for, its number, dates and amounts, as text and as data (P5, D4, D5)."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import chain, pairwise

from cessions.policies.findings import Finding, FindingCode, Outcome
from cessions.policies.reading.domains import find_domain
from cessions.policies.reading.folding import compact, folded
from cessions.policies.reading.labels import Label, label_of
from cessions.policies.reading.names import Match, find_name
from cessions.policies.reading.numbers import find_number
from cessions.policies.reading.page import Pages, in_data
from cessions.policies.reading.values import Written, amounts, dates
from cessions.policies.reading.wanted import NAME_CODES, Identity, Wanted, valid_at
from hosting.lib.reading.edata import EmbeddedInvoice
from hosting.lib.reading.words import DocumentText

MOST = 40  # findings of one kind in one document
NUMBER = re.compile(r"[^\W_]{0,8}[-/._]?\d[\w./-]{0,24}")
SHORTEST = 2  # a single figure is a place on a list, or a house
EDGES = "()[]:;,.#°*"
BETWEEN = re.compile(r"(?:au|bis(?: zum)?|to|until|-|–|—|jusqu'au)")
DATE_LABELS = (Label.UNTIL, Label.PAID, Label.DUE, Label.ISSUED)
CODES = {
    Label.ISSUED: FindingCode.ISSUED_ON,
    Label.DUE: FindingCode.DUE_ON,
    Label.UNTIL: FindingCode.DUE_ON,
}
OF = {Label.DUE: "payment", Label.UNTIL: "service", Label.PAID: "paid"}


def invoice_findings(
    text: DocumentText, embedded: EmbeddedInvoice | None, wanted: Wanted
) -> list[Finding]:
    """All that a reviewer of an invoice asks for (P5). Nothing at all where nothing could be read."""
    if not text.words and embedded is None:
        return []
    pages = Pages(text)
    own = [*number_findings(pages), *date_findings(pages), *amount_findings(pages)]
    issued = issue_date(own, embedded)
    return [
        *name_findings(pages, embedded, wanted, issued),
        *service_findings(pages, embedded, wanted),
        *own,
        *data_findings(embedded, own),
    ]


def issue_date(found: Iterable[Finding], embedded: EmbeddedInvoice | None) -> date | None:
    """The day an invoice is of: by its data, else by its text."""
    said = [embedded.issued_on] if embedded and embedded.issued_on else []
    said += [item.seen for item in found if item.code == FindingCode.ISSUED_ON]
    return date.fromisoformat(said[0]) if said else None


def name_findings(
    pages: Pages, embedded: EmbeddedInvoice | None, wanted: Wanted, issued: date | None
) -> Iterator[Finding]:
    """Each name of the account that held on the day of the invoice; one of another time contradicts,
    where the right one is missing (A4, D4)."""
    data = in_data((*embedded.seller_names, *embedded.seller_numbers)) if embedded else None
    held = valid_at(wanted.identities, issued) if issued else wanted.identities
    for identity in held:
        finding = _name(pages, data, identity)
        others = [other for other in wanted.identities if _another_time(other, identity)]
        if issued and finding.outcome == Outcome.MISSING:
            elsewhen = [_name(pages, data, other) for other in others]
            strange = [other for other in elsewhen if other.outcome == Outcome.FOUND]
            finding = replace(strange[0], outcome=Outcome.CONTRADICTS) if strange else finding
        yield finding


def _another_time(other: Identity, identity: Identity) -> bool:
    same = (other.account, other.field) == (identity.account, identity.field)
    return same and compact(other.value) != compact(identity.value)


def _name(pages: Pages, data: Pages | None, identity: Identity) -> Finding:
    match, where = _look(pages, identity), "text"
    if data is not None and match.outcome != Outcome.FOUND:
        by_data = _look(data, identity)
        if by_data.nearness > match.nearness:
            match, where = unseen(by_data), "data"
    details: dict[str, object] = {"account": identity.account, "in": where}
    if identity.until:
        details["until"] = identity.until.isoformat()
    if match.kind:
        details["as"] = match.kind
    code = NAME_CODES[identity.field]
    return as_finding(code, identity.value, match, pages if where == "text" else None, details)


def _look(pages: Pages, identity: Identity) -> Match:
    if identity.field == "registration_number":
        return find_number(pages, identity.kind, identity.value)
    return find_name(pages, identity.value, person=identity.field == "full_name")


def service_findings(
    pages: Pages, embedded: EmbeddedInvoice | None, wanted: Wanted
) -> Iterator[Finding]:
    """Each service asked for, in text or data."""
    data = in_data(embedded.lines) if embedded else None
    for name in wanted.services:
        match, where = find_domain(pages, name), "text"
        if data is not None and match.outcome != Outcome.FOUND:
            by_data = find_domain(data, name)
            if by_data.nearness > match.nearness:
                match, where = unseen(by_data), "data"
        details: dict[str, object] = {"in": where}
        if match.kind:
            details["as"] = match.kind
        shown = pages if where == "text" else None
        yield as_finding(FindingCode.SERVICE_NAME, name, match, shown, details)


def number_findings(pages: Pages) -> list[Finding]:
    """The invoice's number: what “facture n°”, “Rechnungsnummer” and the like stand before or above."""
    values = [item.words for item in dates(pages)] + [item.words for item in amounts(pages)]
    taken = set(chain.from_iterable(values))
    found: dict[str, Finding] = {}
    for number, word in enumerate(pages.words):
        shown = word.text.strip(EDGES)
        if number in taken or len(shown) < SHORTEST or not NUMBER.fullmatch(shown):
            continue
        if label_of(pages, (number,), (Label.NUMBER,)) == Label.NUMBER:
            place = pages.places((number,))
            finding = Finding(FindingCode.INVOICE_NUMBER, Outcome.FOUND, seen=shown, places=place)
            found.setdefault(compact(shown), finding)
    return list(found.values())[:MOST]


def date_findings(pages: Pages) -> list[Finding]:
    """All dates with what they are; a period is one finding, by its last day."""
    written = dates(pages)
    periods = _periods(pages, written)
    inside = {id(item) for pair in periods for item in pair}
    single = [item for item in written if id(item) not in inside]
    found = [_period(pages, *pair) for pair in periods]
    found += [_date(pages, item, label_of(pages, item.words, DATE_LABELS)) for item in single]
    if found and not any(item.code == FindingCode.ISSUED_ON for item in found):
        found = _first_is_issue(found)
    return _distinct(found)


def _periods(
    pages: Pages, written: Sequence[Written[date]]
) -> list[tuple[Written[date], Written[date]]]:
    """Neighbouring dates with nothing but “au”, “bis”, a dash between them."""
    pairs = []
    for first, second in pairwise(written):
        between = pages.words[first.words[-1] + 1 : second.words[0]]
        words = folded(" ".join(word.text for word in between)).strip()
        if first.value < second.value and BETWEEN.fullmatch(words):
            pairs.append((first, second))
    return pairs


def _period(pages: Pages, first: Written[date], last: Written[date]) -> Finding:
    ends = {"of": "period", "from": first.value.isoformat(), "to": last.value.isoformat()}
    places = pages.places((*first.words, *last.words))
    seen = last.value.isoformat()
    return Finding(FindingCode.DUE_ON, Outcome.FOUND, seen=seen, places=places, details=ends)


def _date(pages: Pages, item: Written[date], label: Label) -> Finding:
    code = CODES.get(label, FindingCode.DATE)
    details = {"of": OF[label]} if label in OF else {}
    places = pages.places(item.words)
    return Finding(code, Outcome.FOUND, seen=item.value.isoformat(), places=places, details=details)


def _first_is_issue(found: Sequence[Finding]) -> list[Finding]:
    """Without a word that says so, the first plain date is taken for the day of issue: near."""
    plain = [item for item in found if item.code == FindingCode.DATE and not item.details]
    if not plain:
        return list(found)
    first = replace(plain[0], code=FindingCode.ISSUED_ON, outcome=Outcome.NEAR, nearness=50)
    return [first if item is plain[0] else item for item in found]


def amount_findings(pages: Pages) -> list[Finding]:
    """All amounts; `details["total"]` where words call it the total."""
    found = []
    for item in amounts(pages):
        label = label_of(pages, item.words, (Label.TOTAL,))
        details = {"total": True} if label == Label.TOTAL else {}
        seen, places = money(item.value), pages.places(item.words)
        found.append(
            Finding(FindingCode.AMOUNT, Outcome.FOUND, seen=seen, places=places, details=details)
        )
    return _distinct(found)


def data_findings(embedded: EmbeddedInvoice | None, own: Sequence[Finding]) -> Iterator[Finding]:
    """What the embedded data say; they contradict when the page shows another number or day."""
    if embedded is None:
        return
    differs = [
        name
        for name, code in (("number", FindingCode.INVOICE_NUMBER), ("issued_on", FindingCode.ISSUED_ON))
        if (said := getattr(embedded, name)) and _others(said, code, own)
    ]  # fmt: skip
    totals = {
        item.seen for item in own if item.code == FindingCode.AMOUNT and item.details.get("total")
    }
    if embedded.total and totals and embedded.total not in totals:
        differs.append("total")
    details = {
        "number": embedded.number,
        "issued_on": embedded.issued_on,
        "due_on": list(embedded.due_on),
        "period": list(embedded.period),
        "seller_names": list(embedded.seller_names),
        "seller_numbers": list(embedded.seller_numbers),
        "lines": list(embedded.lines[:MOST]),
        "total": embedded.total,
        "currency": embedded.currency,
        "differs": differs,
    }
    outcome = Outcome.CONTRADICTS if differs else Outcome.FOUND
    yield Finding(FindingCode.EMBEDDED_INVOICE, outcome, seen=embedded.number, details=details)


def _others(said: str, code: FindingCode, own: Sequence[Finding]) -> bool:
    """Whether the page says such a thing, surely, and never this."""
    shown = {compact(i.seen) for i in own if i.code == code and i.outcome == Outcome.FOUND}
    return bool(shown) and compact(said) not in shown


def as_finding(
    code: FindingCode, wanted: str, match: Match, pages: Pages | None, details: dict[str, object]
) -> Finding:
    """A match as a finding, with its places where it stands on a page."""
    places = pages.places(match.words) if pages else ()
    return Finding(code, match.outcome, wanted, match.seen, match.nearness, places, details)


def unseen(match: Match) -> Match:
    """What stands in the embedded data alone: those who got the invoice never saw it there."""
    return replace(match, outcome=Outcome.NEAR) if match.outcome == Outcome.FOUND else match


def money(value: Decimal) -> str:
    return f"{value:.2f}"


def _distinct(found: Iterable[Finding]) -> list[Finding]:
    """Each value once per code, with the places of all its occurrences; what has details wins."""
    kept: dict[tuple[FindingCode, str], Finding] = {}
    for item in found:
        before = kept.get((item.code, item.seen))
        if before is None:
            kept[item.code, item.seen] = item
            continue
        places = (*before.places, *item.places)
        details = {**item.details, **before.details}
        kept[item.code, item.seen] = replace(before, places=places, details=details)
    return list(kept.values())[:MOST]
