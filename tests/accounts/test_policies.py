"""A1, A2, A6: numbers, addresses, and the effect of notes, as pure rules."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from accounts import policies
from accounts.policies import NoteFacts, eligibility

START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "typed", "country", "stored"),
    [
        ("siren", "732 829 320", "FR", "732829320"),
        ("siret", "732 829 320 00074", "FR", "73282932000074"),
        ("vat", "FR 44 732 829 320", "FR", "FR44732829320"),
        ("vat", "44732829320", "FR", "FR44732829320"),
        ("vat", "DE136695976", "DE", "DE136695976"),
        ("vat", "EL094259216", "GR", "EL094259216"),
        ("vat", "CHE-107.787.577 IVA", "CH", "CHE107787577IVA"),
        ("hrb", "Aachen HRB 11223", "DE", "Aachen HRB 11223"),
        ("other", " ab  12 ", "US", "ab 12"),
        ("", "", "FR", ""),
    ],
)
def test_a_registration_number_is_checked_for_its_kind_and_country(kind, typed, country, stored):
    assert policies.registration_number(kind, typed, country) == stored


@pytest.mark.parametrize(
    ("kind", "typed", "country"),
    [
        ("siren", "732 829 321", "FR"),
        ("siren", "732 829 320", "DE"),
        ("siret", "73282932000075", "FR"),
        ("vat", "FR44732829320", "DE"),
        ("vat", "123", "US"),
        ("hrb", "Nowhere HRB 1", "DE"),
        ("siren", "", "FR"),
        ("", "732829320", "FR"),
    ],
)
def test_a_wrong_registration_number_is_refused_in_words(kind, typed, country):
    with pytest.raises(ValidationError) as refused:
        policies.registration_number(kind, typed, country)
    assert refused.value.messages[0]


@pytest.mark.parametrize("typed", ["fr", " FR ", "de", "XK"])
def test_a_country_is_one_of_iso_3166(typed):
    assert policies.country_code(typed) == typed.strip().upper()


@pytest.mark.parametrize("typed", ["", "F", "FRA", "ZZ", "AC", "France"])
def test_what_is_no_country_is_refused(typed):
    with pytest.raises(ValidationError):
        policies.country_code(typed)


@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [
        ("email", " Ines@Bäckerei.DE ", "Ines@xn--bckerei-5wa.de"),
        ("phone", "03 88 12 34 56", "+33388123456"),
        ("phone", "+49 (0)30 123456", "+4930123456"),
        ("phone", "0033 3.88.12.34.56", "+33388123456"),
        ("fax", "03 88 12 34 57", "+33388123457"),
        ("whatsapp", "06 12 34 56 78", "+33612345678"),
        ("telegram", "@camille", "@camille"),
        ("signal", "camille.01", "camille.01"),
        ("post", " 3 rue du  Puits ", "3 rue du Puits"),
    ],
)
def test_contact_values_are_stored_in_one_form(kind, typed, stored):
    assert policies.contact_value(kind, typed, "FR") == stored


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("email", "a@b.fr, c@d.fr"),
        ("email", "a@b.fr c@d.fr"),
        ("email", "a@b.fr;c@d.fr"),
        ("email", "Ines <a@b.fr>"),
        ("email", '"a@b.fr, c"@d.fr'),
        ("email", "a.b.fr"),
        ("email", "@b.fr"),
        ("email", "a" * 250 + "@b.fr"),
        ("phone", "12"),
        ("phone", "call me"),
        ("fax", "03 88"),
        ("other", "   "),
    ],
)
def test_lists_and_nonsense_are_refused_as_contact_values(kind, typed):
    with pytest.raises(ValidationError):
        policies.contact_value(kind, typed, "FR")


def test_contact_values_are_shown_as_people_read_them():
    assert policies.shown_contact("phone", "+33388123456") == "+33 3 88 12 34 56"
    assert policies.shown_contact("email", "ines@xn--bckerei-5wa.de") == "ines@bäckerei.de"
    assert policies.shown_contact("telegram", "@camille") == "@camille"


def test_an_account_needs_email_and_telephone():
    assert policies.missing_ways([]) == ("email", "phone")
    assert policies.missing_ways(["phone", "fax"]) == ("email",)
    assert policies.missing_ways(["email", "phone", "post"]) == ()


def note(number: int, effect: str = "", supersedes: int | None = None) -> NoteFacts:
    return NoteFacts(number, START + timedelta(days=number), effect, supersedes)


def test_without_notes_of_effect_an_account_is_eligible():
    assert eligibility([note(1), note(2)]).eligible


def test_the_latest_effect_counts():
    blocked = eligibility([note(2, "ineligible"), note(1)])
    assert (blocked.eligible, blocked.note, blocked.since) == (False, 2, START + timedelta(days=2))
    assert eligibility([note(2, "ineligible"), note(3, "eligible")]).eligible
    assert not eligibility([note(2, "eligible"), note(3, "ineligible")]).eligible


def test_a_note_that_was_replaced_has_no_effect_any_more():
    assert eligibility([note(1, "ineligible"), note(2, "", supersedes=1)]).eligible


def test_mending_the_words_of_an_old_note_does_not_revoke_again():
    notes = [note(1, "ineligible"), note(2, "eligible"), note(3, "ineligible", supersedes=1)]
    assert eligibility(notes).eligible


def test_a_replacement_of_another_effect_is_a_new_statement():
    notes = [note(1, "eligible"), note(2, "eligible"), note(3, "ineligible", supersedes=1)]
    assert not eligibility(notes).eligible
