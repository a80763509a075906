"""A1, A4: who the holder is, and who he was before."""

from dataclasses import replace

import pytest
from django.core.exceptions import ValidationError

from accounts.models import CustomerAccount
from accounts.services import Identity, change_identity, identity_of, open_account
from hosting.records.models import JournalEntry
from tests import factories

pytestmark = pytest.mark.django_db

ADA = Identity(
    full_name="Ada Lovelace", trade_name="Analytical", country="fr", kind="reseller", language="en"
)


def test_an_account_is_opened_with_number_and_contacts(now):
    account = open_account(
        ADA, now=now, contacts=[("email", "ada@example.fr"), ("phone", "03 88 12 34 56")]
    )
    assert account.number.startswith("C")
    assert account.country == "FR"
    values = account.contact_methods.current().values_list("kind", "value", "order")
    assert list(values) == [("email", "ada@example.fr", 0), ("phone", "+33388123456", 1)]
    assert JournalEntry.objects.filter(stream=account.stream, event="account.opened").exists()


def test_a_number_in_use_is_passed_over(now):
    first = open_account(ADA, now=now)
    following = f"C{int(first.number[1:]) + 1:06d}"
    factories.CustomerAccountFactory(number=following)
    assert open_account(ADA, now=now).number not in {first.number, following}


def test_a_wrong_contact_opens_nothing(now):
    with pytest.raises(ValidationError):
        open_account(ADA, now=now, contacts=[("email", "a@b.fr, c@d.fr")])
    assert not CustomerAccount.objects.exists()


def test_all_wrong_fields_are_named_at_once(now):
    wrong = replace(
        ADA, full_name=" ", country="DE", registration_kind="siren", registration_number="732829320"
    )
    with pytest.raises(ValidationError) as refused:
        open_account(wrong, now=now)
    assert set(refused.value.message_dict) == {"full_name", "registration_number"}


def test_replaced_names_are_kept_as_former_ones(now):
    account = open_account(ADA, now=now)
    change_identity(
        account,
        replace(ADA, trade_name="Engines", city="Lyon", full_name="Ada King"),
        now=now,
        actor="user:3",
    )
    account.refresh_from_db()
    assert (account.trade_name, account.city) == ("Engines", "Lyon")
    former = account.former_identities.values_list("field", "value", "ended_at")
    assert set(former) == {
        ("trade_name", "Analytical", now),
        ("full_name", "Ada Lovelace", now),
    }
    entry = JournalEntry.objects.get(stream=account.stream, event="account.identity_changed")
    assert entry.facts["fields"] == ["full_name", "trade_name", "city"]
    assert "Ada" not in str(entry.facts)


def test_an_unchanged_identity_leaves_no_trace(now):
    account = open_account(ADA, now=now)
    change_identity(account, identity_of(account), now=now)
    assert not account.former_identities.exists()
    assert not JournalEntry.objects.filter(event="account.identity_changed").exists()
