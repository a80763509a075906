"""The sweep of the outbox against a real mail server on loopback (C3, C5; DESIGN 2 and 4)."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction

from hosting.lib import links, replies
from hosting.records.enums import MailOutcomeKind, MailState
from hosting.records.models import JournalEntry, MailOutcome, OutgoingMail
from hosting.records.services import sending, withdraw_mails

pytestmark = pytest.mark.django_db


def kinds(mail):
    return list(mail.outcomes.values_list("kind", flat=True))


def test_an_accepted_mail_is_recorded_with_the_servers_words(peer, outbox, clock, now):
    server = peer({"ada@example.org": ["250 kept as 4711"]})
    mail = outbox(stream="case:1", html="<p>Good day</p>", reply_to="help@example.org")
    assert sending.send_due(clock) == 1
    mail.refresh_from_db()
    assert (mail.state, mail.accepted_at, mail.next_try_at) == (MailState.SENT, now, None)
    outcome = mail.outcomes.get()
    assert (outcome.kind, outcome.code, outcome.text) == ("accepted", 250, "kept as 4711")
    assert JournalEntry.objects.get(stream="case:1").event == "mail.accepted"
    [kept] = server.mails
    assert kept["Message-ID"] == mail.message_id
    assert kept["Auto-Submitted"] == "auto-generated"
    assert kept["Reply-To"] == "help@example.org"
    assert [part.get_content_type() for part in kept.iter_parts()] == ["text/plain", "text/html"]
    assert sending.send_due(clock) == 0


def test_a_mail_of_a_conversation_threads_and_leads_back(peer, outbox, clock, settings):
    settings.REPLY_ADDRESS = "assistance+{token}@example.org"
    server = peer()
    key = UUID("7d444840-9dc0-11d1-b245-5ffdce74fad2")
    known = [f"<{'x' * 80}{n}@bakery.example>" for n in range(11)]
    stored = replies.placeholder("ticket", key)
    outbox(references=known, by_hand=True, reply_to=stored)
    assert sending.send_due(clock) == 1
    [kept] = server.mails
    assert kept["References"].split() == known
    assert kept["In-Reply-To"].split() == known[-1:]
    assert kept["Reply-To"] == replies.address("ticket", key)
    assert kept["Auto-Submitted"] is None
    assert OutgoingMail.objects.get().reply_to == stored


def test_a_mail_deferred_by_the_server_is_tried_again_with_the_same_message_id(peer, outbox, now):
    server = peer({"ada@example.org": ["451 4.3.0 try later", "250 ok"]})
    mail = outbox()
    sending.send_due(lambda: now)
    mail.refresh_from_db()
    assert (mail.state, mail.next_try_at) == (MailState.DEFERRED, now + timedelta(minutes=5))
    assert sending.send_due(lambda: now + timedelta(minutes=4)) == 0
    assert sending.send_due(lambda: now + timedelta(minutes=5)) == 1
    assert kinds(mail) == ["deferred", "accepted"]
    assert [kept["Message-ID"] for kept in server.mails] == [mail.message_id]


@pytest.mark.parametrize("answer", ["550 5.1.1 <ada@example.org> unknown", "554-data 5.6.0 no"])
def test_a_mail_refused_for_good_is_failed_and_its_recipient_not_told_in_the_outcome(
    peer, outbox, clock, answer
):
    peer({"ada@example.org": [answer]})
    mail = outbox()
    assert sending.send_due(clock) == 0
    mail.refresh_from_db()
    assert (mail.state, mail.next_try_at, mail.accepted_at) == (MailState.FAILED, None, None)
    outcome = mail.outcomes.get()
    assert outcome.kind == MailOutcomeKind.REFUSED
    assert outcome.code == int(answer[:3])
    assert "ada@" not in outcome.text


def test_one_refused_recipient_does_not_hold_up_the_others(peer, outbox, clock):
    server = peer({"b@example.org": ["550 no"], "d@example.org": ["drop"]})
    mails = [outbox(f"{letter}@example.org") for letter in "abcde"]
    assert sending.send_due(clock) == 3
    states = [OutgoingMail.objects.get(pk=mail.pk).state for mail in mails]
    assert states == ["sent", "failed", "sent", "deferred", "sent"]
    assert server.connections == 2


def test_a_hanging_server_defers_the_mail_and_is_not_waited_for_again_and_again(
    peer, outbox, clock, settings
):
    server = peer({f"{letter}@example.org": ["hang"] for letter in "abcd"})
    settings.EMAIL_TIMEOUT = 0.2
    for letter in "abcdefgh":
        outbox(f"{letter}@example.org")
    assert sending.send_due(clock) == 0
    assert server.connections == 3
    assert set(OutgoingMail.objects.values_list("state", flat=True)) == {MailState.DEFERRED}
    assert MailOutcome.objects.filter(text=sending.NOT_TRIED).count() == 5


def test_a_mail_kept_by_a_server_that_cut_the_line_after_data_comes_again_as_the_same(
    peer, outbox, now
):
    server = peer({"ada@example.org": ["drop", "250 ok"]})
    mail = outbox()
    sending.send_due(lambda: now)
    assert kinds(mail) == ["unreached"]
    sending.send_due(lambda: now + timedelta(hours=1))
    assert [kept["Message-ID"] for kept in server.mails] == [mail.message_id] * 2
    assert kinds(mail) == ["unreached", "accepted"]


def test_a_server_out_of_reach_is_no_refusal(peer, outbox, clock, settings):
    peer()
    settings.EMAIL_PORT = 9
    mail = outbox()
    sending.send_due(clock)
    mail.refresh_from_db()
    assert (mail.state, kinds(mail)) == (MailState.DEFERRED, ["unreached"])


def test_a_server_that_ends_a_used_connection_is_asked_again_at_once(peer, outbox, clock):
    server = peer(per_connection=2)
    for letter in "abcde":
        outbox(f"{letter}@example.org")
    assert sending.send_due(clock) == 5
    assert server.connections == 3


def test_one_connection_serves_a_whole_sweep_of_several_batches(peer, outbox, clock, monkeypatch):
    server = peer()
    monkeypatch.setattr(sending, "BATCH", 3)
    for number in range(7):
        outbox(f"n{number}@example.org")
    assert sending.send_due(clock) == 7
    assert (len(server.mails), server.connections) == (7, 1)


def test_several_connections_hand_over_each_mail_once(peer, outbox, clock, settings):
    server = peer()
    settings.MAIL_CONNECTIONS = 4
    for number in range(40):
        outbox(f"n{number}@example.org")
    assert sending.send_due(clock) == 40
    assert len({kept["Message-ID"] for kept in server.mails}) == len(server.mails) == 40


def test_nothing_is_tried_after_the_time_of_a_mail_is_over(peer, outbox, now):
    server = peer()
    mail = outbox(give_up_at=now + timedelta(hours=1), stream="case:2")
    assert sending.send_due(lambda: now + timedelta(hours=1)) == 0
    mail.refresh_from_db()
    assert (mail.state, mail.next_try_at, server.mails) == (MailState.FAILED, None, [])
    assert mail.outcomes.get().text == sending.TOO_LATE


def test_what_the_batchs_time_did_not_allow_is_due_still(peer, outbox, clock, now, monkeypatch):
    server = peer()
    monkeypatch.setattr(sending, "BATCH_SECONDS", -1)
    mail = outbox()
    assert sending.send_due(clock) == 0
    mail.refresh_from_db()
    assert (mail.state, mail.tries, mail.next_try_at) == (MailState.QUEUED, 0, now)
    assert (kinds(mail), server.mails) == ([], [])


def test_an_acceptance_counts_for_its_own_instant_not_for_the_sweeps_start(peer, outbox, now):
    peer()
    mail = outbox()
    instants = iter([now] + [now + timedelta(seconds=30)] * 20)
    sending.send_due(lambda: next(instants))
    mail.refresh_from_db()
    assert mail.accepted_at == now + timedelta(seconds=30)


def test_private_links_are_put_in_on_the_way_out_only(peer, outbox, clock, monkeypatch):
    server = peer()
    monkeypatch.setattr(links, "reverse", lambda purpose, args: f"/{purpose}/{args[0]}/")
    place = links.placeholder("cession_status", UUID(int=5))
    mail = outbox(text=f"Open {place} please", html=f'<a href="{place}">open</a>')
    sending.send_due(clock)
    address = links.url("cession_status", UUID(int=5))
    assert address in server.mails[0].get_body(("plain",)).get_content()
    assert f'href="{address}"' in server.mails[0].get_body(("html",)).get_content()
    mail.refresh_from_db()
    assert place in mail.text


def test_a_sensitive_mail_is_erased_once_it_is_accepted_but_not_before(peer, outbox, now):
    peer({"ada@example.org": ["451 later", "250 ok"]})
    mail = outbox(sensitive=True, text="Your code: 123456")
    sending.send_due(lambda: now)
    mail.refresh_from_db()
    assert mail.text == "Your code: 123456"
    later = now + timedelta(hours=1)
    sending.send_due(lambda: later)
    mail.refresh_from_db()
    assert (mail.text, mail.html, mail.erased_at) == ("", "", later)


def test_a_mail_that_cannot_be_composed_fails_alone(peer, outbox, clock):
    server = peer()
    broken, fine = outbox(), outbox("bob@example.org")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE records_outgoingmail SET recipient = %s WHERE id = %s",
            ["a\nb@c.org", broken.pk],
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert sending.send_due(clock) == 1
    broken.refresh_from_db()
    assert broken.state == MailState.FAILED
    assert broken.outcomes.get().text.startswith("not composed")
    assert [kept["Message-ID"] for kept in server.mails] == [fine.message_id]


def test_bounces_come_back_to_an_address_of_their_own(peer, outbox, clock, settings):
    server = peer()
    settings.BOUNCE_ADDRESS = "bounce@easyhoster.example"
    outbox()
    sending.send_due(clock)
    assert server.mails[0]["From"] == settings.DEFAULT_FROM_EMAIL


def test_a_bounce_that_came_before_the_record_is_not_undone(outbox, now):
    mail = outbox()
    [claimed] = sending.claim(now)
    OutgoingMail.objects.filter(pk=mail.pk).update(bounced_at=now, state=MailState.BOUNCED)
    answer = sending.Answer(MailOutcomeKind.ACCEPTED, now, 250, "ok")
    sending.record([sending.Done(claimed, answer)], now)
    mail.refresh_from_db()
    assert (mail.state, mail.accepted_at) == (MailState.BOUNCED, now)


def test_a_sweep_that_lost_its_lease_does_not_touch_the_state_of_the_next(outbox, now):
    mail = outbox()
    [first] = sending.claim(now)
    [second] = sending.claim(now + sending.LEASE)
    late = sending.Answer(MailOutcomeKind.UNREACHED, now, None, "late")
    ok = sending.Answer(MailOutcomeKind.ACCEPTED, now, 250, "ok")
    sending.record([sending.Done(second, ok)], now)
    sending.record([sending.Done(first, late)], now)
    mail.refresh_from_db()
    assert (mail.state, mail.next_try_at) == (MailState.SENT, None)
    assert kinds(mail) == ["accepted", "unreached"]


def test_a_withdrawn_mail_is_not_sent_and_not_revived_by_a_sweep_that_had_it(peer, outbox, now):
    server = peer()
    mail, other = outbox(stream="case:1"), outbox("bob@example.org")
    [claimed, _] = sending.claim(now)
    assert withdraw_mails([mail.pk], now=now, actor="holder") == 1
    late = sending.Answer(MailOutcomeKind.DEFERRED, now, 451, "later")
    sending.record([sending.Done(claimed, late)], now)
    assert sending.send_due(lambda: now + timedelta(days=1)) == 1
    assert [kept["Message-ID"] for kept in server.mails] == [other.message_id]
    mail.refresh_from_db()
    assert (mail.state, mail.next_try_at) == (MailState.WITHDRAWN, None)
    assert JournalEntry.objects.get(event="mail.withdrawn").actor == "holder"
    assert withdraw_mails([mail.pk, other.pk], now=now, actor="holder") == 0


def test_erasing_a_mails_text_is_no_way_to_write_another_one(outbox, now):
    mail = outbox()
    with pytest.raises(IntegrityError, match="evidence"), transaction.atomic():
        OutgoingMail.objects.filter(pk=mail.pk).update(text="something else", erased_at=now)
    OutgoingMail.objects.filter(pk=mail.pk).update(text="", html="", erased_at=now)
    with pytest.raises(IntegrityError, match="evidence"), transaction.atomic():
        OutgoingMail.objects.filter(pk=mail.pk).update(text="something else")
