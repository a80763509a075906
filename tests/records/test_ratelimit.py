"""Limits of rate count clients behind proxies, and let pass when the cache is down."""

import pytest
from django.core.cache import cache, caches
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import include, path

from hosting.lib import client as client_address
from hosting.lib.cache import ForgivingCache, unreachable
from hosting.lib.ratelimit import flooded, refuse_flood


def flood(request):
    refuse_flood(request, "page", "2/h")
    return HttpResponse("fine")


urlpatterns = [path("flood/", flood), path("", include("hosting.urls"))]


@pytest.fixture(autouse=True)
def _limits(settings):
    settings.RATELIMIT_ENABLE = True
    cache.clear()


def ask(remote="203.0.113.5", forwarded=""):
    words = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    return RequestFactory().get("/", REMOTE_ADDR=remote, **words)


def test_a_client_is_limited_and_another_is_not():
    assert [flooded(ask(), "form", "2/h") for _ in range(3)] == [False, False, True]
    assert not flooded(ask("203.0.113.6"), "form", "2/h")
    assert not flooded(ask(), "other", "2/h")


def test_an_ipv6_network_is_one_client():
    assert not flooded(ask("2001:db8::1"), "form", "1/h")
    assert flooded(ask("2001:db8::2"), "form", "1/h")


def test_a_value_is_limited_whoever_sends_it():
    assert not flooded(ask("203.0.113.1"), "lost", "1/h", value="Ada@example.org")
    assert flooded(ask("203.0.113.2"), "lost", "1/h", value="ada@example.org")


@pytest.mark.parametrize(
    ("hops", "forwarded", "address"),
    [
        (0, "1.1.1.1", "203.0.113.5"),
        (1, "1.1.1.1", "1.1.1.1"),
        (1, "9.9.9.9, 1.1.1.1", "1.1.1.1"),
        (2, "9.9.9.9, 1.1.1.1, 10.0.0.1", "1.1.1.1"),
        (2, "1.1.1.1", "203.0.113.5"),
        (1, "<script>", "203.0.113.5"),
    ],
)
def test_the_client_is_who_our_outermost_proxy_saw(settings, hops, forwarded, address):
    settings.TRUSTED_PROXY_HOPS = hops
    assert client_address.address(ask(forwarded=forwarded)) == address


def test_without_any_address_all_share_one(settings):
    assert client_address.address(ask(remote="")) == client_address.UNKNOWN


@pytest.mark.django_db
def test_too_often_gets_a_page_that_says_so(settings):
    settings.ROOT_URLCONF = __name__
    answers = [Client().get("/flood/") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert settings.PROVIDER["telephone"].encode() in answers[-1].content


def test_when_the_cache_is_down_requests_pass_and_are_counted(settings, tmp_path):
    gone = ForgivingCache(f"unix://{tmp_path}/gone.sock", {})
    before = unreachable._value.get()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(caches._connections, "default", gone, raising=False)
        assert [flooded(ask(), "form", "1/h") for _ in range(3)] == [False] * 3
    assert unreachable._value.get() >= before + 3
