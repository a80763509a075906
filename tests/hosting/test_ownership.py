"""S5: which account owned a service from when to when."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from hosting.models import OwnershipPeriod
from hosting.records.models import JournalEntry
from hosting.services import change_status, close_ownership, create_service, transfer_ownership
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_new_service_is_owned_from_its_creation_on(now):
    account = factories.CustomerAccountFactory()
    service = create_service(account, kind="domain", name="Bäckerei.de", now=now)
    period = service.ownership.get()
    assert (period.account, period.during.lower, period.during.upper) == (account, now, None)
    assert (service.name, service.display_name) == ("xn--bckerei-5wa.de", "bäckerei.de")


def test_a_transfer_ends_one_period_and_begins_the_next_at_the_same_instant(now):
    service = factories.ServiceFactory()
    before, after = service.account, factories.CustomerAccountFactory()
    transfer_ownership(service, after, now=now, reason="T2026-000001", actor="user:1")
    service.refresh_from_db()
    assert service.account == after
    old, new = service.ownership.order_by("during")
    assert (old.account, old.during.upper) == (before, now)
    assert (new.account, new.during.lower, new.during.upper) == (after, now, None)
    streams = JournalEntry.objects.filter(event="service.transferred").values_list(
        "stream", flat=True
    )
    assert set(streams) == {f"service:{service.pk}", before.stream, after.stream}


def test_a_transfer_to_the_same_account_changes_nothing(now):
    service = factories.ServiceFactory()
    with pytest.raises(ValidationError) as refused:
        transfer_ownership(service, service.account, now=now, reason="")
    assert refused.value.code == "same_account"
    assert service.ownership.get().during.upper is None


def test_ownership_cannot_end_before_it_began(now):
    service = create_service(
        factories.CustomerAccountFactory(), kind="domain", name="a.fr", now=now
    )
    with pytest.raises(ValidationError) as refused:
        transfer_ownership(service, factories.CustomerAccountFactory(), now=now, reason="")
    assert refused.value.code == "too_early"


def test_the_database_refuses_two_owners_at_one_time(now):
    service = factories.ServiceFactory()
    with pytest.raises(IntegrityError):
        OwnershipPeriod.objects.create(
            service=service,
            account=factories.CustomerAccountFactory(),
            during=(now, now + timedelta(days=1)),
        )


def test_a_terminated_service_has_no_owner_any_more_and_does_not_come_back(now):
    service = factories.ServiceFactory()
    change_status(service, "terminated", now=now)
    assert service.ownership.get().during.upper == now
    with pytest.raises(ValidationError):
        change_status(service, "active", now=now)
    with pytest.raises(ValidationError):
        transfer_ownership(service, factories.CustomerAccountFactory(), now=now, reason="")


def test_closing_twice_does_nothing_more(now):
    service = factories.ServiceFactory()
    close_ownership(service, now=now)
    close_ownership(service, now=now + timedelta(days=1))
    assert service.ownership.get().during.upper == now
