"""While the shared cache is away people still sign in; it is logged and counted."""

import logging
import socket
from pathlib import Path

import pytest

from accounts.models import User
from hosting.lib.cache import ForgivingCache, silence, unreachable


@pytest.fixture
def away() -> ForgivingCache:
    return ForgivingCache("unix:///nowhere/at/all.sock", {})


def test_nothing_is_found_and_everything_is_new(away: ForgivingCache) -> None:
    away.set("key", 1)
    away.set_many({"key": 1})
    away.delete_many(["key"])
    assert away.get("key", "other") == "other"
    assert away.get_many(["key"]) == {}
    assert away.add("key", 1)
    assert away.incr("key") == 1
    assert not away.has_key("key")
    assert not away.touch("key")
    assert not away.delete("key")


def test_an_absent_cache_is_logged_and_counted(
    away: ForgivingCache, caplog: pytest.LogCaptureFixture
) -> None:
    before = unreachable._value.get()
    with caplog.at_level(logging.WARNING):
        away.get("secret-key")
    assert unreachable._value.get() == before + 1
    assert "does not answer" in caplog.text
    assert "secret" not in caplog.text


def test_a_cache_that_hangs_is_waited_for_once(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.bind(str(tmp_path / "deaf.sock"))
        deaf.listen(8)
        options = {"OPTIONS": {"socket_timeout": 0.1, "retry": None}}
        hanging = ForgivingCache(f"unix://{tmp_path}/deaf.sock", options)
        assert hanging.get("key", "other") == "other"
        assert silence
        deaf.settimeout(0)
        while True:  # who has called so far
            try:
                deaf.accept()[0].close()
            except BlockingIOError:
                break
        assert hanging.add("key", 1)
        with pytest.raises(BlockingIOError):
            deaf.accept()


@pytest.mark.django_db
def test_people_sign_in_while_the_cache_is_away(client, settings) -> None:
    User.objects.create_user("a@client.example", "correct horse battery")
    location = "unix:///nowhere/at/all.sock"
    settings.CACHES = {
        "default": {"BACKEND": "hosting.lib.cache.ForgivingCache", "LOCATION": location}
    }
    form = {"login": "a@client.example", "password": "correct horse battery"}
    assert client.post("/compte/login/", form).status_code == 302
    assert "_auth_user_id" in client.session
