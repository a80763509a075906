"""Staff read an account on one page and change it by verbs (A1-A7)."""

import pytest
import zeal
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import CustomerAccount
from accounts.services import write_note
from hosting.records.models import JournalEntry, StoredFile
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff():
    return factories.UserFactory(is_staff=True, is_superuser=True)


@pytest.fixture
def desk(client, staff) -> Client:
    client.force_login(staff)
    return client


@pytest.fixture
def account():
    return factories.CustomerAccountFactory(reachable=True)


def page(account) -> str:
    return reverse("admin:accounts_customeraccount_change", args=[account.pk])


def verb(account, slug: str, *part: int) -> str:
    return reverse(f"admin:accounts_customeraccount_{slug}", args=[account.pk, *part])


def test_the_list_takes_the_same_queries_for_one_account_and_for_three(desk):
    url = reverse("admin:accounts_customeraccount_changelist")
    factories.CustomerAccountFactory(reachable=True)
    desk.get(url)
    with CaptureQueriesContext(connection) as for_one:
        assert desk.get(url).context["cl"].result_count == 1
    factories.CustomerAccountFactory.create_batch(2, reachable=True)
    with CaptureQueriesContext(connection) as for_three:
        assert desk.get(url).context["cl"].result_count == 3
    assert len(for_one) == len(for_three) <= 8


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_the_same_queries_for_one_row_of_a_kind_and_for_three(
    desk, account, rows, now, django_assert_max_num_queries
):
    for _ in range(rows):
        factories.ServiceFactory(account=account)
        factories.ServiceFactory(account=account, hosting=True)
        factories.ContactMethodFactory(account=account, former=True)
        write_note(account, kind="general", text="Note.", now=now)
    desk.get(page(account))
    with django_assert_max_num_queries(22), zeal.zeal_context():
        assert desk.get(page(account)).status_code == 200


def test_the_list_finds_by_telephone_and_says_who_is_not_reachable(desk, account):
    lonely = factories.CustomerAccountFactory()
    url = reverse("admin:accounts_customeraccount_changelist")
    telephone = account.contact_methods.get(kind="phone").value
    found = desk.get(url, {"q": telephone}).context["cl"].result_list
    assert [row.pk for row in found] == [account.pk]
    (row,) = desk.get(url, {"q": lonely.number}).context["cl"].result_list
    assert row.missing == ("email", "phone")


def test_the_page_shows_what_is_missing_and_what_blocks(desk, now):
    account = factories.CustomerAccountFactory()
    write_note(account, kind="intervention", text="No more.", effect="ineligible", now=now)
    factories.ServiceFactory(account=account, registration__owner_name=account.trade_name)
    context = desk.get(page(account)).context
    assert len(context["missing"]) == 2
    assert not context["eligibility"].eligible
    assert len(context["flagged"]) == 1


def test_alternative_contacts_appear_among_the_notes(desk, account):
    factories.ContactMethodFactory(account=account, kind="signal", value="camille.01")
    (line,) = desk.get(page(account)).context["alternatives"]
    assert line.shown == "camille.01"


def test_a_direct_client_may_own_his_domain(desk):
    account = factories.CustomerAccountFactory(kind="direct")
    factories.ServiceFactory(account=account, registration__owner_name=account.full_name)
    assert desk.get(page(account)).context["flagged"] == []


