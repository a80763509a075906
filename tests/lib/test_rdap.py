"""What a registry says of a domain: its age, its owner's address or that it keeps it back (V2, V4)."""

import json
from datetime import date

import pytest

from hosting.lib import rdap
from tests.lib.web import resolve_to_loopback, web_served

REGISTRY, OTHER = "rdap.registry.example", "rdap.other.example"


@pytest.fixture
def registry(monkeypatch, settings):
    settings.SITE_NETWORKS = ["127.0.0.0/8"]
    resolve_to_loopback(monkeypatch, REGISTRY, OTHER)
    with web_served() as web:
        settings.RDAP_URL = {"example": f"http://{REGISTRY}:{web.port}/"}
        yield web


def entity(role: str, *emails: str, **more: object) -> dict[str, object]:
    lines: list[list[object]] = [["version", {}, "text", "4.0"]]
    lines += [["email", {}, "text", email] for email in emails]
    return {"roles": [role], "vcardArray": ["vcard", lines], **more}


def says(web, *entities: object, since: str = "2019-05-04T10:00:00Z", name: str = "bakery.example"):
    said = {"events": [{"eventAction": "registration", "eventDate": since}], "entities": entities}
    web.says(f"/domain/{name}", json.dumps(said))


def refusal(name: str) -> str:
    with pytest.raises(rdap.NotLookedUp) as caught:
        rdap.look_up(name)
    return caught.value.code


def test_age_and_owner_of_the_registrable_domain_are_told(registry) -> None:
    says(
        registry, entity("technical", "tech@host.example"), entity("registrant", "me@mail.example")
    )
    found = rdap.look_up("www.shop.bakery.example")
    assert found == rdap.Registration("bakery.example", date(2019, 5, 4), "me@mail.example")


@pytest.mark.parametrize(
    "entities",
    [
        [],
        [entity("registrant")],
        [entity("registrant", "REDACTED FOR PRIVACY")],
        [entity("registrant", "Please query the registrar")],
        [entity("technical", "tech@host.example")],
        [{"roles": ["registrant"], "vcardArray": "vcard"}],
        ["rubbish", None, {"roles": "registrant"}],
    ],
)
def test_a_registry_that_keeps_the_address_back_is_normal(registry, entities) -> None:
    says(registry, *entities)
    assert rdap.owner_email("bakery.example") == ""
    assert rdap.registered_on("bakery.example") == date(2019, 5, 4)


def test_an_owner_inside_another_entity_is_found(registry) -> None:
    says(registry, entity("registrar", entities=[entity("registrant", "me@mail.example")]))
    assert rdap.owner_email("bakery.example") == "me@mail.example"


def test_a_directory_may_send_on_to_another(registry) -> None:
    registry.leads("/domain/bakery.example", f"http://{OTHER}:{registry.port}/x")
    registry.says("/x", json.dumps({"events": []}))
    assert rdap.registered_on("bakery.example") is None


def test_a_directory_that_sends_on_into_our_own_network_is_not_followed(registry) -> None:
    registry.leads("/domain/bakery.example", "http://169.254.169.254/latest/meta-data/")
    assert refusal("bakery.example") == "address"


@pytest.mark.parametrize(
    "body", ["", "no JSON", "[]", "[" * 60_000, "{" + " " * 70_000 + "}", '{"events": 1}x']
)
def test_an_answer_that_is_none_is_said_to_be_none(registry, body: str) -> None:
    registry.says("/domain/bakery.example", body)
    assert refusal("bakery.example") == "answer"


def test_what_is_no_date_is_no_date(registry) -> None:
    says(registry, since="long ago")
    assert rdap.registered_on("bakery.example") is None


def test_unknown_names_suffixes_and_missing_directories_are_told_apart(registry) -> None:
    assert refusal("nobody.example") == "unknown"
    assert refusal("example") == "unknown"
    assert refusal("bakery.fr") == "off"
    assert registry.asked == [(f"{REGISTRY}:{registry.port}", "/domain/nobody.example")]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mail.shop.co.uk", "shop.co.uk"),
        ("xn--bckerei-5wa.example", "xn--bckerei-5wa.example"),
        ("co.uk", ""),
        ("", ""),
    ],
)
def test_the_registrable_part_of_a_name(name: str, expected: str) -> None:
    assert rdap.registrable(name) == expected
