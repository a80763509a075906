"""The factories make what their names say; other tests rely on it."""

import pytest
from stdnum.fr import siren

from tests import factories


@pytest.mark.django_db
def test_traits_make_staff_of_a_group():
    support = factories.UserFactory(support=True)
    supervisor = factories.UserFactory(supervisor=True)
    assert support.is_staff
    assert [group.name for group in support.groups.all()] == ["support"]
    assert [group.name for group in supervisor.groups.all()] == ["supervisor"]
    assert not factories.UserFactory().is_staff


@pytest.mark.django_db
def test_an_account_can_be_made_reachable_and_has_a_right_number():
    account = factories.CustomerAccountFactory(reachable=True)
    assert {method.kind for method in account.contact_methods.all()} == {"email", "phone"}
    assert siren.is_valid(account.registration_number)


@pytest.mark.django_db
def test_a_service_comes_with_registration_and_ownership():
    domain = factories.ServiceFactory(registration__owner_name="Ada")
    hosting = factories.ServiceFactory(hosting=True, account=domain.account)
    assert domain.registration.owner_name == "Ada"
    assert domain.ownership.get().account == domain.account
    assert hosting.plan.kind == "standard"
    assert not hasattr(hosting, "registration")
