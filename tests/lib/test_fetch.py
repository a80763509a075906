"""Fetching a client's page: public addresses alone, the very one that was looked at, limits (V3)."""

import ipaddress
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from hosting.lib import fetch
from hosting.lib.fetch import NotFetched

NAME = "shop.example"


class Site(BaseHTTPRequestHandler):
    """A site that answers, redirects, floods and drips."""

    def do_GET(self):
        asked.append((self.path, self.headers["Host"]))
        getattr(self, f"answer_{self.path.strip('/').partition('?')[0] or 'page'}")()

    def answer_page(self):
        self.say(200, b"<title>Shop</title>")

    def answer_missing(self):
        self.say(404, b"no")

    def answer_flood(self):
        self.say(200, b"x" * 1_000_000)

    def answer_home(self):
        self.lead("/")

    def answer_www(self):
        self.lead(f"http://www.{NAME}:{self.server.server_port}/")

    def answer_round(self):
        self.lead("/round")

    def answer_port(self):
        self.lead(f"http://{NAME}:{self.server.server_port - 1}/")

    def answer_elsewhere(self):
        self.lead("http://169.254.169.254/latest/meta-data/")

    def answer_drip(self):
        self.wfile.write(b"HTTP/1.0 200 OK\r\n")
        try:
            while not done.wait(0.1):
                self.wfile.write(b"X")
                self.wfile.flush()
        except OSError:
            return

    def say(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            return

    def lead(self, where):
        self.send_response(302)
        self.send_header("Location", where)
        self.end_headers()

    def log_message(self, *_):
        """Says nothing."""


asked: list[tuple[str, str]] = []
done = threading.Event()


@pytest.fixture
def site(monkeypatch, settings):
    """The site on loopback, which this test's provider owns; its name resolves to it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.SITE_NETWORKS = ["127.0.0.0/8"]
    resolves(monkeypatch, {NAME: ["127.0.0.1"], f"www.{NAME}": ["127.0.0.1"]})
    asked.clear()
    done.clear()
    yield f"http://{NAME}:{server.server_port}"
    done.set()
    server.shutdown()
    server.server_close()
    thread.join(timeout=10)


def resolves(monkeypatch, names):
    """Names resolve to what a test says, one list per question where it is a list of lists."""
    real = socket.getaddrinfo

    def answer(name, port, *args, **kwargs):
        if name not in names:
            return real(name, port, *args, **kwargs)
        return [real(address, port, *args, **kwargs)[0] for address in names[name]]

    monkeypatch.setattr(socket, "getaddrinfo", answer)


def refused(url, **limits):
    with pytest.raises(NotFetched) as caught:
        fetch.fetch(url, **limits)
    return caught.value.code


def test_a_page_comes_with_status_type_and_body(site):
    page = fetch.fetch(f"{site}/?a=1")
    assert (page.status, page.content_type, page.body) == (200, "text/html", b"<title>Shop</title>")
    assert asked == [("/?a=1", site.removeprefix("http://"))]


def test_an_error_of_the_site_is_an_answer(site):
    assert fetch.fetch(f"{site}/missing").status == 404


def test_a_flood_is_cut_at_the_limit(site):
    page = fetch.fetch(f"{site}/flood", limit=1000)
    assert (len(page.body), page.cut) == (1000, True)


@pytest.mark.parametrize("path", ["home", "www"])
def test_a_redirect_on_the_same_name_is_followed(site, path):
    assert fetch.fetch(f"{site}/{path}").body == b"<title>Shop</title>"


@pytest.mark.parametrize("path", ["elsewhere", "round"])
def test_a_redirect_elsewhere_or_in_circles_is_not(site, path):
    assert refused(f"{site}/{path}") == "elsewhere"
    assert all(host == site.removeprefix("http://") for _path, host in asked)


def test_a_site_that_drips_is_cut_off_in_time(site):
    begun = time.monotonic()
    assert refused(f"{site}/drip", seconds=0.5) == "time"
    assert time.monotonic() - begun < 30


def test_a_name_is_resolved_once_and_that_very_address_is_connected_to(site, monkeypatch):
    questions = []
    real = fetch.public_address

    def counted(name, port, **more):
        questions.append(name)
        return real(name, port, **more)

    monkeypatch.setattr(fetch, "public_address", counted)
    looked_up = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", rebinding(looked_up))
    assert fetch.fetch(site).status == 200
    assert questions == [NAME]


def rebinding(real):
    """Public (here: ours) the first time a name is asked for, the metadata address ever after."""
    seen = set()

    def answer(name, *args, **kwargs):
        if name == NAME and name in seen:
            return real("169.254.169.254", *args, **kwargs)
        seen.add(name)
        return real(name, *args, **kwargs)

    return answer


def test_a_name_that_changes_between_a_page_and_its_redirect_leads_nowhere_else(site, monkeypatch):
    looked_up = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", rebinding(looked_up))
    assert fetch.fetch(f"{site}/home").status == 200


def test_a_redirect_to_another_port_of_our_machine_is_not_followed(site):
    """Somebody who has a site on our machines could ask their other services through us."""
    assert refused(f"{site}/port") == "elsewhere"


def test_a_public_site_does_not_lead_into_our_networks(site, monkeypatch):
    """Whoever runs a name can point its www. at a machine inside."""
    resolves(monkeypatch, {NAME: ["127.0.0.1"], f"www.{NAME}": ["10.0.0.5"]})
    monkeypatch.setattr(fetch, "is_public", lambda address: str(address) == "127.0.0.1")
    monkeypatch.setattr(fetch, "is_ours", lambda address: str(address) == "10.0.0.5")
    port = int(site.rpartition(":")[2])
    monkeypatch.setitem(fetch.PORTS, "http", port)
    assert refused(f"http://{NAME}:{port}/www") == "address"


def test_slow_name_servers_cost_no_more_than_the_time_that_is_left(monkeypatch):
    answered = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answered.wait(60) and [])
    begun = time.monotonic()
    assert refused(f"http://{NAME}/", seconds=0.2) == "time"
    answered.set()
    assert time.monotonic() - begun < 30


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0x7f.1",
        "2852039166",
        "0xa9fea9fe",
        "0.0.0.0",  # noqa: S104 (asked for, not bound)
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::ffff:169.254.169.254]",
        "[0:0:0:0:0:0:0:1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[64:ff9b:1::7f00:1]",
        "[::ffff:0:7f00:1]",
        "[fe80::1]",
        "[fec0::1]",
        "[4000::1]",
        "[fd00:ec2::254]",
        "169.254.169.254",
        "10.0.0.1",
        "172.16.5.4",
        "192.168.1.1",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
    ],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_no_address_that_is_not_public_is_talked_to(scheme, host):
    assert refused(f"{scheme}://{host}/") in ("address", "name")


def test_a_name_with_one_private_address_among_public_ones_is_refused(monkeypatch):
    resolves(monkeypatch, {NAME: ["93.184.215.14", "10.0.0.1"]})
    assert refused(f"http://{NAME}/") == "address"


def test_other_ports_of_public_addresses_are_refused(monkeypatch):
    resolves(monkeypatch, {NAME: ["93.184.215.14"]})
    assert refused(f"http://{NAME}:22/") == "address"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "shop.example",
        "file:///etc/passwd",
        "ftp://shop.example/",
        "http://",
        "http://user:pass@shop.example/",
        "http://shop.example:99999/",
        "http://[::1/",
        "javascript:alert(1)",
        "http://a..b.invalid/",
    ],
)
def test_rubbish_is_no_address_of_a_page(url):
    assert refused(url) == "name"


def test_a_certificate_must_be_the_names_own(site):
    assert refused(site.replace("http://", "https://")) in ("tls", "refused")


def test_one_page_costs_at_most_five_seconds_and_64_kilobytes():
    assert (fetch.SECONDS, fetch.BYTES) == (5.0, 64 * 1024)


def test_a_directory_may_lead_elsewhere_but_not_inside(site):
    with pytest.raises(NotFetched) as caught:
        fetch.fetch(f"{site}/elsewhere", elsewhere=True)
    assert caught.value.code == "address"


def test_public_addresses_are_public():
    for text in ("93.184.215.14", "2606:2800:21f::1"):
        assert fetch.is_public(ipaddress.ip_address(text))
