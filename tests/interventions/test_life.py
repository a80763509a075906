"""The life of an intervention: backup, start, end, T0, answer, purge (I4-I12)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from hosting.records.enums import MailState
from hosting.records.models import JournalEntry, OutgoingMail
from hosting.services import transfer_ownership
from interventions import backups, policies
from interventions.enums import BackupState, InterventionState, T0How, T1How
from interventions.models import SiteBackup, SiteRestore
from interventions.services import alarms, answers, asking, purging, restoring, work
from interventions.services.states import NotPossible
from tests import factories
from tests.interventions import cases
from tests.interventions.cases import again

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

HOUR = timedelta(hours=1)
DAY = timedelta(hours=24)
SECOND = timedelta(seconds=1)


def events(intervention):
    rows = JournalEntry.objects.filter(stream=intervention.ticket.stream).order_by("sequence")
    return list(rows.values_list("event", flat=True))


def given_away(service, at):
    transfer_ownership(service, factories.CustomerAccountFactory(), now=at, reason="sold")


def mails(kind):
    return list(OutgoingMail.objects.filter(kind=kind).order_by("pk"))


def test_work_starts_on_a_verified_backup_by_the_technician_in_charge(now):
    intervention = cases.opened(now)
    with pytest.raises(NotPossible, match="not ready"):
        work.start(intervention, by=intervention.technician, now=now)
    backup = work.ask_backup(intervention, by=intervention.technician, now=now)
    with pytest.raises(NotPossible):
        work.start(intervention, by=intervention.technician, now=now)
    with pytest.raises(NotPossible):
        work.ask_backup(intervention, by=intervention.technician, now=now)
    work.backup_ended(cases.verified(backup, now), now=now)
    with pytest.raises(NotPossible, match="somebody else"):
        work.start(intervention, by=factories.UserFactory(support=True), now=now)
    started = work.start(intervention, by=intervention.technician, now=now)
    assert started.state == InterventionState.STARTED


def test_a_failed_backup_leaves_the_intervention_open_for_another_one(now):
    intervention = cases.opened(now)
    backup = work.ask_backup(intervention, by=intervention.technician, now=now)
    SiteBackup.objects.filter(pk=backup.pk).update(state=BackupState.FAILED)
    work.backup_ended(SiteBackup.objects.get(pk=backup.pk), now=now)
    assert again(intervention).state == InterventionState.OPEN
    assert work.ask_backup(intervention, by=intervention.technician, now=now) != backup


def test_the_database_knows_no_start_without_a_backup(now):
    intervention = cases.opened(now)
    intervention.started_at = now
    with pytest.raises(IntegrityError), transaction.atomic():
        intervention.save()


def test_an_ineligible_account_gets_no_intervention(now):
    intervention = cases.opened(now)
    note = factories.InternalNoteFactory(account=intervention.ticket.account, effect="ineligible")
    assert note.effect == "ineligible"
    with pytest.raises(NotPossible, match="I14"):
        work.open_intervention(
            intervention.ticket,
            intervention.site,
            areas=(),
            by=intervention.technician,
            now=now,
        )


def test_the_request_prints_the_deadline_in_the_clients_zone_and_ours(now):
    cases.ended(now, time_zone="America/Lima")
    (mail,) = mails("intervention_check")
    assert "America/Lima, UTC-0500" in mail.text
    assert "Europe/Paris, UTC+0200" in mail.text
    assert "purchase path" in mail.text
    assert "Mended the plugin." in mail.text


def test_t0_is_when_the_mail_was_accepted_never_before_the_end(now):
    intervention = cases.ended(now)
    assert asking.follow_mails(now) == 0
    cases.accept_mail(intervention, now + 5 * HOUR)
    assert asking.follow_mails(now + 6 * HOUR) == 1
    found = again(intervention)
    assert (found.state, found.t0_at, found.t0_how) == ("asked", now + 5 * HOUR, T0How.MAIL)
    assert found.backup.purge_after == found.t0_at + DAY
    assert found.backup.purge_before == found.t0_at + 2 * DAY


def test_no_t0_no_countdown_and_no_purge_until_a_supervisor_clears_it(now):
    intervention = cases.ended(now)
    later = now + timedelta(days=30)
    assert asking.step_due(later) == 0
    assert purging.purge_due(later) == 0
    supervisor = factories.UserFactory(supervisor=True)
    with pytest.raises(NotPossible):
        purging.purge_by_hand(intervention, reason="x", by=supervisor, now=now + DAY)
    purging.purge_by_hand(intervention, reason="client gone", by=supervisor, now=later)
    assert purging.purge_due(later) == 1
    assert again(intervention).backup.state == BackupState.PURGED


def test_a_bounce_before_an_answer_cancels_t0_and_alarms(now):
    intervention = cases.asked(now)
    cases.bounce_mail(intervention, now + HOUR)
    assert asking.follow_mails(now + HOUR) == 1
    found = again(intervention)
    assert (found.state, found.t0_at, found.next_step_at) == ("ended", None, None)
    assert found.backup.purge_after is None
    assert len(mails("alarm_intervention")) == 1
    assert asking.follow_mails(now + HOUR) == 0
    assert purging.purge_due(now + 9 * DAY) == 0


def test_a_bounce_after_the_answer_changes_nothing(now):
    intervention = cases.asked(now)
    answers.validate(intervention, areas=cases.AREAS, remark="", now=now + HOUR)
    cases.bounce_mail(intervention, now + 2 * HOUR)
    assert asking.follow_mails(now + 2 * HOUR) == 0
    assert again(intervention).t0_at == now


def test_a_call_counts_as_t0_and_its_words_are_needed(now):
    intervention = cases.ended(now)
    technician = intervention.technician
    with pytest.raises(NotPossible):
        asking.told_in_call(intervention, said=" ", by=technician, now=now)
    asking.told_in_call(intervention, said="Mrs Martin", by=technician, now=now + HOUR)
    assert again(intervention).t0_how == T0How.CALL


def test_reminders_at_12_and_20_hours_then_unanswered_at_24(now):
    intervention = cases.asked(now)
    assert asking.step_due(now + 12 * HOUR - SECOND) == 0
    assert asking.step_due(now + 12 * HOUR) == 1
    assert asking.step_due(now + 20 * HOUR - SECOND) == 0
    assert asking.step_due(now + 20 * HOUR) == 1
    assert asking.step_due(now + DAY - SECOND) == 0
    assert len(mails("intervention_reminder")) == 2
    assert asking.step_due(now + DAY) == 1
    assert again(intervention).state == InterventionState.UNANSWERED
    assert asking.step_due(now + 9 * DAY) == 0


def test_after_an_outage_comes_one_reminder_not_two(now):
    cases.asked(now)
    assert asking.step_due(now + 21 * HOUR) == 1
    assert asking.step_due(now + 21 * HOUR) == 0
    assert len(mails("intervention_reminder")) == 1


def test_an_area_that_was_not_looked_at_keeps_the_client_from_validating(now):
    intervention = cases.asked(now)
    with pytest.raises(NotPossible, match="contact form"):
        answers.validate(intervention, areas=["purchase path"], remark="", now=now)
    done = answers.validate(intervention, areas=cases.AREAS, remark=" Thanks ", now=now)
    assert (done.state, done.remark, done.answered_late) == ("validated", "Thanks", False)


def test_nobody_validates_after_24_hours(now):
    intervention = cases.asked(now)
    with pytest.raises(NotPossible, match="over"):
        answers.validate(intervention, areas=cases.AREAS, remark="", now=now + DAY)
    assert again(intervention).state == InterventionState.ASKED


def test_bytes_stay_24_hours_even_if_validated_early_and_are_gone_by_48(now):
    intervention = cases.asked(now)
    answers.validate(intervention, areas=cases.AREAS, remark="", now=now + HOUR)
    assert purging.purge_due(now + DAY - SECOND) == 0
    name = again(intervention).backup.stored_as
    assert cases.bytes_exist(name)
    assert purging.purge_due(now + DAY) == 1
    backup = again(intervention).backup
    assert (backup.state, backup.sealed_key, backup.size) == (BackupState.PURGED, "", 5)
    assert backup.purge_before == now + 2 * DAY
    assert not cases.bytes_exist(name)
    assert purging.purge_due(now + 2 * DAY) == 0


def test_invalidation_holds_the_backup_until_t1(now):
    intervention = cases.asked(now)
    answers.invalidate(intervention, remark="The cart is broken.", now=now + 2 * HOUR)
    assert purging.purge_due(now + 6 * DAY) == 0
    answers.decline_restore(intervention, now=now + 6 * DAY)
    found = again(intervention)
    assert (found.state, found.t1_how) == (InterventionState.DECLINED, T1How.DECLINED)
    assert purging.purge_due(now + 7 * DAY - SECOND) == 0
    assert purging.purge_due(now + 7 * DAY) == 1


def test_seven_days_of_silence_end_the_hold(now):
    intervention = cases.asked(now)
    answers.invalidate(intervention, remark="", now=now)
    assert answers.silence_due(now + 7 * DAY - SECOND) == 0
    assert answers.silence_due(now + 7 * DAY) == 1
    found = again(intervention)
    assert (found.t1_how, found.t1_at) == (T1How.SILENCE, now + 7 * DAY)


def test_an_unanswered_one_is_reopened_by_a_late_invalidation_while_bytes_exist(now):
    intervention = cases.unanswered(now)
    late = now + 30 * HOUR
    done = answers.invalidate(intervention, remark="", now=late)
    assert done.answered_late
    assert not policies.may_revoke(done.t0_at, now + HOUR, late)
    assert purging.purge_due(now + 9 * DAY) == 0


def test_when_the_bytes_are_gone_it_is_said(now):
    intervention = cases.unanswered(now)
    assert purging.purge_due(now + DAY) == 1
    with pytest.raises(NotPossible, match="does not exist any more"):
        answers.invalidate(intervention, remark="", now=now + 25 * HOUR)


def test_who_said_all_is_well_may_still_find_something_while_the_bytes_exist(now):
    intervention = cases.asked(now)
    answers.validate(intervention, areas=cases.AREAS, remark="", now=now + HOUR)
    done = answers.invalidate(intervention, remark="", now=now + 26 * HOUR)
    assert (done.answered_at, done.answered_late) == (now + HOUR, False)


def test_an_answer_before_the_mail_was_accepted_is_t0_itself(now):
    intervention = cases.ended(now)
    done = answers.validate(intervention, areas=cases.AREAS, remark="", now=now + HOUR)
    assert (done.t0_at, done.t0_how) == (now + HOUR, T0How.ANSWER)


def test_the_database_refuses_a_purge_in_a_hold_or_before_its_time(now):
    intervention = cases.asked(now)
    answers.invalidate(intervention, remark="", now=now)
    rows = SiteBackup.objects.filter(pk=intervention.backup_id)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(state=BackupState.PURGING)
    answers.decline_restore(intervention, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(state=BackupState.PURGING, purge_after=now)


def test_cancelled_work_is_purged_by_a_supervisor_alone(now):
    intervention = cases.ready(now)
    work.cancel(intervention, reason="The client mended it.", by=intervention.technician, now=now)
    assert purging.purge_due(now + 30 * DAY) == 0
    supervisor = factories.UserFactory(supervisor=True)
    purging.purge_by_hand(intervention, reason="not needed", by=supervisor, now=now)
    assert purging.purge_due(now) == 1


def test_a_purge_that_was_killed_is_finished_by_the_next_sweep(now, monkeypatch):
    intervention = cases.unanswered(now)

    def killed(*_):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(backups, "delete", killed)
        with pytest.raises(SystemExit):
            purging.purge(intervention.backup_id, now=now + DAY)
    assert again(intervention).backup.state == BackupState.PURGING
    assert purging.purge_due(now + DAY) == 1
    assert again(intervention).backup.stored_as == ""


def test_every_step_is_in_the_tickets_journal(now):
    intervention = cases.unanswered(now)
    purging.purge_due(now + DAY)
    assert events(intervention) == [
        "intervention.opened",
        "assigned",
        "backup.asked",
        "backup.verified",
        "work.started",
        "work.ended",
        "t0.counted",
        "unanswered",
        "backup.purged",
    ]


@pytest.mark.parametrize("state", [MailState.FAILED, MailState.BOUNCED])
def test_a_request_that_never_reached_the_client_alarms_once(now, state):
    intervention = cases.ended(now)
    OutgoingMail.objects.filter(pk=intervention.request_mail_id).update(state=state)
    assert asking.follow_mails(now + SECOND) == 1
    assert len(mails("alarm_intervention")) == 1
    assert asking.follow_mails(now + HOUR) == 0
    assert again(intervention).t0_at is None


def test_a_request_that_was_refused_again_alarms_again(now):
    intervention = cases.ended(now)
    for sent in range(1, 3):
        OutgoingMail.objects.filter(pk=again(intervention).request_mail_id).update(
            state=MailState.FAILED
        )
        asking.follow_mails(now + sent * HOUR)
        assert len(mails("alarm_intervention")) == sent
        asking.ask_again(intervention, by=intervention.technician, now=now + sent * HOUR)


def test_an_alarm_of_long_work_does_not_hide_the_one_of_bytes_that_stay(now):
    intervention = cases.ready(now)
    work.start(intervention, by=intervention.technician, now=now)
    assert alarms.alarm_due(now + DAY) == 1
    work.end(again(intervention), report="Done.", by=intervention.technician, now=now + DAY)
    cases.accept_mail(again(intervention), now + DAY)
    asking.follow_mails(now + DAY)
    assert alarms.alarm_due(now + 3 * DAY - SECOND) == 0
    assert alarms.alarm_due(now + 3 * DAY) == 1
    assert alarms.alarm_due(now + 3 * DAY) == 0


def test_who_lost_the_site_meanwhile_cannot_bring_it_back_to_what_it_was(now):
    """Its new holder's work would be overwritten."""
    intervention = cases.asked(now)
    answers.invalidate(intervention, remark="broken", now=now + HOUR)
    given_away(intervention.site.service, now + HOUR)
    with pytest.raises(NotPossible, match="another account"):
        restoring.ask_restore(again(intervention), now=now + HOUR)
    assert not SiteRestore.objects.exists()


