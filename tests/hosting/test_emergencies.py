"""H3: a supervisor opens an emergency on an account with a power of attorney; every contact is kept."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from time import monotonic

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from accounts.enums import HolderEventKind, PowerScope
from accounts.models import CustomerAccount, HolderEvent
from hosting.admin.emergencies import SHOWN
from hosting.models import ContinuityHold, Emergency, EmergencyContacted
from hosting.records.models import JournalEntry
from hosting.services import change_status, lock_service
from hosting.services.emergencies import close_emergency, open_emergency, record_contact
from tests import factories
from tests.hosting.continuity import TUESDAY, days, power

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
TEXTS = {
    "facts": "The holder lies in hospital.",
    "holder_tried": "Called on three days.",
    "contacts_tried": "His sister asks us to go on.",
}


@pytest.fixture
def supervisor():
    return factories.UserFactory(supervisor=True)


@pytest.fixture
def service():
    service = factories.ServiceFactory()
    power(service.account)
    return service


@pytest.fixture
def emergency(service, supervisor):
    return open_emergency(service.account, by=supervisor, now=TUESDAY, **TEXTS)


def spoken(emergency, service, by, now=TUESDAY):
    return record_contact(
        emergency,
        service=service,
        client="Boulangerie Martin",
        channel="phone",
        said="Your site stays on line.",
        by=by,
        now=now,
    )


def known(account: CustomerAccount, kind: str, by) -> HolderEvent:
    """What happened to the holder is on file."""
    return HolderEvent.objects.create(
        account=account, kind=kind, source="The family called.", recorded_by=by, recorded_at=TUESDAY
    )


@pytest.mark.parametrize("kind", [HolderEventKind.DEATH, HolderEventKind.GUARDIANSHIP])
def test_death_or_guardianship_ended_the_power_and_no_emergency_opens(service, supervisor, kind):
    event = known(service.account, kind, supervisor)
    with pytest.raises(ValidationError, match="power of attorney in force"):
        open_emergency(service.account, by=supervisor, now=TUESDAY, **TEXTS)
    event.withdrawn_at = TUESDAY
    event.save()
    assert open_emergency(service.account, by=supervisor, now=TUESDAY, **TEXTS)


def test_the_page_of_a_large_emergency_shows_some_holds_and_leads_to_all(client, supervisor):
    service = factories.ServiceFactory()
    power(service.account)
    factories.ServiceFactory.create_batch(SHOWN + 1, account=service.account, registration=False)
    emergency = open_emergency(service.account, by=supervisor, now=TUESDAY, **TEXTS)
    client.force_login(supervisor)
    page = client.get(reverse("admin:hosting_emergency_change", args=[emergency.pk]))
    html = page.content.decode()
    assert len(re.findall(r"/continuityhold/\d+/change/", html)) == SHOWN
    assert f"?q=emergency%3A{emergency.pk}" in html


def somebody_waits(seconds: float = 30) -> bool:
    """Whether another connection comes to wait for a lock of this one, within some time."""
    ends = monotonic() + seconds
    while monotonic() < ends:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks"
                " WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchone()[0]:
                return True
    return False


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("opens", [True, False])
def test_an_emergency_and_a_change_of_a_service_wait_for_each_other_once(opens):
    """Both write into the journals of the service and of its account: in the same order."""
    service, supervisor = factories.ServiceFactory(), factories.UserFactory(supervisor=True)
    power(service.account)
    if not opens:
        emergency = open_emergency(service.account, by=supervisor, now=TUESDAY, **TEXTS)

    def act() -> None:
        try:
            if opens:
                open_emergency(service.account, by=supervisor, now=TUESDAY, **TEXTS)
            else:
                close_emergency(emergency, outcome="He is back.", by=supervisor, now=TUESDAY)
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=1) as pool:
        with transaction.atomic():
            lock_service(service)
            acting = pool.submit(act)
            assert somebody_waits()
            change_status(service, "suspended", cause="abuse", now=TUESDAY)
        acting.result(timeout=30)
    assert Emergency.objects.filter(closed_at=None).exists() is opens


def test_an_illness_ends_no_power(service, supervisor):
    known(service.account, HolderEventKind.ILLNESS, supervisor)
    assert open_emergency(service.account, by=supervisor, now=TUESDAY, **TEXTS)


def test_a_death_known_during_an_emergency_ends_the_contacts_with_clients(emergency, service):
    known(service.account, HolderEventKind.DEATH, factories.UserFactory(support=True))
    with pytest.raises(ValidationError, match="does not let us contact"):
        spoken(emergency, service, factories.UserFactory(support=True))


def test_an_emergency_holds_the_living_services_of_the_account(service, supervisor):
    ended = factories.ServiceFactory(account=service.account)
    change_status(ended, "terminated", now=TUESDAY)
    emergency = open_emergency(service.account, by=supervisor, now=TUESDAY, **TEXTS)
    hold = ContinuityHold.objects.get()
    assert (hold.service, hold.cause) == (service, "emergency")
    with pytest.raises(ValidationError):
        change_status(service, "suspended", cause="non_payment", now=TUESDAY)
    entry = JournalEntry.objects.get(event="emergency.opened")
    assert entry.stream == service.account.stream
    assert entry.facts == {"emergency": emergency.pk}


@pytest.mark.parametrize("missing", TEXTS)
def test_facts_and_both_attempts_are_asked(service, supervisor, missing):
    with pytest.raises(ValidationError) as refused:
        open_emergency(service.account, by=supervisor, now=TUESDAY, **TEXTS | {missing: " "})
    assert missing in refused.value.message_dict
    assert not Emergency.objects.exists()


def test_without_a_power_in_force_it_is_refused_in_words(supervisor):
    account = factories.CustomerAccountFactory()
    power(account, ends_on=date(2026, 6, 8))
    power(account, state="drafted", accepted_at=None, signed_on=None)
    with pytest.raises(ValidationError, match="power of attorney in force") as refused:
        open_emergency(account, by=supervisor, now=TUESDAY, **TEXTS)
    assert refused.value.code == "no_power"


def test_only_a_supervisor_opens_and_closes_and_one_at_a_time(service, emergency, supervisor):
    support = factories.UserFactory(support=True)
    with pytest.raises(ValidationError):
        open_emergency(service.account, by=supervisor, now=TUESDAY, **TEXTS)
    with pytest.raises(ValidationError):
        close_emergency(emergency, outcome="Over.", by=support, now=TUESDAY)
    close_emergency(emergency, outcome="Over.", by=supervisor, now=TUESDAY)
    with pytest.raises(ValidationError):
        open_emergency(service.account, by=support, now=TUESDAY, **TEXTS)
    assert open_emergency(service.account, by=supervisor, now=TUESDAY, **TEXTS)


def test_contacts_with_end_clients_are_kept_and_journalled_without_their_words(service, emergency):
    row = spoken(emergency, service, factories.UserFactory(support=True))
    entry = JournalEntry.objects.get(event="emergency.client_contacted")
    assert entry.facts["contact"] == row.pk
    assert "Martin" not in str(entry.facts)
    for change in (
        lambda rows: rows.update(said="Nothing."),
        lambda rows: rows.delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change(EmergencyContacted.objects.filter(pk=row.pk))


def test_nobody_is_contacted_beyond_the_scope_or_outside_the_account(supervisor):
    service = factories.ServiceFactory()
    power(service.account, PowerScope.KEEP_HOSTING)
    emergency = open_emergency(service.account, by=supervisor, now=TUESDAY, **TEXTS)
    with pytest.raises(ValidationError) as refused:
        spoken(emergency, service, supervisor)
    assert refused.value.code == "no_power"
    power(service.account, PowerScope.CONTACT_CLIENTS)
    with pytest.raises(ValidationError):
        spoken(emergency, factories.ServiceFactory(), supervisor)
    assert spoken(emergency, service, supervisor)


def test_a_power_that_ended_meanwhile_ends_the_contacts(service, emergency, supervisor):
    service.account.powerofattorneys.update(state="ended", ended_at=TUESDAY)
    with pytest.raises(ValidationError):
        spoken(emergency, service, supervisor)


def test_closing_ends_its_holds_and_is_final(service, emergency, supervisor):
    close_emergency(emergency, outcome="He is back.", by=supervisor, now=TUESDAY + days(3))
    hold = ContinuityHold.objects.get()
    assert (hold.ended_at, hold.end_reason) == (TUESDAY + days(3), "emergency_closed")
    with pytest.raises(ValidationError):
        spoken(emergency, service, supervisor)
    with pytest.raises(IntegrityError), transaction.atomic():
        Emergency.objects.filter(pk=emergency.pk).update(closed_at=None)


def test_a_supervisor_goes_through_it_on_the_pages(client, supervisor):
    service = factories.ServiceFactory()
    power(service.account, ends_on=None)
    client.force_login(supervisor)
    account = reverse("admin:accounts_customeraccount_change", args=[service.account_id])
    opening = reverse("admin:accounts_customeraccount_emergency", args=[service.account_id])
    assert opening in client.get(account).content.decode()
    assert client.get(opening).status_code == 200
    assert client.post(opening, TEXTS | {"facts": ""}).context["form"].errors["facts"]
    client.post(opening, TEXTS)
    emergency = Emergency.objects.get()
    contact = reverse("admin:hosting_emergency_contacted", args=[emergency.pk])
    assert client.get(contact).status_code == 200
    client.post(
        contact,
        {"service": service.pk, "client": "Ada", "channel": "phone", "said": "It goes on."},
    )
    page = client.get(reverse("admin:hosting_emergency_change", args=[emergency.pk]))
    for words in (
        "It goes on.",
        "His sister asks us to go on.",
        "Contact the end clients directly",
    ):
        assert words in page.content.decode()
    client.post(reverse("admin:hosting_emergency_close", args=[emergency.pk]), {"outcome": "Over."})
    emergency.refresh_from_db()
    assert emergency.outcome == "Over."
    assert client.get(reverse("admin:hosting_emergency_changelist")).status_code == 200
