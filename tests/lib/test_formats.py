"""Dates are written as people here write them."""

from datetime import UTC, date, datetime

import pytest
from django import forms
from django.utils import translation
from django.utils.formats import date_format

LATE = datetime(2026, 4, 3, 22, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "written"),
    [("en", "03/04/2026 22:05"), ("fr", "03/04/2026 à 22:05"), ("de", "03.04.2026 22:05")],
)
def test_short_dates_are_day_first_with_24_hours(language: str, written: str) -> None:
    with translation.override(language):
        assert date_format(LATE, "SHORT_DATETIME_FORMAT") == written


def test_an_english_deadline_cannot_be_read_wrong() -> None:
    with translation.override("en"):
        assert date_format(LATE, "DATETIME_FORMAT") == "3 April 2026, 22:05"


@pytest.mark.parametrize("typed", ["03/04/2026", "2026-04-03", "3 April 2026"])
def test_dates_are_understood_day_first(typed: str) -> None:
    with translation.override("en"):
        assert forms.DateField().clean(typed) == date(2026, 4, 3)
