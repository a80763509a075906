"""Every mistake planted in the product's clocks is noticed; without one the properties hold."""

import sys
from functools import cache
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from cessions import policies
from tests.mutants.mistakes import MISTAKES
from tests.mutants.product import Mutant, mutated
from tests.properties.checks import PROPERTIES, Property

RULES = {rule.name: rule for rule in PROPERTIES}


@cache
def examples(rule: Property) -> list[Any]:
    """The values on which all mutants are judged by `rule`: drawn once, the same in every run."""
    found: list[Any] = []

    @settings(
        max_examples=400,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(rule.values)
    def collect(value: Any) -> None:
        found.append(value)

    collect()
    return found


def notices(rule: Property, product: ModuleType) -> bool:
    try:
        for value in examples(rule):
            rule.check(product, value)
    except AssertionError:
        return True
    return False


@pytest.mark.parametrize("mutant", MISTAKES, ids=lambda mutant: mutant.name)
def test_a_planted_mistake_is_noticed(mutant: Mutant) -> None:
    assert notices(RULES[mutant.noticed_by], mutated(mutant)), f"{mutant.name} went unnoticed"


def test_planting_nothing_notices_nothing() -> None:
    """The way a mutant is loaded is no mistake in itself."""
    product = mutated(Mutant("none", "", "cessions.policies.clocks", ()))
    assert product is not policies
    assert not any(notices(rule, product) for rule in PROPERTIES)


def test_the_product_itself_is_left_as_it_was() -> None:
    before = dict(sys.modules)
    mutated(MISTAKES[0])
    assert sys.modules["cessions.policies"] is policies
    assert {name: sys.modules.get(name) for name in before} == before


def test_a_mistake_whose_place_is_gone_is_an_error() -> None:
    with pytest.raises(LookupError):
        mutated(Mutant("nowhere", "", "cessions.policies.clocks", (("no such line", ""),)))
