"""The public form: notices on top, consents kept, one ticket, confirmed by POST, told to nobody (I2, N5, T4)."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from hosting.lib import clock, links
from hosting.models import Notice
from hosting.records.models import OutgoingMail
from interventions.models import Ticket, TicketConsent
from interventions.services import tickets
from interventions.services.states import NotPossible
from interventions.views import assistance
from tests import factories
from tests.interventions.visitor import (
    CANARY,
    answers,
    asked_and_confirmed,
    hidden,
    last_mail,
    link_in,
)

pytestmark = pytest.mark.django_db
STANDARD = (
    "assistance-access",
    "backups-manual",
    "changes-standard",
    "extensions-standard",
    "liability-standard",
    "assistance-privacy",
)


def text(response) -> str:
    return response.content.decode()


@pytest.mark.parametrize("language", ["fr", "de", "en"])
def test_the_form_opens_in_each_language_with_its_notices_access_on_top(language):
    page = text(Client(headers={"accept-language": language}).get("/assistance/"))
    titles = [
        Notice.objects.get(code=code, language=language, version=1).title for code in STANDARD
    ]
    places = [page.index(title) for title in titles]
    assert places == sorted(places)
    assert places[-1] < page.index('<form method="post" action="/assistance/"')


def test_a_ticket_keeps_what_was_said_and_which_notices_were_accepted_when(client):
    before = clock.now()
    assert client.post("/assistance/", answers(client)).status_code == 302
    ticket = Ticket.objects.get()
    assert ticket.state == "unconfirmed"
    assert (ticket.service_name, ticket.account, ticket.service) == ("café.fr", None, None)
    assert ticket.pages == ["https://example.fr", "https://example.fr/cart"]
    assert ticket.areas == ["purchase path", "contact form"]
    assert (ticket.time_zone, ticket.language) == ("America/New_York", "en")
    consents = TicketConsent.objects.order_by("pk")
    assert [(c.notice, c.version, c.language) for c in consents] == [
        (code, 1, "en") for code in STANDARD
    ]
    assert all(before <= consent.at <= clock.now() for consent in consents)


def test_a_changed_notice_has_to_be_read_again(client):
    given = answers(client)
    Notice.objects.create(
        code="liability-standard",
        version=2,
        language="en",
        title="What we answer for",
        body="New words.",
        published_at=datetime(2026, 2, 1, tzinfo=UTC),
    )
    refused = client.post("/assistance/", given)
    assert refused.status_code == 422
    assert "New words." in text(refused)
    assert "The cart is empty." in text(refused)
    assert not Ticket.objects.exists()
    assert client.post("/assistance/", answers(client)).status_code == 302
    assert TicketConsent.objects.get(notice="liability-standard").version == 2


@pytest.mark.parametrize("left_out", ["accept_access", "accept_notices"])
def test_without_consent_there_is_no_ticket(client, left_out):
    given = answers(client)
    del given[left_out]
    assert client.post("/assistance/", given).status_code == 422
    assert not Ticket.objects.exists()


def test_a_ticket_counts_from_the_post_on_the_page_of_the_mail_a_look_changes_nothing(client):
    client.post("/assistance/", answers(client))
    confirm = link_in(last_mail("ticket_confirm"))
    assert client.get(confirm).status_code == client.head(confirm).status_code == 200
    assert Ticket.objects.get().state == "unconfirmed"
    page = client.post(confirm)["location"]
    assert client.post(confirm)["location"] == page == link_in(last_mail("ticket_received"))
    assert Ticket.objects.get().state == "open"
    assert client.get(page).status_code == 200
    assert OutgoingMail.objects.count() == 2


def test_a_mail_to_an_address_that_nobody_confirmed_says_nothing_that_was_typed(client):
    client.post("/assistance/", answers(client, full_name="Buy now", what="cheap.example"))
    mail = last_mail("ticket_confirm")
    for typed in ("Buy now", "cheap.example", "café.fr"):
        assert typed not in mail.subject + mail.text + mail.html


def test_sending_the_form_twice_opens_one_ticket(client):
    given = answers(client, secret_cms=CANARY)
    first, second = (client.post("/assistance/", given) for _ in range(2))
    assert first["location"] == second["location"]
    assert Ticket.objects.count() == OutgoingMail.objects.count() == 1
    assert Ticket.objects.get().credentials.count() == 1


def test_a_form_sent_twice_at_once_opens_one_ticket(client, monkeypatch):
    """The second was under way before the first had written anything."""
    given = answers(client)
    first = client.post("/assistance/", given)
    found = Ticket.objects.filter
    monkeypatch.setattr(
        assistance.Ticket.objects,
        "filter",
        lambda **kwargs: Ticket.objects.none() if set(kwargs) == {"pk"} else found(**kwargs),
    )
    second = client.post("/assistance/", given)
    assert second["location"] == first["location"]
    assert Ticket.objects.count() == OutgoingMail.objects.count() == 1


def test_going_back_and_asking_about_another_site_is_another_ticket(client):
    given = answers(client)
    first = client.post("/assistance/", given)
    second = client.post("/assistance/", {**given, "site": "another.fr"})
    assert first["location"] != second["location"]
    assert Ticket.objects.count() == 2


def test_the_form_answers_the_same_whether_a_name_is_hosted_or_not(client):
    service = factories.ServiceFactory(hosting=True, name="hosted1.fr")
    factories.InternalNoteFactory(account=service.account, effect="ineligible")
    bodies = set()
    for name in ("hosted1.fr", "unknown1.fr"):
        answer = client.post("/assistance/", answers(client, site=name), follow=True)
        bodies.add(re.sub(r"H20\d\d-\d+|name=.csrf[^>]*|/envoye/[^\"]+", "", text(answer)))
    assert len(bodies) == 1


def test_the_mail_is_sent_again_or_to_the_corrected_address(client):
    sent = client.post("/assistance/", answers(client))["location"]
    old = link_in(last_mail("ticket_confirm"))
    client.post(sent, {"do": "resend"})
    assert client.post(sent, {"do": "correct", "email": "nope"}).status_code == 422
    corrected = client.post(sent, {"do": "correct", "email": "right@mail.example"})
    assert client.get(sent).status_code == client.post(old).status_code == 404
    assert client.get(corrected["location"]).status_code == 200
    assert list(OutgoingMail.objects.order_by("pk").values_list("recipient", flat=True)) == [
        "dominique@mail.example",
        "dominique@mail.example",
        "right@mail.example",
    ]


def test_a_link_of_the_wrong_address_confirms_nothing(client):
    client.post("/assistance/", answers(client))
    as_read = Ticket.objects.get()
    tickets.correct_address(Ticket.objects.get(), "right@mail.example", now=clock.now())
    with pytest.raises(NotPossible):
        tickets.confirm(as_read, now=clock.now())
    assert Ticket.objects.get().state == "unconfirmed"


def test_what_nobody_confirmed_within_seven_days_is_erased_access_first(client):
    given = answers(client, secret_ssh=CANARY)
    sent = client.post("/assistance/", given)["location"]
    confirm = link_in(last_mail("ticket_confirm"))
    ticket = Ticket.objects.get()
    until = ticket.expires_at
    assert until - ticket.created_at == timedelta(days=7)
    assert tickets.expire_due(until - timedelta(seconds=1)) == 0
    assert tickets.expire_due(until) == 1
    ticket.refresh_from_db()
    assert (ticket.state, ticket.expires_at, ticket.pages, ticket.areas) == (
        "expired",
        None,
        [],
        [],
    )
    assert [getattr(ticket, name) for name in tickets.TEXTS] == [""] * len(tickets.TEXTS)
    credential = ticket.credentials.get()
    assert (credential.sealed, credential.erased_at) == ("", until)
    for address in (sent, confirm):
        assert client.get(address).status_code == 404
    assert client.post(confirm).status_code == 404
    assert tickets.expire_due(until) == 0


def test_it_cannot_be_confirmed_after_its_time_before_the_sweep_either(client, monkeypatch):
    client.post("/assistance/", answers(client))
    confirm = link_in(last_mail("ticket_confirm"))
    until = Ticket.objects.get().expires_at
    monkeypatch.setattr(clock, "now", lambda: until)
    assert client.post(confirm).status_code == 404
    assert Ticket.objects.get().state == "unconfirmed"


def test_a_confirmed_ticket_does_not_expire(client):
    asked_and_confirmed(client)
    assert tickets.expire_due(clock.now() + timedelta(days=8)) == 0


PAGES = ("assistance_sent", "assistance_confirm", "assistance_ticket")


@pytest.mark.parametrize("purpose", PAGES)
def test_a_link_of_one_page_opens_no_other_and_rubbish_reads_like_a_missing_one(client, purpose):
    asked_and_confirmed(client)
    ticket = Ticket.objects.get()
    folder = links.url(purpose, ticket.pk).removeprefix("http://testserver").rsplit("/", 2)[0]
    others = [links.token(other, ticket.pk) for other in PAGES if other != purpose]
    for token in (*others, "x", f"{ticket.pk.hex}.x", "0" * 32, "%00"):
        assert client.get(f"{folder}/{token}/").status_code == 404


def test_private_pages_are_kept_by_nobody(client):
    answer = client.get(asked_and_confirmed(client))
    assert "no-store" in answer["Cache-Control"]
    assert "noindex" in answer["X-Robots-Tag"]


def test_nobody_can_flood_a_mailbox(client, settings):
    settings.RATELIMIT_ENABLE = True
    sent = client.post("/assistance/", answers(client))["location"]
    codes = [client.post(sent, {"do": "resend"}).status_code for _ in range(6)]
    assert codes == [302] * 5 + [429]


def test_too_many_forms_from_one_connection_are_asked_to_wait(client, settings):
    settings.RATELIMIT_ENABLE = True
    codes = [client.post("/assistance/", {}).status_code for _ in range(61)]
    assert codes == [422] * 60 + [429]


def test_the_public_form_asks_the_database_for_the_notices_alone(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        hidden(client)
