"""The client's page: looking changes nothing, an answer is a POST, rubbish and strangers get 404."""

from datetime import timedelta

import pytest

from hosting.lib import clock, links
from hosting.records.services import store_made
from interventions.models import Intervention, Probe, SiteRestore
from tests.interventions import cases
from tests.interventions.cases import again

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
HOUR = timedelta(hours=1)


@pytest.fixture
def at(monkeypatch, now):
    """Moves the pages' clock."""

    def move(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)

    move(now)
    return move


def address(intervention, generation=0):
    return f"/intervention/{links.token('intervention', intervention.pk, generation)}/"


def test_looking_changes_nothing(client, now, at):
    intervention = cases.ended(now)
    before = Intervention.objects.values().get(pk=intervention.pk)
    for ask in (client.get, client.head):
        assert ask(address(intervention)).status_code == 200
    assert Intervention.objects.values().get(pk=intervention.pk) == before


def test_the_page_prints_the_deadline_and_asks_for_every_area(client, now, at):
    intervention = cases.asked(now)
    page = client.get(address(intervention))
    words = page.content.decode()
    assert "Europe/Paris, UTC+0200" in words
    assert words.count('name="area"') == 2
    assert page["Cache-Control"].startswith("max-age=0")
    assert "noindex" in page["X-Robots-Tag"]


def test_all_is_well_needs_every_area_and_keeps_what_was_written(client, now, at):
    intervention = cases.asked(now)
    post = {"do": "validate", "area": ["contact form"], "remark": "nearly"}
    page = client.post(address(intervention), post)
    assert page.status_code == 409
    assert "nearly" in page.content.decode()
    assert "purchase path" in page.content.decode()
    post["area"] = list(cases.AREAS)
    assert client.post(address(intervention), post).status_code == 302
    assert again(intervention).state == "validated"
    assert "Thank you" in client.get(address(intervention)).content.decode()


def test_something_is_wrong_offers_the_restore_and_pressed_twice_it_is_one(client, now, at):
    intervention = cases.asked(now)
    client.post(address(intervention), {"do": "invalidate", "remark": "cart"})
    page = client.get(address(intervention)).content.decode()
    assert "Bring my site back as it was" in page
    for _ in range(2):
        assert client.post(address(intervention), {"do": "restore"}).status_code == 302
    assert SiteRestore.objects.count() == 1
    assert "We are bringing your site back" in client.get(address(intervention)).content.decode()


def test_too_late_is_said_in_words(client, now, at):
    intervention = cases.asked(now)
    at(now + 24 * HOUR)
    page = client.get(address(intervention)).content.decode()
    assert "The time for an answer is over" in page
    assert client.post(address(intervention), {"do": "validate"}).status_code == 409


@pytest.mark.parametrize("do", ["", "purge", "\0", "x" * 9000])
def test_rubbish_is_refused_and_changes_nothing(client, now, at, do):
    intervention = cases.asked(now)
    assert client.post(address(intervention), {"do": do}).status_code == 400
    assert again(intervention).state == "asked"


def test_a_remark_with_signs_that_no_database_keeps_is_kept_without_them(client, now, at):
    intervention = cases.asked(now)
    post = {"do": "invalidate", "remark": "the\0cart", "area": ["\0"]}
    assert client.post(address(intervention), post).status_code == 302
    assert again(intervention).remark == "thecart"


def test_another_pages_token_a_renewed_one_and_rubbish_are_not_found(client, now, at):
    intervention = cases.asked(now)
    other = links.token("cession_answer", intervention.pk)
    for token in (other, "rubbish", f"{intervention.pk.hex}.forged"):
        assert client.get(f"/intervention/{token}/").status_code == 404
    assert client.get(address(intervention, 1)).status_code == 404
    assert client.post(address(intervention, 1), {"do": "validate"}).status_code == 404


def test_the_page_asks_the_database_once_for_what_it_shows(
    client, now, at, django_assert_max_num_queries
):
    intervention = cases.asked(now)
    with django_assert_max_num_queries(3):
        client.get(address(intervention))


def looked_at(intervention, now, *, after):
    """A look at the home page, with a picture."""
    return Probe.objects.create(
        intervention=intervention,
        after=after,
        url="https://shop.example/",
        at=now,
        status=200,
        title="The <shop>",
        screenshot=store_made(b"png", name="page.png", content_type="image/png", now=now),
    )


def test_his_pages_stand_side_by_side_once_they_were_looked_at_again(client, now, at):
    intervention = cases.asked(now)
    before = looked_at(intervention, now, after=False)
    assert "before and after" not in client.get(address(intervention)).content.decode()
    after = looked_at(intervention, now, after=True)
    words = client.get(address(intervention)).content.decode()
    assert "The &lt;shop&gt;" in words
    for probe in (before, after):
        picture = f"{address(intervention)}image/{probe.pk}/"
        assert picture in words
        answer = client.get(picture)
        assert answer["Content-Type"] == "image/png"
        assert b"".join(answer.streaming_content) == b"png"


def test_a_picture_of_another_intervention_is_not_found(client, now, at):
    mine, other = cases.asked(now), cases.asked(now)
    probe = looked_at(other, now, after=True)
    assert client.get(f"{address(mine)}image/{probe.pk}/").status_code == 404
    assert client.get(f"{address(other, 1)}image/{probe.pk}/").status_code == 404
