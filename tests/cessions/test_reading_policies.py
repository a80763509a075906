"""What counts as found, as near and as missing in a document: names, numbers, domains, dates (P5, D4, D5)."""

from datetime import date
from decimal import Decimal

import idna
import pytest

from cessions.policies import finding_words
from cessions.policies.findings import FindingCode, Outcome
from cessions.policies.reading.domains import find_domain
from cessions.policies.reading.invoice import invoice_findings
from cessions.policies.reading.names import find_name
from cessions.policies.reading.numbers import find_number
from cessions.policies.reading.page import Pages
from cessions.policies.reading.payment import payment_findings
from cessions.policies.reading.values import amounts, dates
from cessions.policies.reading.wanted import Identity, KnownInvoice, Wanted, valid_at
from hosting.lib.reading import DocumentText, EmbeddedInvoice, Word

FOUND, NEAR, MISSING = Outcome.FOUND, Outcome.NEAR, Outcome.MISSING


def written(*lines: str, source: str = "pdf") -> DocumentText:
    """Lines of words, one under the other; `|` goes to the next column."""
    words = []
    for row, line in enumerate(lines):
        left, top = 0.1, 0.05 + row * 0.03
        for text in line.split():
            width = 0.008 * len(text)
            if text != "|":
                words.append(Word(text, 1, left, top, left + width, top + 0.012))
            left = (left // 0.2 + 1) * 0.2 if text == "|" else left + width + 0.006
    return DocumentText(source, 1, tuple(words))


def pages(*lines: str, source: str = "pdf") -> Pages:
    return Pages(written(*lines, source=source))


@pytest.mark.parametrize(
    ("wanted", "line", "outcome"),
    [
        ("Atelier Lumen", "ATELIER LUMEN", FOUND),
        ("Étoile & Fils", "Etoile & fils SARL", FOUND),
        ("Étoile & Fils", "etoile fils", FOUND),
        ("Pixel-Forge", "Pixel Forge", FOUND),
        ("Pixel Forge", "PixelForge", FOUND),
        ("Bäckerei Groß", "Baeckerei Gross", FOUND),
        ("Atelier Lumen SARL", "Atelier Lumen", NEAR),
        ("Atelier Lumen", "Ateller Lurnen", NEAR),
        ("Atelier Lumen", "Atelier Lumens", NEAR),
        ("Atelier Lumen", "Atelier Lumière", MISSING),
        ("Atelier Lumen", "Atelier de Lumen", NEAR),
        ("Martin", "Marin", MISSING),
        ("Durand", "Durandal", MISSING),
        ("DK", "DK", FOUND),
        ("DK", "Handkasse dk", MISSING),
        ("IT", "it with IT-Service", FOUND),
        ("IT", "Hosting mit Zertifikat it", MISSING),
        ("Or", "or", MISSING),
        ("Hébergement Web", "Hébergement Web SARL", FOUND),
        ("Hébergement Web", "Hébergement Web martin.example", MISSING),
        ("Hébergement Web", "Hébergement web", MISSING),
        ("", "anything", MISSING),
        ("!!", "!!", MISSING),
    ],
)
def test_a_trade_name(wanted: str, line: str, outcome: Outcome):
    match = find_name(pages("Facture", line, "1,00 €"), wanted)
    assert match.outcome == outcome
    assert (match.nearness == 100) == (outcome == FOUND)


def test_a_name_may_run_over_a_line_break_and_over_a_column():
    assert find_name(pages("Ate-", "lier Lumen"), "Atelier Lumen").outcome == FOUND
    beside = pages("Atelier | Facture", "Lumen | F-1")
    assert find_name(beside, "Atelier Lumen").outcome == FOUND


def test_a_person_may_be_written_last_name_first():
    line = pages("Gérant : LEFÈVRE-BROSSEAU Hélène")
    assert find_name(line, "Hélène Lefèvre-Brosseau", person=True).outcome == FOUND
    assert find_name(line, "Hélène Lefèvre-Brosseau").outcome == MISSING


SIREN, SIRET, VAT = "732829320", "73282932000074", "FR44732829320"


@pytest.mark.parametrize(
    ("kind", "number", "line", "seen_as"),
    [
        ("siren", SIREN, "SIREN 732 829 320", "siren"),
        ("siren", SIREN, "RCS Paris 732.829.320", "siren"),
        ("siren", SIREN, "SIRET 73282932000074", "siret"),
        ("siren", SIREN, "TVA FR44732829320", "vat"),
        ("siren", SIREN, "TVA FR 44 732 829 320", "siren"),
        ("siret", SIRET, "SIRET 732 829 320 00074", "siret"),
        ("siret", SIRET, "SIREN 732829320", "siren"),
        ("siret", SIRET, "TVA FR44732829320", "vat"),
        ("vat", VAT, "TVA intracom. FR44 732829320", "vat"),
        ("vat", VAT, "SIRET 73282932000074", "siret"),
        ("vat", "DE136695976", "USt-IdNr. DE 136 695 976", ""),
        ("vat", "DE136695976", "USt-IdNr.: 136695976", ""),
        ("hrb", "Freiburg HRB 71234", "Amtsgericht Freiburg, HRB 71234", ""),
        ("other", "14/815/08150", "St.-Nr. 14 815 08150", ""),
    ],
)
def test_a_registration_number_is_found_by_its_digits(
    kind: str, number: str, line: str, seen_as: str
):
    match = find_number(pages("Atelier", line), kind, number)
    assert (match.outcome, match.kind) == (FOUND, seen_as)


@pytest.mark.parametrize(
    ("kind", "number", "line"),
    [
        ("siren", SIREN, "732 829 321"),
        ("siren", SIREN, "1732829320"),
        ("siren", SIREN, "7328293201"),
        ("siren", SIREN, "73282932012345"),  # no SIRET: its check digit fails
        ("siren", SIREN, "FR99732829320"),  # no VAT number either
        ("siret", SIRET, "41238877900016"),
        ("vat", "DE136695976", "DE136695967"),
        ("other", "14/815/08150", "14/815/08151"),
        ("hrb", "Freiburg HRB 71234", "Freiburg HRB 71235"),
    ],
)
def test_another_number_is_not_the_number(kind: str, number: str, line: str):
    assert find_number(pages(line), kind, number).outcome == MISSING


def test_a_register_entry_without_its_court_is_near():
    assert find_number(pages("HRB 71234"), "hrb", "Freiburg HRB 71234").outcome == NEAR


@pytest.mark.parametrize("line", ["SIREN 732 8Z9 32O", "SIREN 732829310"])
def test_what_ocr_does_to_digits_is_near_and_only_where_ocr_read(line: str):
    assert find_number(pages(line, source="ocr"), "siren", SIREN).outcome == NEAR
    assert find_number(pages(line), "siren", SIREN).outcome == MISSING


@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        ("Hosting bäckerei-groß.example", FOUND),
        ("www.bäckerei-groß.example", FOUND),
        ("(https://www.xn--bckerei-gro-w5a2j.example/shop),", FOUND),
        ("BÄCKEREI-GROß.EXAMPLE.", FOUND),
        ("info@bäckerei-groß.example", NEAR),
        ("mail.bäckerei-groß.example", NEAR),
        ("neue-bäckerei-groß.example", MISSING),
        ("bäckerei-groß.example.org", MISSING),
        ("bäckerei-groß.examples", MISSING),
        ("backerei-groß.example", MISSING),
        ("bäckerei groß example", MISSING),
    ],
)
def test_the_name_of_a_service(line: str, outcome: Outcome):
    name = idna.encode("bäckerei-groß.example").decode()
    line = line.replace("xn--bckerei-gro-w5a2j.example", name)
    assert find_domain(pages("Webhosting", line), name).outcome == outcome


