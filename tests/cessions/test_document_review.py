"""Documents are seen and judged on one page; identity documents leave a trace (D4, D5, D6, L1)."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from PIL import Image, ImageChops

from cessions.enums import DocumentKind, DocumentState, RequestState
from cessions.models import CaseComment, Document
from cessions.policies.checklist import GUARDED_KINDS, IDENTITY_KINDS
from cessions.services.looks import ONE_LOOK
from cessions.services.review import accept_document
from hosting.lib import clock
from hosting.records.enums import FileProblem, ScanState
from hosting.records.models import JournalEntry, OutgoingMail, StoredFile
from tests.cessions.cases import RIPE, fresh_case
from tests.cessions.documents import IN_AN_INVOICE, ON_A_CARD, a_paper, read
from tests.factories import FilingFactory, UserFactory

pytestmark = pytest.mark.django_db
LATER = "2030-01-01"


@pytest.fixture(autouse=True)
def _now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: RIPE)
    monkeypatch.setattr("hosting.lib.admin.now", lambda: RIPE)


@pytest.fixture
def sign_in(client):
    def signed_in(**fields):
        user = UserFactory(**fields)
        client.force_login(user, backend="accounts.backends.SessionBackend")
        return user

    return signed_in


@pytest.fixture
def request_():
    return fresh_case()


def url(document, name="review", *more):
    return reverse(f"admin:cessions_document_{name}", args=[document.pk, *more])


def seen(answer) -> Image.Image:
    return Image.open(BytesIO(answer.content)).convert("RGB")


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def every_address(document) -> list[str]:
    return [url(document), url(document, "page", 1), url(document, "original")]


# -- Who may look -----------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [{}, {"is_staff": True}, {"is_superuser": True, "is_staff": True}])
@pytest.mark.parametrize("kind", [DocumentKind.OWNER_IDENTITY, DocumentKind.INVOICE])
def test_who_is_in_no_group_sees_no_document(client, sign_in, request_, who, kind):
    sign_in(**who)
    document = a_paper(request_, kind)
    for address in every_address(document):
        assert client.get(address).status_code in (302, 403), address
        assert client.post(address, {"reason": "Because."}).status_code in (302, 403, 405)
    assert not JournalEntry.objects.filter(event__startswith="document_o").exists()


def test_nobody_sees_a_document_without_signing_in(client, request_):
    for address in every_address(a_paper(request_)):
        answer = client.get(address)
        assert answer.status_code == 302
        assert "login" in answer["Location"] or "connexion" in answer["Location"]


def test_what_is_not_there_and_what_was_never_received_is_not_found(client, sign_in, request_):
    sign_in(supervisor=True)
    document = a_paper(request_)
    for address in every_address(document):
        assert client.get(address.replace(f"/{document.pk}/", "/99999999/")).status_code == 404
    for page in (0, 2, 99999999):
        assert client.get(url(document, "page", page)).status_code == 404
    draft = Document.objects.create(
        filing=FilingFactory(), kind="invoice", file=document.file, added_at=RIPE
    )
    for address in every_address(draft):
        assert client.get(address).status_code == 404


# -- What is seen -------------------------------------------------------------------------------------


def test_a_page_is_a_picture_that_runs_nothing_and_that_no_other_site_shows(
    client, sign_in, request_
):
    sign_in(support=True)
    for kind in (DocumentKind.OWNER_IDENTITY, DocumentKind.INVOICE):
        answer = client.get(url(a_paper(request_, kind), "page", 1))
        assert answer.status_code == 200
        assert answer["Content-Type"] == "image/jpeg"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Disposition"] == 'inline; filename="page-1.jpg"'
        assert "sandbox" in answer["Content-Security-Policy"]
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
        kept = "no-store" not in answer["Cache-Control"]
        assert kept is (kind == DocumentKind.INVOICE)
        assert "private" in answer["Cache-Control"]
        assert client.post(url(a_paper(request_, kind), "page", 1)).status_code == 405


def test_identity_documents_bear_a_watermark_with_case_purpose_viewer_and_time(
    client, sign_in, request_, monkeypatch, settings
):
    """In the language of the house: pictures in several languages laid over each other would lose it."""
    user = sign_in(support=True)
    with translation.override(settings.LANGUAGE_CODE):
        purpose = translation.gettext("check of a transfer")
    drawn = []
    draw = "hosting.lib.pageimages.draw_page"
    monkeypatch.setattr(draw, lambda *_args, **more: drawn.append(more["watermark"]) or b"picture")
    for kind in DocumentKind.values:
        drawn.clear()
        assert client.get(url(a_paper(request_, kind), "page", 1)).status_code == 200
        (mark,) = drawn
        assert bool(mark) is (kind in GUARDED_KINDS)
        if mark:
            words = " ".join(mark)
            for part in (request_.filing.number, purpose, user.full_name, "11:00"):
                assert part in words
    assert IDENTITY_KINDS < GUARDED_KINDS


def test_the_watermark_is_really_in_the_picture(client, sign_in, request_):
    sign_in(support=True)
    content = a_paper(request_, DocumentKind.INVOICE)
    plain = seen(client.get(url(content, "page", 1)))
    Document.objects.filter(pk=content.pk).update(kind=DocumentKind.OWNER_IDENTITY)
    marked = seen(client.get(url(content, "page", 1)))
    changed = ImageChops.difference(plain, marked).convert("L").histogram()
    assert sum(changed[24:]) > plain.width * plain.height * 0.02


def test_a_page_can_be_turned(client, sign_in, request_):
    sign_in(support=True)
    document = a_paper(request_)
    straight = seen(client.get(url(document, "page", 1)))
    turned = seen(client.get(url(document, "page", 1), {"turn": "90"}))
    assert turned.size == straight.size[::-1]
    for rubbish in ("45", "-90", "x", "²", "9" * 5000):
        assert seen(client.get(url(document, "page", 1), {"turn": rubbish})).size == straight.size
        assert client.get(url(document), {"turn": rubbish}).status_code == 200


@pytest.mark.parametrize("content", [b"%PDF-1.7 nothing of the kind", b"%PDF-1.4\n" + b"\0" * 999])
def test_a_hostile_pdf_is_said_in_words(client, sign_in, request_, content):
    sign_in(support=True)
    document = a_paper(request_, content=content, content_type="application/pdf")
    assert "cannot be shown" in text(client.get(url(document)))
    answer = client.get(url(document, "page", 1))
    assert (answer.status_code, answer["Content-Type"]) == (422, "text/plain; charset=utf-8")
    StoredFile.objects.update(pages=3)
    assert client.get(url(document)).status_code == 200
    assert client.get(url(document, "page", 2)).status_code == 422


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"scan_state": ScanState.NOT_SCANNED}, "has not been checked yet"),
        ({"scan_state": ScanState.INFECTED, "found": "Eicar"}, "Malware found: Eicar"),
        (
            {"scan_state": ScanState.REFUSED, "problem": FileProblem.ENCRYPTED},
            "protected by a password",
        ),
        ({"destroyed_at": RIPE}, "was destroyed on"),
    ],
)
def test_what_nobody_can_open_is_said_in_words_and_can_be_refused_unseen(
    client, sign_in, request_, fields, words
):
    sign_in(supervisor=True)
    document = a_paper(request_, DocumentKind.OWNER_IDENTITY)
    StoredFile.objects.update(**fields)
    page = text(client.get(url(document)))
    assert words in page
    assert "<img src" not in page.partition("review-document")[2]
    assert 'value="accept"' not in page
    assert client.get(url(document, "page", 1)).status_code == 404
    assert client.get(url(document, "original")).status_code == 404
    client.post(url(document), {"do": "accept", "valid_until": LATER})
    assert Document.objects.get().state == DocumentState.TO_REVIEW
    assert not JournalEntry.objects.filter(event="document_opened").exists()
    client.post(url(document), {"do": "refuse", "usual": "not_safe"})
    assert Document.objects.get().state == DocumentState.REFUSED


def test_a_file_of_many_pages_shows_the_first_and_says_how_many_are_left(
    client, sign_in, request_, settings
):
    settings.UPLOAD_MAX_PAGES = 60  # lowered after it came
    sign_in(support=True)
    document = a_paper(request_, content_type="application/pdf")
    StoredFile.objects.update(pages=62)
    answer = client.get(url(document))
    assert len(answer.context["pages"]) == 60
    assert "2 further pages are not shown" in text(answer)


# -- The journal --------------------------------------------------------------------------------------


def test_each_look_at_an_identity_document_is_journalled_once_a_sitting(
    client, sign_in, request_, monkeypatch
):
    user = sign_in(support=True)
    document = a_paper(request_, DocumentKind.OWNER_IDENTITY)
    other = a_paper(request_, DocumentKind.CLAIMANT_IDENTITY)
    looks = JournalEntry.objects.filter(event="document_opened").order_by("pk")
    for address in (url(document), url(document, "page", 1), url(document)):
        client.get(address)
    entry = looks.get()
    assert (entry.facts["document"], entry.actor) == (document.pk, f"user:{user.pk}")
    client.get(url(other))
    assert looks.count() == 2
    colleague = sign_in(supervisor=True)
    client.get(url(document, "page", 1))
    assert looks.filter(actor=f"user:{colleague.pk}").count() == 1
    monkeypatch.setattr(clock, "now", lambda: RIPE + ONE_LOOK)
    client.get(url(document, "page", 1))
    assert looks.filter(actor=f"user:{colleague.pk}").count() == 2


def test_a_picture_asked_for_by_its_address_leaves_the_same_trace(client, sign_in, request_):
    sign_in(support=True)
    client.get(url(a_paper(request_, DocumentKind.OWNER_AUTHORITY), "page", 1))
    assert JournalEntry.objects.filter(event="document_opened").count() == 1


def test_other_documents_leave_no_trace(client, sign_in, request_):
    sign_in(support=True)
    document = a_paper(request_)
    for address in every_address(document):
        answer = client.get(address)
        if answer.streaming:
            b"".join(answer.streaming_content)
    assert not JournalEntry.objects.filter(event__startswith="document_o").exists()


# -- The original ---------------------------------------------------------------------------------------


def test_staff_open_the_original_of_what_proves_no_identity(client, sign_in, request_):
    sign_in(support=True)
    answer = client.get(url(a_paper(request_), "original"))
    assert b"".join(answer.streaming_content).startswith(b"\x89PNG")
    assert answer["Content-Disposition"].startswith("inline")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("kind", sorted(GUARDED_KINDS))
def test_support_has_no_original_of_an_identity_document(client, sign_in, request_, kind):
    sign_in(support=True)
    document = a_paper(request_, kind)
    assert client.get(url(document, "original")).status_code == 403
    assert client.post(url(document, "original"), {"reason": "I am curious."}).status_code == 403
    assert "Only a supervisor can take the original" in text(client.get(url(document)))
    assert not JournalEntry.objects.filter(event="document_original_taken").exists()


def test_a_supervisor_takes_the_original_by_a_post_with_a_reason_that_is_kept(
    client, sign_in, request_
):
    user = sign_in(supervisor=True)
    document = a_paper(request_, DocumentKind.OWNER_IDENTITY)
    form = client.get(url(document, "original"))
    assert form["Content-Type"].startswith("text/html")
    without = client.post(url(document, "original"), {"reason": "  "})
    assert without["Content-Type"].startswith("text/html")
    assert not JournalEntry.objects.filter(event="document_original_taken").exists()
    answer = client.post(url(document, "original"), {"reason": "The police asks for it."})
    assert b"".join(answer.streaming_content).startswith(b"\x89PNG")
    assert answer["Content-Disposition"].startswith("attachment")
    assert "no-store" in answer["Cache-Control"]
    entry = JournalEntry.objects.get(event="document_original_taken")
    comment = CaseComment.objects.get()
    assert (entry.actor, entry.facts["document"]) == (f"user:{user.pk}", document.pk)
    assert (entry.facts["comment"], comment.author) == (comment.pk, user)
    assert comment.text == "The police asks for it."
    assert "police" not in str(entry.facts)


# -- The page -----------------------------------------------------------------------------------------


def test_the_rule_stands_beside_the_document_with_what_the_file_says(client, sign_in, request_):
    sign_in(support=True)
    answer = client.get(url(a_paper(request_, DocumentKind.OWNER_IDENTITY)))
    (rule,) = answer.context["rules"]
    assert rule["line"].kind == DocumentKind.OWNER_IDENTITY
    assert str(rule["line"].help) in text(answer).replace("&#x27;", "'")
    wanted = dict(answer.context["wanted"])
    assert wanted["Trade name"] == request_.account.trade_name
    assert wanted["Registration number"] == request_.account.registration_number
    assert wanted["Holder"] == request_.account.full_name
    assert wanted["Claimant"] == request_.filing.full_name
    assert request_.services.get().display_name in wanted["Services"]


def test_of_a_name_that_is_not_here_no_account_is_shown(client, sign_in):
    """T4."""
    sign_in(support=True)
    answer = client.get(url(a_paper(fresh_case(unknown=True))))
    assert "Trade name" not in dict(answer.context["wanted"])


def test_findings_are_said_in_words_and_marked_on_the_page(client, sign_in, request_):
    sign_in(support=True)
    document = a_paper(request_)
    read(document, IN_AN_INVOICE)
    page = text(client.get(url(document)))
    assert "Something like it stands in the document: Camille Durond." in page
    assert "nearly, 93" in page
    assert "lumen.example was not found in the text." in page
    assert "1,120.00" in page
    assert page.count("<rect ") == 5
    assert '<rect x="0.0960" y="0.2970" width="0.3080" height="0.0560"' in page
    assert "style=" not in page.partition("review-document")[2]


def test_marks_are_written_for_browsers_in_every_language(client, sign_in, request_):
    sign_in(support=True)
    document = a_paper(request_)
    read(document, IN_AN_INVOICE)
    page = text(client.get(url(document), headers={"accept-language": "fr"}))
    assert '<rect x="0.0960"' in page
    assert "31 mai 2026" in page


def test_the_page_says_why_nothing_was_found(client, sign_in, request_):
    sign_in(support=True)
    document = a_paper(request_)
    assert "No machine has read this document" in text(client.get(url(document)))
    Document.objects.update(next_read_at=RIPE)
    assert "about to read" in text(client.get(url(document)))
    Document.objects.update(next_read_at=None)
    reading = read(document, problem="no_ocr")
    assert "no program that reads pictures" in text(client.get(url(document)))
    reading.findings, reading.erased_at = {}, RIPE
    reading.save()
    assert "has been erased" in text(client.get(url(document)))


@pytest.mark.usefixtures("english")
def test_staff_have_a_document_read_again_by_a_post(client, sign_in, request_):
    document = a_paper(request_, DocumentKind.INVOICE)
    sign_in(support=True)
    assert url(document, "read") in text(client.get(url(document)))
    assert client.get(url(document, "read")).status_code == 405
    assert client.post(url(document, "read")).url == url(document)
    document.refresh_from_db()
    assert document.next_read_at == RIPE
    StoredFile.objects.update(scan_state=ScanState.INFECTED)
    assert url(document, "read") not in text(client.get(url(document)))


def test_a_date_that_was_read_is_offered_and_never_filled_in_by_itself(client, sign_in, request_):
    sign_in(support=True)
    document = a_paper(request_, DocumentKind.OWNER_IDENTITY)
    read(document, ON_A_CARD)
    answer = client.get(url(document))
    assert f"Take {date_format(date(2031, 3, 12), 'DATE_FORMAT')}, read by a machine" in text(
        answer
    )
    assert answer.context["accept"]["valid_until"].value() is None
    taken = client.get(url(document), {"valid_until": "2031-03-12"})
    assert taken.context["accept"]["valid_until"].value() == date(2031, 3, 12)
    assert client.get(url(document), {"valid_until": "x", "issued_on": "\0"}).status_code == 200


def test_the_page_takes_a_bounded_number_of_queries(
    client, sign_in, request_, django_assert_max_num_queries
):
    sign_in(support=True)
    document = a_paper(request_, DocumentKind.OWNER_IDENTITY)
    for kind in DocumentKind.values:
        a_paper(request_, kind)
    read(document, ON_A_CARD)
    client.get(url(document))
    with django_assert_max_num_queries(9):
        client.get(url(document))


# -- Judging --------------------------------------------------------------------------------------------


def test_a_judgement_leads_to_the_next_document_and_at_last_to_the_case(client, sign_in, request_):
    user = sign_in(support=True)
    first, second = a_paper(request_, DocumentKind.OWNER_IDENTITY), a_paper(request_)
    third = a_paper(request_, DocumentKind.PAYMENT_PROOF)
    answer = client.post(url(second), {"do": "accept", "has_statement": "on", "remark": "Good"})
    assert answer["Location"] == url(third)
    answer = client.post(
        url(third), {"do": "refuse", "refusal": "incomplete", "reason": "Page 2 is missing."}
    )
    assert answer["Location"] == url(first)
    answer = client.post(url(first), {"do": "accept", "valid_until": LATER})
    case = reverse("admin:cessions_transferrequest_change", args=[request_.pk])
    assert answer["Location"] == f"{case}#documents"
    for document in (first, second, third):
        document.refresh_from_db()
    assert (first.state, first.reviewed_by) == (DocumentState.ACCEPTED, user)
    assert (second.has_statement, second.reason) == (True, "Good")
    assert (third.state, third.reason) == (DocumentState.REFUSED, "Page 2 is missing.")


def test_a_usual_reason_is_told_in_the_claimants_language(client, sign_in):
    sign_in(support=True)
    request = fresh_case(filing=FilingFactory(language="fr", email="client@mail.example"))
    document = a_paper(request, DocumentKind.OWNER_IDENTITY)
    words = {
        each.key: each.said for each in client.get(url(document)).context["refuse"].ready_words
    }
    client.post(url(document), {"do": "refuse", "usual": "expired"})
    document.refresh_from_db()
    assert (document.refusal, document.reason) == ("outdated", words["expired"])
    assert words["expired"] in OutgoingMail.objects.get().text.replace("\n", " ")


def test_what_staff_wrote_wins_over_the_usual_reason(client, sign_in, request_):
    sign_in(support=True)
    document = a_paper(request_)
    client.post(
        url(document),
        {"do": "refuse", "usual": "cut_off", "refusal": "incorrect", "reason": "It is a recipe."},
    )
    document.refresh_from_db()
    assert (document.refusal, document.reason) == ("incorrect", "It is a recipe.")


@pytest.mark.parametrize("data", [{}, {"refusal": "incorrect"}, {"reason": "No."}, {"usual": "x"}])
def test_without_a_kind_and_a_reason_nothing_is_refused(client, sign_in, request_, data):
    sign_in(support=True)
    document = a_paper(request_)
    answer = client.post(url(document), {"do": "refuse", **data})
    assert answer.status_code == 200
    assert Document.objects.get().state == DocumentState.TO_REVIEW
    assert data.get("reason", "") in text(answer)


def test_dates_that_do_not_hold_are_refused_and_what_was_typed_stays(client, sign_in, request_):
    sign_in(support=True)
    document = a_paper(request_, DocumentKind.OWNER_IDENTITY)
    for day in ("", "2026-01-01", "soon"):
        answer = client.post(url(document), {"do": "accept", "valid_until": day, "remark": "Seen"})
        assert answer.status_code == 200
        assert "Seen" in text(answer)
    assert Document.objects.get().state == DocumentState.TO_REVIEW
    assert client.post(url(document), {"do": "nothing"}).status_code == 200


def test_whoever_judged_it_meanwhile_is_not_overruled_unseen(client, sign_in, request_):
    sign_in(support=True)
    document = a_paper(request_)
    mark = client.get(url(document)).context["refuse"]["seen"].value()
    accept_document(document.pk, by=UserFactory(support=True), now=RIPE - timedelta(minutes=1))
    data = {"do": "refuse", "usual": "cut_off", "seen": mark}
    answer = client.post(url(document), data)
    assert "changed meanwhile" in text(answer)
    assert Document.objects.get().state == DocumentState.ACCEPTED


def test_documents_of_a_case_that_is_over_are_seen_and_not_judged(client, sign_in):
    sign_in(support=True)
    document = a_paper(fresh_case(state=RequestState.WITHDRAWN, ended_at=RIPE))
    assert 'name="do"' not in text(client.get(url(document)))
    client.post(url(document), {"do": "accept"})
    assert Document.objects.get().state == DocumentState.TO_REVIEW


# -- The ways to it ---------------------------------------------------------------------------------------


def test_the_case_leads_to_each_document_and_says_in_short_what_was_found(
    client, sign_in, request_
):
    sign_in(support=True)
    document, waiting = a_paper(request_), a_paper(request_)
    read(document, IN_AN_INVOICE)
    Document.objects.filter(pk=waiting.pk).update(next_read_at=RIPE)
    page = text(client.get(reverse("admin:cessions_transferrequest_change", args=[request_.pk])))
    assert url(document) in page
    assert "3 of 3 names found · service not named" in page
    assert "being read by a machine" in page


def test_the_list_shows_what_waits_longest_first_and_the_start_page_counts_it(
    client, sign_in, request_
):
    sign_in(support=True)
    late = a_paper(request_, added_at=RIPE)
    early = a_paper(request_, DocumentKind.CONTRACT)
    a_paper(fresh_case(state=RequestState.REFUSED, ended_at=RIPE))
    address = reverse("admin:cessions_document_changelist") + "?to_review=yes"
    rows = client.get(address).context["cl"].result_list
    assert [row.pk for row in rows] == [early.pk, late.pk]
    start = client.get("/admin/")
    counted = {str(each.words): (each.count, each.url) for each in start.context["waiting"]}
    assert counted["Documents to check"] == (2, address)
    change = reverse("admin:cessions_document_change", args=[early.pk])
    assert client.get(change)["Location"] == url(early)
    assert client.get("/admin/cessions/document/x/change/").status_code == 404


# -- Another kind than it was sent as ----------------------------------------------------------------------


def test_d6_a_card_sent_as_an_invoice_gets_its_watermark_once_staff_say_what_it_is(
    client, sign_in, request_
):
    sign_in(support=True)
    document = a_paper(request_, DocumentKind.INVOICE)
    plain = seen(client.get(url(document, "page", 1)))
    page = client.get(url(document))
    posted = {"do": "kind", "kind": DocumentKind.CLAIMANT_IDENTITY}
    posted["seen"] = page.context["other_kind"]["seen"].value()
    assert client.post(url(document), posted).url == url(document)
    marked = seen(client.get(url(document, "page", 1)))
    assert ImageChops.difference(plain, marked).getbbox()
    assert client.get(url(document, "original")).status_code == 403
    choices = dict(client.get(url(document)).context["other_kind"].fields["kind"].choices)
    assert set(choices) == GUARDED_KINDS - {DocumentKind.CLAIMANT_IDENTITY}


def test_d5_reading_again_is_offered_once_the_first_reading_is_over(client, sign_in, request_):
    sign_in(support=True)
    document = a_paper(request_)
    assert url(document, "read") in text(client.get(url(document)))
    Document.objects.update(next_read_at=RIPE)
    assert url(document, "read") not in text(client.get(url(document)))
