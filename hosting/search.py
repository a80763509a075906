"""Staff's search for accounts: one term, any of number, name, e-mail, telephone, domain (A, S).

First the term is taken for a key: an account's or registration number, an address from its beginning,
a telephone or a domain of an address from its end. That is found by plain indexes in no time. What is
none of these is looked for as words anywhere, by trigram indexes. A word under three letters has no
trigram: it stands for a whole word, or from two letters on for the beginning of one.

Each table is asked by its own index for at most one row more than is shown; joining them in one query
would use none of the indexes.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Reverse

from accounts.models import ContactMethod, CustomerAccount, FormerIdentity
from hosting.lib.admin import COUNTED as LIMIT
from hosting.lib.names import NotADomainName, to_ascii
from hosting.lib.searchtext import searched
from hosting.models import Service

DIGITS = re.compile(r"[\s()./+-]*\d[\d\s()./+-]*")
SHORT = 3
TELEPHONE = 6  # digits; fewer are no telephone number


def find_accounts(term: str) -> list[int]:
    """Ids of the accounts that fit what staff typed, the newest first; an empty term finds none.

    At most LIMIT + 1 of them: one more than LIMIT says that there are more.
    """
    text = searched(term)
    if not text:
        return []
    return _ids(_accounts_by_key(term, text)) or _ids(_accounts_by_words(_joined(text)))


def find_services(term: str) -> list[int]:
    """Ids of the services whose name fits, in A-label or U-label form (S2), as `find_accounts`."""
    text = searched(term)
    if not text:
        return []
    by_key = [_services_by_key(term).values_list("pk", flat=True)]
    return _ids(by_key) or _ids([_by_words(Service, text).values_list("pk", flat=True)])


def _ids(sides: Iterable[QuerySet[Any, int]]) -> list[int]:
    found: set[int] = set()
    for side in sides:
        found.update(side.order_by()[: LIMIT + 1])
    return sorted(found, reverse=True)[: LIMIT + 1]


def _accounts_by_key(term: str, text: str) -> Iterator[QuerySet[Any, int]]:
    """One query of account ids per table in which the term may be a key."""
    key = text.replace(" ", "")
    if re.search(r"\d", key):
        digits = re.sub(r"\D", "", key)
        accounts = CustomerAccount.objects.values_list("pk", flat=True)
        yield accounts.filter(number__startswith=key)
        yield accounts.filter(registration_number__in={key, digits} - {""})
    if "@" in term or "." in term:
        yield _contacts_by_address(term).values_list("account_id", flat=True)
        yield _services_by_key(term).values_list("account_id", flat=True)
    number = _telephone(term)
    if number:
        yield _contacts_ending(number).values_list("account_id", flat=True)


def _accounts_by_words(text: str) -> Iterator[QuerySet[Any, int]]:
    """One query of account ids per table in which the words may stand."""
    yield _by_words(CustomerAccount, text).values_list("pk", flat=True)
    for model in (FormerIdentity, ContactMethod, Service):
        yield _by_words(model, text).values_list("account_id", flat=True)


def _by_words(model: Any, text: str) -> QuerySet[Any]:
    """Rows that have every word of the text."""
    condition = Q()
    for word in text.split():
        condition &= Q(search__contains=_pattern(word))
    found: QuerySet[Any] = model.objects.filter(condition)
    return found


def _pattern(word: str) -> str:
    """A word within words; a short one from the beginning of a word; one letter stands alone."""
    if len(word) >= SHORT:
        return word
    return f" {word}" if len(word) > 1 else f" {word} "


def _contacts_by_address(term: str) -> QuerySet[ContactMethod]:
    """An address from its beginning; or every address at a domain, where the term is one."""
    local, at, domain = term.strip().rpartition("@")
    with suppress(NotADomainName):
        domain = to_ascii(domain)
    if local:
        return ContactMethod.objects.filter(search__startswith=f" {local}{at}{domain}".upper())
    return _contacts_ending(f"@{domain}".upper())


def _contacts_ending(end: str) -> QuerySet[ContactMethod]:
    """Contact methods by the end of their value: an index of the values turned round serves it."""
    turned = ContactMethod.objects.annotate(turned=Reverse("search"))
    return turned.filter(turned__startswith=f" {end[::-1]}")


def _services_by_key(term: str) -> QuerySet[Service]:
    """Services by the beginning of their name, typed as a name or as an address (S2)."""
    name = term.strip()
    with suppress(NotADomainName):
        name = to_ascii(name)
    return Service.objects.filter(search__startswith=f" {name.upper()}")


def _joined(text: str) -> str:
    """A part of a number as it is stored, without what people put between the digits."""
    return re.sub(r"\D", "", text) if DIGITS.fullmatch(text) else text


def _telephone(term: str) -> str:
    """The digits that are in every form of a telephone number, without +, 00, or leading zero."""
    if not DIGITS.fullmatch(term.strip()):
        return ""
    digits = re.sub(r"\D", "", term.replace("(0)", "")).lstrip("0")
    return digits if len(digits) >= TELEPHONE else ""
