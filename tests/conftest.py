"""What every test can count on."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, connections
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test import Client
from django.urls import get_resolver
from django.utils import translation
from pytest_django import DjangoDbBlocker

from devtools.broker import Broker
from devtools.installation import Installation, throwaway
from devtools.paths import throwaway_folder
from hosting.lib import bell
from hosting.lib import cache as shared_cache
from tests.clamd import Clamd


@pytest.fixture
def client() -> Client:
    """A visitor whose browser asks for English (the product's first language is French)."""
    return Client(headers={"accept-language": "en"})


@pytest.fixture
def now() -> datetime:
    """An ordinary instant, far from summer-time changes and midnights: a Tuesday, 11:00 in Paris."""
    return datetime(2026, 6, 9, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def installation() -> Iterator[Installation]:
    """A complete back office: own database, broker, mail peer, web, worker, beat, movable clock.

    It is shared by the tests of one worker process: leave the parts running.
    """
    with throwaway() as started:
        yield started


@pytest.fixture
def broker() -> Iterator[Broker]:
    """A real broker of this test's own, to be used, lost and started again."""
    folder = throwaway_folder()
    server = Broker(folder / "b", folder / "broker.log")
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def scanner() -> Iterator[Clamd]:
    """ClamAV's daemon, one for each test process that asks: leave it running."""
    folder = throwaway_folder()
    server = Clamd(folder)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def _pages_are_imported() -> None:
    """Pages take `now` when they are imported: not from a clock that the first test to ask for one set."""
    import_module(settings.ROOT_URLCONF)


@pytest.fixture(autouse=True)
def _cache_of_its_own(settings: Any) -> None:
    """Rate limits count in memory and start anew with each test."""
    backend = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": "tests"}}
    cache.clear()


@pytest.fixture(scope="session", autouse=True)
def _pages_are_loaded() -> None:
    """Before a test puts a clock of its own into a module, so that no page keeps that clock."""
    assert get_resolver().url_patterns


@pytest.fixture(autouse=True)
def _no_silence() -> None:
    """A broker or cache that one test did not reach is asked again by the next."""
    for silence in (bell.silence, shared_cache.silence):
        silence.end()


@pytest.fixture(autouse=True)
def _language_of_its_own() -> Iterator[None]:
    """A language that one test activated does not reach the next."""
    yield
    translation.deactivate()


@pytest.fixture
def english() -> Iterator[None]:
    """Sentences are read as they are written in the code, also where no page asks for a language."""
    with translation.override("en"):
        yield


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Tests that flush the database come last, and get back what migrations put in.

    They find groups and content types again when they begin, but leave none behind for others.
    pytest-django puts them last too, but pytest then moves tests that share a browser together.
    """
    yield
    for item in items:
        for mark in item.iter_markers("django_db"):
            if mark.kwargs.get("transaction"):
                mark.kwargs.setdefault("serialized_rollback", True)
    items.sort(key=_flushes)


def _flushes(item: pytest.Item) -> bool:
    fixtures = {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    marks = item.iter_markers("django_db")
    return bool(fixtures) or any(mark.kwargs.get("transaction") for mark in marks)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What a flush gives back is known to every connection, and none stands in the end's way.

    Django keeps it on the one that made the database, if a test of this run needs it; a browser's
    loop brings other connections with it. One of them may still hold the database in the end, when
    the browser was closed in the middle of a page.
    """
    kept = getattr(connection, "_test_serialized_contents", None)
    if kept is not None:
        type(connections["default"])._test_serialized_contents = kept
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(scope="session", autouse=True)
def _flush_passes_the_guards() -> Iterator[None]:
    """The journal's guard refuses TRUNCATE, also from the flush after a transactional test.

    Only a superuser may switch triggers off for a transaction; the test database's owner is one,
    production's role is not.
    """
    original = DatabaseOperations.sql_flush

    def with_guards_off(self, *args, **kwargs) -> list[str]:
        statements = original(self, *args, **kwargs)
        guards_off = ["SET LOCAL session_replication_role = replica;"]
        return guards_off + statements if statements else []

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", with_guards_off)
        yield
