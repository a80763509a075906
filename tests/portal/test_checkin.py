"""One page confirms or corrects everything in half a minute (A11)."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from accounts.enums import PaperState, Role
from accounts.models import CheckIn, EmergencyContact, PowerOfAttorney
from cessions.models import Assignee, TransferContract
from hosting.desk.portal.checkin import groups
from hosting.records.models import JournalEntry, StoredFile
from tests.factories import (
    LONG_AGO,
    ContactMethodFactory,
    CustomerAccountFactory,
    MembershipFactory,
    ServiceFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
PAGE = "/espace/bilan/"


def assignee_of(account, name="Boulangerie Martin", **more) -> Assignee:
    assignee = Assignee.objects.create(
        account=account, full_name=name, emails=["m@bakery.example"], created_at=LONG_AGO, **more
    )
    assignee.services.add(ServiceFactory(account=account))
    return assignee


def accepted() -> dict[str, object]:
    """What an accepted paper has."""
    scan = StoredFile.objects.create(
        storage_name=f"x{StoredFile.objects.count()}", size=1, sha256="0" * 64, stored_at=LONG_AGO
    )
    return {
        "state": PaperState.ACCEPTED,
        "language": "en",
        "drafted_at": LONG_AGO,
        "scan": scan,
        "judged_by": UserFactory(support=True),
        "judged_at": LONG_AGO,
        "accepted_at": LONG_AGO,
        "signed_on": date(2020, 1, 1),
    }


@pytest.fixture
def owner():
    return MembershipFactory(account=CustomerAccountFactory(reachable=True))


@pytest.fixture
def space(client, owner, now):
    client.force_login(owner.user)
    with time_machine.travel(now, tick=False):
        yield client


def everything(account) -> dict[str, object]:
    """What the page posts when nobody takes a tick away."""
    return {
        "identity": "yes",
        **{group.key: [row.pk for row in group.rows] for group in groups.groups_of(account)},
    }


def test_one_button_confirms_everything(space, owner, now):
    account = owner.account
    listed = assignee_of(account)
    contract = TransferContract.objects.create(
        account=account, assignee=listed, reference="TC-1", **accepted()
    )
    power = PowerOfAttorney.objects.create(
        account=account, reference="PA-1", scopes=[], starts_on=date(2020, 1, 1), **accepted()
    )
    trusted = EmergencyContact.objects.create(
        account=account,
        full_name="Sacha Weber",
        email="sacha@trust.example",
        created_at=LONG_AGO,
        invited_at=LONG_AGO,
    )
    running = CheckIn.objects.create(account=account, opened_at=LONG_AGO, next_step_at=now)
    page = space.get(PAGE).content.decode()
    for words in ("Boulangerie Martin", "TC-1", "PA-1", "Sacha Weber", account.full_name):
        assert words in page
    answer = space.post(PAGE, everything(account), follow=True)
    assert "nothing to correct" in answer.content.decode()
    for method in account.contact_methods.all():
        assert (method.verified_at, method.verified_how) == (now, "yearly check-in")
    listed.refresh_from_db()
    running.refresh_from_db()
    account.refresh_from_db()
    assert listed.verified_at == now
    assert (running.confirmed_at, running.confirmed_by) == (now, owner.user)
    assert account.next_check_in_at == datetime(2027, 6, 9, 9, 0, tzinfo=UTC)
    facts = JournalEntry.objects.get(event="checkin.confirmed").facts
    assert facts["contracts"] == [contract.pk]
    assert facts["powers"] == [power.pk]
    assert facts["emergency_contacts"] == [str(trusted.pk)]
    assert facts["identity"] is True


def test_what_is_unticked_stays_unverified_and_is_listed_to_correct(space, owner):
    account = owner.account
    right, wrong = assignee_of(account), assignee_of(account, "Garage Petit")
    posted = everything(account)
    posted["assignee"] = [right.pk]
    del posted["identity"]
    page = space.post(PAGE, posted, follow=True).content.decode()
    assert "To correct" in page
    assert "Garage Petit" in page
    assert "Boulangerie Martin" not in page
    assert "Who you are" in page
    wrong.refresh_from_db()
    assert wrong.verified_at is None
    assert account.check_ins.count() == 0


def test_the_page_is_there_without_a_check_in_and_for_an_empty_account(client, now):
    member = MembershipFactory(role=Role.MEMBER)
    client.force_login(member.user)
    assert "Nothing on file" in client.get(PAGE).content.decode()
    assert client.post(PAGE, {"identity": "yes"}).status_code == 302


def test_a_contact_that_was_changed_meanwhile_is_not_verified(space, owner, now):
    old = ContactMethodFactory(account=owner.account)
    posted = everything(owner.account)
    old.ended_at = now
    old.save()
    new = ContactMethodFactory(account=owner.account, value="new@client.example")
    page = space.post(PAGE, posted, follow=True).content.decode()
    assert "new@client.example" in page
    for method in (old, new):
        method.refresh_from_db()
        assert method.verified_at is None


@pytest.mark.parametrize("key", ["contact", "assignee", "contract", "emergency", "power"])
@pytest.mark.parametrize("value", ["rubbish", "0", "9" * 40, "a\0b"])
def test_rubbish_is_not_found(space, key, value):
    assert space.post(PAGE, {key: value}).status_code == 404


def test_a_strangers_things_are_not_found(space, owner):
    stranger = CustomerAccountFactory(reachable=True)
    listed = assignee_of(stranger)
    method = stranger.contact_methods.first()
    assert space.post(PAGE, {"contact": method.pk}).status_code == 404
    assert space.post(PAGE, {"assignee": listed.pk}).status_code == 404
    method.refresh_from_db()
    assert method.verified_at is None


def test_an_emergency_contact_does_not_find_the_page(client):
    client.force_login(MembershipFactory(role=Role.EMERGENCY).user)
    assert client.get(PAGE).status_code == 404
    assert client.get(f"{PAGE}merci/").status_code == 404


def test_many_assignees_are_one_box_more_and_all_are_dated(space, owner, now, monkeypatch):
    monkeypatch.setattr(groups, "SHOWN", 2)
    for number in range(4):
        assignee_of(owner.account, f"Client {number}")
    page = space.get(PAGE).content.decode()
    assert "Client 1" in page
    assert "Client 2" not in page
    posted = everything(owner.account)
    posted["assignee"] += ["rest"]
    space.post(PAGE, posted)
    assert Assignee.objects.filter(verified_at=now).count() == 4


def test_one_assignee_or_thirty_cost_the_same_queries(space, owner, django_assert_max_num_queries):
    for number in range(30):
        assignee_of(owner.account, f"Client {number}")
    with django_assert_max_num_queries(16):
        assert space.get(PAGE).status_code == 200
