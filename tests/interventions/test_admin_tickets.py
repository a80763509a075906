"""Staff read the clients' calls for help, those first that wait for them, and open the work (I3, I14)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import get_language

from interventions.admin import ticket_forms
from interventions.enums import SiteKind, TicketState
from interventions.models import Intervention, Site, TicketMessage
from interventions.services import credentials
from tests import factories
from tests.interventions import cases
from tests.interventions.desk import at, changelist, page, sign_in, verb

__all__ = ["at", "sign_in"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at")]
DAY = timedelta(days=1)
CANARY = "canary-77-password"


def a_site(ticket, **fields) -> Site:
    fields = {"service": ticket.service, "kind": SiteKind.WORDPRESS, "root": "/srv/a", **fields}
    return Site.objects.create(**fields)


def message(ticket, now, **fields) -> TicketMessage:
    fields = {"text": "Hello", "content_hash": "0" * 64, **fields}
    return TicketMessage.objects.create(ticket=ticket, at=now, **fields)


def listed(client, **query) -> list:
    rows = client.get(changelist("ticket"), query).context["cl"].result_list
    return [row.number for row in rows]


# -- The list ----------------------------------------------------------------------------------------


def test_what_waits_for_us_stands_first_and_the_oldest_on_top(client, sign_in, now):
    sign_in(support=True)
    with_client = cases.asked(now - 3 * DAY).ticket
    newer, older = cases.a_ticket(now - DAY), cases.a_ticket(now - 2 * DAY)
    cases.a_ticket(now, state=TicketState.CLOSED)
    assert listed(client) == [older.number, newer.number, with_client.number]


def test_a_ticket_waits_for_us_when_the_client_wrote_last(client, sign_in, now):
    me = sign_in(support=True)
    ticket = cases.asked(now).ticket
    message(ticket, now)
    assert listed(client, which="ours") == [ticket.number]
    message(ticket, now, by=me)
    assert listed(client, which="ours") == []
    message(ticket, now, automatic=True)
    assert listed(client, which="ours") == []


def test_the_filters_hold_what_they_say(client, sign_in, now):
    sign_in(support=True)
    joined = cases.a_ticket(now)
    free = cases.a_ticket(now - DAY, account=None, service_name="bakery.example")
    closed = cases.a_ticket(now - 2 * DAY, state=TicketState.CLOSED)
    assert listed(client, which="join") == [free.number]
    assert listed(client, which="closed") == [closed.number]
    assert listed(client, which="all") == [joined.number, free.number, closed.number]


def test_a_ticket_is_found_by_number_name_address_site_and_intervention(client, sign_in, now):
    sign_in(support=True)
    work = cases.opened(now, full_name="Éloïse Weber", email="eloise@weber.example")
    cases.a_ticket(now)
    for term in (
        work.ticket.number.lower(),
        work.number,
        "loïse w",
        "ELOISE@weber.example",
        work.ticket.service.name,
        work.ticket.service.name[:8],
    ):
        assert work.ticket.number in listed(client, q=term), term
    assert listed(client, q="nothing like it") == []


def test_the_list_takes_the_same_queries_for_one_row_and_for_three(client, sign_in, now):
    sign_in(support=True)
    cases.a_ticket(now)
    client.get(changelist("ticket"))
    with CaptureQueriesContext(connection) as for_one:
        client.get(changelist("ticket"))
    cases.asked(now)
    cases.a_ticket(now, account=None, service=None, service_name="x.example")
    with CaptureQueriesContext(connection) as for_three:
        assert client.get(changelist("ticket")).context["cl"].result_count == 3
    assert len(for_one) == len(for_three) <= 8


# -- The page ----------------------------------------------------------------------------------------


def test_the_page_tells_who_what_and_who_does_what_but_no_secret(client, sign_in, now):
    sign_in(support=True)
    ticket = cases.a_ticket(now, pages=["http://shop.example/cart"])
    ticket.consents.create(notice="disruption", version=2, language="en", at=now)
    credentials.keep_credential(ticket, kind="sftp", secret=CANARY, now=now)
    message(ticket, now, text="It is urgent.")
    message(ticket, now, text="", erased_at=now)
    answer = client.get(page(ticket))
    words = answer.content.decode()
    for wanted in ("The cart is empty.", "SFTP", "It is urgent.", "http://shop.example/cart", "v2"):
        assert wanted in words, wanted
    assert CANARY not in words
    assert ("Backups", "the client") in answer.context["duties"]
    assert answer.context["why_not_open"] == "No site of this account is recorded yet."


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_the_same_queries_for_one_row_of_each_and_for_three(
    client, sign_in, now, rows, django_assert_max_num_queries
):
    me = sign_in(support=True)
    ticket = cases.a_ticket(now)
    for number in range(rows):
        site = a_site(
            ticket, service=factories.ServiceFactory(hosting=True, account=ticket.account)
        )
        cases.work.open_intervention(ticket, site, areas=(), by=me, now=now)
        ticket.consents.create(notice=f"notice-{number}", version=1, language="en", at=now)
        credentials.keep_credential(ticket, kind="cms", secret=CANARY, now=now)
        message(ticket, now, by=factories.UserFactory(support=True))
    client.get(page(ticket))
    with django_assert_max_num_queries(15):
        assert len(client.get(page(ticket)).context["works"]) == rows


def test_who_is_in_no_group_sees_no_ticket(client, sign_in, now):
    ticket = cases.a_ticket(now)
    sign_in(is_staff=True, is_superuser=True)
    for url in (page(ticket), changelist("ticket"), verb(ticket, "open-intervention")):
        assert client.get(url).status_code == 403


# -- Opening an intervention ------------------------------------------------------------------------------


def test_support_opens_an_intervention_on_one_of_the_accounts_sites(client, sign_in, now):
    me = sign_in(support=True)
    ticket = cases.a_ticket(now)
    site = a_site(ticket)
    form = client.get(verb(ticket, "open-intervention")).context["form"]
    assert form["site"].value() == site.pk
    assert "Contact forms" in form["areas"].value()
    client.post(
        verb(ticket, "open-intervention"), {"site": site.pk, "areas": " Cart \n\nForms\nCart"}
    )
    work = Intervention.objects.get()
    assert (work.areas, work.opened_by, work.site) == (["Cart", "Forms"], me, site)


def test_the_usual_areas_are_in_the_clients_language(client, sign_in, now, monkeypatch):
    sign_in(support=True)
    monkeypatch.setattr(ticket_forms, "gettext", lambda words: f"{get_language()} {words}")
    ticket = cases.a_ticket(now, language="fr")
    form = client.get(verb(ticket, "open-intervention")).context["form"]
    assert form["areas"].value().startswith("fr Home page")


def test_a_site_of_another_account_is_no_choice(client, sign_in, now):
    sign_in(support=True)
    ticket, other = cases.a_ticket(now), cases.a_ticket(now)
    a_site(ticket)
    answer = client.post(
        verb(ticket, "open-intervention"), {"site": a_site(other).pk, "areas": "Cart"}
    )
    assert answer.context["form"].errors["site"]
    assert not Intervention.objects.exists()


def test_too_many_areas_are_refused_at_their_field(client, sign_in, now):
    sign_in(support=True)
    ticket = cases.a_ticket(now)
    areas = "\n".join(f"area {number}" for number in range(21))
    answer = client.post(
        verb(ticket, "open-intervention"), {"site": a_site(ticket).pk, "areas": areas}
    )
    assert "At most 20 lines" in answer.context["form"].errors["areas"][0]


def test_an_ineligible_account_shows_so_and_gets_none(client, sign_in, now):
    sign_in(support=True)
    ticket = cases.a_ticket(now)
    site = a_site(ticket)
    factories.InternalNoteFactory(account=ticket.account, effect="ineligible")
    answer = client.get(page(ticket))
    assert "I14" in answer.context["why_not_open"]
    answer = client.post(verb(ticket, "open-intervention"), {"site": site.pk, "areas": "Cart"})
    assert "I14" in answer.content.decode()
    assert not Intervention.objects.exists()


def test_a_ticket_without_an_account_is_to_be_joined_first(client, sign_in, now):
    sign_in(support=True)
    ticket = cases.a_ticket(now, account=None, service=None, service_name="x.example")
    assert "Join the ticket" in client.get(page(ticket)).context["why_not_open"]
    answer = client.post(verb(ticket, "open-intervention"), {"site": 1, "areas": "Cart"})
    assert answer.status_code == 200


def test_the_accounts_page_shows_its_tickets(client, sign_in, now):
    sign_in(support=True)
    ticket = cases.a_ticket(now)
    url = reverse("admin:accounts_customeraccount_change", args=[ticket.account_id])
    assert page(ticket) in client.get(url).content.decode()
