"""The frame of every page: language, policy, provider, and what goes wrong said kindly."""

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from hosting.desk.views import server_error
from tests.factories import MembershipFactory, UserFactory


@pytest.mark.parametrize(
    ("language", "expected"), [("en", "en"), ("de-AT,de;q=0.9", "de"), ("it", "fr"), ("", "fr")]
)
def test_pages_speak_the_visitors_language_and_french_otherwise(
    language: str, expected: str
) -> None:
    response = Client(headers={"accept-language": language}).get("/")
    assert f'<html lang="{expected}">' in response.content.decode()


def test_the_chosen_language_is_kept_and_the_page_stays(client: Client) -> None:
    response = client.post(reverse("set_language"), {"language": "de", "next": "/compte/login/"})
    assert response.headers["Location"] == "/compte/login/"
    assert '<html lang="de">' in client.get("/").content.decode()


def test_the_language_chooser_leads_to_no_other_site(client: Client) -> None:
    response = client.post(reverse("set_language"), {"language": "de", "next": "//evil.example/"})
    assert response.headers["Location"] == "/"


@pytest.mark.parametrize("address", ["/", "/compte/login/", "/nothing-here/"])
def test_pages_hold_no_script_or_style_of_their_own(client: Client, address: str) -> None:
    response = client.get(address)
    page = response.content.decode()
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert " style=" not in page
    assert "<style" not in page
    assert "<script>" not in page


def test_private_links_stay_out_of_referer(client: Client) -> None:
    assert client.get("/").headers["Referrer-Policy"] == "strict-origin"


def test_every_page_tells_how_to_reach_the_provider(client: Client, settings) -> None:
    settings.PROVIDER = {**settings.PROVIDER, "name": "Autre", "telephone": "+49 681 12"}
    page = client.get("/").content.decode()
    assert "Autre" in page
    assert 'href="tel:+4968112"' in page


def test_the_scan_bypass_is_shouted_on_every_page(client: Client, settings) -> None:
    assert 'class="alarm"' not in client.get("/").content.decode()
    settings.SCAN_BYPASS = True
    assert 'class="alarm"' in client.get("/").content.decode()


def test_the_colours_are_a_stylesheet_that_may_be_kept(client: Client) -> None:
    response = client.get(reverse("theme"))
    assert response.headers["Content-Type"].startswith("text/css")
    assert "public" in response.headers["Cache-Control"]
    assert "--brand:#1f5f8b" in response.content.decode()


def test_home_leads_to_the_request_and_to_signing_in(client: Client) -> None:
    page = client.get("/").content.decode()
    assert 'href="/cession/"' in page
    assert 'href="/compte/login/"' in page


@pytest.mark.urls("tests.desk.wrong_turns")
@pytest.mark.parametrize(
    ("address", "status", "template"),
    [
        ("/nothing-here/", 404, "404.html"),
        ("/suspicious/", 400, "400.html"),
        ("/denied/", 403, "403.html"),
        ("/often/", 429, "429.html"),
    ],
)
def test_what_goes_wrong_gets_a_page(
    client: Client, address: str, status: int, template: str
) -> None:
    response = client.get(address)
    assert response.status_code == status
    assert template in [used.name for used in response.templates]


@pytest.mark.urls("tests.desk.wrong_turns")
def test_a_fault_of_ours_gets_a_page_without_the_error() -> None:
    client = Client(raise_request_exception=False, headers={"accept-language": "en"})
    response = client.get("/boom/")
    assert response.status_code == 500
    assert "boom" not in response.content.decode()


def test_the_page_of_a_fault_needs_neither_session_nor_database() -> None:
    response = server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert b"<main" in response.content


def test_a_form_without_its_token_is_refused_with_a_page() -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post("/compte/login/", {"login": "a@b.example"})
    assert response.status_code == 403
    assert "403_csrf.html" in [used.name for used in response.templates]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/compte/2fa/", "/nothing-here/"])
def test_the_menu_leads_to_the_space_those_who_have_one_alone(
    client: Client, address: str, django_assert_num_queries
) -> None:
    """Read with the user, in the query that every page of somebody signed in begins with."""
    for user, has_one in ((MembershipFactory().user, True), (UserFactory(), False)):
        client.force_login(user)
        page = client.get(address).content.decode()
        assert ('href="/espace/">Your space' in page) is has_one
    with django_assert_num_queries(2):  # the session, the user
        client.get("/")


@pytest.mark.django_db
def test_the_menu_forgets_an_account_at_once_when_the_access_ends(client: Client) -> None:
    member = MembershipFactory()
    client.force_login(member.user)
    member.ended_at = member.created_at
    member.save()
    assert "/espace/" not in client.get("/").content.decode()
