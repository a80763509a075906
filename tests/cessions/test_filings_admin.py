"""Staff's pages of the filings (T2, T3, T6, X4)."""

from datetime import UTC, datetime, timedelta

import pytest

from cessions.enums import FilingOrigin, FilingState, RequestState
from cessions.models import Filing
from cessions.services import questions, reception
from hosting.lib import clock
from hosting.records.models import JournalEntry, OutgoingMail
from tests.cessions.samples import claim, pdf
from tests.factories import DraftFactory, ServiceFactory, UserFactory

pytestmark = pytest.mark.django_db
LIST = "/admin/cessions/filing/"
BACKEND = "accounts.backends.SessionBackend"


@pytest.fixture
def staff():
    return UserFactory(support=True)


@pytest.fixture
def desk(client, staff):
    client.force_login(staff, backend=BACKEND)
    return client


@pytest.fixture
def waiting():
    return DraftFactory(unconfirmed=True, expires_at=clock.now() + timedelta(days=9))


@pytest.fixture
def received(waiting):
    return reception.confirm(waiting, now=clock.now())


def text(response) -> str:
    return response.content.decode()


def test_drafts_stay_out_of_sight(desk, waiting):
    draft = DraftFactory(email="secret@mail.example")
    listed = text(desk.get(LIST))
    assert waiting.number in listed
    assert "secret@mail.example" not in listed
    assert desk.get(f"{LIST}{draft.pk}/change/").status_code == 404


def test_a_filing_is_found_by_number_and_address(desk, waiting):
    for term in (waiting.number, waiting.email.upper()):
        assert waiting.email in text(desk.get(LIST, {"q": term}))


def test_people_without_the_role_see_nothing(client, waiting):
    client.force_login(UserFactory(is_staff=True), backend=BACKEND)
    assert client.get(f"{LIST}{waiting.pk}/change/").status_code in (302, 403)
    client.post(f"{LIST}{waiting.pk}/confirm/", {"how": "telephone"})
    waiting.refresh_from_db()
    assert waiting.state == FilingState.UNCONFIRMED


def test_a_dead_mailbox_is_confirmed_by_telephone_by_a_named_person(desk, waiting, staff):
    assert f"{LIST}{waiting.pk}/confirm/" in text(desk.get(f"{LIST}{waiting.pk}/change/"))
    desk.post(f"{LIST}{waiting.pk}/confirm/", {"how": "telephone"})
    waiting.refresh_from_db()
    assert (waiting.state, waiting.confirmed_by) == (FilingState.CONFIRMED, staff)
    again = desk.post(f"{LIST}{waiting.pk}/confirm/", {"how": "telephone"})
    assert again.status_code == 200
    assert "no longer possible" in text(again)


def test_a_mistyped_address_is_corrected_before_the_confirmation_only(desk, waiting):
    desk.post(f"{LIST}{waiting.pk}/address/", {"email": "right@mail.example"})
    waiting.refresh_from_db()
    assert waiting.email == "right@mail.example"
    reception.confirm(waiting, now=clock.now())
    desk.post(f"{LIST}{waiting.pk}/address/", {"email": "late@mail.example"})
    waiting.refresh_from_db()
    assert waiting.email == "right@mail.example"


def test_the_link_is_sent_again(desk, received):
    desk.post(f"{LIST}{received.pk}/resend/")
    assert OutgoingMail.objects.filter(kind="cession_link").count() == 1


def test_a_scanned_document_is_added_by_staff(desk, received, staff):
    desk.post(f"{LIST}{received.pk}/document/", {"kind": "invoice", "file": pdf()})
    assert received.documents.get().kind == "invoice"
    assert JournalEntry.objects.get(event="document_added").actor == f"user:{staff.pk}"


def test_a_signed_acceptance_is_recorded(desk, received):
    desk.post(f"{LIST}{received.pk}/accept/", {"signed": "on"})
    accepted = set(received.consents.values_list("notice", flat=True))
    assert accepted == {"filing-terms", "transfer-effects"}


def test_an_answer_by_telephone_is_recorded(desk, received, staff):
    question = questions.ask_claimant(received, "Which site?", by=staff, now=clock.now())
    page = f"{LIST}{received.pk}/answer/{question.pk}/"
    assert page in text(desk.get(f"{LIST}{received.pk}/change/"))
    desk.post(page, {"answer": "The shop."})
    question.refresh_from_db()
    assert question.answer == "The shop."
    assert desk.get(page).status_code == 404


def test_staff_withdraw_for_a_claimant_who_asks_by_telephone(desk, received, staff):
    desk.post(f"{LIST}{received.pk}/withdraw/", {"sure": "on"})
    assert received.requests.get().state == RequestState.WITHDRAWN
    assert JournalEntry.objects.get(event="filing_withdrawn").actor == f"user:{staff.pk}"


def entry(**changes: str) -> dict[str, str]:
    arrived = datetime.now(UTC) - timedelta(hours=5)
    return {
        "origin": "letter",
        "arrived_at": arrived.strftime("%Y-%m-%dT%H:%M"),
        "language": "de",
        "full_name": "Erika Muster",
        "event": "unknown",
        "domains": "https://Beispiel.DE/\nCafé.fr",
        "others": "Postfach 7",
        **changes,
    }


def test_a_letter_is_entered_as_the_same_case(desk, staff):
    ServiceFactory(name="beispiel.de")
    assert desk.get(f"{LIST}add/").status_code == 200
    desk.post(f"{LIST}add/", entry())
    filing = Filing.objects.get()
    assert (filing.origin, filing.entered_by) == (FilingOrigin.LETTER, staff)
    assert [service.name for service in filing.services.all()] == [
        "beispiel.de",
        "xn--caf-dma.fr",
        "Postfach 7",
    ]
    assert filing.requests.count() == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"domains": "not a name"},
        {"domains": "", "others": ""},
        {"arrived_at": "soon"},
        {"arrived_at": "0001-01-01T00:00"},
    ],
)
def test_an_entry_that_cannot_be_read_keeps_what_was_typed(desk, changes):
    answer = desk.post(f"{LIST}add/", entry(**changes))
    assert answer.status_code == 200
    assert "Erika Muster" in text(answer)
    assert not Filing.objects.exists()


def test_a_wrong_entry_is_entered_anew_from_what_it_holds(desk, staff):
    now = clock.now()
    wrong = reception.enter(
        claim("exmaple.fr", full_name="Erika Muster"),
        origin=FilingOrigin.LETTER,
        arrived_at=now,
        by=staff,
        now=now,
    )
    page = f"{LIST}{wrong.pk}/anew/"
    assert "Erika Muster" in text(desk.get(page))
    desk.post(page, entry(domains="example.fr", others=""))
    right = Filing.objects.get(entered_anew_from=wrong)
    assert wrong.requests.get().state == RequestState.WITHDRAWN
    assert right.requests.get().is_open
    assert right.number in text(desk.get(f"{LIST}{wrong.pk}/change/"))


def test_the_verbs_offered_are_those_that_are_possible(desk, waiting):
    shown = text(desk.get(f"{LIST}{waiting.pk}/change/"))
    assert "/withdraw/" not in shown
    reception.confirm(waiting, now=clock.now())
    shown = text(desk.get(f"{LIST}{waiting.pk}/change/"))
    assert "/withdraw/" in shown
    assert "/confirm/" not in shown
    assert "/anew/" not in shown
