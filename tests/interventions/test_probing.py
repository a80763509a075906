"""Pages looked at before the work and after it: title, broken links, a picture, or why not (V3)."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from hosting.lib import screenshot
from hosting.lib.fetch import NotFetched
from interventions.models import Intervention, Probe
from interventions.pages import read_page
from interventions.services import probing
from tests.interventions import cases

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


class Shop(BaseHTTPRequestHandler):
    """A shop whose page for the cart is gone."""

    def do_GET(self):
        self.send_response(404 if self.path == "/cart" else 200)
        self.end_headers()
        self.wfile.write(b"<title> The\n shop </title><a href=/cart>x</a><a href='/'>y</a>")

    def log_message(self, *_):
        """Says nothing."""


@pytest.fixture
def shop(settings):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.SITE_NETWORKS = ["127.0.0.0/8"]
    yield f"http://127.0.0.1:{server.server_port}/home"
    server.shutdown()
    server.server_close()


def test_a_look_before_and_a_look_after_stand_side_by_side(shop, now):
    intervention = cases.ready(now, pages=[shop])
    assert probing.probe_due(now) == 1
    Intervention.objects.filter(pk=intervention.pk).update(state="ended", next_probe_at=now)
    assert probing.probe_due(now) == 1
    assert probing.probe_due(now) == 0
    before, after = Probe.objects.order_by("after")
    assert (before.after, after.after) == (False, True)
    assert (before.status, before.title) == (200, "The shop")
    assert [link.rpartition("/")[2] for link in before.broken_links] == ["cart"]
    assert before.screenshot.content_type == "image/png"


def test_without_chromium_the_look_says_so(shop, now, monkeypatch):
    monkeypatch.setattr(screenshot, "PROGRAMS", ("no-such-browser",))
    cases.ready(now, pages=[shop])
    probing.probe_due(now)
    probe = Probe.objects.get()
    assert (probe.status, probe.screenshot) == (200, None)
    assert "not installed" in probe.error


def test_an_address_that_is_not_public_is_not_looked_at(now):
    cases.ready(now, pages=["http://169.254.169.254/latest/"])
    assert probing.probe_due(now) == 1
    probe = Probe.objects.get()
    assert (probe.status, probe.screenshot) == (None, None)
    assert probe.error == probing.words_of(NotFetched("address"))


def test_a_look_before_that_comes_after_the_start_is_not_made(shop, now):
    intervention = cases.ready(now, pages=[shop])
    Intervention.objects.filter(pk=intervention.pk).update(state="cancelled")
    probing.probe_due(now)
    assert not Probe.objects.exists()


@pytest.mark.parametrize("body", [b"", b"\0\xff\xfe<a href='http://[::1'>", b"<title>" * 999])
def test_any_bytes_are_read_without_an_error(body):
    title, links = read_page("http://shop.example/", body)
    assert len(title) <= 300
    assert links == []


@pytest.mark.parametrize(
    "piece",
    [
        b"<a ",
        b"<a href=",
        b"<a href='",
        b"<!--",
        b"<![",
        b"<",
        b"</title",
        b"<title>",
        b"<a href=x ",
        b"a=\"b' ",
        b"<script>",
        b"<a" + b" " * 50,
    ],
)
@pytest.mark.parametrize("around", [(b"", b""), (b"<a ", b">"), (b"<title>", b"")])
def test_a_page_made_to_trip_its_reader_is_read(piece, around):
    body = around[0] + piece * (64 * 1024 // len(piece)) + around[1]
    title, links = read_page("http://shop.example/", body)
    assert len(title) <= 300
    assert len(links) <= 1


def test_links_are_read_as_a_browser_does():
    body = b"""<!-- <a href=/no> --><script>"<a href='/no'>"</script><title>Caf&eacute;</title><title>2</title>
        <A title="href=/no" HREF = '/a?b=1&amp;c=2'>x</A><link rel=icon href=/icon><div src=/no>
        <script src="/s.js"></script><img data-src=/no src=/i.png alt=x><a href=javascript:x>
        <a href=javascript://shop.example/%0ax><a href=/a?b=1&amp;c=2#again><a href="/last"""
    title, links = read_page("http://shop.example/", body)
    assert title == "Café"
    own = [link.removeprefix("http://shop.example") for link in links]
    assert own == ["/a?b=1&c=2", "/icon", "/s.js", "/i.png"]


def test_only_links_of_the_same_site_count_and_not_more_than_15():
    own = "".join(f"<img src='/{number}'>" for number in range(40))
    body = f"<a href='https://else.example/'>x</a><a href='mailto:a@b'>m</a>{own}".encode()
    links = read_page("http://shop.example/home", body)[1]
    assert len(links) == 15
    assert all(link.startswith("http://shop.example/") for link in links)
