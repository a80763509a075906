"""A2 to A4: contact methods change by ending one row and adding another."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from accounts.models import ContactMethod
from accounts.services import (
    add_contact,
    change_contact,
    end_contact,
    reorder_contacts,
    verify_contact,
)
from hosting.records.models import JournalEntry
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_changed_address_leaves_its_former_one_usable_for_twelve_months(now):
    account = factories.CustomerAccountFactory()
    old = add_contact(account, kind="email", value="old@example.fr", now=now)
    new = change_contact(old, value="new@example.fr", now=now + timedelta(hours=1))
    old.refresh_from_db()
    assert (old.value, old.ended_at) == ("old@example.fr", now + timedelta(hours=1))
    assert (new.ended_at, new.order) == (None, old.order)
    methods = account.contact_methods
    assert set(methods.usable(now + timedelta(days=365))) == {old, new}
    assert set(methods.usable(now + timedelta(days=366))) == {new}


def test_a_former_contact_does_not_change_any_more(now):
    method = factories.ContactMethodFactory(former=True)
    for verb in (
        lambda: change_contact(method, value="other@example.fr", now=now),
        lambda: end_contact(method, now=now),
        lambda: verify_contact(method, how="by telephone", now=now),
    ):
        with pytest.raises(ValidationError) as refused:
            verb()
        assert refused.value.code == "former"


def test_only_another_label_keeps_the_row(now):
    method = factories.ContactMethodFactory(value="a@example.fr")
    same = change_contact(method, value="a@EXAMPLE.fr", label="office", now=now)
    assert (same.pk, same.label, same.ended_at) == (method.pk, "office", None)


def test_the_same_address_is_on_an_account_once_whatever_its_case(now):
    account = factories.CustomerAccountFactory()
    add_contact(account, kind="email", value="Ada@example.fr", now=now)
    with pytest.raises(ValidationError):
        add_contact(account, kind="email", value="ada@example.fr", now=now)


def test_verification_says_when_and_how(now):
    method = factories.ContactMethodFactory()
    verified = verify_contact(method, how="he called back", now=now)
    assert (verified.verified_at, verified.verified_how) == (now, "he called back")
    with pytest.raises(ValidationError):
        verify_contact(method, how=" ", now=now)


def test_contacts_are_put_in_order(now):
    account = factories.CustomerAccountFactory()
    first, second, third = (
        add_contact(account, kind="other", value=value, now=now) for value in "abc"
    )
    reorder_contacts(account, [third.pk, first.pk, second.pk], now=now)
    assert [m.value for m in account.contact_methods.current()] == ["c", "a", "b"]
    with pytest.raises(ValidationError) as refused:
        reorder_contacts(account, [third.pk, first.pk], now=now)
    assert refused.value.code == "stale"


def test_the_journal_names_rows_and_no_addresses(now):
    account = factories.CustomerAccountFactory()
    method = add_contact(account, kind="email", value="ada@example.fr", now=now, actor="user:5")
    change_contact(method, value="king@example.fr", now=now, actor="user:5")
    entries = JournalEntry.objects.filter(stream=account.stream)
    assert {"contact.added", "contact.changed"} <= {entry.event for entry in entries}
    assert not any("example.fr" in str(entry.facts) for entry in entries)
    assert {entry.actor for entry in entries} == {"user:5"}


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "change", "end"]),
        st.integers(0, 5),
        st.integers(0, 7),
        st.timedeltas(timedelta(0), timedelta(days=500)),
    ),
    max_size=12,
)


@hypothesis_settings(max_examples=60, deadline=None)
@given(steps=STEPS, later=st.timedeltas(timedelta(0), timedelta(days=500)))
def test_no_address_is_lost_within_twelve_months_of_its_change(steps, later):
    """A4 against a model of dictionaries: present values, and former ones with their end."""
    account = factories.CustomerAccountFactory()
    now = datetime(2026, 1, 1, tzinfo=UTC)
    present: dict[str, int] = {}
    former: list[tuple[str, datetime]] = []
    for verb, which, target, passed in steps:
        now += passed
        value = f"holder{target}@example.fr"
        victim = next(itertools.islice(present, which, None), None)
        if verb == "add" and value not in present:
            present[value] = add_contact(account, kind="email", value=value, now=now).pk
        elif verb == "change" and victim and value not in present:
            method = ContactMethod.objects.get(pk=present.pop(victim))
            former.append((victim, now))
            present[value] = change_contact(method, value=value, now=now).pk
        elif verb == "end" and victim:
            end_contact(ContactMethod.objects.get(pk=present.pop(victim)), now=now)
            former.append((victim, now))
    now += later
    recent = [value for value, ended in former if ended > now - timedelta(days=365)]
    methods = account.contact_methods
    assert {method.value for method in methods.current()} == set(present)
    assert sorted(m.value for m in methods.usable(now)) == sorted([*present, *recent])
    assert methods.count() == len(present) + len(former)
