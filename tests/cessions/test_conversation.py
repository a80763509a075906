"""Messages between claimant and staff live in the case (T5, T6, A10)."""

from datetime import timedelta

import pytest

from cessions.enums import RequestState
from cessions.models import CaseMessage, TransferRequest
from cessions.policies import Basis, Topic, may_tell
from cessions.policies.messages import TOPICS, UsualAnswer, usual_answers
from cessions.services import conversation, questions, states
from cessions.services.guard import ActRefused
from cessions.services.locks import NotPossible
from cessions.services.refused import Refused
from cessions.services.words import Known, usual_words
from cessions.snapshot import case_of_request
from cessions.worklist import WROTE, to_do, wrote
from hosting.lib import links
from hosting.records.models import JournalEntry, OutgoingMail
from tests.cessions.cases import RECEIVED, fresh_case
from tests.factories import DraftFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = RECEIVED + timedelta(days=1)


@pytest.fixture
def request_() -> TransferRequest:
    return fresh_case()


def says(request: TransferRequest, text: str = "Are you there?", at=NOW) -> CaseMessage:
    return conversation.write_to_staff(request.filing, text, now=at)


def test_t5_what_the_claimant_writes_is_kept_and_journalled_by_its_hash(request_):
    message = says(request_, "  My site\0 is gone.\r\n\r\n\r\nPlease \u202ehelp.  ")
    assert message.text == "My site is gone.\n\nPlease help."
    entry = JournalEntry.objects.get(event="message_received")
    assert entry.facts == {"message": message.pk, "sha256": conversation.sha256(message.text)}
    assert not OutgoingMail.objects.exists()


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize(
    ("text", "words"),
    [(" \0\u202e\n", "write something"), ("x" * (conversation.LONGEST + 1), "shorter")],
)
def test_t5_rubbish_is_refused_in_words(request_, text, words):
    with pytest.raises(Refused, match=words):
        says(request_, text)
    assert not CaseMessage.objects.exists()


def test_t5_a_message_pressed_twice_is_one(request_):
    assert says(request_).pk == says(request_, at=NOW + timedelta(minutes=5)).pk
    assert says(request_, at=NOW + timedelta(hours=1)).pk != CaseMessage.objects.earliest("pk").pk


def test_t5_twenty_messages_a_day_are_enough(request_):
    for number in range(conversation.MOST_A_DAY):
        says(request_, f"Message {number}")
    with pytest.raises(Refused):
        says(request_, "One more")
    says(request_, "One more", at=NOW + timedelta(days=1, minutes=1))


def test_t5_nobody_writes_on_a_filing_that_is_not_received():
    with pytest.raises(NotPossible):
        conversation.write_to_staff(DraftFactory(), "Hello", now=NOW)


def test_t5_after_the_end_the_claimant_can_still_write(request_):
    end(request_)
    assert says(request_).pk


def test_staff_see_it_at_once_and_an_answer_makes_it_read(request_):
    says(request_)
    assert [(row.pk, row.rank) for row in to_do(NOW)] == [(request_.pk, WROTE)]
    assert list(wrote()) == [request_]
    staff = UserFactory(support=True)
    conversation.write_to_claimant(request_.pk, text="Yes.", by=staff, now=NOW)
    assert not wrote().exists()
    read = CaseMessage.objects.get(by=None)
    assert (read.seen_by, read.seen_at) == (staff, NOW)


def test_a_message_on_an_ended_request_is_on_the_queue_until_it_is_read(request_):
    end(request_)
    assert not to_do(NOW).exists()
    says(request_)
    assert [row.rank for row in to_do(NOW)] == [WROTE]
    assert conversation.mark_read(request_.pk, by=UserFactory(support=True), now=NOW) == 1
    assert not to_do(NOW).exists()


def test_staffs_message_goes_out_with_its_words_and_the_link_to_the_page(request_):
    staff = UserFactory(support=True)
    message = conversation.write_to_claimant(
        request_.pk, text="We have it.\n\nThank you.", template="looking", by=staff, now=NOW
    )
    mail = OutgoingMail.objects.get()
    assert message.mail == mail
    assert mail.recipient == request_.filing.email
    assert "We have it.\n\nThank you." in mail.text
    assert "/cession/suivi/" in links.fill(mail.text)
    assert mail.by_hand
    facts = JournalEntry.objects.get(event="message_sent").facts
    assert (facts["sha256"], facts["template"]) == (message.sha256, "looking")
    assert "Thank" not in str(facts)


