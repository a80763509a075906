"""“Is this invoice good enough?”: for anybody, from the file alone, and nothing is kept (D2, P5, T4)."""

import threading
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cessions.policies.invoice_check import (
    InvoiceCheck,
    Met,
    Point,
    check_invoice,
    company_numbers,
)
from cessions.services import invoice_check
from hosting.lib.pdf import render_pdf
from hosting.lib.reading import EmbeddedInvoice
from hosting.lib.reading.words import DocumentText, Word
from hosting.lib.uploads import INCOMING
from hosting.records.models import JournalEntry, StoredFile
from tests import factories
from tests.cessions.samples import pdf
from tests.clamd import EICAR, Clamd
from tests.evidence.invoice_samples import DATA, PRINTED, samples

PAGE = "/cession/facture/"
FRENCH = [
    "Atelier Lumen SARL",
    "SIRET 732 829 320 00074",
    "Facture n° F-2026-0042",
    "Date de facture : 12/03/2026",
    "Hébergement du site boulangerie-martin.fr",
    "Période du 01/04/2026 au 31/03/2027",
    "Total TTC 120,00 €",
    "Échéance : 12/04/2026",
]
GERMAN = [
    "Pixelwerk GmbH, Amtsgericht Köln HRB 12345",
    "Rechnung Nr. RE-2026-17",
    "Rechnungsdatum: 12.03.2026",
    "Webhosting Paket M für bäckerei-huber.de",
    "Gesamtbetrag 120,00 EUR",
    "Fällig am 12.04.2026",
]


def text_of(rows: list[str], source: str = "pdf") -> DocumentText:
    """Rows one below the other, words beside each other."""
    words = [
        Word(word, 1, 0.05 + i * 0.09, 0.05 * row, 0.05 + i * 0.09 + 0.08, 0.05 * row + 0.02)
        for row, line in enumerate(rows, 1)
        for i, word in enumerate(line.split())
    ]
    return DocumentText(source, 1, tuple(words))


def met(check: InvoiceCheck) -> dict[Point, Met]:
    return {line.point: line.met for line in check.lines}


@pytest.mark.parametrize("rows", [FRENCH, GERMAN])
def test_a_good_invoice_meets_every_point(rows: list[str]) -> None:
    check = check_invoice(text_of(rows), None)
    assert met(check) == {**dict.fromkeys(Point, Met.YES), Point.DATA: Met.REMARK}
    assert check.complete


@pytest.mark.parametrize(
    ("row", "point"),
    [
        ("Facture n°", Point.NUMBER),
        ("Date de facture", Point.ISSUED),
        ("Total", Point.AMOUNT),
        ("SIRET", Point.COMPANY),
        ("Hébergement", Point.SERVICE),
    ],
)
def test_what_is_not_in_it_is_named_with_what_to_do(row: str, point: Point) -> None:
    rows = [line for line in FRENCH if not line.startswith(row)]
    if point is Point.ISSUED:
        rows = [line for line in rows if not line.startswith(("Période", "Échéance"))]
    check = check_invoice(text_of(rows), None)
    line = next(line for line in check.lines if line.point is point)
    assert line.met is Met.NO
    assert line.advice is not None
    assert not check.complete


def test_without_due_dates_and_period_it_says_so() -> None:
    rows = [line for line in FRENCH if not line.startswith(("Période", "Échéance"))]
    assert met(check_invoice(text_of(rows), None))[Point.PERIOD] is Met.NO


def test_a_quote_is_no_invoice() -> None:
    rows = [line.replace("Facture n°", "Devis n°").replace("facture", "devis") for line in FRENCH]
    assert met(check_invoice(text_of(rows), None))[Point.INVOICE] is Met.NO


def test_a_date_that_nothing_calls_the_invoice_date_is_unsure() -> None:
    rows = ["Facture", "Colmar, le 12/03/2026"]
    line = next(
        line for line in check_invoice(text_of(rows), None).lines if line.point is Point.ISSUED
    )
    assert line.met in (Met.UNSURE, Met.YES)
    assert line.seen == ("2026-03-12",)


def test_embedded_data_count_as_well_as_the_page() -> None:
    data = EmbeddedInvoice(
        number="F-1",
        issued_on="2026-03-12",
        due_on=("2026-04-12",),
        seller_numbers=("732829320",),
        lines=("Hébergement web",),
        total="120.00",
    )
    check = check_invoice(DocumentText("none", 1), data)
    assert check.complete
    assert check.lines[-1].point is Point.DATA


@pytest.mark.parametrize("problem", ["", "unreadable", "no_ocr"])
def test_a_file_without_words_is_judged_no_further(problem: str) -> None:
    (line,) = check_invoice(DocumentText("none", 1, problem=problem), None).lines
    assert line.point is Point.READABLE
    assert line.met is (Met.REMARK if problem == "no_ocr" else Met.NO)
    assert line.advice is not None


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("siret 732 829 320 00074", 1),
        ("siren 732829320 rcs colmar", 1),
        ("tva fr44 732829320", 1),
        ("ust-id de123456789", 1),
        ("hrb 12345", 1),
        ("telephone 03 90 12 34 56", 0),
        ("iban fr76 3000 6000 0112 3456 7890 189", 0),
        ("siret 732 829 320 00075", 0),
        ("total 120,00 2026", 0),
    ],
)
def test_company_numbers_are_told_from_other_numbers(text: str, count: int) -> None:
    assert len(company_numbers(text)) >= count
    assert bool(company_numbers(text)) == bool(count)


