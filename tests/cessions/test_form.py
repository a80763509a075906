"""The public form: nothing is lost, nothing is told, nothing breaks (T1, T3, T4)."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cessions.enums import FilingState
from cessions.models import Consent, Document, Filing, TransferRequest
from cessions.services import intake
from cessions.views import form
from hosting.lib import clock, links
from hosting.models import Notice
from hosting.records.models import OutgoingMail
from hosting.services import notices
from tests.cessions.samples import claim, pdf, photo
from tests.cessions.visitor import answers, file_and_confirm, last_mail, link_in
from tests.factories import ServiceFactory

pytestmark = pytest.mark.django_db


def text(response) -> str:
    return response.content.decode()


@pytest.mark.parametrize("language", ["fr", "de", "en"])
def test_the_form_opens_in_each_language_with_its_notices(language):
    response = Client(headers={"accept-language": language}).get("/cession/")
    assert response.status_code == 200
    for notice in Notice.objects.filter(language=language, code__in=("filing-terms", "privacy")):
        assert notice.title in text(response)


def test_the_form_asks_the_database_nothing_most_of_the_time(client, django_assert_num_queries):
    client.get("/cession/")
    with django_assert_num_queries(0):
        client.get("/cession/")


def test_a_complete_form_is_filed_with_its_documents_and_consents(client):
    given = answers(
        client,
        service_name=["https://www.Café.fr/contact?x=1", "example.org"],
        service_kind=["both", "other"],
        document_owner_identity=photo(),
        document_invoice=[pdf("one.pdf"), photo("two.jpg")],
    )
    response = client.post("/cession/", given)
    filing = Filing.objects.get()
    assert response.status_code == 302
    assert filing.state == FilingState.UNCONFIRMED
    assert [(s.kind, s.name) for s in filing.services.all()] == [
        ("domain", "xn--caf-dma.fr"),
        ("hosting", "xn--caf-dma.fr"),
        ("other", "example.org"),
    ]
    assert sorted(filing.documents.values_list("kind", flat=True)) == [
        "invoice",
        "invoice",
        "owner_identity",
    ]
    assert set(Consent.objects.values_list("notice", "version", "language")) == {
        ("filing-terms", 1, "en"),
        ("privacy", 1, "en"),
    }


def test_reception_is_a_post_on_the_page_of_the_mail_a_look_changes_nothing(client):
    client.post("/cession/", answers(client))
    confirm = link_in(last_mail("cession_confirm"))
    client.get(confirm)
    client.head(confirm)
    assert not TransferRequest.objects.exists()
    status = client.post(confirm)["location"]
    assert client.post(confirm)["location"] == status
    assert client.get(confirm)["location"] == status
    assert TransferRequest.objects.count() == 1
    assert client.get(status).status_code == 200


def test_sending_the_form_twice_files_one_request(client):
    given = answers(client, document_invoice=pdf())
    first = client.post("/cession/", given)
    given["document_invoice"] = pdf()
    second = client.post("/cession/", given)
    assert first["location"] == second["location"]
    assert Filing.objects.count() == Document.objects.count() == OutgoingMail.objects.count() == 1


def test_going_back_and_asking_for_another_service_is_another_request(client):
    given = answers(client)
    first = client.post("/cession/", given)
    second = client.post("/cession/", {**given, "service_name": ["another.fr"]})
    assert first["location"] != second["location"]
    assert Filing.objects.count() == 2


def test_a_form_sent_twice_at_once_files_one_request(client, monkeypatch):
    """The second was under way before the first had written anything."""
    given = answers(client)
    first = client.post("/cession/", given)
    monkeypatch.setattr(form, "filing_of_key", lambda key: None)
    second = client.post("/cession/", given)
    assert second["location"] == first["location"]
    assert Filing.objects.count() == OutgoingMail.objects.count() == 1


def test_a_file_that_is_too_large_is_named_and_the_rest_is_kept(client, settings):
    settings.UPLOAD_MAX_BYTES = 2048
    large = SimpleUploadedFile("large.pdf", pdf().read() + b" " * 4096, "application/pdf")
    response = client.post("/cession/", answers(client, document_invoice=[large, photo()]))
    assert response.status_code == 422
    assert "large.pdf" in text(response)
    assert Document.objects.get().file.original_name == "carte.jpg"


def test_more_files_than_a_browser_sends_get_a_friendly_page(client):
    files = [pdf(f"{number}.pdf") for number in range(101)]
    response = client.post("/cession/", answers(client, document_other=files))
    assert response.status_code == 400
    assert "lang=" in text(response)


def test_valid_files_stay_on_the_draft_when_the_form_has_errors(client):
    given = answers(client, email="not an address", document_invoice=pdf("my-invoice.pdf"))
    response = client.post("/cession/", given)
    assert response.status_code == 422
    page = text(response)
    assert "my-invoice.pdf" in page
    assert "not an address" in page
    assert "I called every week." in page
    action = re.search(r'action="(/cession/brouillon/[^"]+)"', page)[1]
    again = answers(client)
    client.post(action, again)
    filing = Filing.objects.get()
    assert filing.state == FilingState.UNCONFIRMED
    assert filing.documents.get().file.original_name == "my-invoice.pdf"


def test_a_file_that_cannot_be_taken_is_named_and_the_others_are_kept(client):
    bad = pdf("virus.exe")
    bad.file.write(b"")
    bad.file.seek(0)
    bad.file.truncate()
    bad.file.write(b"MZ rubbish")
    bad.size = 10
    bad.file.seek(0)
    given = answers(client, document_invoice=[bad, pdf("good.pdf")])
    response = client.post("/cession/", given)
    assert response.status_code == 422
    assert "virus.exe" in text(response)
    assert Filing.objects.get().state == FilingState.DRAFT
    assert Document.objects.get().file.original_name == "good.pdf"


def test_a_bad_date_is_shown_again_as_typed(client):
    for typed in ("2026-02-31", "yesterday", "9999-01-01", "0001-01-01"):
        response = client.post("/cession/", answers(client, silent_since=typed))
        assert response.status_code == 422
        assert f'value="{typed}"' in text(response)


def test_another_line_is_added_without_javascript_and_nothing_is_scolded(client):
    given = answers(client, do="add", email="")
    response = client.post("/cession/", given)
    page = text(response)
    assert response.status_code == 200
    assert page.count('name="service_name"') == 2
    assert "errorlist" not in page
    assert not Filing.objects.exists()


def test_a_mailbox_inside_the_claimed_domain_is_warned_of_and_may_be_kept(client):
    given = answers(client, email="me@mail.example.fr")
    response = client.post("/cession/", given)
    assert response.status_code == 422
    assert 'name="keep_email"' in text(response)
    assert client.post("/cession/", {**given, "keep_email": "on"}).status_code == 302


def test_a_draft_is_saved_sent_and_resumed(client):
    given = answers(client, do="save", full_name="", silent_since="", accept_terms="")
    response = client.post("/cession/", given)
    assert response.status_code == 302
    link = link_in(last_mail("cession_draft"))
    assert response["location"] == link
    page = text(client.get(link))
    assert 'value="example.fr"' in page
    assert "dominique@mail.example" in page
    sent = client.post(link, answers(client))
    assert sent["location"].startswith("/cession/envoye/")


def test_saving_without_an_address_shows_the_link(client):
    response = client.post("/cession/", answers(client, do="save", email=""), follow=True)
    assert "http://testserver/cession/brouillon/" in text(response)
    assert not OutgoingMail.objects.exists()


def test_a_kept_file_is_taken_off_by_its_button(client):
    draft = intake.start_draft(claim(), now=clock.now())
    link = links.url("cession_draft", draft.pk).removeprefix("http://testserver")
    client.post(link, answers(client, do="add", document_invoice=pdf()))
    document = draft.documents.get()
    page = text(client.get(link))
    assert f'value="remove:{document.pk}"' in page
    assert client.post(link, answers(client, do=f"remove:{document.pk}")).status_code == 200
    assert not draft.documents.exists()


def test_a_draft_is_thrown_away_with_all_its_files(client):
    draft = intake.start_draft(claim(), now=clock.now())
    link = links.url("cession_draft", draft.pk).removeprefix("http://testserver")
    client.post(link, answers(client, do="discard"))
    assert client.get(link).status_code == 404


def test_a_draft_that_is_over_is_gone_before_the_sweep_too(client):
    old = intake.start_draft(claim(), now=datetime.now(UTC) - timedelta(days=31))
    link = links.url("cession_draft", old.pk)
    assert client.get(link).status_code == 404


def test_a_changed_notice_has_to_be_read_again(client, monkeypatch):
    monkeypatch.setattr(notices, "KEPT_SECONDS", -1)
    monkeypatch.setattr(notices, "_RECENT", {})
    given = answers(client)
    Notice.objects.create(
        code="filing-terms",
        version=2,
        language="en",
        title="Terms",
        body="New.",
        published_at=datetime(2026, 2, 1, tzinfo=UTC),
    )
    assert client.post("/cession/", given).status_code == 422
    assert client.post("/cession/", answers(client)).status_code == 302
    assert Consent.objects.get(notice="filing-terms").version == 2


PAGES = ("cession_draft", "cession_sent", "cession_confirm", "cession_status")


@pytest.mark.parametrize("purpose", PAGES)
def test_a_link_of_one_page_opens_no_other_and_rubbish_reads_like_a_missing_one(client, purpose):
    status = file_and_confirm(client)
    client.get(status)
    filing = Filing.objects.get()
    path = links.url(purpose, filing.pk).removeprefix("http://testserver")
    folder = path.rstrip("/").rpartition("/")[0]
    wrong = [f"{folder}/{links.token(other, filing.pk)}/" for other in PAGES if other != purpose]
    rubbish = [f"{folder}/{word}/" for word in ("x", "a.b", f"{filing.pk.hex}.x", "0" * 32)]
    bodies = set()
    for address in wrong + rubbish:
        response = client.get(address)
        assert response.status_code == 404
        bodies.add(re.sub(r'name="next" value="[^"]*"|name="csrf[^>]*', "", text(response)))
    assert len(bodies) == 1
    assert status.startswith("/cession/suivi/")


def test_private_pages_are_kept_by_nobody_and_tell_nobody_their_address(client):
    response = client.get(file_and_confirm(client))
    assert response["Referrer-Policy"] == "strict-origin"
    assert "no-store" in response["Cache-Control"]
    assert "noindex" in response["X-Robots-Tag"]


def test_the_lost_link_answers_the_same_to_everybody(client):
    client.get(file_and_confirm(client))
    number = Filing.objects.get().number
    bodies = {
        re.sub(r"name=.csrf[^>]*", "", text(client.post("/cession/lien/", asked)))
        for asked in (
            {"number": number, "email": "dominique@mail.example"},
            {"number": number.lower(), "email": "DOMINIQUE@mail.example"},
            {"number": number, "email": "other@mail.example"},
            {"number": "T2026-999999", "email": "dominique@mail.example"},
        )
    }
    assert len(bodies) == 1
    assert OutgoingMail.objects.filter(kind="cession_link").count() == 2


def test_the_mail_is_sent_again_or_to_the_corrected_address(client):
    sent = client.post("/cession/", answers(client))["location"]
    client.post(sent, {"do": "resend"})
    assert client.post(sent, {"do": "correct", "email": "nope"}).status_code == 422
    corrected = client.post(sent, {"do": "correct", "email": "right@mail.example"})
    assert client.get(sent).status_code == 404
    assert client.get(corrected["location"]).status_code == 200
    assert list(OutgoingMail.objects.order_by("pk").values_list("recipient", flat=True)) == [
        "dominique@mail.example",
        "dominique@mail.example",
        "right@mail.example",
    ]


def test_the_form_answers_the_same_whether_a_name_is_hosted_or_not(client):
    ServiceFactory(name="hosted1.fr")
    bodies = []
    for name in ("hosted1.fr", "unknown.fr"):
        response = client.post("/cession/", answers(client, service_name=[name]), follow=True)
        bodies.append(
            re.sub(r"T2026-\d+|name=.csrf[^>]*|/cession/envoye/[^\"]+", "", text(response))
        )
    assert bodies[0] == bodies[1]


def test_nobody_can_flood_a_mailbox(client, settings):
    settings.RATELIMIT_ENABLE = True
    sent = client.post("/cession/", answers(client))["location"]
    codes = [client.post(sent, {"do": "resend"}).status_code for _ in range(6)]
    assert codes == [302] * 5 + [429]
    assert OutgoingMail.objects.count() == 6


def test_lost_links_are_limited_alike_for_every_address(client, settings):
    settings.RATELIMIT_ENABLE = True
    asked = {"number": "T2026-000001", "email": "nobody@mail.example"}
    codes = [client.post("/cession/lien/", asked).status_code for _ in range(7)]
    assert codes == [200] * 6 + [429]


def test_too_many_forms_from_one_connection_are_asked_to_wait(client, settings):
    settings.RATELIMIT_ENABLE = True
    given = answers(client, full_name="")
    codes = {client.post("/cession/", given).status_code for _ in range(121)}
    assert codes == {422, 429}
