"""An invoice that a PDF carries as data is read without trusting its XML (D5)."""

import io

import pikepdf
import pytest
from facturx import generate_from_binary

from hosting.lib.reading import Unreadable, embedded_invoice, embedded_xml
from tests.lib.reading.papers import printed

XML = b"""<?xml version="1.0" encoding="UTF-8"?>
<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
 xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
 xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100">
<rsm:ExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter>
<ram:ID>urn:cen.eu:en16931:2017</ram:ID>
</ram:GuidelineSpecifiedDocumentContextParameter></rsm:ExchangedDocumentContext>
<rsm:ExchangedDocument><ram:ID>F-2026-0042</ram:ID><ram:TypeCode>380</ram:TypeCode>
<ram:IssueDateTime><udt:DateTimeString format="102">20260312</udt:DateTimeString></ram:IssueDateTime>
</rsm:ExchangedDocument>
<rsm:SupplyChainTradeTransaction>
<ram:IncludedSupplyChainTradeLineItem>
<ram:AssociatedDocumentLineDocument><ram:LineID>1</ram:LineID></ram:AssociatedDocumentLineDocument>
<ram:SpecifiedTradeProduct><ram:Name>Hosting</ram:Name>
<ram:Description>martin.example</ram:Description></ram:SpecifiedTradeProduct>
</ram:IncludedSupplyChainTradeLineItem>
<ram:ApplicableHeaderTradeAgreement>
<ram:SellerTradeParty><ram:Name>Atelier Lumen SARL</ram:Name>
<ram:SpecifiedLegalOrganization><ram:ID schemeID="0002">732829320</ram:ID>
<ram:TradingBusinessName>Atelier Lumen</ram:TradingBusinessName></ram:SpecifiedLegalOrganization>
<ram:DefinedTradeContact><ram:PersonName>Camille Durand</ram:PersonName></ram:DefinedTradeContact>
<ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">FR44732829320</ram:ID>
</ram:SpecifiedTaxRegistration></ram:SellerTradeParty>
<ram:BuyerTradeParty><ram:Name>Boulangerie Martin</ram:Name></ram:BuyerTradeParty>
</ram:ApplicableHeaderTradeAgreement>
<ram:ApplicableHeaderTradeDelivery/>
<ram:ApplicableHeaderTradeSettlement><ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>
<ram:BillingSpecifiedPeriod>
<ram:StartDateTime><udt:DateTimeString format="102">20260401</udt:DateTimeString></ram:StartDateTime>
<ram:EndDateTime><udt:DateTimeString format="102">20270331</udt:DateTimeString></ram:EndDateTime>
</ram:BillingSpecifiedPeriod>
<ram:SpecifiedTradePaymentTerms>
<ram:DueDateDateTime><udt:DateTimeString format="102">20260411</udt:DateTimeString>
</ram:DueDateDateTime></ram:SpecifiedTradePaymentTerms>
<ram:SpecifiedTradeSettlementHeaderMonetarySummation>
<ram:GrandTotalAmount>144</ram:GrandTotalAmount>
</ram:SpecifiedTradeSettlementHeaderMonetarySummation>
</ram:ApplicableHeaderTradeSettlement>
</rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>"""


@pytest.fixture(scope="module")
def paper() -> bytes:
    return printed("<p>Facture</p>")


def carrying(paper: bytes, xml: bytes, name: str = "factur-x.xml") -> bytes:
    """The paper with a file attached by hand: nothing asks whether it is an invoice."""
    with pikepdf.open(io.BytesIO(paper)) as document:
        document.attachments[name] = pikepdf.AttachedFileSpec(document, xml, filename=name)
        file = io.BytesIO()
        document.save(file)
    return file.getvalue()


def test_the_data_of_an_invoice_come_out_as_they_went_in(paper: bytes):
    made = generate_from_binary(paper, XML, check_xsd=False)
    assert embedded_xml(made) == XML
    invoice = embedded_invoice(made)
    assert invoice is not None
    assert (invoice.number, invoice.issued_on) == ("F-2026-0042", "2026-03-12")
    assert invoice.seller_names == ("Atelier Lumen SARL", "Atelier Lumen", "Camille Durand")
    assert invoice.seller_numbers == ("732829320", "FR44732829320")
    assert (invoice.buyer_name, invoice.lines) == (
        "Boulangerie Martin",
        ("Hosting martin.example",),
    )
    assert (invoice.due_on, invoice.period) == (("2026-04-11",), ("2026-04-01", "2027-03-31"))
    assert (invoice.total, invoice.currency) == ("144.00", "EUR")


def test_an_older_name_is_known(paper: bytes):
    assert embedded_invoice(carrying(paper, XML, "ZUGFeRD-invoice.xml")) is not None


def test_a_pdf_without_data_has_none(paper: bytes):
    assert embedded_xml(paper) is None
    assert embedded_invoice(paper) is None
    assert embedded_xml(carrying(paper, b"<a/>", "notes.xml")) is None


TYPED = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
LAUGHS = b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "%s">]>' % (b"&a;" * 1000)


@pytest.mark.parametrize(
    "xml",
    [
        pytest.param(b"<a/>", id="another form"),
        pytest.param(b"", id="empty"),
        pytest.param(XML[:900], id="cut short"),
        pytest.param(XML.replace(b"?>", b"?>" + TYPED, 1).replace(b"Hosting", b"&x;"), id="a file"),
        pytest.param(
            XML.replace(b"?>", b"?>" + LAUGHS, 1).replace(b"Hosting", b"&b;"), id="laughs"
        ),
        pytest.param(b"<a>" * 100_000, id="deep"),
    ],
)
def test_xml_that_is_no_invoice_or_brings_a_document_type_is_not_read(paper: bytes, xml: bytes):
    assert embedded_invoice(carrying(paper, xml)) is None


def test_a_bad_file_is_unreadable():
    for content in (b"", b"%PDF-1.7\n1 0 obj"):
        with pytest.raises(Unreadable):
            embedded_xml(content)


@pytest.mark.parametrize("amount", [b"NaN", b"Infinity", b"1E+999999", b"-9e99", b"a lot"])
def test_what_is_no_amount_of_money_is_none(paper: bytes, amount: bytes) -> None:
    """Whoever writes the data wants the page that shows them to fall, or to be a megabyte long."""
    xml = XML.replace(b"Amount>144<", b"Amount>" + amount + b"<")
    found = embedded_invoice(carrying(paper, xml))
    assert found is not None
    assert (found.total, found.number) == ("", "F-2026-0042")
