"""Staff find an account by whatever they have in hand."""

import pytest

from accounts.models import FormerIdentity
from hosting import search
from hosting.search import find_accounts, find_services
from hosting.services import create_service
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(now):
    account = factories.CustomerAccountFactory(
        number="C004711",
        trade_name="Étoile Création",
        full_name="Gaëlle Müller",
        registration_number="732829320",
    )
    factories.ContactMethodFactory(account=account, value="gaelle@xn--bckerei-5wa.de")
    factories.ContactMethodFactory(account=account, phone=True, value="+33388123456")
    factories.ContactMethodFactory(account=account, value="before@former.example", former=True)
    create_service(account, kind="domain", name="Bäckerei-Süd.de", now=now)
    FormerIdentity.objects.create(
        account=account, field="trade_name", value="Ancienne Maison", ended_at=now
    )
    factories.CustomerAccountFactory(reachable=True)
    factories.ServiceFactory()
    return account


@pytest.mark.parametrize(
    "term",
    [
        "C004711",
        "c0047",
        "étoile",
        "ETOILE CREATION",
        "creation etoile",
        "muller gaelle",
        "732 829 320",
        "732829320",
        "gaelle@bäckerei.de",
        "GAELLE@XN--BCKEREI-5WA.DE",
        "gaelle@",
        "former.example",
        "03 88 12 34 56",
        "+33 (0)3 88 12 34 56",
        "0033388123456",
        "+33388123456",
        "88.12.34",
        "bäckerei-süd.de",
        "BACKEREI-SUD",
        "https://www.bäckerei-süd.de/kontakt",
        "xn--bckerei-sd-w5a3t.de",
        "ancienne",
        "ga mu",
    ],
)
def test_an_account_is_found_by(account, term):
    if term.startswith("xn--"):
        term = account.services.get().name
    assert find_accounts(term) == [account.pk]


@pytest.mark.parametrize("term", ["", "   ", "nobody", "99 88 77 66 55", "%%%", "___", "\0"])
def test_nothing_is_found_by(account, term):
    assert find_accounts(term) == []


def test_two_letters_are_the_beginning_of_a_word_and_one_letter_is_a_word():
    bo = factories.CustomerAccountFactory(trade_name="Bo Web", full_name="X")
    boutique = factories.CustomerAccountFactory(trade_name="La Boutique", full_name="Y")
    factories.CustomerAccountFactory(trade_name="Limbo", full_name="Z")
    assert set(find_accounts("bo")) == {bo.pk, boutique.pk}
    assert find_accounts("x") == [bo.pk]


def test_no_more_than_the_limit_is_found_and_said_so(monkeypatch):
    monkeypatch.setattr(search, "LIMIT", 2)
    accounts = factories.CustomerAccountFactory.create_batch(3, trade_name="Kiosk")
    assert find_accounts("kiosk") == [account.pk for account in reversed(accounts)]
    monkeypatch.setattr(search, "LIMIT", 1)
    assert len(find_accounts("kiosk")) == 2


def test_a_service_is_found_by_both_forms_of_its_name(now):
    service = create_service(
        factories.CustomerAccountFactory(), kind="domain", name="été.fr", now=now
    )
    for term in ("été.fr", "xn--t-9fab.fr", "http://été.fr/", "ete"):
        assert find_services(term) == [service.pk]


def test_the_number_of_queries_does_not_grow_with_what_is_found(django_assert_max_num_queries):
    factories.CustomerAccountFactory.create_batch(5, trade_name="Kiosk")
    with django_assert_max_num_queries(5):
        assert len(find_accounts("kiosk")) == 5
    with django_assert_max_num_queries(8):
        find_accounts("03 88 12 34 56")