def test_nobody_writes_to_a_claimant_without_an_address(request_):
    request_.filing.email = ""
    request_.filing.save()
    with pytest.raises(Refused):
        conversation.write_to_claimant(
            request_.pk, text="Hello", by=UserFactory(support=True), now=NOW
        )
    assert not CaseMessage.objects.exists()


def test_only_staff_write_and_read(request_):
    says(request_)
    for verb in (
        lambda by: conversation.write_to_claimant(request_.pk, text="Hello", by=by, now=NOW),
        lambda by: conversation.mark_read(request_.pk, by=by, now=NOW),
    ):
        with pytest.raises(ActRefused):
            verb(UserFactory())


def test_l2_the_words_of_a_message_can_be_erased_and_its_hash_stays(request_):
    message = conversation.write_to_claimant(
        request_.pk, text="Personal.", by=UserFactory(support=True), now=NOW
    )
    OutgoingMail.objects.update(next_try_at=None, state="sent")
    with pytest.raises(ActRefused):
        conversation.erase_message(
            request_.filing, message.pk, by=UserFactory(support=True), now=NOW
        )
    supervisor = UserFactory(supervisor=True)
    conversation.erase_message(request_.filing, message.pk, by=supervisor, now=NOW)
    message.refresh_from_db()
    assert (message.text, message.erased_at) == ("", NOW)
    assert message.sha256 == conversation.sha256("Personal.")
    assert "Personal." not in OutgoingMail.objects.get().text


def test_t6_a_message_is_no_answer_but_nobody_lapses_before_it_was_read(request_):
    staff = UserFactory(support=True)
    question = questions.ask_claimant(request_.filing, "Which site?", by=staff, now=NOW)
    lapses_at = question.lapses_at
    for _ in range(2):
        question.refresh_from_db()
        questions.step_due(question.next_step_at)
    says(request_, "The blue one, as I said.", at=lapses_at - timedelta(hours=1))
    questions.step_due(lapses_at)
    request_.refresh_from_db()
    assert request_.state == RequestState.RECEIVED
    question.refresh_from_db()
    assert question.answered_at is None
    assert question.lapses_at >= lapses_at + timedelta(days=1)
    conversation.mark_read(request_.pk, by=staff, now=lapses_at)
    questions.step_due(question.next_step_at)
    request_.refresh_from_db()
    assert request_.state == RequestState.LAPSED


@pytest.mark.parametrize("basis", Basis)
@pytest.mark.parametrize("answer", UsualAnswer)
def test_a10_a_usual_answer_is_offered_only_where_the_ground_allows_its_topic(basis, answer):
    offered = {
        each
        for is_open in (True, False)
        for each in usual_answers(basis, is_open=is_open, holder_answered=not is_open)
    }
    assert (answer in offered) == may_tell(TOPICS[answer], basis)


def test_a10_without_a_contract_no_usual_answer_speaks_of_the_holder_or_the_search():
    topics = {
        TOPICS[each] for each in usual_answers(Basis.FILE, is_open=True, holder_answered=False)
    }
    assert not topics & {Topic.HOLDER_IDENTITY, Topic.SEARCH_DETAILS, Topic.ACCOUNT}


@pytest.mark.parametrize("language", ["en", "fr", "de"])
@pytest.mark.parametrize("answer", UsualAnswer)
def test_a10_only_the_answer_about_the_holder_names_him(answer, language):
    known = Known(
        full_name="Alix Martin",
        number="T2026-000001",
        earliest_at=NOW,
        is_decidable=False,
        sought_from=NOW,
        missing=(),
        check_missing=True,
        effects_missing=True,
        holder="Atelier Lumen",
        sought_dates=47,
    )
    words = usual_words(answer, known, language)
    assert "Alix Martin" in words
    assert ("Atelier Lumen" in words) == (answer == UsualAnswer.HOLDER)
    assert ("47" in words) == (answer == UsualAnswer.SEARCH)


def test_the_case_holds_the_messages(request_):
    says(request_)
    (row,) = case_of_request(request_.pk).messages
    assert (row.by, row.text, row.seen_at) == (None, "Are you there?", None)


def end(request: TransferRequest) -> None:
    states.move(
        request,
        list(request.services.all()),
        RequestState.REFUSED,
        now=NOW,
        actor="user:1",
        event="refused",
    )