def test_no_work_starts_on_a_site_that_went_to_another_account(now):
    intervention = cases.ready(now)
    given_away(intervention.site.service, now)
    with pytest.raises(NotPossible, match="another account"):
        work.start(intervention, by=intervention.technician, now=now)


@pytest.mark.parametrize("state", ["queued", "running", "done"])
def test_a_restore_that_was_asked_for_cannot_be_declined_any_more(now, state):
    """Otherwise the site would be put back although its owner was told that it stays as it is."""
    intervention = cases.asked(now)
    answers.invalidate(intervention, remark="broken", now=now + HOUR)
    restore = restoring.ask_restore(again(intervention), now=now + HOUR)
    SiteRestore.objects.filter(pk=restore.pk).update(state=state)
    with pytest.raises(NotPossible):
        answers.decline_restore(again(intervention), now=now + HOUR)
    assert again(intervention).state == "invalidated"


def test_after_a_restore_that_failed_the_site_may_stay_as_it_is(now):
    intervention = cases.asked(now)
    answers.invalidate(intervention, remark="broken", now=now + HOUR)
    restore = restoring.ask_restore(again(intervention), now=now + HOUR)
    SiteRestore.objects.filter(pk=restore.pk).update(state="failed")
    answers.decline_restore(again(intervention), now=now + HOUR)
    assert again(intervention).state == "declined"
