"""A3: a contact is verified by a code, that holds for a while, a few tries and one use."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from accounts.models import ContactCode, ContactMethod
from accounts.services.contacts import end_contact
from accounts.services.verification import (
    LASTS,
    TRIES,
    CodeAnswer,
    confirm_email,
    confirm_telephone,
    digits_of,
    running_code,
    send_code,
    show_code,
)
from hosting.records.models import JournalEntry, OutgoingMail
from tests.factories import ContactMethodFactory, UserFactory

pytestmark = pytest.mark.django_db
ACTOR = "user:1"


def wrong(digits: str) -> str:
    return f"{(int(digits) + 1) % 10**6:06d}"


def test_the_code_from_the_mail_verifies_the_address(now):
    method = ContactMethodFactory()
    digits = digits_of(send_code(method, now=now, actor=ACTOR))
    mail = OutgoingMail.objects.get(kind="contact_code")
    assert (mail.recipient, mail.sensitive) == (method.value, True)
    assert digits in mail.text
    assert confirm_email(method, digits, now=now, actor=ACTOR) is CodeAnswer.RIGHT
    method.refresh_from_db()
    assert (method.verified_at, method.verified_how) == (now, "by a code sent to this address")


def test_digits_may_be_typed_in_groups(now):
    method = ContactMethodFactory()
    digits = digits_of(send_code(method, now=now, actor=ACTOR))
    typed = f" {digits[:3]} {digits[3:]} "
    assert confirm_email(method, typed, now=now, actor=ACTOR) is CodeAnswer.RIGHT


def test_the_code_is_sealed_at_rest(now):
    method = ContactMethodFactory()
    code = send_code(method, now=now, actor=ACTOR)
    assert digits_of(code) not in code.sealed


def test_no_digits_stand_in_the_journal(now):
    method = ContactMethodFactory()
    digits = digits_of(send_code(method, now=now, actor=ACTOR))
    confirm_email(method, wrong(digits), now=now, actor=ACTOR)
    facts = list(JournalEntry.objects.filter(event__startswith="contact.code"))
    assert [entry.facts for entry in facts] == [
        {"method": method.pk},
        {"method": method.pk, "tries": 1},
    ]


@pytest.mark.parametrize("typed", ["", "12", "abcdef", "１２３４５６", "é"])
def test_what_is_no_code_is_wrong(now, typed):
    method = ContactMethodFactory()
    send_code(method, now=now, actor=ACTOR)
    assert confirm_email(method, typed, now=now, actor=ACTOR) is CodeAnswer.WRONG
    method.refresh_from_db()
    assert method.verified_at is None


def test_a_code_holds_for_thirty_minutes(now):
    method = ContactMethodFactory()
    digits = digits_of(send_code(method, now=now, actor=ACTOR))
    assert confirm_email(method, digits, now=now + LASTS, actor=ACTOR) is CodeAnswer.OVER
    last = now + LASTS - timedelta(seconds=1)
    assert confirm_email(method, digits, now=last, actor=ACTOR) is CodeAnswer.RIGHT


def test_a_code_is_used_once(now):
    method = ContactMethodFactory()
    digits = digits_of(send_code(method, now=now, actor=ACTOR))
    confirm_email(method, digits, now=now, actor=ACTOR)
    assert confirm_email(method, digits, now=now, actor=ACTOR) is CodeAnswer.OVER


def test_after_five_wrong_tries_the_right_code_is_void(now):
    method = ContactMethodFactory()
    digits = digits_of(send_code(method, now=now, actor=ACTOR))
    answers = [confirm_email(method, wrong(digits), now=now, actor=ACTOR) for _ in range(TRIES)]
    assert answers == [*[CodeAnswer.WRONG] * (TRIES - 1), CodeAnswer.OVER]
    assert confirm_email(method, digits, now=now, actor=ACTOR) is CodeAnswer.OVER
    assert running_code(method, now) is None


def test_a_new_code_makes_the_earlier_one_void(now):
    method = ContactMethodFactory()
    earlier = digits_of(send_code(method, now=now, actor=ACTOR))
    later = digits_of(send_code(method, now=now, actor=ACTOR))
    if earlier != later:
        assert confirm_email(method, earlier, now=now, actor=ACTOR) is CodeAnswer.WRONG
    assert confirm_email(method, later, now=now, actor=ACTOR) is CodeAnswer.RIGHT
    assert ContactCode.objects.count() == 1


def test_a_code_of_another_contact_is_worth_nothing(now):
    mine, other = ContactMethodFactory(), ContactMethodFactory()
    digits = digits_of(send_code(other, now=now, actor=ACTOR))
    assert confirm_email(mine, digits, now=now, actor=ACTOR) is CodeAnswer.OVER


def test_staff_type_the_code_that_the_holder_reads_out(now):
    method = ContactMethodFactory(phone=True)
    digits = digits_of(show_code(method, now=now, actor=ACTOR))
    staff = UserFactory(support=True)
    assert confirm_telephone(method, digits, by=staff, now=now) is CodeAnswer.RIGHT
    method.refresh_from_db()
    assert method.verified_how == "by a code read out when we called"


def test_the_holder_cannot_verify_a_telephone_by_the_code_his_own_page_shows(now):
    method = ContactMethodFactory(phone=True)
    digits = digits_of(show_code(method, now=now, actor=ACTOR))
    with pytest.raises(ValidationError):
        confirm_email(method, digits, now=now, actor=ACTOR)
    with pytest.raises(PermissionDenied):
        confirm_telephone(method, digits, by=UserFactory(), now=now)


def test_a_former_contact_gets_no_code(now):
    method = ContactMethodFactory()
    end_contact(method, now=now)
    with pytest.raises(ValidationError) as refused:
        send_code(method, now=now, actor=ACTOR)
    assert refused.value.code == "former"


@pytest.mark.django_db(transaction=True)
def test_two_right_answers_at_the_same_instant_use_the_code_once(now):
    method = ContactMethodFactory()
    digits = digits_of(send_code(method, now=now, actor=ACTOR))
    answers = at_once(lambda: confirm_email(method, digits, now=now, actor=ACTOR), 4)
    assert sorted(answers) == [*[CodeAnswer.OVER] * 3, CodeAnswer.RIGHT]


@pytest.mark.django_db(transaction=True)
def test_wrong_answers_at_the_same_instant_are_each_counted(now):
    method = ContactMethodFactory()
    digits = digits_of(send_code(method, now=now, actor=ACTOR))
    at_once(lambda: confirm_email(method, wrong(digits), now=now, actor=ACTOR), 4)
    assert ContactCode.objects.get().tries == 4
    assert ContactMethod.objects.get(pk=method.pk).verified_at is None


def at_once(job, count: int) -> list[CodeAnswer]:
    """What `job` answered on so many connections of their own."""
    barrier = threading.Barrier(count)

    def run() -> CodeAnswer:
        try:
            barrier.wait(timeout=60)
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return [one.result(timeout=60) for one in [pool.submit(run) for _ in range(count)]]
