"""Staff at the pages of the assistance: signed in with a password, at a fixed instant."""

import pytest
from django.urls import reverse

from hosting.lib import clock
from tests.factories import UserFactory

PASSWORD = "correct horse battery staple"
MODULES = ("interventions.admin.work_forms", "interventions.admin.sites", "hosting.lib.admin")


@pytest.fixture
def at(monkeypatch, now):
    """`at(instant)` sets the clock of all pages; it begins at `now`."""

    def stand(instant):
        monkeypatch.setattr(clock, "now", lambda: instant)
        for module in MODULES:
            monkeypatch.setattr(f"{module}.now", lambda: instant)

    stand(now)
    return stand


@pytest.fixture
def sign_in(client):
    """Signs `user`, or a new one with these traits, in; returns him."""

    def signed_in(user=None, **fields):
        user = user or UserFactory(**fields)
        user.set_password(PASSWORD)
        user.save()
        client.force_login(user, backend="accounts.backends.SessionBackend")
        return user

    return signed_in


def page(row) -> str:
    """The address of a row's page."""
    return reverse(f"admin:interventions_{row._meta.model_name}_change", args=[row.pk])


def verb(row, slug, *part) -> str:
    """The address of a verb on it."""
    return reverse(f"admin:interventions_{row._meta.model_name}_{slug}", args=[row.pk, *part])


def changelist(name) -> str:
    return reverse(f"admin:interventions_{name}_changelist")
