"""Today's tasks and the letters in the admin (C5, C8)."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.enums import ContactKind
from cessions.admin.contact_verbs import CONTACT_VERBS
from cessions.enums import OutcomeKind, RequestState
from cessions.models import ContactAttempt, HolderSign, Letter, PeriodExtension
from cessions.services import letter_making, signs
from tests.factories import ContactMethodFactory, TransferRequestFactory, UserFactory

pytestmark = pytest.mark.django_db
TASKS = "admin:cessions_contactattempt_tasks"


@pytest.fixture(autouse=True)
def _today(monkeypatch, now):
    monkeypatch.setattr("hosting.lib.clock.now", lambda: now)
    monkeypatch.setattr("hosting.lib.admin.now", lambda: now)


@pytest.fixture
def staff():
    return UserFactory(support=True)


@pytest.fixture
def desk(client, staff):
    """A member of support at the keyboard."""
    client.force_login(staff)
    return client


@pytest.fixture
def request_():
    return TransferRequestFactory()


def press(desk, request, outcome, **more):
    phone = request.account.contact_methods.get(kind="phone")
    values = {"method": f"phone:{phone.value}", "outcome": outcome} | more
    address = reverse("admin:cessions_contactattempt_record", args=[request.pk])
    return desk.post(address, values, follow=True)


def verb(request, slug, *part) -> str:
    return reverse(f"admin:cessions_transferrequest_{slug}", args=[request.pk, *part])


def test_the_list_shows_address_words_and_results(desk, request_):
    page = desk.get(reverse(TASKS)).content.decode()
    phone = request_.account.contact_methods.get(kind="phone").value
    assert f'href="tel:{phone}"' in page
    assert "May I speak with" in page
    for outcome in (OutcomeKind.NO_ANSWER, OutcomeKind.VOICEMAIL, OutcomeKind.INVALID):
        assert f'value="{outcome}"' in page


def test_the_words_are_in_the_holders_language(desk, request_):
    type(request_.account).objects.update(language="fr")
    assert b'lang="fr"' in desk.get(reverse(TASKS)).content


def test_one_press_records_who_what_and_the_words_used(desk, request_, staff, now):
    response = press(desk, request_, "voicemail", remark="soon")
    attempt = ContactAttempt.objects.get()
    assert (attempt.by, attempt.at, attempt.channel) == (staff, now, ContactKind.PHONE)
    assert "May I speak with" in attempt.text
    assert attempt.outcomes.get().text == "soon"
    assert [m.level_tag for m in response.context["messages"]] == ["success"]


def test_the_holder_answered_needs_his_words(desk, request_):
    response = press(desk, request_, "holder_answered")
    assert [m.level_tag for m in response.context["messages"]] == ["error"]
    assert not ContactAttempt.objects.exists()
    press(desk, request_, "holder_answered", remark="He objects")
    request_.refresh_from_db()
    assert request_.state == RequestState.HOLDER_REACHED


def test_a_second_press_after_the_end_says_so(desk, request_):
    type(request_).objects.update(state=RequestState.WITHDRAWN)
    response = press(desk, request_, "no_answer")
    assert [m.level_tag for m in response.context["messages"]] == ["error"]


@pytest.mark.parametrize(
    ("method", "outcome"),
    [("phone:+33000", "no_answer"), ("", "no_answer"), (None, "letter_posted"), (None, "x")],
)
def test_a_result_without_sense_is_not_found(method, outcome, desk, request_):
    more = {} if method is None else {"method": method}
    assert press(desk, request_, outcome, **more).status_code == 404
    assert not ContactAttempt.objects.exists()


def test_looking_records_nothing(desk, request_):
    address = reverse("admin:cessions_contactattempt_record", args=[request_.pk])
    assert desk.get(address).status_code == 302
    assert not ContactAttempt.objects.exists()


@pytest.mark.parametrize("who", [{}, {"is_staff": True}, {"is_staff": True, "is_superuser": True}])
def test_only_support_and_supervisors_work_on_the_list(who, client, request_):
    client.force_login(UserFactory(**who))
    assert client.get(reverse(TASKS)).status_code in {302, 403}
    press(client, request_, "no_answer")
    assert not ContactAttempt.objects.exists()


def test_attempts_are_only_read_in_the_admin(desk, request_):
    press(desk, request_, "no_answer")
    attempt = ContactAttempt.objects.get()
    page = desk.get(reverse("admin:cessions_contactattempt_changelist"))
    assert page.status_code == 200
    change = reverse("admin:cessions_contactattempt_change", args=[attempt.pk])
    assert desk.get(change).status_code == 200
    assert desk.post(change, {"text": "other"}).status_code == 403
    assert desk.get(reverse("admin:cessions_contactattempt_add")).status_code == 403


def test_the_list_has_pages(desk):
    for _ in range(21):
        TransferRequestFactory()
    assert b"?page=2" in desk.get(reverse(TASKS)).content
    assert desk.get(reverse(TASKS) + "?page=2").context["page"].number == 2


def test_a_letter_is_written_opened_and_posted(desk, request_, now, staff):
    desk.post(verb(request_, "letter"))
    letter = Letter.objects.get()
    assert desk.get(reverse("admin:cessions_letter_pdf", args=[letter.pk])).status_code == 404
    letter_making.make_due_letters(now)
    opened = desk.get(reverse("admin:cessions_letter_pdf", args=[letter.pk]))
    assert b"".join(opened.streaming_content).startswith(b"%PDF")
    desk.post(verb(request_, "posted", letter.pk), {"tracking": "1A 2"})
    assert ContactAttempt.objects.get().channel == ContactKind.POST
    assert desk.get(reverse("admin:cessions_letter_changelist")).status_code == 200


def test_every_verb_has_a_page(desk, request_, staff, now):
    ContactMethodFactory(account=request_.account, kind="fax", value="+33388000009")
    for each in CONTACT_VERBS:
        if each.part is None:
            assert desk.get(verb(request_, each.slug)).status_code == 200, each.slug


def test_a_sign_is_recorded_by_its_form(desk, request_):
    desk.post(verb(request_, "sign"), {"kind": "message", "text": "He called."})
    assert HolderSign.objects.get().text == "He called."


def test_what_a_service_refuses_is_shown_on_the_form(desk, request_):
    response = desk.post(verb(request_, "resume"), {"reason": "no"})
    assert response.status_code == 200
    assert response.context["form"].non_field_errors()


def test_the_period_is_extended_and_shortened(desk, request_):
    desk.post(verb(request_, "extend"), {"dates": "3", "reason": "odd papers"})
    found = PeriodExtension.objects.get()
    desk.post(verb(request_, "shorten", found.pk))
    found.refresh_from_db()
    assert found.withdrawn_at is not None


def test_a_part_of_another_case_is_not_found(desk, request_, now):
    found = PeriodExtension.objects.create(
        request=TransferRequestFactory(),
        dates=2,
        reason="x",
        by=UserFactory(),
        at=now - timedelta(days=1),
    )
    assert desk.post(verb(request_, "shorten", found.pk)).status_code == 404


def test_two_people_undo_a_mistake_each_with_his_factor(client, request_, staff, now):
    signs.record_sign(request_.pk, "message", text="A friend, as it turned out", by=staff, now=now)
    for person in (staff, UserFactory(support=True)):
        person.set_password("correct horse battery")
        person.save()
        client.force_login(person)
        act = request_.two_person_acts.first()
        address = verb(request_, "undo-confirm", act.pk) if act else verb(request_, "undo")
        wrong = client.post(address, {"reason": "not him", "factor": "guess"})
        assert wrong.context["form"].errors
        right = client.post(address, {"reason": "not him", "factor": "correct horse battery"})
        assert right.status_code == 302
    request_.refresh_from_db()
    assert request_.state == RequestState.RECEIVED
