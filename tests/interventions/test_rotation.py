"""The house's key is changed by a command: what was sealed before opens with the new key alone (I3)."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from interventions.models import SiteBackup
from interventions.services import backing_up, credentials
from tests.interventions import cases

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
NEW = "YW5vdGhlci1rZXktb2YtdGhlLWhvdXNlLTMyLWJ5dGU="


@pytest.fixture
def sealed(now):
    """An intervention with a credential and a backup, sealed with the key of before."""
    intervention = cases.ready(now)
    credentials.keep_credential(intervention.ticket, kind="cms", secret="password", now=now)
    backup = intervention.backup
    backup.sealed_key = backing_up.seal_key(backup, b"k" * 32)
    backup.save(update_fields=["sealed_key"])
    return intervention


def rotated() -> str:
    out = StringIO()
    call_command("rotate_envelope_keys", stdout=out)
    return out.getvalue()


def test_after_the_command_the_former_key_can_go(sealed, now, settings):
    settings.ENVELOPE_KEYS = [NEW, *settings.ENVELOPE_KEYS]
    assert "1 credentials, 1 backups" in rotated()
    assert "0 credentials, 0 backups" in rotated()
    settings.ENVELOPE_KEYS = [NEW]
    assert backing_up.open_key(SiteBackup.objects.get(pk=sealed.backup_id)) == b"k" * 32
    credential = sealed.ticket.credentials.get()
    seen = credentials.reveal_credential(credential, sealed, by=sealed.technician, now=now)
    assert seen == "password"


def test_without_the_former_key_nothing_is_changed_and_it_is_said(sealed, settings):
    before = sealed.ticket.credentials.get().sealed
    settings.ENVELOPE_KEYS = [NEW]
    with pytest.raises(CommandError, match="former key"):
        rotated()
    assert sealed.ticket.credentials.get().sealed == before
