"""The form for somebody who signs in: his services, the notices of their plan, eligibility (I2, I14, N1-N4)."""

import pytest

from accounts.enums import Role
from hosting.enums import PlanKind
from hosting.lib import clock
from interventions.models import Complaint, Ticket, TicketConsent
from interventions.services import eligibility, tickets
from interventions.services.states import NotPossible
from interventions.services.tickets import Call
from tests import factories
from tests.interventions import cases
from tests.interventions.visitor import CANARY, last_mail, link_in, member_answers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.fixture
def owner(client):
    """The owner of an account with a website on a standard plan, signed in."""
    owner = factories.MembershipFactory()
    client.force_login(owner.user)
    return owner


@pytest.fixture
def site(owner):
    return factories.ServiceFactory(account=owner.account, hosting=True)


def managed(account, **fields):
    plan = factories.PlanFactory(
        kind=PlanKind.MANAGED, automatic_backups=True, backup_retention_days=35
    )
    return factories.ServiceFactory(account=account, hosting=True, plan=plan, **fields)


def revoke(account, text="Complained late."):
    """As `revoke_eligibility` leaves it: a note written for the client, on a complaint."""
    intervention = cases.unanswered(
        clock.now(), service=factories.ServiceFactory(account=account, hosting=True)
    )
    note = factories.InternalNoteFactory(account=account, effect="ineligible", text=text)
    Complaint.objects.create(
        intervention=intervention,
        made_at=clock.now(),
        text="x",
        recorded_by=note.author,
        recorded_at=clock.now(),
        note=note,
    )
    return note


def text(answer) -> str:
    return answer.content.decode()


def test_his_ticket_is_open_at_once_and_his_accounts(client, owner, site):
    answer = client.post("/assistance/", member_answers(client, site, secret_sftp=CANARY))
    ticket = Ticket.objects.get()
    assert (ticket.state, ticket.account, ticket.service) == ("open", owner.account, site)
    assert (ticket.opened_by, ticket.opened_as) == (owner.user, "holder")
    assert (ticket.full_name, ticket.email) == (owner.user.full_name, owner.user.email)
    assert answer["location"] == link_in(last_mail("ticket_received"))
    assert client.get(answer["location"]).status_code == 200


def test_a_member_of_the_team_opens_it_as_somebody_authorised(client, site):
    member = factories.MembershipFactory(account=site.account, role=Role.MEMBER)
    client.force_login(member.user)
    client.post("/assistance/", member_answers(client, site))
    assert Ticket.objects.get().opened_as == "authorised"


def test_with_several_services_he_is_asked_which_one_and_strangers_are_not_offered(
    client, owner, site
):
    other, stranger = managed(owner.account), managed(factories.CustomerAccountFactory())
    gone = managed(owner.account, status="terminated")
    page = text(client.get("/assistance/"))
    assert f'value="{site.pk}"' in page
    assert f'value="{other.pk}"' in page
    for service in (stranger, gone):
        assert service.name not in page
        assert client.get(f"/assistance/?service={service.pk}").status_code == 404
        given = {**member_answers(client, site), "service": str(service.pk)}
        assert client.post("/assistance/", given).status_code == 404
    for rubbish in ("x", "\0", "-1", "9" * 400):
        assert client.get("/assistance/", {"service": rubbish}).status_code == 404
    assert not Ticket.objects.exists()


def test_the_notices_fit_the_plan_of_the_service_that_was_chosen(client, owner, site):
    service = managed(owner.account)
    client.post("/assistance/", member_answers(client, service))
    assert list(TicketConsent.objects.order_by("pk").values_list("notice", flat=True)) == [
        "assistance-access",
        "backups-automatic",
        "changes-managed",
        "extensions-managed",
        "liability-managed",
        "assistance-privacy",
    ]


def test_a_plan_that_changed_meanwhile_shows_its_notices_first(client, site):
    given = member_answers(client, site)
    site.plan.automatic_backups = True
    site.plan.save()
    assert client.post("/assistance/", given).status_code == 422
    assert client.post("/assistance/", member_answers(client, site)).status_code == 302


def test_his_form_sent_twice_opens_one_ticket(client, site):
    given = member_answers(client, site)
    first, second = (client.post("/assistance/", given) for _ in range(2))
    assert first["location"] == second["location"]
    assert Ticket.objects.count() == 1


