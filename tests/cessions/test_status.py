"""The private status page (T4, T5, T6, D4, X4, A10)."""

import re
from datetime import UTC, datetime

import pytest
import time_machine

from cessions.enums import (
    ChallengeKind,
    DecisionKind,
    DecisionState,
    DocumentKind,
    DocumentState,
    LetterKind,
    RequestState,
)
from cessions.models import Consent, Decision, Document, Filing, Letter
from cessions.services import challenges, conversation, documents, questions, states
from hosting.records.models import OutgoingMail
from hosting.records.services import store_upload
from tests.cessions.samples import pdf
from tests.cessions.visitor import file_and_confirm
from tests.factories import CustomerAccountFactory, ServiceFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _day():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def page(client) -> str:
    ServiceFactory(name="example.fr")
    return file_and_confirm(client)


def text(response) -> str:
    return response.content.decode()


def test_it_tells_the_number_the_dates_and_the_earliest_decision(client, page):
    shown = text(client.get(page))
    assert Filing.objects.get().number in shown
    assert 'datetime="2026-06-09T11:00:00+02:00"' in shown
    assert 'datetime="2026-06-20T00:00:00+02:00"' in shown


def test_it_costs_at_most_three_queries(client, page, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        client.get(page)


def test_a_missing_document_is_named_and_sent_in_one_step(client, page):
    assert 'value="upload:owner_identity"' in text(client.get(page))
    answer = client.post(page, {"do": "upload:owner_identity", "file": pdf("id.pdf")}, follow=True)
    assert Document.objects.get().kind == DocumentKind.OWNER_IDENTITY
    assert 'value="upload:owner_identity"' not in text(answer)
    assert "id.pdf" in text(answer)


def test_a_refused_document_shows_its_reason_and_is_replaced_in_one_step(client, page):
    document = documents.add_document(
        Filing.objects.get(), pdf("old.pdf"), kind=DocumentKind.OWNER_IDENTITY, now=NOW
    )
    Document.objects.filter(pk=document.pk).update(
        state=DocumentState.REFUSED,
        refusal="outdated",
        reason="It ended in 2019.",
        reviewed_by=UserFactory(),
        reviewed_at=NOW,
    )
    assert "It ended in 2019." in text(client.get(page))
    answer = client.post(
        page, {"do": f"replace:{document.pk}", "file": pdf("new.pdf")}, follow=True
    )
    folded = re.search(r"An earlier copy.*?</details>", text(answer), re.DOTALL)
    assert folded is not None
    assert "old.pdf" in folded[0]
    assert "old.pdf" not in text(answer).replace(folded[0], "")


def test_nobody_replaces_a_document_of_another_case(client, page):
    other = documents.add_document(Filing.objects.get(), pdf(), kind=DocumentKind.INVOICE, now=NOW)
    second = file_and_confirm(client, service_name=["other.fr"])
    client.post(second, {"do": f"replace:{other.pk}", "file": pdf()})
    other.refresh_from_db()
    assert other.state == DocumentState.TO_REVIEW


def test_a_question_is_shown_and_answered(client, page):
    filing = Filing.objects.get()
    question = questions.ask_claimant(filing, "Which colour?", by=UserFactory(), now=NOW)
    assert "Which colour?" in text(client.get(page))
    assert client.post(page, {"do": f"answer:{question.pk}", "text": " "}).status_code == 422
    client.post(page, {"do": f"answer:{question.pk}", "text": "Green"})
    question.refresh_from_db()
    assert question.answer == "Green"


def test_t6_an_answer_typed_before_a_document_was_sent_is_not_lost(client, page):
    filing = Filing.objects.get()
    question = questions.ask_claimant(filing, "Who paid, and how?", by=UserFactory(), now=NOW)
    client.post(page, {"do": "upload:payment_proof", "file": pdf()})
    for _twice in range(2):
        client.post(page, {"do": f"answer:{question.pk}", "text": "My bookkeeper"})
    assert [message.text for message in filing.messages.all()] == ["My bookkeeper"]


def test_t6_the_same_answer_sent_twice_is_one_answer(client, page):
    filing = Filing.objects.get()
    question = questions.ask_claimant(filing, "Which colour?", by=UserFactory(), now=NOW)
    for _twice in range(2):
        client.post(page, {"do": f"answer:{question.pk}", "text": "Green"})
    assert not filing.messages.exists()


def test_the_effects_are_accepted_by_a_ticked_box(client, page):
    shown = re.search(r'name="notices" value="([^"]+)"', text(client.get(page)))[1]
    assert shown == "transfer-effects:1"
    assert client.post(page, {"do": "accept", "notices": shown}).status_code == 422
    client.post(page, {"do": "accept", "notices": shown, "agree": "on"})
    assert Consent.objects.filter(notice="transfer-effects", version=1).exists()
    assert 'value="accept"' not in text(client.get(page))


@pytest.mark.parametrize("notices", ["", "transfer-effects:9", "privacy:x", "transfer-effects"])
def test_nothing_is_accepted_that_was_not_shown(client, page, notices):
    client.post(page, {"do": "accept", "notices": notices, "agree": "on"})
    assert not Consent.objects.filter(notice="transfer-effects").exists()


def test_withdrawing_takes_two_steps_and_ends_everything(client, page):
    assert client.post(page, {"do": "withdraw"}).status_code == 422
    answer = client.post(page, {"do": "withdraw", "sure": "on"}, follow=True)
    assert Filing.objects.get().requests.get().state == RequestState.WITHDRAWN
    assert 'value="withdraw"' not in text(answer)
    late = client.post(page, {"do": "upload:invoice", "file": pdf()}, follow=True)
    assert late.status_code == 200
    assert not Document.objects.exists()


def test_when_the_holder_answered_the_page_says_only_that(client, page):
    request = Filing.objects.get().requests.get()
    states.move(
        request,
        request.services.all(),
        RequestState.HOLDER_REACHED,
        now=NOW,
        actor="holder",
        event="holder_reached",
    )
    shown = text(client.get(page))
    assert "The holder answered us" in shown
    assert 'value="withdraw"' not in shown


def test_a_refusal_shows_its_reason_and_is_contested_once(client, page):
    request = Filing.objects.get().requests.get()
    decision = Decision.objects.create(
        request=request,
        kind=DecisionKind.REFUSAL,
        state=DecisionState.REFUSED,
        decided_by=UserFactory(),
        decided_at=NOW,
        reason="The documents do not fit together.",
    )
    decision.services.set(request.services.all())
    states.move(
        request,
        request.services.all(),
        RequestState.REFUSED,
        now=NOW,
        actor="user:1",
        event="refused",
    )
    shown = text(client.get(page))
    assert "The documents do not fit together." in shown
    contest = f"contest:{decision.pk}"
    assert f'value="{contest}"' in shown
    assert client.post(page, {"do": contest}).status_code == 422
    after = text(client.post(page, {"do": contest, "text": "They do fit."}, follow=True))
    decision.refresh_from_db()
    assert decision.contest_text == "They do fit."
    assert contest not in after


def test_a_letter_to_the_claimant_is_read_from_his_page_and_no_other_letter(client, page):
    filing = Filing.objects.get()
    letters = {}
    for kind in (LetterKind.REFUSED, LetterKind.EXECUTED_HOLDER):
        letters[kind] = Letter.objects.create(
            filing=filing,
            request=filing.requests.get(),
            kind=kind,
            language="en",
            queued_at=NOW,
            made_at=NOW,
            file=store_upload(pdf(), now=NOW),
        )
    shown = text(client.get(page))
    own = f"{page}lettre/{letters[LetterKind.REFUSED].pk}/"
    assert own in shown
    assert "lettre" not in shown.replace(own, "")
    answer = client.get(own)
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert client.get(f"{page}lettre/{letters[LetterKind.EXECUTED_HOLDER].pk}/").status_code == 404


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"do": "upload"},
        {"do": "upload:nonsense"},
        {"do": "replace:"},
        {"do": "replace:99999999999999999999"},
        {"do": "answer:x", "text": "a\0b"},
        {"do": "answer:1", "text": "x" * 6000},
        {"do": "message"},
        {"do": "message", "text": " \0 "},
        {"do": "message", "text": "x" * 6000},
        {"do": "begin"},
        {"do": "begin:dns"},
        {"do": "begin:dns-99999999999999999999"},
        {"do": "begin:nonsense-1"},
        {"do": "begin:owner_email-1"},
        {"do": "code:²"},
        {"do": "code:1", "text": "AAAA-AAAA"},
        {"do": "check:1"},
        {"do": "tell:1", "text": "x"},
        {"do": "\0"},
    ],
)
def test_rubbish_gets_a_page(client, page, sent):
    assert client.post(page, sent).status_code in (302, 422)


