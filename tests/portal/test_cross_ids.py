"""A stranger's id is a 404 like any missing one: every address of the space, four roles, every id."""

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, reverse

from accounts.enums import Role
from accounts.models import CustomerAccount
from hosting.desk.portal import urls
from interventions.models import SiteBackup, SiteRestore
from tests.factories import MembershipFactory
from tests.portal.stranger import KEPT_SECRET, somebody_else

pytestmark = pytest.mark.django_db
NOBODYS = range(10**12, 10**12 + 12)
FOR_STAFF = "portal_team_look"
"""Staff's own door, which answers 403 to everybody else whatever the id."""

BY_SITE: tuple[tuple[Any, str], ...] = (
    (SiteBackup, "site__service__account"),
    (SiteRestore, "backup__site__service__account"),
)
"""Tables whose rows belong to the account by its site, with the way there."""


def patterns(found: list[Any] = urls.urlpatterns) -> Iterator[URLPattern]:
    """Every address of the space that takes an id, and no private link."""
    for item in found:
        if isinstance(item, URLResolver):
            yield from patterns(item.url_patterns)
        elif item.name != FOR_STAFF and item.pattern.converters.keys() - {"token"}:
            yield item


def of_the_account() -> Iterator[tuple[type[models.Model], str]]:
    """Every table whose rows belong to an account, with the field that says so."""
    for model in apps.get_models():
        for field in model._meta.fields:
            if isinstance(field, models.ForeignKey) and field.related_model is CustomerAccount:
                yield model, field.name


def ids_of(account: CustomerAccount) -> list[object]:
    """The keys of all that hangs on the account, its services' too, and some that nobody has."""
    keys: set[object] = {account.pk, *NOBODYS}
    for model, name in BY_SITE:
        keys |= set(model.objects.filter(**{name: account}).values_list("pk", flat=True))
    for model, name in of_the_account():
        keys |= set(model._base_manager.filter(**{name: account}).values_list("pk", flat=True))
    return sorted(keys, key=str)


def written_about(account: CustomerAccount) -> list[Any]:
    """All rows that hang on the account, its sites' backups too, as values."""
    return [
        list(model._base_manager.filter(**{name: account}).order_by("pk").values())
        for model, name in (*of_the_account(), *BY_SITE)
    ]


def addresses(other: CustomerAccount, mine: Iterable[CustomerAccount]) -> Iterator[str]:
    """Every address with each of the other's keys; those that a visitor's own rows bear, too, would
    open his own."""
    own = {key for account in mine for key in ids_of(account) if key not in NOBODYS}
    keys = [key for key in ids_of(other) if key not in own]
    for pattern in patterns():
        for key in keys:
            try:
                yield reverse(
                    str(pattern.name), kwargs=dict.fromkeys(pattern.pattern.converters, key)
                )
            except NoReverseMatch:  # a number where the address takes another kind of key
                continue


def test_a_thousand_ids_of_somebody_else_open_nothing_in_four_roles() -> None:
    other = somebody_else()
    visitors = {role: MembershipFactory(role=role) for role in Role}
    wanted = list(addresses(other, [member.account for member in visitors.values()]))
    before = written_about(other)
    tried = 0
    for role, member in visitors.items():
        client = Client()
        client.force_login(member.user)
        for address in wanted:
            for method in (client.get, client.post):
                answer = method(address)
                assert answer.status_code in (404, 405), (role, address, answer.status_code)
                assert KEPT_SECRET not in answer.content.decode()
                tried += 1
    assert tried >= 1000
    assert written_about(other) == before
