"""Staff's search for accounts: one term, any of number, name, e-mail, telephone, domain (A, S).

Each table is asked by its own trigram index for at most one row more than is shown; joining them in
one query would use none of the indexes. A term under three letters has no trigram: it stands for a
whole word, or for the beginning of one from two letters on.
"""

import re
from contextlib import suppress
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import ContactMethod, CustomerAccount, FormerIdentity
from hosting.lib.admin import COUNTED as LIMIT
from hosting.lib.names import NotADomainName, to_ascii
from hosting.lib.searchtext import searched
from hosting.models import Service

TELEPHONE = re.compile(r"[\s()./+-]*\d[\d\s()./+-]*")
SHORT = 3


def find_accounts(term: str) -> list[int]:
    """Ids of the accounts that fit what staff typed, the newest first; an empty term finds none.

    At most LIMIT + 1 of them: one more than LIMIT says that there are more.
    """
    text = searched(term)
    found: set[int] = set()
    for side in _sides(term, text) if text else []:
        found.update(side[: LIMIT + 1])
    return sorted(found, reverse=True)[: LIMIT + 1]


def find_services(term: str) -> list[int]:
    """Ids of the services whose name fits, in A-label or U-label form (S2), as `find_accounts`."""
    text = searched(term)
    if not text:
        return []
    return sorted(_service_rows(term, text).values_list("pk", flat=True)[: LIMIT + 1], reverse=True)


def _sides(term: str, text: str) -> list[Any]:
    """One query of account ids per table that may know the term."""
    words = _all_words(text.split())
    sides: list[QuerySet[Any]] = [
        CustomerAccount.objects.filter(words),
        FormerIdentity.objects.filter(words),
    ]
    digits = _digits(term)
    if digits:
        sides.append(CustomerAccount.objects.filter(search__contains=digits.lstrip("+")))
        number = _without_prefix(digits)
        if len(number) >= SHORT:
            sides.append(ContactMethod.objects.filter(search__contains=number))
    if len(text) >= SHORT:
        sides.append(ContactMethod.objects.filter(_contacts(term, text)))
        sides.append(_service_rows(term, text))
    return [
        side.order_by().values_list(
            "pk" if side.model is CustomerAccount else "account_id", flat=True
        )
        for side in sides
    ]


def _all_words(words: list[str]) -> Q:
    """Rows whose text has every word of the term."""
    condition = Q()
    for word in words:
        condition &= Q(search__contains=_pattern(word))
    return condition


def _pattern(word: str) -> str:
    """A word within words; a short one from the beginning of a word; one letter stands alone."""
    if len(word) >= SHORT:
        return word
    return f" {word}" if len(word) > 1 else f" {word} "


def _contacts(term: str, text: str) -> Q:
    """Addresses that contain the term; a domain in U-label form is stored in A-label form."""
    condition = Q(search__contains=text)
    local, at, domain = term.strip().rpartition("@")
    try:
        ascii_domain = to_ascii(domain)
    except NotADomainName:
        return condition
    return condition | Q(search__contains=f"{local}{at}{ascii_domain}".upper())


def _service_rows(term: str, text: str) -> QuerySet[Service]:
    """Services of this name, typed as a name, an address, or a part of it."""
    condition = Q(search__contains=_pattern(text))
    with suppress(NotADomainName):
        condition |= Q(search__contains=to_ascii(term).upper())
    return Service.objects.filter(condition).order_by()


def _digits(term: str) -> str:
    """The digits of a telephone or registration number however it is written; "" for other terms."""
    if not TELEPHONE.fullmatch(term.strip()):
        return ""
    plus = "+" if term.strip().startswith("+") else ""
    return plus + re.sub(r"\D", "", term.replace("(0)", ""))


def _without_prefix(digits: str) -> str:
    """The part of a telephone number that is in every form of it: without +, 00 or leading zero."""
    return digits.lstrip("+0")
