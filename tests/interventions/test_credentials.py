"""Credentials: encrypted at once, shown one at a time to one person, erased with the backup (I3)."""

from datetime import timedelta

import pytest

from hosting.records.models import JournalEntry
from interventions.models import SiteCredential
from interventions.services import credentials, purging
from interventions.services.states import NotPossible
from tests import factories
from tests.interventions import cases

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
CANARY = "canary-7fd1c2-password"


def given(intervention, now):
    return credentials.keep_credential(intervention.ticket, kind="cms", secret=CANARY, now=now)


def test_no_column_and_no_journal_row_holds_the_plain_text(now):
    credential = given(cases.ready(now), now)
    assert CANARY not in credential.sealed
    assert not JournalEntry.objects.filter(facts__icontains=CANARY).exists()


def test_only_the_technician_in_charge_sees_it_and_each_look_is_journalled(now):
    intervention = cases.ready(now)
    credential = given(intervention, now)
    for stranger in (factories.UserFactory(support=True), factories.UserFactory(supervisor=True)):
        with pytest.raises(NotPossible):
            credentials.reveal_credential(credential, intervention, by=stranger, now=now)
    seen = credentials.reveal_credential(
        credential, intervention, by=intervention.technician, now=now
    )
    assert seen == CANARY
    looks = JournalEntry.objects.filter(event="credential.seen")
    assert [row.actor for row in looks] == [f"user:{intervention.technician_id}"]


def test_another_tickets_credential_is_not_shown(now):
    intervention, other = cases.ready(now), cases.ready(now)
    with pytest.raises(NotPossible):
        credentials.reveal_credential(
            given(other, now), intervention, by=intervention.technician, now=now
        )


def test_they_are_erased_when_the_backup_is_purged(now):
    intervention = cases.unanswered(now)
    credential = given(intervention, now)
    purging.purge_due(now + timedelta(hours=24))
    credential = SiteCredential.objects.get(pk=credential.pk)
    assert (credential.sealed, credential.erased_at) == ("", now + timedelta(hours=24))


def test_they_stay_while_another_intervention_of_the_ticket_runs(now):
    intervention = cases.unanswered(now)
    credential = given(intervention, now)
    from interventions.services import work

    work.open_intervention(
        intervention.ticket, intervention.site, areas=(), by=intervention.technician, now=now
    )
    purging.purge_due(now + timedelta(hours=24))
    assert SiteCredential.objects.get(pk=credential.pk).erased_at is None


def test_wrapping_anew_keeps_them_readable(now, settings):
    intervention = cases.ready(now)
    credential = given(intervention, now)
    settings.ENVELOPE_KEYS = [
        "YW5vdGhlci1rZXktb2YtdGhlLWhvdXNlLTMyLWJ5dGU=",
        *settings.ENVELOPE_KEYS,
    ]
    assert credentials.wrap_credentials_anew() == 1
    assert credentials.wrap_credentials_anew() == 0
    settings.ENVELOPE_KEYS = settings.ENVELOPE_KEYS[:1]
    seen = credentials.reveal_credential(
        credential, intervention, by=intervention.technician, now=now
    )
    assert seen == CANARY
