"""What is kept how long is one table, true to the settings and to what people were told (L1, N5)."""

from typing import Any

import pytest
from django.conf import settings as product
from django.test import Client

from cessions.models import LegalHold
from hosting.desk.retention import differing, in_days
from hosting.models import Notice
from hosting.policies.retention import PROMISED, TABLE
from tests.cessions.cases import RECEIVED, fresh_case
from tests.factories import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/admin/retention/"
IN_NOTICES = {
    ("privacy", "en"): ("destroyed after 30 days", "destroyed 30 days after", "5 years"),
    ("privacy", "fr"): ("détruite après 30 jours", "30 jours après la fin", "5 ans"),
    ("privacy", "de"): ("nach 30 Tagen", "30 Tage nach dem Ende", "5 Jahre"),
    ("assistance-privacy", "en"): ("within 7 days is erased", "5 years after its end"),
    ("assistance-privacy", "fr"): ("dans les 7 jours est effacée", "5 ans après sa fin"),
    ("assistance-privacy", "de"): ("innerhalb von 7 Tagen", "5 Jahre nach ihrem Ende"),
}


@pytest.fixture
def page(client: Client) -> str:
    client.force_login(UserFactory(support=True), backend="accounts.backends.SessionBackend")
    hold = LegalHold(filing=fresh_case().filing, reason="A court asks.", at=RECEIVED)
    hold.by = UserFactory(supervisor=True)
    hold.save()
    return client.get(PAGE).content.decode()


def test_staff_read_purpose_ground_and_period_of_each_kind_of_data(page: str) -> None:
    for row in TABLE:
        assert f"<td>{row.rules}</td>" in page
    assert "30 days after the end of the case or of the lock" in page
    assert "5 years after the end of the case" in page
    assert "5 years after they were closed" in page
    assert "publish new ones" not in page


def test_legal_holds_in_force_stand_on_it(page: str) -> None:
    assert "A court asks." in page


def test_nobody_else_sees_it(client: Client) -> None:
    assert client.get(PAGE).status_code == 302
    client.force_login(MembershipFactory().user, backend="accounts.backends.SessionBackend")
    assert client.get(PAGE).status_code in (302, 403)
    client.force_login(UserFactory(is_staff=True), backend="accounts.backends.SessionBackend")
    assert client.get(PAGE).status_code == 403


@pytest.mark.parametrize("notice", IN_NOTICES)
def test_the_notices_promise_what_is_set(notice: tuple[str, str]) -> None:
    code, language = notice
    body = Notice.objects.filter(code=code, language=language).order_by("-version")[0].body
    for words in IN_NOTICES[notice]:
        assert words in body
    for name, days in PROMISED.items():
        assert getattr(product, name) == days


def test_a_setting_that_differs_from_the_notices_is_said(settings: Any, english: None) -> None:
    settings.IDENTITY_RETENTION_DAYS = 60
    (words,) = differing()
    assert "IDENTITY_RETENTION_DAYS is 60 days; the notices say 30 days" in words


def test_every_period_is_a_setting_that_exists(english: None) -> None:
    for row in TABLE:
        assert not row.setting or getattr(product, row.setting) > 0
    assert (in_days(1), in_days(365), in_days(1826)) == ("1 day", "1 year", "5 years")