def test_services_of_several_accounts_have_one_page_with_one_number(client):
    for name in ("one.fr", "two.fr"):
        ServiceFactory(name=name, account=CustomerAccountFactory(trade_name=f"Agence {name}"))
    shown = text(
        client.get(
            file_and_confirm(
                client, service_name=["one.fr", "two.fr"], service_kind=["domain", "domain"]
            )
        )
    )
    filing = Filing.objects.get()
    assert filing.requests.count() == 2
    assert f"{filing.number}-" not in shown
    assert "Agence" not in shown


def test_hosted_and_unknown_names_differ_in_nothing_but_what_was_typed(client):
    """Page and mails, after checks were begun and messages written, too (T4, V2)."""
    account = CustomerAccountFactory(reachable=True)
    ServiceFactory(name="hosted.fr", account=account)
    seen = {name: all_that_is_seen(client, name) for name in ("hosted.fr", "absent.fr")}
    assert seen["hosted.fr"] == seen["absent.fr"]


def all_that_is_seen(client, name: str) -> list[str]:
    """What the claimant of `name` reads: his page, again after each act of his and of staff, his mails."""
    page = file_and_confirm(client, service_name=[name])
    filing = Filing.objects.latest("number")
    service, staff = filing.services.get(), UserFactory(support=True)
    words = [text(client.get(page))]
    for kind in ("dns", "file"):
        words.append(text(client.post(page, {"do": f"begin:{kind}-{service.pk}"}, follow=True)))
    challenges.begin(
        service,
        ChallengeKind.OWNER_EMAIL,
        now=NOW,
        by=staff,
        target="owner@mail.example",
        source="registry",
    )
    words.append(text(client.post(page, {"do": "message", "text": "Are you there?"}, follow=True)))
    conversation.write_to_claimant(filing.requests.get().pk, text="Yes.", by=staff, now=NOW)
    for row in filing.challenges.order_by("pk"):
        challenges.drop(row, note="The site is off line.", by=staff, now=NOW)
        words.append(text(client.get(page)))
    mails = OutgoingMail.objects.filter(stream=f"case:{filing.pk}").order_by("pk")
    words += [mail.subject + mail.text + mail.html for mail in mails]
    return [plain(word, name) for word in words]


def plain(word: str, name: str) -> str:
    """A page or mail without what differs between any two requests: numbers, links, codes, row ids."""
    differs = (
        r"T2026-\d+",
        r"name=.csrf[^>]*",
        r"\[\[(link|code):[^\]]+\]\]",
        r"/cession/suivi/[^\"]+",
        r"eh-verify(=|%3D)[\w-]+",
        r"(?<=[-_:])\d+(?=[\"_])",
    )
    return re.sub("|".join(differs), "", word).replace(name, "NAME")
