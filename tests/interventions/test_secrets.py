"""What opens a site is nowhere but in its sealed column: no page, log, mail, journal, session or cache (I3)."""

import logging

import pytest
import structlog
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.urls import reverse
from django.views.debug import ExceptionReporter

from interventions.models import SiteCredential, Ticket
from interventions.services import credentials
from tests import factories
from tests.interventions.visitor import (
    CANARY,
    answers,
    asked_and_confirmed,
    last_mail,
    link_in,
    member_answers,
)

pytestmark = pytest.mark.django_db
SECRETS = {f"secret_{kind}": f"user / {CANARY}" for kind in ("cms", "sftp", "ssh", "database")}


@pytest.fixture
def heard(caplog):
    """Every line of every log, as it comes."""
    caplog.set_level(logging.DEBUG)
    with structlog.testing.capture_logs() as events:
        yield lambda: caplog.text + repr(events) + repr([vars(row) for row in caplog.records])


def whole_database() -> str:
    """Every row of every table as text."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608 (a name of ours)
            found += [row[0] for row in cursor.fetchall()]
    assert len(found) > 50
    return "\n".join(found)


def kept_in_cache() -> str:
    return repr(getattr(cache, "_cache", {}))


def test_an_error_shows_all_that_was_typed_but_what_opens_the_site_and_says_so(client, heard):
    given = answers(client, email="not an address", **SECRETS)
    page = client.post("/assistance/", given)
    words = page.content.decode()
    assert page.status_code == 422
    assert "The cart is empty." in words
    assert CANARY not in words
    assert "Please type it once more" in words
    assert CANARY not in heard() + whole_database() + kept_in_cache() + repr(page.headers)
    assert not Ticket.objects.exists()


def test_without_such_a_field_nothing_is_said_to_be_lost(client):
    page = client.post("/assistance/", answers(client, email="not an address"))
    assert "Nothing you entered is lost." in page.content.decode()


def test_too_long_a_secret_is_not_shown_either(client):
    page = client.post("/assistance/", answers(client, secret_ssh=CANARY * 200))
    assert page.status_code == 422
    assert CANARY not in page.content.decode()


def test_through_the_whole_public_way_it_is_nowhere(client, heard):
    page = asked_and_confirmed(client, **SECRETS)
    words = client.get(page).content.decode()
    assert SiteCredential.objects.filter(erased_at=None).count() == 4
    assert CANARY not in words + heard() + whole_database() + kept_in_cache()
    assert words.count('value="erase:') == 4


def test_through_the_whole_signed_in_way_it_is_nowhere(client, heard):
    owner = factories.MembershipFactory()
    client.force_login(owner.user)
    site = factories.ServiceFactory(account=owner.account, hosting=True)
    client.post("/assistance/", member_answers(client, site, what="", **SECRETS))
    client.post("/assistance/", member_answers(client, site, **SECRETS))
    ticket = Ticket.objects.get()
    page = reverse("portal_assistance_page", args=[ticket.pk])
    client.post(page, {"do": "give", "kind": "sftp", "secret": CANARY + "-2"})
    client.post(page, {"do": "give", "kind": "rubbish", "secret": CANARY + "-3"})
    words = client.get(page).content.decode()
    assert ticket.credentials.filter(erased_at=None).count() == 5
    sessions = repr([session.get_decoded() for session in Session.objects.all()])
    assert CANARY not in words + heard() + whole_database() + kept_in_cache() + sessions


@pytest.mark.parametrize("broken", ["the house key", "the journal"])
def test_a_failure_in_the_middle_tells_no_log_and_no_report(
    client, heard, monkeypatch, settings, broken
):
    """Should our own code fail, neither the log nor Django's report for developers shows it."""
    given = answers(client, **SECRETS)
    if broken == "the house key":
        settings.ENVELOPE_KEYS = []
    else:
        monkeypatch.setattr(credentials, "journal", None)
    client.raise_request_exception = False
    answer = client.post("/assistance/", given)
    assert answer.status_code == 500
    report = ExceptionReporter(answer.wsgi_request, *answer.exc_info)
    assert CANARY not in answer.content.decode() + heard()
    assert CANARY not in report.get_traceback_text()
    assert CANARY not in report.get_traceback_html()
    assert not Ticket.objects.exists()


def test_nobody_sees_it_before_the_address_is_confirmed(client):
    client.post("/assistance/", answers(client, **SECRETS))
    page = client.get(link_in(last_mail("ticket_confirm"))).content.decode()
    assert CANARY not in page
