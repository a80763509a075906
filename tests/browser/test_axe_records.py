"""The records and the development mailbox in a real browser; a mail's links open their pages."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from playwright.sync_api import Page

from accounts.models import User
from hosting.records.models import JournalEntry, JournalSeal
from hosting.records.services import queue_mail, sending, store_upload
from hosting.records.services.bounces import record_bounce
from hosting.records.services.seals import seal_journal
from tests import factories
from tests.browser.axe import check_page, check_shown
from tests.smtp import Peer

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)
HTML = (
    '<!doctype html><html lang="en"><title>Hello</title><h1>Hello</h1><p><a href="{}">Open</a></p>'
)


@pytest.fixture
def kept(settings: Any, live_server: Any, tmp_path: Path) -> Peer:
    """One mail that a server took; it lies in the folder of the development mailbox."""
    settings.DEV_MAIL_DIR, settings.MAIL_CONNECTIONS = str(tmp_path), 1
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "hosting.lib.smtp.EmailBackend", "127.0.0.1"
    with Peer() as peer:
        settings.EMAIL_PORT = peer.port
        link = f"{live_server.url}/compte/login/"
        queue_mail(
            kind="test",
            stream="case:1",
            recipient="ada.with-a-rather-long-name@mail.of-a-long-domain.example.org",
            language="en",
            subject="About your services: " + "a-long-word-without-an-end" * 3,
            text=f"Good day,\n\nplease open {link} today.",
            html=HTML.format(link),
            now=NOW,
        )
        sending.send_due(lambda: NOW)
        for number, mail in enumerate(peer.mails):
            (tmp_path / f"{number}-a.eml").write_bytes(bytes(mail))
        return peer


def test_pages_of_the_records_are_for_everybody(
    page: Page,
    live_server: Any,
    console: list[str],
    sign_in: Callable[[User], None],
    kept: Peer,
) -> None:
    mail = JournalEntry.objects.get(event="mail.accepted").facts
    record_bounce(mail["message_id"], "5.1.1 unknown", now=NOW)
    seal_journal(NOW)
    file = store_upload(SimpleUploadedFile("a-long-name-" * 9 + ".pdf", b"%PDF-1.7 x"), now=NOW)
    rows = {
        "outgoingmail": mail["mail"],
        "journalentry": JournalEntry.objects.latest("pk").pk,
        "journalseal": JournalSeal.objects.get().pk,
        "storedfile": file.pk,
    }
    sign_in(factories.UserFactory(supervisor=True))
    for model, key in rows.items():
        check_page(page, live_server.url + reverse(f"admin:records_{model}_changelist"), console)
        check_page(
            page, live_server.url + reverse(f"admin:records_{model}_change", args=[key]), console
        )
    resend = reverse("admin:records_outgoingmail_resend", args=[mail["mail"]])
    check_page(page, live_server.url + resend, console)


def test_the_links_of_a_kept_mail_open_their_pages(
    page: Page, live_server: Any, console: list[str], kept: Peer
) -> None:
    check_page(page, f"{live_server.url}/dev/mail/", console)
    page.get_by_role("link", name="About your services").click()
    check_shown(page, console)
    page.get_by_role("link", name="/compte/login/").click()
    assert page.url == f"{live_server.url}/compte/login/"
    page.goto(f"{live_server.url}/dev/mail/0-a/html/")
    page.get_by_role("link", name="Open").click()
    assert page.url == f"{live_server.url}/compte/login/"
