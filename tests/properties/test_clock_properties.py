"""The product's clocks agree with the reference model wherever calendars and clocks disagree."""

import pytest
from hypothesis import HealthCheck, given, settings

from cessions import policies
from tests.properties.checks import PROPERTIES, Property


@pytest.mark.parametrize("rule", PROPERTIES, ids=lambda rule: rule.name)
def test_product_agrees_with_the_reference_model(rule: Property) -> None:
    @settings(
        max_examples=150,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(rule.values)
    def holds(value) -> None:
        rule.check(policies, value)

    holds()
