"""Money is counted in cents, each line rounded by itself, and printed lines add up to printed totals."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hosting.lib.money import Amount, rounded, totals

quantities = st.integers(1, 99_999_999).map(lambda thousandths: Decimal(thousandths) / 1000)
prices = st.integers(-9_999_999, 9_999_999).map(lambda cents: Decimal(cents) / 100)
rates = st.sampled_from([Decimal(rate) for rate in ("0", "5.5", "7", "19", "20", "20.00")])
lines = st.lists(st.builds(Amount, quantities, prices, rates), max_size=12)


def cents_half_up(exact: Fraction) -> int:
    """An independent reference: whole cents, a half goes away from zero."""
    sign = -1 if exact < 0 else 1
    return sign * int(abs(exact) * 100 + Fraction(1, 2))


@given(lines)
def test_a_line_is_rounded_by_itself_half_up(amounts):
    for amount in amounts:
        exact = Fraction(amount.quantity) * Fraction(amount.unit_price)
        assert amount.net * 100 == cents_half_up(exact)
        assert amount.tax * 100 == cents_half_up(Fraction(amount.net) * Fraction(amount.rate) / 100)


@given(lines)
def test_printed_lines_add_up_to_printed_totals(amounts):
    found = totals(amounts)
    assert found.net == sum(amount.net for amount in amounts)
    assert found.tax == sum(amount.tax for amount in amounts)
    assert found.gross == sum(amount.net + amount.tax for amount in amounts)


@given(lines)
def test_the_totals_per_rate_are_the_whole(amounts):
    found = totals(amounts)
    assert sum(each.net for each in found.by_rate) == found.net
    assert sum(each.tax for each in found.by_rate) == found.tax
    of_rates = [each.rate for each in found.by_rate]
    assert of_rates == sorted({Decimal(amount.rate) for amount in amounts}, reverse=True)


@given(
    st.permutations(range(6)),
    st.lists(st.builds(Amount, quantities, prices, rates), min_size=6, max_size=6),
)
def test_the_order_of_lines_changes_nothing(order, amounts):
    assert totals([amounts[place] for place in order]) == totals(amounts)


@pytest.mark.parametrize(
    ("exact", "cents"),
    [("0.005", "0.01"), ("0.0049", "0.00"), ("-0.005", "-0.01"), ("2.675", "2.68")],
)
def test_a_half_cent_goes_up(exact, cents):
    assert rounded(Decimal(exact)) == Decimal(cents)


def test_nothing_costs_nothing():
    assert totals([]).gross == Decimal("0.00")
