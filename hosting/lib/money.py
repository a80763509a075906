"""Sums of money, in Decimal and never in float.

The rule of rounding: each line is rounded by itself, to the cent, half up; first its net amount
(quantity times unit price), then the tax on that amount. Every total is a plain sum of rounded lines, so
that whoever adds up what is printed comes to what is printed below.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
NOTHING = Decimal("0.00")
HUNDRED = Decimal(100)


def rounded(amount: Decimal) -> Decimal:
    """`amount` to the cent, half up (away from zero)."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


@dataclass(frozen=True)
class Amount:
    """One line: so many units at a price without tax, taxed at `rate` percent."""

    quantity: Decimal
    unit_price: Decimal
    rate: Decimal

    @property
    def net(self) -> Decimal:
        """What the line costs without tax."""
        return rounded(self.quantity * self.unit_price)

    @property
    def tax(self) -> Decimal:
        """The tax on what is printed as the net amount."""
        return rounded(self.net * self.rate / HUNDRED)


@dataclass(frozen=True)
class RateTotal:
    """What all lines of one rate come to."""

    rate: Decimal
    net: Decimal
    tax: Decimal


@dataclass(frozen=True)
class Totals:
    """What all lines come to; `by_rate` in falling order of the rate."""

    net: Decimal
    tax: Decimal
    by_rate: tuple[RateTotal, ...]

    @property
    def gross(self) -> Decimal:
        """What is to be paid."""
        return self.net + self.tax


def totals(amounts: Iterable[Amount]) -> Totals:
    """The totals of `amounts`, per rate and altogether."""
    of_rate: dict[Decimal, list[Amount]] = {}
    for amount in amounts:
        of_rate.setdefault(amount.rate.normalize(), []).append(amount)
    by_rate = tuple(
        RateTotal(rate, _sum(each.net for each in lines), _sum(each.tax for each in lines))
        for rate, lines in sorted(of_rate.items(), reverse=True)
    )
    return Totals(_sum(each.net for each in by_rate), _sum(each.tax for each in by_rate), by_rate)


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, NOTHING)
