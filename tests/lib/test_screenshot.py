"""A picture of a page by the real Chromium, which reaches that site and nothing else (V3)."""

import io
import os
import select
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from PIL import Image

from hosting.lib import screenshot
from hosting.lib.fetch import NotFetched

PAGE = """<!doctype html><title>Shop</title><body style="margin:0;background:#00ff00">
<img src="/own.png"><img src="http://127.0.0.1:{port}/by-number.png">
<img src="http://localhost:{port}/by-name.png"><img src="http://[::1]:{port}/six.png">
<iframe src="http://127.0.0.1:{port}/frame"></iframe>"""


class Site(BaseHTTPRequestHandler):
    """Notes who is asked for what."""

    def do_GET(self):
        asked.append((self.headers["Host"].partition(":")[0], self.path))
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(PAGE.format(port=self.server.server_port).encode())

    def log_message(self, *_):
        """Says nothing."""


asked: list[tuple[str, str]] = []


@pytest.fixture
def site(settings, monkeypatch):
    """A site on loopback, named as its owner names it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.SITE_NETWORKS = ["127.0.0.0/8"]
    monkeypatch.setattr(screenshot, "public_address", lambda name, port: "127.0.0.1")
    asked.clear()
    yield f"http://shop.example:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_the_picture_shows_the_page_and_nothing_but_the_site_was_asked(site):
    image = Image.open(io.BytesIO(screenshot.picture(site)))
    assert image.size[0] == screenshot.WIDTH
    assert image.convert("RGB").getpixel((image.size[0] - 5, 700)) == (0, 255, 0)
    assert ("shop.example", "/own.png") in asked
    assert {host for host, _path in asked} == {"shop.example"}


def test_a_browser_that_never_ends_is_ended_with_all_it_started(site, monkeypatch, tmp_path):
    program = tmp_path / "chromium"
    program.write_text(f"#!/bin/sh\nsleep 600 & echo $! >{tmp_path}/child; wait\n")
    program.chmod(0o755)
    monkeypatch.setattr(screenshot, "PROGRAMS", (str(program),))
    monkeypatch.setattr(screenshot, "SECONDS", 1)
    with pytest.raises(screenshot.NoPicture, match="settle"):
        screenshot.picture(site)
    with suppress(ProcessLookupError):  # gone already
        child = os.pidfd_open(int((tmp_path / "child").read_text()))
        ended, _, _ = select.select([child], [], [], 10)
        os.close(child)
        assert ended


def test_no_picture_of_an_address_that_is_not_public():
    with pytest.raises(NotFetched):
        screenshot.picture("http://127.0.0.1/")


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "http://a, MAP * 127.0.0.1/", "chrome://version"]
)
def test_no_picture_of_anything_but_a_page(url):
    with pytest.raises(NotFetched):
        screenshot.picture(url)


def test_a_machine_without_chromium_says_so(monkeypatch):
    monkeypatch.setattr(screenshot, "PROGRAMS", ("no-such-browser",))
    with pytest.raises(screenshot.NoPicture, match="not installed"):
        screenshot.picture("http://shop.example/")