def test_a_domain_may_be_broken_at_its_hyphen_and_lose_its_accents_to_ocr():
    name = idna.encode("bäckerei-groß.example").decode()
    assert find_domain(pages("bäckerei-", "groß.example"), name).outcome == FOUND
    assert find_domain(pages("backerei-groß. example", source="ocr"), name).outcome == NEAR


def test_dates_are_read_day_first_in_all_ways_of_writing():
    line = "12.03.2026 12/03/26 3. März 2026 1er avril 2026 12 mars 2026 2026-03-12 March 12, 2026"
    march = date(2026, 3, 12)
    read = [item.value for item in dates(pages(line))]
    assert read == [march, march, date(2026, 3, 3), date(2026, 4, 1), march, march, march]
    assert dates(pages("31.02.2026 1.2.3.4 12/03/1650 732 829 320 1.234,56")) == []


def test_amounts_are_read_in_french_and_german():
    line = "1 234,56 € | 1.234,56 EUR | 120,00 | -5,00 € | 7 € | 19,00 % | 12.03.2026"
    read = [item.value for item in amounts(pages(line))]
    assert read == [Decimal(v) for v in ("1234.56", "1234.56", "120.00", "-5.00", "7")]


OWN = (
    Identity("C1", "trade_name", "Lumen Nouveau"),
    Identity("C1", "trade_name", "Atelier Lumen", until=date(2026, 5, 1)),
    Identity("C1", "trade_name", "Lampes Durand", until=date(2025, 1, 1)),
)


@pytest.mark.parametrize(
    ("on", "name"),
    [
        (date(2024, 12, 31), "Lampes Durand"),
        (date(2025, 1, 1), "Atelier Lumen"),
        (date(2026, 4, 30), "Atelier Lumen"),
        (date(2026, 5, 1), "Lumen Nouveau"),
    ],
)
def test_the_name_that_held_on_the_day_counts(on: date, name: str):
    assert [identity.value for identity in valid_at(OWN, on)] == [name]


def outcomes(text: DocumentText, wanted: Wanted, embedded: EmbeddedInvoice | None = None):
    return {item.code: item for item in invoice_findings(text, embedded, wanted)}


