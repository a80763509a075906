"""What a row was before each change is kept by the database, however it was changed."""

import pytest

from accounts.models import CustomerAccount
from hosting.models import Service
from hosting.services import change_status
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_bulk_update_keeps_every_row_as_it_was():
    account = factories.CustomerAccountFactory(city="Lyon")
    factories.CustomerAccountFactory(city="Lille")
    CustomerAccount.objects.update(city="Paris")
    assert [before.city for before in account.history.all()] == ["Lyon"]


def test_a_status_change_keeps_the_service_as_it_was(now):
    service = factories.ServiceFactory()
    change_status(service, "suspended", now=now)
    assert [before.status for before in service.history.all()] == ["active"]
    Service.objects.filter(pk=service.pk).update(status="suspended")
    assert service.history.count() == 1
