"""Staff see whether a holder can be reached, and why (A2, A11); they answer corrections (L2)."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.models import CheckIn
from accounts.policies.reachability import Reachability, ReachFacts, reachability
from accounts.services.absence import announce_absence
from accounts.services.corrections import ask_correction
from accounts.services.reach import reach_of
from hosting.records.enums import MailState
from hosting.records.models import OutgoingMail
from hosting.records.services import queue_mail
from tests.factories import (
    LONG_AGO,
    ContactMethodFactory,
    CustomerAccountFactory,
    MembershipFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def account():
    return CustomerAccountFactory(reachable=True)


@pytest.fixture
def desk(client, now):
    client.force_login(UserFactory(support=True))
    with time_machine.travel(now, tick=False):
        yield client


def page(account) -> str:
    return reverse("admin:accounts_customeraccount_change", args=[account.pk])


def verb(account, slug: str, *part: int) -> str:
    return reverse(f"admin:accounts_customeraccount_{slug}", args=[account.pk, *part])


def mail_to(address, now, state) -> None:
    mail = queue_mail(kind="x", recipient=address, language="en", subject="s", text="t", now=now)
    OutgoingMail.objects.filter(pk=mail.pk).update(state=state, next_try_at=None)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({}, Reachability.REACHABLE),
        ({"unanswered_at": LONG_AGO}, Reachability.NO_ANSWER),
        ({"unanswered_at": LONG_AGO, "confirmed_at": LONG_AGO + DAY}, Reachability.REACHABLE),
        ({"unanswered_at": LONG_AGO, "confirmed_at": LONG_AGO - DAY}, Reachability.NO_ANSWER),
        ({"unanswered_at": LONG_AGO, "away_until": date(2026, 7, 1)}, Reachability.AWAY),
        ({"bounces": (True, False)}, Reachability.REACHABLE),
        ({"bounces": (True, True), "away_until": date(2026, 7, 1)}, Reachability.BOUNCING),
        ({"bounces": (True,), "missing": ("phone",)}, Reachability.UNREACHABLE),
    ],
)
def test_the_worst_that_is_known_is_shown(facts, state):
    assert reachability(ReachFacts(**facts)) is state


def test_a_holder_without_a_telephone_is_not_reachable_as_the_rule_asks(now):
    account = CustomerAccountFactory()
    ContactMethodFactory(account=account)
    assert reach_of(account, now).state is Reachability.UNREACHABLE


def test_an_address_bounces_by_the_last_mail_to_it_whatever_its_capitals(account, now):
    address = account.contact_methods.get(kind="email").value
    mail_to(address.upper(), now, MailState.BOUNCED)
    assert reach_of(account, now).state is Reachability.BOUNCING
    mail_to(address, now, MailState.QUEUED)
    assert reach_of(account, now).state is Reachability.BOUNCING
    OutgoingMail.objects.filter(state=MailState.QUEUED).update(
        state=MailState.SENT, accepted_at=now
    )
    assert reach_of(account, now).state is Reachability.REACHABLE


def test_the_panel_says_what_is_known(desk, account, now):
    CheckIn.objects.create(account=account, opened_at=LONG_AGO, closed_at=LONG_AGO + DAY)
    assert "did not answer the check-in" in desk.get(page(account)).content.decode()
    owner = MembershipFactory(account=account, user__last_login=now - DAY)
    announce_absence(account, from_on=now.date(), until_on=date(2026, 7, 1), by=owner.user, now=now)
    shown = desk.get(page(account)).content.decode()
    assert "announced to be away" in shown
    assert "The holder last signed in on" in shown


def test_staff_record_an_absence_that_was_told_by_telephone_and_take_it_back(desk, account):
    typed = {"from_on": "2026-06-10", "until_on": "2026-06-20", "remark": "his wife called"}
    assert desk.post(verb(account, "absence/add"), typed).status_code == 302
    absence = account.absences.get()
    assert "his wife called" in desk.get(page(account)).content.decode()
    assert desk.post(verb(account, "absence/cancel", absence.pk)).status_code == 302
    absence.refresh_from_db()
    assert absence.cancelled_at
    assert desk.get(verb(account, "absence/cancel", absence.pk)).status_code == 404


def test_what_the_service_refuses_is_shown_on_the_form(desk, account):
    typed = {"from_on": "2026-06-01", "until_on": "2026-06-20"}
    assert "from today on" in desk.post(verb(account, "absence/add"), typed).content.decode()


def ask(account, now):
    owner = MembershipFactory(account=account)
    wanted = {"full_name": "Camille Weber"}
    return ask_correction(account, wanted, reason="I married.", by=owner.user, now=now)


def test_a_correction_is_found_in_the_list_and_answered_on_the_account(desk, account, now):
    correction = ask(account, now)
    listed = desk.get(reverse("admin:accounts_correctionrequest_changelist"))
    assert account.number in listed.content.decode()
    link = reverse("admin:accounts_correctionrequest_change", args=[correction.pk])
    judge = verb(account, "corrections/judge", correction.pk)
    assert desk.get(link)["Location"] == judge
    shown = desk.get(judge).content.decode()
    assert "Camille Weber" in shown
    assert account.full_name in shown
    assert "I married." in shown
    assert judge in desk.get(page(account)).content.decode()
    former = account.full_name
    assert desk.post(judge, {"judgement": "accepted", "answer": ""}).status_code == 302
    account.refresh_from_db()
    assert account.full_name == "Camille Weber"
    assert account.former_identities.get().value == former
    assert desk.get(link)["Location"] == page(account)
    assert desk.get(judge).status_code == 404


def test_a_refusal_needs_a_reason_and_changes_nothing(desk, account, now):
    correction = ask(account, now)
    judge = verb(account, "corrections/judge", correction.pk)
    refused = desk.post(judge, {"judgement": "refused", "answer": " "})
    assert "give the reason" in refused.content.decode()
    desk.post(judge, {"judgement": "refused", "answer": "Please send the register extract."})
    correction.refresh_from_db()
    assert correction.judgement == "refused"
    mail = OutgoingMail.objects.get(kind="correction_answered")
    assert mail.recipient == correction.asked_by.email
    assert "Please send the register extract." in mail.text
    account.refresh_from_db()
    assert account.full_name != "Camille Weber"


def test_what_is_asked_cannot_smuggle_markup_into_the_page(desk, account, now):
    owner = MembershipFactory(account=account)
    wanted = {"trade_name": "<b>x</b>"}
    correction = ask_correction(account, wanted, reason="<i>", by=owner.user, now=now)
    shown = desk.get(verb(account, "corrections/judge", correction.pk)).content.decode()
    assert "<b>x</b>" not in shown
    assert "&lt;b&gt;x" in shown
