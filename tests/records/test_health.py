"""Liveness, readiness, figures, and the development mailbox."""

import time
from email.message import EmailMessage

import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import DatabaseError

from hosting.desk import health
from hosting.lib import heartbeat
from hosting.records.tasks import note_heartbeat


def test_a_living_process_says_so_without_asking_anybody(client):
    assert client.get("/health/live/").json() == {"status": "ok"}


@pytest.mark.django_db
def test_ready_when_every_part_answers(client):
    note_heartbeat()
    response = client.get("/health/ready/")
    assert response.json() == dict.fromkeys(
        ("database", "broker", "storage", "scanner", "beat"), "ok"
    )
    assert (response.status_code, response["Cache-Control"]) == (
        200,
        "max-age=0, no-cache, no-store, must-revalidate, private",
    )
    assert default_storage.listdir("health")[1] == []


@pytest.mark.django_db
def test_a_silent_beat_is_told_and_can_be_left_out(client, monkeypatch):
    cache.set(heartbeat.KEY, time.time() - 301)
    response = client.get("/health/ready/")
    assert (response.status_code, response.json()["beat"]) == (503, "down")
    assert client.get("/health/ready/?parts=database,storage").status_code == 200
    cache.delete(heartbeat.KEY)
    assert not health.beat_rings()


@pytest.mark.django_db
def test_a_database_that_does_not_answer_is_told(client, monkeypatch):
    def gone():
        raise DatabaseError("gone")

    monkeypatch.setattr(health.connection, "cursor", gone)
    assert client.get("/health/ready/?parts=database").status_code == 503


@pytest.mark.django_db
def test_a_broker_and_a_storage_that_are_away_are_told(client, monkeypatch, tmp_path):
    here = health.current_app.connection_for_write
    away = f"redis+socket://{tmp_path}/gone.sock"
    app = health.current_app._get_current_object()
    monkeypatch.setattr(app, "connection_for_write", lambda: here(away))
    monkeypatch.setattr(default_storage, "save", lambda *_: (tmp_path / "a" / "b").open())
    response = client.get("/health/ready/?parts=broker,storage")
    assert response.json() == {"broker": "down", "storage": "down"}


@pytest.mark.django_db
def test_the_plain_probes_are_not_sent_to_https(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/health/live/").status_code == 200
    assert client.get("/").status_code == 301


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("hops", "forwarded", "status"),
    [
        (0, "", 404),
        (0, "10.1.2.3", 404),
        (1, "10.1.2.3", 200),
        (1, "10.1.2.3, 203.0.113.5", 404),
        (2, "10.1.2.3, 10.9.9.9", 200),
        (1, "not an address", 404),
    ],
)
def test_figures_are_for_allowed_addresses_that_nobody_can_pretend(
    client, settings, hops, forwarded, status
):
    settings.METRICS_ALLOWED, settings.TRUSTED_PROXY_HOPS = ["10.0.0.0/8"], hops
    response = client.get(
        "/metrics", REMOTE_ADDR="203.0.113.5", headers={"x-forwarded-for": forwarded}
    )
    assert response.status_code == status
    if status == 200:
        assert b"easyhoster_mails" in response.content


@pytest.fixture
def kept(settings, tmp_path):
    """A folder with one mail, as the local peer keeps it."""
    settings.DEVELOPMENT, settings.DEV_MAIL_DIR = True, str(tmp_path)
    message = EmailMessage()
    message["Subject"], message["To"] = "Confirm <please>", "ada@example.org"
    message["Date"] = "Tue, 09 Jun 2026 09:00:00 +0000"
    message.set_content("Open http://testserver/cession/confirmer/abc/ today.\n<b>not bold</b>")
    message.add_alternative("<p>Open <a href='http://testserver/x'>it</a></p>", subtype="html")
    (tmp_path / "1-ab.eml").write_bytes(b"X-Envelope-To: ada@example.org\r\n" + bytes(message))
    return tmp_path


@pytest.mark.django_db
def test_the_development_mailbox_shows_mails_with_links_to_click(client, kept):
    assert b"Confirm &lt;please&gt;" in client.get("/dev/mail/").content
    page = client.get("/dev/mail/1-ab/").content.decode()
    assert '<a href="http://testserver/cession/confirmer/abc/">' in page
    assert "&lt;b&gt;not bold" in page
    html = client.get("/dev/mail/1-ab/html/")
    assert "sandbox" in html["Content-Security-Policy"]
    assert "allow-scripts" not in html["Content-Security-Policy"]
    assert client.get("/dev/mail/2-ab/").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["", "1-ab/", "1-ab/html/"])
def test_there_is_no_mailbox_outside_development(client, kept, settings, page):
    settings.DEVELOPMENT = False
    assert client.get(f"/dev/mail/{page}").status_code == 404
