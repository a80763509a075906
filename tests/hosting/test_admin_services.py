"""Staff read a service on one page and change it by verbs; plans and notices are kept as data."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hosting.models import Notice, Plan, TopLevelDomain
from hosting.records.models import JournalEntry
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client) -> Client:
    client.force_login(factories.UserFactory(supervisor=True))
    return client


def verb(service, slug: str) -> str:
    return reverse(f"admin:hosting_service_{slug}", args=[service.pk])


def test_the_list_takes_the_same_queries_for_one_service_and_for_three(desk):
    url = reverse("admin:hosting_service_changelist")
    factories.ServiceFactory()
    desk.get(url)
    with CaptureQueriesContext(connection) as for_one:
        assert desk.get(url).context["cl"].result_count == 1
    factories.ServiceFactory.create_batch(2)
    with CaptureQueriesContext(connection) as for_three:
        assert desk.get(url).context["cl"].result_count == 3
    assert len(for_one) == len(for_three) <= 8


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_the_same_queries_for_one_change_and_for_three(
    desk, rows, django_assert_max_num_queries
):
    service = factories.ServiceFactory()
    for day in range(rows):
        due = date(2027, 1, 1 + day).isoformat()
        desk.post(verb(service, "terms"), {"due_on": due, "paid_until": due})
    with django_assert_max_num_queries(12):
        context = desk.get(verb(service, "change")).context
    assert len(context["changes"]) == 2 * rows


def test_a_service_is_found_in_u_label_form(desk):
    service = factories.ServiceFactory(name="xn--t-9fab.fr")
    factories.ServiceFactory()
    url = reverse("admin:hosting_service_changelist")
    assert desk.get(url, {"q": "été"}).context["cl"].result_list[0] == service


def test_dates_status_and_owner_are_changed_by_verbs(desk):
    service = factories.ServiceFactory()
    assert desk.get(verb(service, "terms")).status_code == 200
    desk.post(verb(service, "terms"), {"due_on": "2027-01-31", "paid_until": ""})
    desk.post(verb(service, "status"), {"status": "suspended", "cause": "client"})
    desk.post(
        verb(service, "owner"),
        {"owner_name": "Ada Lovelace", "registrar_locked_until": "2026-12-01"},
    )
    service.refresh_from_db()
    assert (service.due_on, service.status) == (date(2027, 1, 31), "suspended")
    assert service.registration.owner_name == "Ada Lovelace"
    assert service.registration.registrar_locked_until == date(2026, 12, 1)
    assert service.registration.owner_changed_at is not None
    events = set(JournalEntry.objects.values_list("event", flat=True))
    assert {"service.terms_changed", "service.status_changed", "service.owner_changed"} <= events


def test_a_terminated_service_does_not_come_back(desk, now):
    service = factories.ServiceFactory()
    desk.post(verb(service, "status"), {"status": "terminated", "cause": "client"})
    response = desk.post(verb(service, "status"), {"status": "active", "cause": "client"})
    assert response.context["form"].non_field_errors()


def test_only_a_supervisor_terminates_a_service(client):
    """Ended here and created anew elsewhere, a domain would change hands without a decision (X1)."""
    client.force_login(factories.UserFactory(support=True))
    service = factories.ServiceFactory()
    response = client.post(verb(service, "status"), {"status": "terminated", "cause": "client"})
    assert "status" in response.context["form"].errors
    assert (
        client.post(verb(service, "status"), {"status": "suspended", "cause": "client"}).status_code
        == 302
    )
    service.refresh_from_db()
    assert service.status == "suspended"


def test_an_owner_with_a_list_of_addresses_is_refused_at_the_field(desk):
    service = factories.ServiceFactory()
    response = desk.post(verb(service, "owner"), {"owner_email": "a@b.fr, c@d.fr"})
    assert "owner_email" in response.context["form"].errors


def test_the_page_warns_when_the_reseller_is_the_owner(desk):
    service = factories.ServiceFactory()
    assert not desk.get(verb(service, "change")).context["own"]
    service.registration.owner_name = service.account.full_name
    service.registration.save()
    assert desk.get(verb(service, "change")).context["own"]


def test_a_plan_says_who_does_what(desk):
    typed = {
        "code": "standard",
        "name": "Standard",
        "kind": "standard",
        "backup_retention_days": "0",
        "backups": "client",
        "updates": "client",
        "repair": "client",
        "restore": "provider",
    }
    url = reverse("admin:hosting_plan_add")
    desk.post(url, typed)
    plan = Plan.objects.get()
    assert plan.responsibilities["restore"] == "provider"
    entry = JournalEntry.objects.get(stream=f"plan:{plan.pk}")
    assert entry.event == "catalogue.saved"
    response = desk.post(url, typed | {"code": "other", "automatic_backups": "on"})
    assert "backup_retention_days" in response.context["adminform"].errors


def test_a_top_level_domain_is_stored_in_a_label_form(desk):
    typed = {"name": ".РФ", "lock_days_after_transfer": "60", "registry_procedure_url": "nic.fr/x"}
    desk.post(reverse("admin:hosting_topleveldomain_add"), typed)
    row = TopLevelDomain.objects.get()
    assert (row.name, row.registry_procedure_url) == ("xn--p1ai", "https://nic.fr/x")


def test_a_changed_notice_is_a_new_version_and_the_old_one_stays(desk):
    typed = {"code": "warning", "language": "en", "title": "Careful", "body": "First."}
    url = reverse("admin:hosting_notice_add")
    desk.post(url, typed)
    desk.post(url, typed | {"body": "Second."})
    desk.post(url, typed | {"language": "fr", "body": "Premier."})
    rows = Notice.objects.filter(code="warning").order_by("language", "version")
    assert [(row.language, row.version, row.body) for row in rows] == [
        ("en", 1, "First."),
        ("en", 2, "Second."),
        ("fr", 1, "Premier."),
    ]
    change = reverse("admin:hosting_notice_change", args=[rows[0].pk])
    assert desk.get(change).status_code == 200
    assert desk.post(change, typed).status_code == 403
    begun = desk.get(url, {"code": "warning", "language": "en"}).context["adminform"].form
    assert begun.initial["body"] == "Second."


def test_support_reads_the_catalogue_and_does_not_change_it(client):
    client.force_login(factories.UserFactory(support=True))
    plan = factories.PlanFactory()
    assert client.get(reverse("admin:hosting_plan_change", args=[plan.pk])).status_code == 200
    assert client.get(reverse("admin:hosting_plan_add")).status_code == 403
    assert client.get(reverse("admin:hosting_notice_add")).status_code == 403
