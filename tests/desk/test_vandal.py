"""What somebody sends who only wants to see pages of ours break: refused kindly, never an error."""

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client) -> Client:
    client.force_login(factories.UserFactory(support=True))
    return client


@pytest.mark.parametrize(
    ("table", "query"),
    [
        ("cessions_filing", {"state__exact": "\0"}),
        ("cessions_letter", {"kind__exact": "a\0"}),
        ("cessions_contactattempt", {"channel": "\0"}),
        ("accounts_customeraccount", {"kind__exact": "\0"}),
        ("hosting_service", {"status__exact": "\0"}),
        ("hosting_plan", {"kind__exact": "\0"}),
        ("records_outgoingmail", {"state": "\0"}),
        ("accounts_user", {"groups__id__exact": "\0"}),
        ("interventions_ticket", {"which": "\0"}),
        ("interventions_intervention", {"state__exact": "\0"}),
        ("interventions_intervention", {"q": "\0"}),
        ("interventions_contest", {"answer": "\0"}),
    ],
)
def test_a_list_filtered_by_a_null_character_is_refused_kindly(client, table, query):
    client.force_login(factories.UserFactory(supervisor=True))
    assert client.get(reverse(f"admin:{table}_changelist"), query).status_code in (302, 400)


def test_a_search_for_a_null_character_finds_no_case(desk):
    address = reverse("admin:cessions_transferrequest_changelist")
    assert desk.get(address, {"q": "\0"}).status_code == 200
    assert desk.get(address, {"q": "T2026\0"}).status_code == 200


def test_a_page_number_without_end_leads_back_to_the_tasks(desk):
    address = reverse("admin:cessions_contactattempt_record", args=[1])
    assert desk.post(address, {"page": "9" * 5000, "method": "\0"}).status_code in (302, 404)


@pytest.mark.parametrize("address", ["/cession/", "/compte/login/", "/espace/joignable/ajouter/"])
@pytest.mark.parametrize("charset", ["utf-7", "latin-1", "nonsense"])
def test_a_form_in_another_charset_is_refused_kindly(desk, address, charset):
    kind = f"application/x-www-form-urlencoded; charset={charset}"
    desk.raise_request_exception = False
    answer = desk.generic("POST", address, b"a=b", kind)
    assert answer.status_code in (302, 400, 404, 422)


def test_more_fields_than_any_form_has_are_refused_kindly(desk):
    desk.raise_request_exception = False
    kind = "application/x-www-form-urlencoded"
    answer = desk.post("/cession/", data="a=b&" * 10_001, content_type=kind)
    assert answer.status_code == 400
    assert "<h1>" in answer.content.decode()