def test_anothers_form_key_leads_to_no_ticket_of_his(client, site):
    given = member_answers(client, site)
    first = client.post("/assistance/", given)
    colleague = factories.MembershipFactory(account=site.account, role=Role.MEMBER)
    client.force_login(colleague.user)
    second = client.post("/assistance/", given)
    assert first["location"] != second["location"]
    assert Ticket.objects.count() == 2


def test_an_emergency_contact_gets_the_form_of_everybody(client, site):
    member = factories.MembershipFactory(account=site.account, role=Role.EMERGENCY)
    client.force_login(member.user)
    page = text(client.get(f"/assistance/?service={site.pk}"))
    assert 'name="site"' in page
    assert site.name not in page
    with pytest.raises(NotPossible):
        tickets.open_for_member(Call("en", "x"), site, by=member.user, notices=(), now=clock.now())


def test_a_membership_that_ended_gives_no_service(client, owner, site):
    owner.ended_at = clock.now()
    owner.save()
    assert 'name="site"' in text(client.get("/assistance/"))


def test_an_ineligible_account_reads_the_reason_the_way_to_contest_and_the_paid_one(
    client, owner, site
):
    given = member_answers(client, site)
    revoke(owner.account)
    page = client.get("/assistance/")
    assert page.status_code == 200
    for words in ("Complained late.", "/assistance/contester/", "quote"):
        assert words in text(page)
    assert 'name="what"' not in text(page)
    refused = client.post("/assistance/", given)
    assert refused.status_code == 403
    assert "Complained late." in text(refused)
    assert Ticket.objects.filter(opened_by=owner.user).count() == 0


def test_a_note_that_was_not_written_for_him_stays_with_staff(client, owner, site):
    factories.InternalNoteFactory(account=owner.account, effect="ineligible", text="A quarreller.")
    for address in ("/assistance/", "/assistance/contester/", "/espace/assistance/"):
        page = client.get(address)
        assert page.status_code == 200
        assert "quarreller" not in text(page)
        assert "we tell you the reason" in text(page)


def test_ineligible_meanwhile_is_refused_by_the_verb(owner, site):
    revoke(owner.account)
    with pytest.raises(NotPossible):
        tickets.open_for_member(Call("en", "x"), site, by=owner.user, notices=(), now=clock.now())


def test_of_two_accounts_the_eligible_one_is_offered_and_the_other_explained(client, owner, site):
    second = factories.MembershipFactory(user=owner.user)
    refused = factories.ServiceFactory(account=second.account, hosting=True)
    factories.ServiceFactory(account=owner.account, hosting=True)
    revoke(second.account)
    page = text(client.get("/assistance/"))
    assert f'value="{site.pk}"' in page
    assert f'value="{refused.pk}"' not in page
    assert "Complained late." in page
    assert "Complained late." in text(client.get(f"/assistance/?service={refused.pk}"))


def test_he_contests_once_sees_that_it_waits_and_then_the_answer(client, owner, site):
    revoke(owner.account)
    given = {"account": str(owner.account.pk), "text": "I wrote in time."}
    page = client.post("/assistance/contester/", {**given, "text": " "})
    assert page.status_code == 422
    page = text(client.post("/assistance/contester/", given, follow=True))
    assert "waits for our answer" in page
    assert "I wrote in time." in page
    assert 'name="text"' not in page
    again = text(client.post("/assistance/contester/", given, follow=True))
    assert "contested this already" in again
    (contest,) = owner.account.notes.get(effect="ineligible").contests.all()
    eligibility.answer_contest(
        contest,
        granted=True,
        answer="You are right.",
        by=factories.UserFactory(supervisor=True),
        now=clock.now(),
    )
    page = text(client.get("/assistance/contester/"))
    assert "You are right." in page
    assert "This account gets courtesy interventions." in page


def test_nobody_contests_for_another_account(client, owner):
    other = factories.InternalNoteFactory(effect="ineligible").account
    for account in (str(other.pk), "x", "\0", ""):
        given = {"account": account, "text": "x"}
        assert client.post("/assistance/contester/", given).status_code == 404
    client.logout()
    assert client.get("/assistance/contester/").status_code == 302
    client.force_login(factories.UserFactory())
    assert client.get("/assistance/contester/").status_code == 404


def test_the_choice_costs_the_same_for_one_and_for_many_services(
    client, owner, site, django_assert_max_num_queries
):
    for _ in range(5):
        managed(owner.account)
    with django_assert_max_num_queries(7):
        client.get("/assistance/")
