"""The page of a ticket, private and in the space: what is kept, given, taken back, and closed (I3, I6, S4)."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.enums import Role
from accounts.services.notes import eligibility_of
from hosting.desk.portal.access import SEEN_AS
from hosting.lib import clock, links
from hosting.records.models import JournalEntry
from interventions.models import Intervention, Ticket
from interventions.services import credentials, tickets
from interventions.services.states import NotPossible
from tests import factories
from tests.interventions import cases
from tests.interventions.visitor import asked_and_confirmed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture(autouse=True)
def _clock(monkeypatch, now):
    monkeypatch.setattr(clock, "now", lambda: now)


def private(ticket) -> str:
    return f"/assistance/suivi/{links.token('assistance_ticket', ticket.pk)}/"


def in_space(ticket) -> str:
    return reverse("portal_assistance_page", args=[ticket.pk])


def signed_in(client, ticket, role=Role.OWNER):
    client.force_login(factories.MembershipFactory(account=ticket.account, role=role).user)


def text(answer) -> str:
    return answer.content.decode()


def given(ticket, now):
    return credentials.keep_credential(ticket, kind="ssh", secret="name and password", now=now)


def test_both_pages_say_the_same(client, now):
    intervention = cases.asked(now)
    ticket = intervention.ticket
    given(ticket, now)
    signed_in(client, ticket)
    for address in (private(ticket), in_space(ticket)):
        page = text(client.get(address))
        for words in (ticket.number, "Mended the plugin.", "SSH", "Who does what", "UTC+0200"):
            assert words in page
        assert f"/intervention/{links.token('intervention', intervention.pk)}/" in page


def test_he_takes_one_access_back_also_while_work_goes_on(client, now):
    ticket = cases.ready(now).ticket
    first, second = given(ticket, now), given(ticket, now)
    client.post(private(ticket), {"do": f"erase:{first.pk}"})
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.sealed, first.erased_at) == ("", now)
    assert second.erased_at is None
    entry = JournalEntry.objects.get(event="credentials.erased")
    assert entry.facts["credentials"] == [first.pk]


def test_anothers_access_is_not_his_to_erase(client, now):
    mine, other = cases.a_ticket(now), cases.a_ticket(now)
    credential = given(other, now)
    client.post(private(mine), {"do": f"erase:{credential.pk}"})
    credential.refresh_from_db()
    assert credential.erased_at is None


def test_he_gives_access_later_at_most_twenty_times(client, now):
    ticket = cases.a_ticket(now)
    for _ in range(21):
        client.post(private(ticket), {"do": "give", "kind": "sftp", "secret": "x"})
    assert ticket.credentials.count() == 20


def test_he_closes_it_and_what_opens_the_site_is_erased(client, now):
    ticket = cases.a_ticket(now)
    given(ticket, now)
    client.post(private(ticket), {"do": "close"})
    ticket.refresh_from_db()
    assert (ticket.state, ticket.closed_at) == ("closed", now)
    assert not ticket.credentials.filter(erased_at=None).exists()
    page = text(client.get(private(ticket)))
    assert 'value="close"' not in page
    assert 'value="give"' not in page
    client.post(private(ticket), {"do": "give", "kind": "sftp", "secret": "x"})
    assert ticket.credentials.count() == 1
    assert tickets.close(ticket, now=now).closed_at == now


@pytest.mark.parametrize("stage", [cases.opened, cases.ready, cases.ended, cases.asked])
def test_a_ticket_whose_work_is_not_over_stays_open(client, now, stage):
    ticket = stage(now).ticket
    assert 'value="close"' not in text(client.get(private(ticket)))
    client.post(private(ticket), {"do": "close"})
    ticket.refresh_from_db()
    assert ticket.state == "open"


def test_seen_in_his_space_is_t0(client, now):
    intervention = cases.ended(now)
    signed_in(client, intervention.ticket)
    page = text(client.get(in_space(intervention.ticket)))
    intervention = cases.again(intervention)
    assert (intervention.t0_at, intervention.t0_how, intervention.state) == (now, "space", "asked")
    assert "Please answer before" in page


def test_a_look_behind_the_private_link_is_never_t0(client, now):
    intervention = cases.ended(now)
    before = Intervention.objects.values().get(pk=intervention.pk)
    for ask in (client.get, client.head):
        assert ask(private(intervention.ticket)).status_code == 200
    assert Intervention.objects.values().get(pk=intervention.pk) == before


def test_staff_a_head_request_and_a_page_loaded_in_advance_have_seen_nothing(client, now):
    intervention = cases.ended(now)
    ticket = intervention.ticket
    signed_in(client, ticket)
    client.head(in_space(ticket))
    client.get(in_space(ticket), headers={"sec-purpose": "prefetch;prerender"})
    client.get(reverse("portal_assistance"))
    client.force_login(factories.UserFactory(support=True))
    session = client.session
    session[SEEN_AS] = ticket.account_id
    session.save()
    assert client.get(in_space(ticket)).status_code == 200
    assert client.post(in_space(ticket), {"do": "close"}).status_code == 403
    assert cases.again(intervention).t0_at is None


def test_roles_of_the_space_and_strangers(client, now):
    ticket = cases.a_ticket(now)
    for role, status in (
        (Role.OWNER, 200),
        (Role.MEMBER, 200),
        (Role.REPRESENTATIVE, 404),  # he stands for the holder in transfers (A12)
        (Role.EMERGENCY, 404),
    ):
        signed_in(client, ticket, role)
        for address in (in_space(ticket), reverse("portal_assistance")):
            assert client.get(address).status_code == status
    client.force_login(factories.MembershipFactory().user)
    assert client.get(in_space(ticket)).status_code == 404
    assert client.post(in_space(ticket), {"do": "close"}).status_code == 404
    assert ticket.number not in text(client.get(reverse("portal_assistance")))


def test_the_list_costs_the_same_for_one_and_for_three(client, now, django_assert_max_num_queries):
    service = factories.ServiceFactory(hosting=True)
    for _ in range(3):
        ticket = cases.a_ticket(now, service=service)
        factories.ServiceFactory(account=service.account, hosting=True)
    signed_in(client, ticket)
    with django_assert_max_num_queries(9):
        page = text(client.get(reverse("portal_assistance")))
    assert page.count('href="/espace/assistance/') - page.count('href="/espace/assistance/"') == 3
    assert "Who does what" in page


def test_a_public_ticket_tells_nothing_of_a_plan_until_staff_joined_it(client, now):
    service = factories.ServiceFactory(hosting=True, name="example.fr")
    page = asked_and_confirmed(client, site="example.fr")
    assert "Who does what" not in text(client.get(page))
    ticket = Ticket.objects.get()
    staff = factories.UserFactory(support=True)
    joined = tickets.join_account(
        ticket, service.account, service=service, how="Called him back.", by=staff, now=now
    )
    assert (joined.account, joined.service) == (service.account, service)
    assert "Who does what" in text(client.get(page))
    note = service.account.notes.get()
    assert "Called him back." in note.text
    assert eligibility_of(service.account).eligible
    entry = JournalEntry.objects.get(event="ticket.joined")
    assert (entry.actor, entry.facts["note"]) == (f"user:{staff.pk}", note.pk)
    assert "Called" not in str(entry.facts)


def test_only_staff_join_and_only_an_open_ticket_to_an_account_that_owns_the_service(client, now):
    asked_and_confirmed(client)
    ticket, service = Ticket.objects.get(), factories.ServiceFactory(hosting=True)
    staff, stranger = factories.UserFactory(support=True), factories.UserFactory()
    other = factories.CustomerAccountFactory()
    for account, by, how, words in (
        (service.account, stranger, "x", "support or supervisor"),
        (other, staff, "x", "another account"),
        (service.account, staff, " ", "fill this in"),
    ):
        with pytest.raises(ValidationError, match=words):
            tickets.join_account(ticket, account, service=service, how=how, by=by, now=now)
    tickets.join_account(ticket, service.account, how="x", by=staff, now=now)
    with pytest.raises(NotPossible):
        tickets.join_account(ticket, other, how="x", by=staff, now=now)


@pytest.mark.parametrize("language", ["fr", "de", "en"])
def test_every_page_and_mail_is_drawn_in_each_language(client, now, language):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    page = asked_and_confirmed(client, secret_cms="x")
    ticket = Ticket.objects.get()
    assert ticket.language == language
    assert f'lang="{language}"' in text(client.get(page))
    sent = f"/assistance/envoye/{links.token('assistance_sent', ticket.pk)}/"
    assert f'lang="{language}"' in text(client.get(sent))
    intervention = cases.ended(now, language=language)
    signed_in(client, intervention.ticket)
    for address in (
        in_space(intervention.ticket),
        reverse("portal_assistance"),
        "/assistance/",
        "/assistance/contester/",
    ):
        assert f'lang="{language}"' in text(client.get(address))
