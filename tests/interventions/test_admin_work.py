"""Staff lead an intervention from the backup to the last word, each step by a page of its own (I3-I13)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import InternalNote
from accounts.services.notes import eligibility_of
from hosting.records.models import JournalEntry
from hosting.records.services import store_made
from interventions.enums import BackupState, InterventionState, T0How, T1How
from interventions.models import Complaint, Intervention, Probe, SiteBackup, SiteRestore
from interventions.services import answers, credentials, purging, work
from tests.factories import UserFactory
from tests.interventions import cases
from tests.interventions.cases import again
from tests.interventions.desk import PASSWORD, at, changelist, page, sign_in, verb

__all__ = ["at", "sign_in"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at")]
HOUR = timedelta(hours=1)
DAY = timedelta(hours=24)
CANARY = "canary-59ab-password"
PNG = b"\x89PNG\r\n\x1a\n"


def buttons(answer) -> dict[str, str]:
    """Every button of a page by its label, with why it cannot be used."""
    shown = [*answer.context["next"], *answer.context["more"]]
    return {button.label: button.why_not for button in shown}


def said(answer) -> str:
    return answer.content.decode()


# -- The life of an intervention, by the pages ---------------------------------------------------


def test_a_technician_leads_an_intervention_to_t0_by_the_pages(client, sign_in, now, at):
    intervention = cases.opened(now)
    me = sign_in(support=True)
    client.post(verb(intervention, "take"))
    assert again(intervention).technician == me
    client.post(verb(intervention, "backup"))
    backup = again(intervention).backup
    work.backup_ended(cases.verified(backup, now), now=now)
    client.post(verb(intervention, "start"))
    assert again(intervention).state == InterventionState.STARTED
    at(now + HOUR)
    client.post(verb(intervention, "end"), {"report": "Mended the cart."})
    assert again(intervention).report == "Mended the cart."
    at(now + 2 * HOUR)
    client.post(verb(intervention, "told"), {"said": "Mrs Martin: will look tonight."})
    found = again(intervention)
    assert (found.t0_how, found.t0_at) == (T0How.CALL, now + 2 * HOUR)
    note = InternalNote.objects.get(account=found.ticket.account)
    assert "Mrs Martin" in note.text
    assert note.author == me


def test_every_state_has_a_page_and_its_buttons_fit(client, sign_in, now, at):
    rows = {
        "opened": cases.opened(now),
        "ready": cases.ready(now),
        "ended": cases.ended(now),
        "asked": cases.asked(now),
        "unanswered": cases.unanswered(now),
    }
    sign_in(rows["ready"].technician)
    shown = {name: buttons(client.get(page(row))) for name, row in rows.items()}
    assert "Make the backup" in shown["opened"]
    assert "I take it" in shown["opened"]
    assert shown["ready"]["Start the work"] == ""
    assert "I take it" not in shown["ready"]
    assert {"I told the client by telephone", "Send the request again"} <= set(shown["ended"])
    assert "Start the work" not in shown["ended"]
    assert "Cancel the intervention" not in shown["asked"]
    assert "Record a later complaint" in shown["unanswered"]


def test_why_work_cannot_start_is_said_in_words(client, sign_in, now):
    intervention = cases.opened(now)
    sign_in(support=True)
    words = client.get(page(intervention)).context["why_not_start"]
    assert words == [
        "The intervention is not ready to be started.",
        "There is no verified backup of the site yet.",
        "It is given to somebody else, or to nobody yet.",
    ]


def test_somebody_else_sees_the_start_with_the_reason_and_cannot_press_it(client, sign_in, now):
    intervention = cases.ready(now)
    sign_in(support=True)
    assert "somebody else" in buttons(client.get(page(intervention)))["Start the work"]
    answer = client.post(verb(intervention, "start"))
    assert "It is given to somebody else" in said(answer)
    assert again(intervention).state == InterventionState.READY


def test_an_intervention_is_given_to_a_colleague_of_the_staff_alone(client, sign_in, now):
    intervention = cases.opened(now)
    sign_in(support=True)
    colleague, stranger = UserFactory(support=True), UserFactory()
    client.post(verb(intervention, "assign"), {"to": stranger.pk})
    assert again(intervention).technician != stranger
    client.post(verb(intervention, "assign"), {"to": colleague.pk})
    assert again(intervention).technician == colleague


def test_pressed_twice_a_verb_is_done_once(client, sign_in, now, at):
    intervention = cases.opened(now)
    sign_in(intervention.technician)
    assert client.post(verb(intervention, "backup")).status_code == 302
    assert "not possible" in said(client.post(verb(intervention, "backup")))
    assert SiteBackup.objects.count() == 1
    work.backup_ended(cases.verified(again(intervention).backup, now), now=now)
    assert client.post(verb(intervention, "start")).status_code == 302
    assert client.post(verb(intervention, "start")).status_code == 200
    assert client.post(verb(intervention, "end"), {"report": "x"}).status_code == 302
    assert client.post(verb(intervention, "end"), {"report": "x"}).status_code == 200
    assert client.post(verb(intervention, "told"), {"said": "x"}).status_code == 302
    assert client.post(verb(intervention, "told"), {"said": "x"}).status_code == 200
    assert InternalNote.objects.count() == 1


def test_the_request_is_sent_again_while_there_is_no_t0(client, sign_in, now):
    intervention = cases.ended(now)
    sign_in(intervention.technician)
    before = intervention.request_mail_id
    client.post(verb(intervention, "ask-again"))
    assert again(intervention).request_mail_id != before


def test_a_request_that_came_back_asks_for_a_call(client, sign_in, now):
    intervention = cases.ended(now, telephone="+33 6 11 22 33 44")
    cases.bounce_mail(intervention, now)
    sign_in(intervention.technician)
    (alert,) = client.get(page(intervention)).context["alerts"]
    assert alert[0] == "error"
    assert "+33 6 11 22 33 44" in alert


def test_a_cancelled_one_keeps_its_backup_until_a_supervisor_destroys_it(client, sign_in, now, at):
    intervention = cases.ready(now)
    sign_in(intervention.technician)
    client.post(verb(intervention, "cancel"), {"reason": "He mended it himself."})
    assert again(intervention).state == InterventionState.CANCELLED
    shown = buttons(client.get(page(intervention)))
    assert shown["Destroy the backup by hand"] == "Only a supervisor can do this."
    client.post(verb(intervention, "purge"), {"reason": "x", "factor": PASSWORD})
    assert again(intervention).backup.state == BackupState.READY
    sign_in(supervisor=True)
    client.post(verb(intervention, "purge"), {"reason": "No longer needed", "factor": "wrong"})
    assert again(intervention).backup.state == BackupState.READY
    assert JournalEntry.objects.filter(event="factor_refused").exists()
    client.post(verb(intervention, "purge"), {"reason": "No longer needed", "factor": PASSWORD})
    assert again(intervention).backup.state == BackupState.PURGING
    assert purging.purge_due(now) == 1


def test_without_t0_the_page_says_from_when_the_backup_can_be_destroyed(client, sign_in, now, at):
    intervention = cases.ended(now)
    sign_in(supervisor=True)
    shown = buttons(client.get(page(intervention)))
    assert "after seven days: from 16/06/2026" in shown["Destroy the backup by hand"]
    at(now + 7 * DAY)
    assert buttons(client.get(page(intervention)))["Destroy the backup by hand"] == ""


# -- The client's word by telephone ----------------------------------------------------------------


def test_on_the_clients_word_it_is_invalidated_and_brought_back_once(client, sign_in, now, at):
    intervention = cases.asked(now)
    me = sign_in(support=True)
    at(now + HOUR)
    client.post(verb(intervention, "invalidate"), {"said": "The cart is broken."})
    assert again(intervention).state == InterventionState.INVALIDATED
    words = {"said": "Mr Martin: yes, bring it back."}
    assert client.post(verb(intervention, "restore"), words).status_code == 302
    assert client.post(verb(intervention, "restore"), words).status_code == 302
    restore = SiteRestore.objects.get()
    assert restore.asked_by == me
    texts = InternalNote.objects.values_list("text", flat=True)
    assert sum("bring it back" in text for text in texts) == 1
    assert "Bring the site back, on his word" not in buttons(client.get(page(intervention)))


def test_on_the_clients_word_the_site_stays_as_it_is(client, sign_in, now):
    intervention = cases.asked(now)
    answers.invalidate(intervention, remark="", now=now)
    sign_in(support=True)
    client.post(verb(intervention, "decline"), {"said": "Mr Martin: leave it."})
    found = again(intervention)
    assert (found.state, found.t1_how) == (InterventionState.DECLINED, T1How.DECLINED)


def test_a_refused_word_leaves_no_note(client, sign_in, now):
    intervention = cases.asked(now)
    sign_in(support=True)
    assert client.post(verb(intervention, "decline"), {"said": "x"}).status_code == 200
    assert not InternalNote.objects.exists()


# -- Complaints and eligibility ---------------------------------------------------------------------


def test_a_late_complaint_is_recorded_and_staff_may_revoke_upon_it(client, sign_in, now, at):
    intervention = cases.unanswered(now)
    sign_in(support=True)
    at(now + 3 * DAY)
    words = {"made_at": "2026-06-12T10:30", "text": "You broke my shop."}
    for _twice in range(2):
        assert client.post(verb(intervention, "complaint"), words).status_code == 302
    complaint = Complaint.objects.get()
    assert complaint.made_at == now + 3 * DAY - HOUR / 2
    (entry,) = client.get(page(intervention)).context["complaints"]
    assert entry["why_not"] == ""
    account = intervention.ticket.account
    assert eligibility_of(account).eligible
    client.post(verb(intervention, "revoke", complaint.pk), {"reason": "He never looked."})
    assert not eligibility_of(account).eligible
    (entry,) = client.get(page(intervention)).context["complaints"]
    assert entry["why_not"] == "The account is not eligible already."


def test_who_answered_in_time_keeps_it_and_the_page_says_why(client, sign_in, now, at):
    intervention = cases.asked(now)
    answers.validate(intervention, areas=cases.AREAS, remark="", now=now + HOUR)
    sign_in(supervisor=True)
    at(now + 3 * DAY)
    client.post(verb(intervention, "complaint"), {"made_at": "2026-06-12T10:30", "text": "No!"})
    (entry,) = client.get(page(intervention)).context["complaints"]
    assert entry["why_not"] == "The client answered in time."
    client.post(verb(intervention, "revoke", entry["row"].pk), {"reason": "x"})
    assert eligibility_of(intervention.ticket.account).eligible


def test_a_complaint_from_the_future_is_refused_at_its_field(client, sign_in, now):
    intervention = cases.unanswered(now - 2 * DAY)
    sign_in(support=True)
    answer = client.post(
        verb(intervention, "complaint"), {"made_at": "2027-01-01T10:00", "text": "No!"}
    )
    assert answer.context["form"].errors["made_at"] == ["This lies in the future."]


# -- Credentials -------------------------------------------------------------------------------------


def given(intervention, now):
    return credentials.keep_credential(intervention.ticket, kind="cms", secret=CANARY, now=now)


def test_the_technician_sees_one_credential_once_after_his_password(client, sign_in, now):
    intervention = cases.ready(now)
    credential = given(intervention, now)
    sign_in(intervention.technician)
    assert CANARY not in said(client.get(page(intervention)))
    url = verb(intervention, "reveal", credential.pk)
    assert CANARY not in said(client.get(url))
    assert CANARY not in said(client.post(url, {"factor": "wrong"}))
    assert not JournalEntry.objects.filter(event="credential.seen").exists()
    answer = client.post(url, {"factor": PASSWORD})
    assert CANARY in said(answer)
    assert "no-store" in answer["Cache-Control"]
    assert JournalEntry.objects.filter(event="credential.seen").count() == 1
    assert CANARY not in said(client.get(url))


def test_nobody_else_sees_it_not_even_a_supervisor(client, sign_in, now):
    intervention = cases.ready(now)
    credential = given(intervention, now)
    sign_in(supervisor=True)
    (entry,) = client.get(page(intervention)).context["credentials"]
    assert entry["why_not"] == "Only the technician in charge can see this."
    answer = client.post(verb(intervention, "reveal", credential.pk), {"factor": PASSWORD})
    assert CANARY not in said(answer)


def test_a_credential_of_another_ticket_is_not_here(client, sign_in, now):
    intervention, other = cases.ready(now), cases.ready(now)
    credential = given(other, now)
    sign_in(intervention.technician)
    url = verb(intervention, "reveal", credential.pk)
    assert client.post(url, {"factor": PASSWORD}).status_code == 404


# -- Rights and other people's ids --------------------------------------------------------------------


@pytest.mark.parametrize("who", [{}, {"is_staff": True}, {"is_staff": True, "is_superuser": True}])
def test_who_is_in_no_group_sees_and_does_nothing(client, sign_in, now, who):
    intervention = cases.opened(now)
    sign_in(**who)
    for url in (
        page(intervention),
        changelist("intervention"),
        verb(intervention, "take"),
        verb(intervention, "progress"),
        verb(intervention, "picture", 1),
        verb(intervention, "reveal", 1),
    ):
        assert client.get(url).status_code in (302, 403), url


def test_parts_of_another_intervention_are_not_found(client, sign_in, now):
    mine, other = cases.unanswered(now), cases.unanswered(now)
    sign_in(support=True)
    client.post(verb(other, "complaint"), {"made_at": "2026-06-01T10:00", "text": "No!"})
    complaint = Complaint.objects.get()
    assert client.get(verb(mine, "revoke", complaint.pk)).status_code == 404
    probe = Probe.objects.create(intervention=other, after=False, url="http://a.example/", at=now)
    assert client.get(verb(mine, "picture", probe.pk)).status_code == 404
    assert client.get("/admin/interventions/intervention/abc/change/").status_code == 404


# -- Pages and lists -----------------------------------------------------------------------------------


def test_looks_before_and_after_stand_side_by_side_with_their_pictures(client, sign_in, now):
    intervention = cases.ended(now, pages=["http://shop.example/"])
    picture = store_made(PNG, name="page.png", content_type="image/png", now=now)
    looks = {"intervention": intervention, "url": "http://shop.example/", "at": now}
    before = Probe.objects.create(**looks, after=False, status=200, screenshot=picture)
    Probe.objects.create(**looks, after=True, status=500, error="no picture")
    sign_in(support=True)
    (entry,) = client.get(page(intervention)).context["pages"]
    assert entry["worse"]
    assert [look.after for _when, look in entry["looks"]] == [False, True]
    answer = client.get(verb(intervention, "picture", before.pk))
    assert b"".join(answer.streaming_content) == PNG
    assert answer["Content-Type"] == "image/png"
    assert "no-store" in answer["Cache-Control"]


def test_the_timeline_tells_the_window_in_local_hours(client, sign_in, now):
    intervention = cases.asked(now)
    sign_in(support=True)
    answer = client.get(page(intervention))
    last = answer.context["steps"][-1]
    assert (last.at, last.until) == (now + DAY, now + 2 * DAY)
    awaited = next(step for step in answer.context["steps"] if step.kind == "current")
    assert awaited.until == now + DAY
    assert "11:00" in said(answer)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_the_same_queries_for_one_row_of_each_and_for_three(
    client, sign_in, now, rows, django_assert_max_num_queries
):
    intervention = cases.unanswered(now)
    sign_in(intervention.technician)
    for number in range(rows):
        given(intervention, now)
        client.post(
            verb(intervention, "complaint"),
            {"made_at": f"2026-06-01T10:0{number}", "text": "No!"},
        )
        for after in (False, True):
            Probe.objects.create(
                intervention=intervention, after=after, url=f"http://a.example/{number}", at=now
            )
    client.get(page(intervention))
    with django_assert_max_num_queries(11):
        assert len(client.get(page(intervention)).context["complaints"]) == rows


def test_the_list_takes_the_same_queries_for_one_row_and_for_three(client, sign_in, now):
    sign_in(support=True)
    cases.ready(now)
    client.get(changelist("intervention"))
    with CaptureQueriesContext(connection) as for_one:
        client.get(changelist("intervention"))
    cases.asked(now)
    cases.opened(now)
    with CaptureQueriesContext(connection) as for_three:
        assert client.get(changelist("intervention")).context["cl"].result_count == 3
    assert len(for_one) == len(for_three) <= 8


def test_the_list_is_filtered_by_mine_state_and_what_is_late(client, sign_in, now, at):
    mine, other = cases.ended(now), cases.ready(now)
    sign_in(mine.technician)
    at(now + HOUR)

    def found(**query):
        rows = client.get(changelist("intervention"), query).context["cl"].result_list
        return {row.pk for row in rows}

    assert found(whose="mine") == {mine.pk}
    assert found(whose="nobody") == set()
    assert found(state__exact="ready") == {other.pk}
    assert found(waiting="call") == {mine.pk}
    assert found(waiting="late") == {mine.pk}
    assert found(waiting="purge") == set()
    assert found(q=mine.number.lower()) == {mine.pk}
    assert found(q=other.ticket.number) == {other.pk}
    assert found(q=other.site.service.name) == {other.pk}
    assert found(q="nothing like it") == set()


def test_the_progress_is_told_while_a_worker_is_at_it(client, sign_in, now):
    intervention = cases.opened(now)
    sign_in(support=True)
    backup = work.ask_backup(intervention, by=intervention.technician, now=now)
    url = verb(intervention, "progress")
    told = client.get(url).json()
    assert (told["work"], told["phase"]) == (str(backup.pk), "Waiting for its turn")
    assert "data-progress" in said(client.get(page(intervention)))
    SiteBackup.objects.filter(pk=backup.pk).update(
        state=BackupState.RUNNING,
        progress={
            "phase": "files",
            "bytes": 1_000_000,
            "total": 4_000_000,
            "started": now.isoformat(),
            "at": (now + timedelta(seconds=10)).isoformat(),
        },
    )
    told = client.get(url).json()
    assert (told["phase"], told["percent"]) == ("Reading the files", 25)
    assert "30 seconds left" in told["line"]
    work.backup_ended(cases.verified(backup, now), now=now)
    assert client.get(url).json() == {"work": "", "state": "ready"}
    assert "data-progress" not in said(client.get(page(intervention)))


def test_a_second_intervention_on_the_same_site_waits_for_the_first(client, sign_in, now):
    first = cases.opened(now)
    sign_in(support=True)
    words = {"site": first.site_id, "areas": "cart"}
    answer = client.post(verb(first.ticket, "open-intervention"), words)
    assert f"{first.number} is under way" in said(answer)
    assert Intervention.objects.count() == 1
