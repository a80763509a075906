"""A power of attorney from its draft to its revocation, and what it lets us do on the way: emergencies
with contacts to end clients (H3), renewals charged to the holder (H2). Real rows all along (A9, A12)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.enums import HolderEventKind, PaperState, PowerScope
from accounts.services.events import record_event, withdraw_event
from accounts.services.papers import accept_paper, end_paper, refuse_paper, upload_signed
from accounts.services.power_making import make_due_powers
from accounts.services.powers import draft_power
from hosting.lib import clock
from hosting.lib.factor import Factor
from hosting.models import ContinuityHold, Emergency, RenewalDecision
from hosting.records.models import JournalEntry
from hosting.records.services import open_file
from hosting.services.emergencies import close_emergency, open_emergency, record_contact
from hosting.services.renewals import Renewal, decide_renewal
from tests.accounts.papers import a_file
from tests.factories import (
    CustomerAccountFactory,
    MembershipFactory,
    ServiceFactory,
    UserFactory,
)
from tests.hosting.continuity import TUESDAY, days, held

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
TEXTS = {
    "facts": "The holder lies in hospital.",
    "holder_tried": "Called on three days.",
    "contacts_tried": "His sister asks us to go on.",
}
ALL = tuple(PowerScope.values)
TODAY = TUESDAY.date()
FACTOR = "correct horse"


@pytest.fixture
def owner():
    return MembershipFactory(account=CustomerAccountFactory(reachable=True))


@pytest.fixture
def staff():
    return UserFactory(support=True)


@pytest.fixture
def supervisor():
    return UserFactory(supervisor=True)


@pytest.fixture
def service(owner):
    """A domain name that is due soon."""
    return ServiceFactory(account=owner.account, due_on=(TUESDAY + days(9)).date())


def drafted(owner, scopes=ALL, starts_on=TODAY, ends_on=None):
    """As the holder asks for it in his space; a worker has made its PDF."""
    power = draft_power(
        owner.account,
        scopes=scopes,
        starts_on=starts_on,
        ends_on=ends_on,
        language="en",
        by=owner.user,
        now=TUESDAY,
    )
    assert make_due_powers(lambda: TUESDAY) == 1
    power.refresh_from_db()
    return power


def signed(power, owner):
    """The signed copy has come."""
    return upload_signed(power, scan=a_file(), identity_copy=None, by=owner.user, now=TUESDAY)


def checked(power, staff, now=TUESDAY):
    """Staff compared it with the draft, and accept it."""
    return accept_paper(
        power,
        by=staff,
        signed_on=TUESDAY.date(),
        identity_valid_until=None,
        identity_accepted=False,
        now=now,
    )


def in_force(owner, staff, **said):
    return checked(signed(drafted(owner, **said), owner), staff)


def allowed(service, supervisor, now=TUESDAY):
    """What a supervisor can do at `now`, each tried and taken back: "emergency", "contact", "charge"."""
    found = set()
    if done(lambda: open_emergency(service.account, by=supervisor, now=now, **TEXTS)):
        found.add("emergency")
        emergency = Emergency.objects.get(closed_at=None)
        if done(lambda: spoken(emergency, service, supervisor, now)):
            found.add("contact")
        close_emergency(emergency, outcome="Tried.", by=supervisor, now=now)
    if done(lambda: charged(held(service, now=now), supervisor, now)):
        found.add("charge")
        service.due_on = service.due_on + timedelta(days=1)  # a date nobody decided on yet
        service.save()
    return found


def done(deed):
    try:
        deed()
    except ValidationError:
        return False
    return True


def spoken(emergency, service, by, now):
    return record_contact(
        emergency,
        service=service,
        client="Boulangerie Martin",
        channel="phone",
        said="Your site stays on line.",
        by=by,
        now=now,
    )


def charged(hold, by, now):
    new = hold.service.due_on + timedelta(days=365)
    renewal = Renewal("renew", "The site sells.", new_due_on=new, charged_to_holder=True)
    hold.service.refresh_from_db()
    return decide_renewal(hold, renewal, by=by, factor=Factor.TOTP, now=now)


def test_it_allows_nothing_before_staff_accepted_the_signed_copy(owner, staff, service, supervisor):
    power = drafted(owner)
    with open_file(power.draft) as file:
        assert file.read(5) == b"%PDF-"
    assert allowed(service, supervisor) == set()
    power = signed(power, owner)
    assert allowed(service, supervisor) == set()
    power = refuse_paper(power, reason="The date is missing.", by=staff, now=TUESDAY)
    assert allowed(service, supervisor) == set()
    power = checked(signed(power, owner), staff)
    assert power.state == PaperState.ACCEPTED
    assert allowed(service, supervisor) == {"emergency", "contact", "charge"}


@pytest.mark.parametrize(
    ("scopes", "allows"),
    [
        ([PowerScope.CONTACT_CLIENTS], {"emergency", "contact"}),
        ([PowerScope.KEEP_HOSTING], {"emergency"}),
        ([PowerScope.RENEW_DOMAINS], {"emergency", "charge"}),
    ],
)
def test_it_allows_what_its_scope_says_and_no_more(
    owner, staff, service, supervisor, scopes, allows
):
    in_force(owner, staff, scopes=scopes)
    assert allowed(service, supervisor) == allows


def test_it_begins_and_ends_at_local_midnight(owner, staff, service, supervisor):
    in_force(owner, staff, starts_on=date(2026, 6, 11), ends_on=date(2026, 6, 12))
    instants = [
        (datetime(2026, 6, 10, 21, 59, tzinfo=UTC), False),  # 23:59 in Paris
        (datetime(2026, 6, 10, 22, 0, tzinfo=UTC), True),
        (datetime(2026, 6, 12, 21, 59, tzinfo=UTC), True),
        (datetime(2026, 6, 12, 22, 0, tzinfo=UTC), False),
    ]
    for now, expected in instants:
        assert bool(allowed(service, supervisor, now)) is expected, now


def test_two_powers_allow_together_what_each_of_them_says(owner, staff, service, supervisor):
    in_force(owner, staff, scopes=[PowerScope.CONTACT_CLIENTS])
    in_force(owner, staff, scopes=[PowerScope.RENEW_DOMAINS])
    assert allowed(service, supervisor) == {"emergency", "contact", "charge"}


def test_a_power_of_one_account_allows_nothing_on_another(owner, staff, supervisor):
    in_force(owner, staff)
    other = ServiceFactory(due_on=(TUESDAY + days(9)).date())
    assert allowed(other, supervisor) == set()


def test_revoked_it_allows_nothing_from_that_instant_on(owner, staff, service, supervisor):
    power = in_force(owner, staff)
    emergency = open_emergency(owner.account, by=supervisor, now=TUESDAY, **TEXTS)
    spoken(emergency, service, staff, TUESDAY)
    decision = charged(ContinuityHold.objects.get(service=service), supervisor, TUESDAY)
    end_paper(power, by=owner.user, now=TUESDAY)
    with pytest.raises(ValidationError) as refused:
        spoken(emergency, service, staff, TUESDAY)
    assert refused.value.code == "no_power"
    service.refresh_from_db()
    with pytest.raises(ValidationError) as refused:
        charged(ContinuityHold.objects.get(service=service), supervisor, TUESDAY)
    close_emergency(emergency, outcome="Revoked.", by=supervisor, now=TUESDAY)
    assert allowed(service, supervisor) == set()
    decision.refresh_from_db()
    assert decision.charged_to_holder, "what was decided while it was in force stays"


def test_after_it_was_revoked_a_renewal_goes_on_and_is_not_charged(
    owner, staff, service, supervisor
):
    end_paper(in_force(owner, staff), by=owner.user, now=TUESDAY)
    renewal = Renewal("renew", "The site sells.", new_due_on=date(2027, 6, 18))
    decide_renewal(held(service), renewal, by=supervisor, factor=Factor.TOTP, now=TUESDAY)
    assert not RenewalDecision.objects.get().charged_to_holder


@pytest.mark.parametrize("kind", [HolderEventKind.DEATH, HolderEventKind.GUARDIANSHIP])
def test_a_known_death_or_guardianship_ends_it_until_it_is_withdrawn(
    owner, staff, service, supervisor, kind
):
    in_force(owner, staff)
    event = record_event(
        owner.account, kind=kind, source="A letter", happened_on=None, by=staff, now=TUESDAY
    )
    assert allowed(service, supervisor) == set()
    withdraw_event(event, reason="Another man.", by=supervisor, now=TUESDAY)
    assert allowed(service, supervisor) == {"emergency", "contact", "charge"}


@pytest.mark.parametrize("kind", [HolderEventKind.ILLNESS, HolderEventKind.LIQUIDATION])
def test_another_event_ends_no_mandate(owner, staff, service, supervisor, kind):
    in_force(owner, staff)
    record_event(
        owner.account, kind=kind, source="A letter", happened_on=None, by=staff, now=TUESDAY
    )
    assert allowed(service, supervisor) == {"emergency", "contact", "charge"}


def test_the_holder_revokes_it_in_his_space_and_the_next_page_of_staff_refuses(
    client, owner, staff, service, supervisor, monkeypatch
):
    monkeypatch.setattr(clock, "now", lambda: TUESDAY)
    power = in_force(owner, staff)
    owner.user.set_password(FACTOR)
    owner.user.save()
    client.force_login(owner.user)
    ending = reverse("portal_papers_end", args=["procuration", power.pk])
    assert client.post(ending, {"factor": FACTOR}).status_code == 302
    client.force_login(supervisor)
    opening = reverse("admin:accounts_customeraccount_emergency", args=[owner.account.pk])
    answer = client.post(opening, TEXTS)
    assert "power of attorney in force" in answer.content.decode()
    assert not Emergency.objects.exists()
    entry = JournalEntry.objects.get(event="power.ended")
    assert (entry.stream, entry.actor) == (owner.account.stream, f"user:{owner.user.pk}")
