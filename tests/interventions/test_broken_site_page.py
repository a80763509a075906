"""The pages of “I broke my site” (N6): no account, no script, everything in the address."""

import re
from html import unescape

import pytest

from interventions.broken_site import QUESTIONS

PATH = "/assistance/casse/"


def words(client, query=""):
    page = client.get(PATH + query)
    assert page.status_code == 200
    return unescape(page.content.decode())


def test_the_first_page_asks_what_is_seen(client):
    shown = words(client)
    assert str(QUESTIONS["see"].words) in shown
    assert shown.count('name="see"') == len(QUESTIONS["see"].options)
    assert 'method="get"' in shown


def test_what_was_answered_goes_along_and_can_be_answered_anew(client):
    shown = words(client, "?see=white&plan=standard")
    assert '<input type="hidden" name="see" value="white">' in shown
    assert '<input type="hidden" name="plan" value="standard">' in shown
    assert 'href="?plan=standard"' in shown
    assert 'name="changed"' in shown


@pytest.mark.parametrize(
    ("query", "said", "link"),
    [
        (
            "?see=maintenance",
            "The site stays in maintenance mode",
            "/assistance/guides/maintenance-mode/",
        ),
        (
            "?see=hacked&plan=standard&backup=automatic",
            "Bring back a backup",
            "/assistance/guides/restore/",
        ),
        ("?see=white&plan=managed", "We help you", "/assistance/"),
        ("?see=hacked&plan=standard&backup=none", "quote", "/assistance/devis/"),
    ],
)
def test_each_end_says_what_to_do_and_leads_there(client, query, said, link):
    shown = words(client, query)
    assert said in shown
    assert f'href="{link}"' in shown


def test_a_guided_restore_leads_to_the_backups_where_there_is_such_a_page(client, monkeypatch):
    query = "?see=hacked&plan=standard&backup=automatic"
    monkeypatch.setattr("interventions.views.guides.BACKUPS", "no_such_page")
    assert 'href="/espace/' not in main(words(client, query))
    monkeypatch.setattr("interventions.views.guides.BACKUPS", "portal_home")
    assert 'href="/espace/"' in main(words(client, query))


def main(page):
    return re.search(r"<main.*</main>", page, re.S)[0]


@pytest.mark.parametrize("query", ["?see=rubbish", "?see=%00", "?other=1", "?see=" + "x" * 3000])
def test_rubbish_begins_anew(client, query):
    assert 'name="see"' in words(client, query)


def test_nothing_is_written_and_nothing_posted(client):
    assert client.post(PATH).status_code == 405
    client.get(PATH + "?see=white")
    assert "sessionid" not in client.cookies