def test_printed_invoices_of_nobody_meet_every_point() -> None:
    """One as text, one with data."""
    for sample in islice(samples(1, (PRINTED, DATA)), 2):
        file = SimpleUploadedFile("invoice.pdf", sample.content, sample.content_type)
        check = invoice_check.look_at(file)
        assert not [line for line in check.lines if line.met is Met.NO], sample.name


@cache
def printed() -> bytes:
    return render_pdf("".join(f"<p>{line}</p>" for line in FRENCH))


def invoice() -> SimpleUploadedFile:
    return SimpleUploadedFile("ma facture.pdf", printed(), "application/pdf")


def kept() -> list[Path]:
    root = Path(settings.PRIVATE_FILES_ROOT)
    return [*root.glob(f"{INCOMING}/*"), *root.glob("files/**/*.*")]


@pytest.mark.django_db
def test_anybody_gets_an_answer_and_nothing_is_kept(client: Client) -> None:
    before = kept()
    page = client.post(PAGE, {"invoice": invoice()})
    words = page.content.decode()
    assert page.status_code == 200
    assert "Everything that we look for is in it." in words
    assert "ma facture.pdf" in words
    assert "12 March 2026" in words
    assert "120.00" in words
    assert "no-store" in page["Cache-Control"]
    assert kept() == before
    assert not StoredFile.objects.exists()
    assert not JournalEntry.objects.exists()


@pytest.mark.django_db
def test_the_answer_is_the_same_whether_the_reseller_is_known_or_not(client: Client) -> None:
    def said() -> list[str]:
        text = client.post(PAGE, {"invoice": invoice()}).content.decode()
        return [line for line in text.splitlines() if "csrf" not in line]

    unknown = said()
    account = factories.CustomerAccountFactory(trade_name="Atelier Lumen SARL")
    factories.ServiceFactory(account=account, name="boulangerie-martin.fr")
    assert said() == unknown


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("file", "words"),
    [
        (None, "Please choose a file."),
        (SimpleUploadedFile("x.pdf", b"plain words"), "Please send a PDF or a photo"),
        (SimpleUploadedFile("x.pdf", b""), "This file is empty."),
    ],
)
def test_what_is_no_document_is_refused_in_words(
    client: Client, file: SimpleUploadedFile | None, words: str
) -> None:
    page = client.post(PAGE, {"invoice": file} if file is not None else {})
    text = page.content.decode()
    assert page.status_code == 422
    assert words in text


@pytest.mark.django_db
def test_a_broken_pdf_gets_advice(client: Client) -> None:
    broken = SimpleUploadedFile("x.pdf", b"%PDF-1.7\n1 0 obj <<", "application/pdf")
    page = client.post(PAGE, {"invoice": broken}).content.decode()
    assert "We could not open it" in page


@pytest.mark.django_db
def test_malware_is_refused_by_the_scanner_and_without_its_verdict_the_file_is_read_all_the_same(
    client: Client, settings: Any, tmp_path: Path
) -> None:
    daemon = Clamd(tmp_path)
    daemon.start()
    settings.CLAMD_URL = daemon.url
    infected = SimpleUploadedFile("x.pdf", b"%PDF-1.7\n" + EICAR + printed(), "application/pdf")
    refused = client.post(PAGE, {"invoice": infected})
    good = client.post(PAGE, {"invoice": invoice()})
    daemon.stop()
    assert (refused.status_code, good.status_code) == (422, 200)
    assert "Malware was found in this file." in refused.content.decode()
    assert "Everything that we look for" in good.content.decode()
    away = client.post(PAGE, {"invoice": invoice()})
    assert "Everything that we look for" in away.content.decode()


@pytest.mark.django_db
def test_an_empty_page_cannot_be_read(client: Client) -> None:
    assert "We could not read any text" in client.post(PAGE, {"invoice": pdf()}).content.decode()


@pytest.mark.django_db
def test_while_another_file_is_looked_at_one_is_asked_to_come_back(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = threading.BoundedSemaphore(1)
    taken.acquire()
    monkeypatch.setattr(invoice_check, "_places", taken)
    page = client.post(PAGE, {"invoice": invoice()})
    assert (page.status_code, page["Retry-After"]) == (503, "60")
    assert "try again in a minute" in page.content.decode()
    taken.release()
    assert client.post(PAGE, {"invoice": invoice()}).status_code == 200
    assert taken.acquire(blocking=False), "the place is given back"


@pytest.mark.django_db
def test_who_sends_too_many_is_asked_to_wait(client: Client, settings: Any) -> None:
    settings.RATELIMIT_ENABLE = True
    answers = [client.post(PAGE).status_code for _ in range(21)]
    assert (answers[0], answers[-1]) == (422, 429)


@pytest.mark.django_db
def test_the_form_leads_to_it(client: Client) -> None:
    assert f'href="{PAGE}"' in client.get("/cession/").content.decode()
    assert client.get(PAGE).status_code == 200
