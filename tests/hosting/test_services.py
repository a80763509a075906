"""S1 to S4: names, dates, statuses, registered owners."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from hosting import services
from hosting.models import Service
from hosting.policies import Owner, owner_is_reseller, stored_name, who_does_what
from hosting.records.models import JournalEntry
from tests import factories


@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [
        ("domain", " https://www.Été.fr/accueil ", "xn--t-9fab.fr"),
        ("hosting", "Bäckerei.de", "xn--bckerei-5wa.de"),
        ("hosting", "Server  Nord", "server nord"),
        ("other", "Contact@Example.fr", "contact@example.fr"),
    ],
)
def test_names_are_stored_in_a_label_form(kind, typed, stored):
    assert stored_name(kind, typed) == stored


@pytest.mark.parametrize(
    ("owner", "flagged"),
    [
        (Owner(name="DURAND Camille"), True),
        (Owner(name="Ines Martin", organisation="Atelier Wéb"), True),
        (Owner(name="Ines Martin", email="camille@atelier.example"), False),
        (Owner(email="Camille@Atelier.example"), True),
        (Owner(), False),
    ],
)
def test_a_domain_whose_owner_is_the_reseller_is_flagged(owner, flagged):
    names = ["Atelier Web", "Camille Durand", ""]
    assert owner_is_reseller(owner, names=names, emails=["camille@atelier.example"]) is flagged


@pytest.mark.django_db
def test_what_is_no_domain_name_is_refused_in_words(now):
    account = factories.CustomerAccountFactory()
    with pytest.raises(ValidationError) as refused:
        services.create_service(account, kind="domain", name="no domain", now=now)
    assert "name" in refused.value.message_dict
    assert not account.services.exists()


@pytest.mark.django_db
def test_the_same_domain_cannot_be_created_twice_unless_the_first_is_terminated(now):
    first = factories.ServiceFactory()
    with pytest.raises(ValidationError):
        services.create_service(first.account, kind="domain", name=first.name, now=now)
    services.change_status(first, "terminated", now=now)
    services.create_service(first.account, kind="domain", name=first.name, now=now)


@pytest.mark.django_db
def test_of_two_who_create_the_same_service_at_once_the_slower_is_told_so(now, monkeypatch):
    first = factories.ServiceFactory()
    monkeypatch.setattr(Service, "full_clean", lambda self: None)  # as if looked a moment earlier
    with pytest.raises(ValidationError) as refused:
        services.create_service(first.account, kind="domain", name=first.name, now=now)
    assert refused.value.code == "taken"


@pytest.mark.django_db
def test_a_changed_registered_owner_is_dated_and_journalled_without_his_name(now):
    service = factories.ServiceFactory()
    new = services.change_owner(service, Owner(name="Ada Lovelace"), now=now, actor="user:7")
    assert (new.owner_name, new.owner_changed_at) == ("Ada Lovelace", now)
    entry = JournalEntry.objects.get(stream=f"service:{service.pk}", event="service.owner_changed")
    assert (entry.actor, "Ada" in str(entry.facts)) == ("user:7", False)


@pytest.mark.django_db
def test_a_new_technical_contact_is_no_change_of_owner(now):
    service = factories.ServiceFactory()
    owner = services.owner_of(service.registration)
    changed = Owner(owner.name, owner.organisation, owner.email, owner.address, "Camille Durand")
    after = services.change_owner(service, changed, now=now)
    assert (after.technical_contact, after.owner_changed_at) == ("Camille Durand", None)


@pytest.mark.django_db
def test_an_owner_list_of_addresses_is_refused(now):
    service = factories.ServiceFactory()
    with pytest.raises(ValidationError):
        services.change_owner(service, Owner(email="a@b.fr, c@d.fr"), now=now)


@pytest.mark.django_db
def test_due_dates_change_and_say_so_in_both_journals(now):
    service = factories.ServiceFactory(hosting=True)
    due = date(2027, 1, 1)
    services.change_terms(service, plan=service.plan, due_on=due, paid_until=due, now=now)
    service.refresh_from_db()
    assert (service.due_on, service.paid_until) == (due, due)
    events = JournalEntry.objects.filter(event="service.terms_changed")
    assert {entry.stream for entry in events} == {f"service:{service.pk}", service.account.stream}


@pytest.mark.django_db
def test_nothing_changed_journals_nothing(now):
    service = factories.ServiceFactory()
    services.change_terms(service, plan=None, due_on=None, paid_until=None, now=now)
    services.change_owner(service, services.owner_of(service.registration), now=now)
    services.set_registrar_lock(service, None, now=now)
    assert not JournalEntry.objects.exists()


@pytest.mark.django_db
def test_a_registrar_lock_is_noted(now):
    service = factories.ServiceFactory()
    services.set_registrar_lock(service, date(2026, 8, 1), now=now)
    service.registration.refresh_from_db()
    assert service.registration.registrar_locked_until == date(2026, 8, 1)


@pytest.mark.parametrize(
    ("said", "by_provider"),
    [
        (None, []),
        ({}, []),
        ({"backups": "provider", "repair": "client"}, ["backups"]),
        (dict.fromkeys(("restore", "updates"), "provider"), ["updates", "restore"]),
        ({"backups": "Provider", "updates": None, "repair": ["provider"]}, []),
        ({"else": "provider"}, []),
    ],
)
def test_what_a_plan_does_not_give_to_the_provider_is_the_clients(said, by_provider):
    found = who_does_what(said)
    assert [duty.does for duty in found] == ["backups", "updates", "repair", "restore"]
    assert [duty.does for duty in found if duty.by_provider] == by_provider