def test_an_invoice_under_a_name_of_another_time_contradicts():
    """Dated before the change, it bears the name that came later (A4, D4)."""
    early = written("Lumen Nouveau", "Facture n° F-12", "Date : 12/03/2026")
    finding = outcomes(early, Wanted(OWN))[FindingCode.TRADE_NAME]
    assert (finding.outcome, finding.wanted) == (Outcome.CONTRADICTS, "Lumen Nouveau")
    right = written("Atelier Lumen", "Facture n° F-12", "Date : 12/03/2026")
    assert outcomes(right, Wanted(OWN))[FindingCode.TRADE_NAME].outcome == FOUND


def test_values_are_told_apart_by_the_words_beside_and_above_them():
    text = written(
        "Facture",
        "N° | Date | Échéance | Client",
        "2026-117 | 12/03/2026 | 11/04/2026 | 4711",
        "Hébergement du 01/04/2026 au 31/03/2027 | 120,00 €",
        "Total TTC | 144,00 €",
    )
    found = invoice_findings(text, None, Wanted())
    said = {(item.code, item.seen, item.details.get("of", "")) for item in found}
    assert {
        (FindingCode.INVOICE_NUMBER, "2026-117", ""),
        (FindingCode.ISSUED_ON, "2026-03-12", ""),
        (FindingCode.DUE_ON, "2026-04-11", "payment"),
        (FindingCode.DUE_ON, "2027-03-31", "period"),
    } <= said
    totals = [item.seen for item in found if item.details.get("total")]
    assert totals == ["144.00"]


def test_findings_stand_where_their_words_stand():
    text = written("Facture", "Atelier Lumen")
    (place,) = outcomes(text, Wanted(OWN[1:2]))[FindingCode.TRADE_NAME].places
    first, last = text.words[1], text.words[2]
    assert (place.left, place.right) == (first.left, last.right)
    assert (place.page, place.top, place.bottom) == (1, first.top, first.bottom)


def test_embedded_data_are_looked_into_and_compared_with_the_page():
    text = written("Facture n° F-12", "Date : 12/03/2026")
    data = EmbeddedInvoice(number="F-13", issued_on="2026-03-12", seller_names=("Atelier Lumen",))
    found = outcomes(text, Wanted(OWN), data)
    assert found[FindingCode.TRADE_NAME].details["in"] == "data"
    assert found[FindingCode.EMBEDDED_INVOICE].outcome == Outcome.CONTRADICTS
    assert found[FindingCode.EMBEDDED_INVOICE].details["differs"] == ["number"]


@pytest.mark.usefixtures("english")
def test_what_the_data_alone_say_is_never_simply_found():
    """Data that nobody sees would make anybody's invoice one of the account."""
    text = written("Facture n° F-12 du 12/03/2026", "Garage du Coin", "Total TTC : 90,00 €")
    data = EmbeddedInvoice(
        number="F-12",
        issued_on="2026-03-12",
        seller_names=("Atelier Lumen",),
        lines=("Hébergement bakery.example",),
        total="144.00",
    )
    found = outcomes(text, Wanted(OWN[1:2], ("bakery.example",)), data)
    for code in (FindingCode.TRADE_NAME, FindingCode.SERVICE_NAME):
        assert (found[code].outcome, found[code].details["in"]) == (Outcome.NEAR, "data")
        remarks = [str(remark) for remark in finding_words.say(found[code]).remarks]
        assert any("nobody who looks at the page sees it" in remark for remark in remarks)
    assert found[FindingCode.EMBEDDED_INVOICE].outcome == Outcome.CONTRADICTS
    assert found[FindingCode.EMBEDDED_INVOICE].details["differs"] == ["total"]


def test_nothing_is_said_to_be_missing_where_nothing_could_be_read():
    assert invoice_findings(DocumentText("none", 1), None, Wanted(OWN)) == []
    assert payment_findings(DocumentText("none", 1), Wanted(OWN)) == []


INVOICES = (KnownInvoice(7, ("F-2026-12",), ("144.00",)), KnownInvoice(8, ("12",), ("99.00",)))


@pytest.mark.parametrize(
    ("line", "fits"),
    [
        ("VIR SEPA F-2026-12 -144,00 €", [(7, ["number", "amount"])]),
        ("VIR SEPA F 2026 12 100,00 €", [(7, ["number"])]),
        ("VIR SEPA 144,00 €", [(7, ["amount"])]),
        ("VIR SEPA F-2026-123 145,00 €", []),
        ("VIR SEPA F-2026-1 2,00 €", []),
        ("le 12 VIR SEPA 100,00 €", []),
        ("facture 12 VIR SEPA 99,00 €", [(8, ["number", "amount"])]),
    ],
)
def test_a_payment_fits_an_invoice_by_number_or_amount(line: str, fits: list):
    found = payment_findings(written(line), Wanted(invoices=INVOICES))
    said = [item for item in found if item.code == FindingCode.PAYMENT_FITS]
    good = [(i.details["document"], i.details["by"]) for i in said if i.outcome == FOUND]
    assert good == fits
    assert bool(fits) or [item.outcome for item in said] == [MISSING]