def test_an_account_is_opened_with_its_contacts(desk):
    url = reverse("admin:accounts_customeraccount_add")
    assert desk.get(url).status_code == 200
    typed = {
        "kind": "reseller",
        "full_name": "Ada Lovelace",
        "country": "fr",
        "language": "fr",
        "email": "ada@example.fr",
        "telephone": "03 88 12 34 56",
    }
    response = desk.post(url, typed)
    account = CustomerAccount.objects.get()
    assert response.url == page(account)
    assert account.contact_methods.count() == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "a@b.fr, c@d.fr"),
        ("telephone", "call me"),
        ("country", "ZZ"),
        ("registration_number", "732829321"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_opened(desk, field, value):
    typed = {
        "kind": "reseller",
        "full_name": "Ada",
        "country": "FR",
        "language": "fr",
        "registration_kind": "siren" if field == "registration_number" else "",
        field: value,
    }
    response = desk.post(reverse("admin:accounts_customeraccount_add"), typed)
    assert list(response.context["form"].errors) == [field]
    assert not CustomerAccount.objects.exists()


def test_a_changed_identity_keeps_the_former_name_and_shows_who_changed_it(desk, account, staff):
    url = verb(account, "identity")
    typed = dict(desk.get(url).context["form"].initial) | {"trade_name": "New Name"}
    assert desk.post(url, typed).url == page(account)
    context = desk.get(page(account)).context
    assert [former.value for former in context["former_identities"]] == [account.trade_name]
    (change,) = context["changes"]
    assert (change.before, change.after, change.by) == (
        account.trade_name,
        "New Name",
        str(staff),
    )


def test_contacts_are_added_changed_verified_ordered_and_ended(desk, account):
    desk.post(verb(account, "contacts/add"), {"kind": "fax", "value": "03 88 00 00 01"})
    fax = account.contact_methods.get(kind="fax")
    changed = desk.post(verb(account, "contacts/change", fax.pk), {"value": "03 88 00 00 02"})
    assert changed.url == page(account)
    new = account.contact_methods.current().get(kind="fax")
    desk.post(verb(account, "contacts/verify", new.pk), {"how": "a fax came back"})
    ids = list(account.contact_methods.current().values_list("pk", flat=True))
    places = {f"contact{pk}": len(ids) - place for place, pk in enumerate(ids)}
    desk.post(verb(account, "contacts/order"), places)
    in_order = account.contact_methods.current().values_list("pk", flat=True)
    assert list(in_order) == list(reversed(ids))
    desk.post(verb(account, "contacts/end", new.pk))
    new.refresh_from_db()
    assert (new.verified_how, new.ended_at is not None) == ("a fax came back", True)


def test_a_contact_of_another_account_is_not_found(desk, account):
    other = factories.ContactMethodFactory()
    assert desk.get(verb(account, "contacts/change", other.pk)).status_code == 404
    assert desk.get(verb(account, "contacts/end", 999999)).status_code == 404


def test_a_wrong_contact_is_said_at_its_field(desk, account):
    response = desk.post(
        verb(account, "contacts/add"), {"kind": "email", "value": "a@b.fr, c@d.fr"}
    )
    assert "value" in response.context["form"].errors


def test_a_note_with_attachment_and_effect_is_written_and_replaced(desk, account, staff):
    upload = SimpleUploadedFile("proof.pdf", b"%PDF-1.7 proof")
    typed = {
        "kind": "intervention",
        "text": "Blamed us.",
        "effect": "ineligible",
        "pinned": "on",
        "attachment": upload,
    }
    desk.post(verb(account, "notes/add"), typed)
    note = account.notes.get()
    assert (note.author, note.pinned, note.attachment.original_name) == (staff, True, "proof.pdf")
    assert not desk.get(page(account)).context["eligibility"].eligible
    desk.post(
        verb(account, "notes/supersede", note.pk),
        {"kind": "intervention", "text": "A mistake of ours.", "effect": "eligible"},
    )
    context = desk.get(page(account)).context
    assert context["eligibility"].eligible
    assert [shown.text for shown in context["notes"]] == ["A mistake of ours."]
    assert context["replaced_notes"] == [note]


def test_an_attachment_is_opened_once_it_was_scanned_and_each_look_is_journalled(
    desk, account, staff
):
    upload = SimpleUploadedFile("proof.pdf", b"%PDF-1.7 proof")
    desk.post(verb(account, "notes/add"), {"kind": "general", "text": "See.", "attachment": upload})
    note = account.notes.get()
    url = verb(account, "attachment", note.pk)
    assert desk.get(url).status_code == 404
    assert url not in desk.get(page(account)).text
    StoredFile.objects.update(scan_state="clean")
    assert url in desk.get(page(account)).text
    assert desk.get(url).getvalue() == b"%PDF-1.7 proof"
    looks = JournalEntry.objects.filter(stream=account.stream, event="note.attachment_opened")
    assert [entry.actor for entry in looks] == [f"user:{staff.pk}"]
    without = write_note(account, kind="general", text="None.", now=note.created_at)
    assert desk.get(verb(account, "attachment", without.pk)).status_code == 404


def test_requests_that_concern_the_account_are_shown(client):
    client.force_login(factories.UserFactory(support=True))
    request = factories.TransferRequestFactory()
    panels = client.get(page(request.account)).context["panels"]
    (panel,) = [panel for panel in panels if panel.title == "Transfer requests"]
    assert [line.text for line in panel.lines] == [request.number]
    assert client.get(panel.lines[0].url).status_code == 200


def test_an_attachment_of_another_type_is_refused_in_words(desk, account):
    upload = SimpleUploadedFile("run.exe", b"MZ nothing")
    response = desk.post(
        verb(account, "notes/add"), {"kind": "general", "text": "See.", "attachment": upload}
    )
    assert "attachment" in response.context["form"].errors
    assert not account.notes.exists()


def test_a_service_is_added_on_the_page_of_its_account(desk, account):
    desk.post(verb(account, "services/add"), {"kind": "domain", "name": "Été.fr"})
    service = account.services.get()
    assert (service.name, service.ownership.count()) == ("xn--t-9fab.fr", 1)
    response = desk.post(verb(account, "services/add"), {"kind": "domain", "name": "été.fr"})
    assert response.context["form"].non_field_errors()


def test_without_the_right_nobody_reads_and_nobody_changes(client, account):
    client.force_login(factories.UserFactory(is_staff=True))
    assert client.get(page(account)).status_code == 403
    assert client.post(verb(account, "contacts/add"), {}).status_code == 403
    assert client.get(reverse("admin:accounts_customeraccount_add")).status_code == 403


def test_what_is_not_there_is_not_found(desk):
    assert desk.get("/admin/accounts/customeraccount/999999/change/").status_code == 404
    assert desk.get("/admin/accounts/customeraccount/rubbish/identity/").status_code == 404
