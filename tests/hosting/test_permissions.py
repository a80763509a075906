"""Support works on accounts and cases; supervisors beyond that keep plans, notices and users."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group

from accounts.roles import is_supervisor, is_support
from hosting.desk import permissions
from tests import factories

pytestmark = pytest.mark.django_db


def test_support_may_work_on_accounts_services_and_cases_but_not_on_the_catalogue():
    user = factories.UserFactory(support=True)
    for right in (
        "accounts.change_customeraccount",
        "hosting.add_service",
        "cessions.change_transferrequest",
        "interventions.change_intervention",
        "interventions.view_site",
        "records.view_outgoingmail",
    ):
        assert user.has_perm(right), right
    for right in (
        "hosting.change_plan",
        "hosting.add_notice",
        "accounts.change_user",
        "interventions.change_site",
        "interventions.add_hostingserver",
    ):
        assert not user.has_perm(right), right


def test_supervisors_may_what_support_may_and_keep_the_catalogue():
    user = factories.UserFactory(supervisor=True)
    support = Group.objects.get(name="support")
    own = {permission.codename for permission in support.permissions.all()}
    assert own <= {name.partition(".")[2] for name in user.get_all_permissions()}
    for right in (
        "hosting.change_plan",
        "hosting.add_notice",
        "accounts.add_user",
        "interventions.add_hostingserver",
    ):
        assert user.has_perm(right), right


def test_nobody_of_the_staff_may_delete():
    for group in Group.objects.all():
        assert not group.permissions.filter(codename__startswith="delete_").exists()


def test_every_name_in_the_tables_is_a_table_of_ours():
    for table in permissions.GROUPS.values():
        for name in table:
            app, _, model = name.partition(".")
            assert apps.get_model(app, model) if model else apps.get_app_config(app)


def test_a_superuser_is_no_supervisor():
    user = factories.UserFactory(is_staff=True, is_superuser=True)
    assert not is_supervisor(user)
    assert not is_support(user)
