"""An invoice as data, as a PDF carries it by Factur-X or ZUGFeRD: a value."""

from dataclasses import dataclass


@dataclass(frozen=True)
class EmbeddedInvoice:
    """What the invoice's data say; empty where they say nothing. Dates are ISO 8601, amounts have a
    point and two places."""

    number: str = ""
    issued_on: str = ""
    due_on: tuple[str, ...] = ()
    period: tuple[str, ...] = ()
    """First and last day, where both are given."""
    seller_names: tuple[str, ...] = ()
    """Name, trade name, contact person."""
    seller_numbers: tuple[str, ...] = ()
    buyer_name: str = ""
    lines: tuple[str, ...] = ()
    total: str = ""
    currency: str = ""
