"""The invoice that a PDF carries as data (Factur-X, ZUGFeRD); runs in the child alone."""

import io
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import pikepdf
from lxml import etree

from hosting.lib.reading.edata import EmbeddedInvoice

NAMES = ("factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml")
FORMS = frozenset({"factur-x", "zugferd"})
LARGEST = 5_000_000  # bytes; such files have some kilobytes
MOST_LINES = 500
MOST_MONEY = 10**12
DATE = "%Y%m%d"


def attached(content: bytes) -> bytes | None:
    """The XML under one of its known names."""
    with pikepdf.open(io.BytesIO(content)) as document:
        by_name = {name.lower(): name for name in document.attachments}
        for name in NAMES:
            if name in by_name:
                found: bytes = document.attachments[by_name[name]].get_file().read_bytes()
                return found if len(found) <= LARGEST else None
    return None


def facts(xml: bytes) -> dict[str, Any] | None:
    """The facts of an `EmbeddedInvoice`; None for XML that is damaged, no such invoice, or has a
    document type of its own (no entity is ever read)."""
    root = _parsed(xml)
    if root is None or not _is_invoice(root):
        return None
    seller = _first(root, "SellerTradeParty")
    agreed = _first(root, "ApplicableHeaderTradeSettlement", "ApplicableSupplyChainTradeSettlement")
    head = _first(root, "ExchangedDocument", "HeaderExchangedDocument")
    found = EmbeddedInvoice(
        number=_text(_child(head, "ID")),
        issued_on=_date(_child(head, "IssueDateTime")),
        due_on=_all(_date(item) for item in _below(agreed, "DueDateDateTime")),
        period=_period(agreed),
        seller_names=_texts(seller, "Name", "TradingBusinessName", "PersonName"),
        seller_numbers=_numbers(seller),
        buyer_name=_text(_child(_first(root, "BuyerTradeParty"), "Name")),
        lines=_lines(root),
        total=_amount(_first(agreed, "GrandTotalAmount")),
        currency=_text(_first(agreed, "InvoiceCurrencyCode")),
    )
    return asdict(found)


def _parsed(xml: bytes) -> Any:
    """The root element, or None. Nothing is fetched, no entity replaced, no document type taken."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return None if root.getroottree().docinfo.doctype else root


def _is_invoice(root: Any) -> bool:
    from facturx import get_flavor

    try:
        return get_flavor(root) in FORMS
    except Exception:  # the library says so with a bare Exception
        return False


def _lines(root: Any) -> tuple[str, ...]:
    """What is sold: name and description of each line."""
    products = _below(root, "SpecifiedTradeProduct")
    words = (" ".join(_texts(product, "Name", "Description")) for product in products)
    return _all(words)[:MOST_LINES]


def _numbers(seller: Any) -> tuple[str, ...]:
    """Numbers of registration and tax."""
    holders = _below(seller, "SpecifiedLegalOrganization", "SpecifiedTaxRegistration")
    own = [_text(_child(seller, name)) for name in ("ID", "GlobalID")]
    return _all([*own, *(_text(_child(holder, "ID")) for holder in holders)])


def _period(agreed: Any) -> tuple[str, ...]:
    period = _first(agreed, "BillingSpecifiedPeriod")
    ends = _all(_date(_child(period, name)) for name in ("StartDateTime", "EndDateTime"))
    return ends if len(ends) == 2 else ()


def _date(holder: Any) -> str:
    """The date inside `holder`, whose only form is 20260312."""
    words = "".join(holder.itertext()).strip() if holder is not None else ""
    try:
        return datetime.strptime(words[:8], DATE).date().isoformat()  # noqa: DTZ007 (a date)
    except ValueError:
        return ""


def _amount(element: Any) -> str:
    """As money is written: no "Infinity", and no number of a million digits out of seven signs."""
    try:
        value = Decimal(_text(element))
    except InvalidOperation:
        return ""
    return f"{value:.2f}" if value.is_finite() and abs(value) < MOST_MONEY else ""


def _below(parent: Any, *names: str) -> Iterator[Any]:
    """Elements of these names, whatever the version's namespace."""
    if parent is not None:
        for element in parent.iter(etree.Element):
            if etree.QName(element).localname in names:
                yield element


def _first(parent: Any, *names: str) -> Any:
    return next(_below(parent, *names), None)


def _child(parent: Any, name: str) -> Any:
    """The child of this name that stands directly in `parent`."""
    if parent is None:
        return None
    found = (e for e in parent.iterchildren(etree.Element) if etree.QName(e).localname == name)
    return next(found, None)


def _texts(parent: Any, *names: str) -> tuple[str, ...]:
    return _all(_text(element) for element in _below(parent, *names))


def _text(element: Any) -> str:
    return " ".join((element.text or "").split())[:500] if element is not None else ""


def _all(words: Iterable[str]) -> tuple[str, ...]:
    """Those that say something, each once, in order."""
    return tuple(dict.fromkeys(word for word in words if word))
