"""How resellers write invoices, and banks what was paid: five layouts in French and German."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from html import escape

from tests.evidence.companies import Company, french_vat

FRENCH_MONTHS = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
]
GERMAN_MONTHS = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
]
LAYOUTS = ("classic", "letter", "columns", "footer", "narrow")


@dataclass(frozen=True)
class Paper:
    """What one invoice says."""

    company: Company
    number: str
    issued: date
    due: date
    start: date
    end: date
    net: Decimal
    shown_number: str
    layout: str
    date_form: int

    @property
    def tax(self) -> Decimal:
        rate = Decimal("0.20") if self.french else Decimal("0.19")
        return (self.net * rate).quantize(Decimal("0.01"))

    @property
    def total(self) -> Decimal:
        return self.net + self.tax

    @property
    def french(self) -> bool:
        return self.company.language == "fr"

    def day(self, day: date) -> str:
        """A date as this reseller writes it."""
        months = FRENCH_MONTHS if self.french else GERMAN_MONTHS
        if self.date_form == 0:
            return f"{day:%d/%m/%Y}" if self.french else f"{day:%d.%m.%Y}"
        if self.date_form == 1:
            dot = ("er" if day.day == 1 else "") if self.french else "."
            return f"{day.day}{dot} {months[day.month - 1]} {day.year}"
        return f"{day:%d/%m/%y}" if self.french else f"{day.day}.{day.month}.{day.year}"

    def money(self, amount: Decimal) -> str:
        figures = f"{amount:,.2f}"
        if self.french:
            return figures.replace(",", "\u202f").replace(".", ",") + " €"
        return figures.replace(",", "_").replace(".", ",").replace("_", ".") + " EUR"


WORDS = {
    "fr": {
        "invoice": "Facture", "number": "Facture n°", "date": "Date de facture", "due": "Échéance",
        "due_by": "À régler avant le", "net": "Total HT", "tax": "TVA 20,00 %", "total": "Total TTC",
        "what": "Désignation", "price": "Montant", "period": "du {} au {}", "hosting": "Hébergement web",
        "domain": "Nom de domaine", "place": "{}, le {}", "client": "Client", "n": "N°", "d": "Date",
        "by": "Gérant : {}", "thanks": "Payable à réception ou par virement. Le client garde la main "
        "sur son site ou le confie à un tiers; merci de votre confiance.",
    },
    "de": {
        "invoice": "Rechnung", "number": "Rechnungsnummer", "date": "Rechnungsdatum",
        "due": "Fälligkeit", "due_by": "Zahlbar bis", "net": "Nettobetrag", "tax": "USt. 19,00 %",
        "total": "Gesamtbetrag", "what": "Leistung", "price": "Betrag", "period": "{} bis {}",
        "hosting": "Webhosting", "domain": "Domainname", "place": "{}, den {}", "client": "Kunde",
        "n": "Nr.", "d": "Datum", "by": "Inhaber: {}", "thanks": "Wir danken für Ihr Vertrauen. Bei "
        "Fragen hilft es, wenn Sie die Nummer angeben; dies gilt auch für die Zahlung.",
    },
}  # fmt: skip
STYLE = """
body { font: 10pt %s; } table { width: 100%%; border-collapse: collapse } td, th { text-align: left;
padding: 3pt } .r { text-align: right } .small { font-size: 7.5pt; margin-top: 60pt } .half { width: 48%%;
display: inline-block; vertical-align: top }
"""
FONTS = {"letter": "DejaVu Serif", "narrow": "DejaVu Sans Mono"}


def page(paper: Paper, body: str) -> str:
    style = STYLE % FONTS.get(paper.layout, "DejaVu Sans")
    return (
        f'<!doctype html><html lang="{paper.company.language}"><head><style>{style}</style></head>'
        f"<body>{body}</body></html>"
    )


def invoice(paper: Paper) -> str:
    """The invoice in its layout, as HTML."""
    parts = Parts(paper)
    return page(paper, getattr(parts, paper.layout)())


class Parts:
    """The pieces of an invoice, and how each layout puts them together."""

    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.words = WORDS[paper.company.language]
        self.name = escape(paper.company.printed_name or paper.company.trade_name)
        self.person = escape(paper.company.full_name)
        self.client = f"{escape(paper.company.client)}<br>1 Hauptplatz, {paper.company.city}"
        self.issued, self.due = paper.day(paper.issued), paper.day(paper.due)

    def classic(self) -> str:
        w, p = self.words, self.paper
        return (
            f"<h1>{self.name}</h1><p>{self.person}<br>{escape(p.shown_number)}</p><p>{self.client}</p>"
            f"<h2>{w['number']} {p.number}</h2><p>{w['date']} : {self.issued}<br>"
            f"{w['due']} : {self.due}</p>{self.lines()}<p>{w['thanks']}</p>"
        )

    def letter(self) -> str:
        w, p = self.words, self.paper
        return (
            f"<h2>{self.name}</h2><p>{w['by'].format(self.person)}</p><p>{self.client}</p>"
            f"<p class=r>{w['place'].format(p.company.city, self.issued)}</p>"
            f"<h3>{w['number']} : {p.number}</h3>{self.lines()}"
            f"<p>{w['due_by']} {self.due}. {w['thanks']}</p><p>{escape(p.shown_number)}</p>"
        )

    def columns(self) -> str:
        w, p = self.words, self.paper
        heads = "".join(f"<th>{word}</th>" for word in (w["n"], w["d"], w["due"], w["client"]))
        cells = (p.number, self.issued, self.due, "4711")
        return (
            f"<div class=half><h1>{self.name}</h1>{self.person}</div><div class=half>{self.client}</div>"
            f"<h2>{w['invoice']}</h2><table><tr>{heads}</tr><tr>"
            + "".join(f"<td>{cell}</td>" for cell in cells)
            + f"</tr></table>{self.lines()}<p>{w['thanks']}</p><p>{escape(p.shown_number)}</p>"
        )

    def footer(self) -> str:
        w, p = self.words, self.paper
        return (
            f"<div class=half>{self.client}</div><div class=half><table>"
            f"<tr><td>{w['number']}</td><td>{p.number}</td></tr>"
            f"<tr><td>{w['date']}</td><td>{self.issued}</td></tr>"
            f"<tr><td>{w['due_by']}</td><td>{self.due}</td></tr></table></div>{self.lines()}"
            f"<p>{w['thanks']}</p><div class=small>{self.name}<br>{self.person} · 3 rue du Puits · "
            f"{p.company.city}<br>{escape(p.shown_number)} · IBAN FR76 3000 4000 0312 3456 7890 143</div>"
        )

    def narrow(self) -> str:
        w, p = self.words, self.paper
        return (
            f'<div style="width: 75mm"><h3>{self.name}</h3><p>{self.person.upper()}</p>'
            f"<p>{escape(p.shown_number)}</p><p>{w['number']} {p.number}<br>{w['date']} {self.issued}<br>"
            f"{w['due']} {self.due}</p>{self.lines()}</div>"
        )

    def lines(self) -> str:
        w, p = self.words, self.paper
        period = w["period"].format(p.day(p.start), p.day(p.end))
        rows = (
            (f"{w['hosting']} {escape(p.company.domain)}<br>{period}", p.money(p.net)),
            (w["net"], p.money(p.net)), (w["tax"], p.money(p.tax)), (w["total"], p.money(p.total)),
        )  # fmt: skip
        cells = "".join(f"<tr><td>{what}</td><td class=r>{much}</td></tr>" for what, much in rows)
        return f"<table><tr><th>{w['what']}</th><th class=r>{w['price']}</th></tr>{cells}</table>"


def payment(paper: Paper) -> str:
    """A bank's statement, or a receipt, as HTML."""
    name, total = escape(paper.company.trade_name), paper.money(paper.total)
    paid, valued = paper.day(paper.due), paper.day(paper.due)
    if paper.french:
        body = (
            f"<h2>Relevé de compte</h2><p>Crédit du Rhin – titulaire {escape(paper.company.client)}</p>"
            "<table><tr><th>Date</th><th>Date de valeur</th><th>Libellé</th><th>Débit</th></tr>"
            f"<tr><td>{paid}</td><td>{valued}</td><td>VIR SEPA {name} FACT {paper.number}</td>"
            f"<td>-{total}</td></tr><tr><td>{paid}</td><td>{valued}</td><td>CARTE SUPERMARCHE</td>"
            "<td>-23,17 €</td></tr></table>"
        )
    else:
        body = (
            f"<h2>Überweisung</h2><p>Sparkasse, Konto von {escape(paper.company.client)}</p><table>"
            f"<tr><td>Empfänger</td><td>{name}</td></tr><tr><td>Verwendungszweck</td><td>"
            f"{paper.number}</td></tr><tr><td>Betrag</td><td>{total}</td></tr>"
            f"<tr><td>Ausgeführt am</td><td>{paid}</td></tr></table>"
        )
    return page(paper, body)


def data(paper: Paper) -> str:
    """The invoice as data, in the profile EN 16931."""
    company = paper.company
    legal = company.number[:9] if company.number_kind in ("siren", "siret") else ""
    tax_number = {"vat": company.number}.get(company.number_kind) or (
        french_vat(legal) if legal else "DE811907980"
    )
    register = f'<ram:ID schemeID="0002">{legal}</ram:ID>' if legal else ""
    return FORM.format(
        number=paper.number, issued=f"{paper.issued:%Y%m%d}", due=f"{paper.due:%Y%m%d}",
        name=escape(company.trade_name), person=escape(company.full_name), register=register,
        tax_number=tax_number, city=company.city, country="FR" if paper.french else "DE",
        client=escape(company.client), line=escape(f"Hosting {company.domain}"), net=paper.net,
        tax=paper.tax, total=paper.total, rate=20 if paper.french else 19,
        start=f"{paper.start:%Y%m%d}", end=f"{paper.end:%Y%m%d}",
    )  # fmt: skip


FORM = """<?xml version="1.0" encoding="UTF-8"?>
<rsm:CrossIndustryInvoice xmlns:rsm="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100"
 xmlns:ram="urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"
 xmlns:udt="urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100">
<rsm:ExchangedDocumentContext><ram:GuidelineSpecifiedDocumentContextParameter>
<ram:ID>urn:cen.eu:en16931:2017</ram:ID></ram:GuidelineSpecifiedDocumentContextParameter>
</rsm:ExchangedDocumentContext>
<rsm:ExchangedDocument><ram:ID>{number}</ram:ID><ram:TypeCode>380</ram:TypeCode><ram:IssueDateTime>
<udt:DateTimeString format="102">{issued}</udt:DateTimeString></ram:IssueDateTime></rsm:ExchangedDocument>
<rsm:SupplyChainTradeTransaction><ram:IncludedSupplyChainTradeLineItem>
<ram:AssociatedDocumentLineDocument><ram:LineID>1</ram:LineID></ram:AssociatedDocumentLineDocument>
<ram:SpecifiedTradeProduct><ram:Name>{line}</ram:Name></ram:SpecifiedTradeProduct>
<ram:SpecifiedLineTradeAgreement><ram:NetPriceProductTradePrice><ram:ChargeAmount>{net}</ram:ChargeAmount>
</ram:NetPriceProductTradePrice></ram:SpecifiedLineTradeAgreement>
<ram:SpecifiedLineTradeDelivery><ram:BilledQuantity unitCode="C62">1</ram:BilledQuantity>
</ram:SpecifiedLineTradeDelivery><ram:SpecifiedLineTradeSettlement><ram:ApplicableTradeTax>
<ram:TypeCode>VAT</ram:TypeCode><ram:CategoryCode>S</ram:CategoryCode>
<ram:RateApplicablePercent>{rate}</ram:RateApplicablePercent></ram:ApplicableTradeTax>
<ram:SpecifiedTradeSettlementLineMonetarySummation><ram:LineTotalAmount>{net}</ram:LineTotalAmount>
</ram:SpecifiedTradeSettlementLineMonetarySummation></ram:SpecifiedLineTradeSettlement>
</ram:IncludedSupplyChainTradeLineItem>
<ram:ApplicableHeaderTradeAgreement><ram:SellerTradeParty><ram:Name>{name}</ram:Name>
<ram:SpecifiedLegalOrganization>{register}<ram:TradingBusinessName>{name}</ram:TradingBusinessName>
</ram:SpecifiedLegalOrganization>
<ram:DefinedTradeContact><ram:PersonName>{person}</ram:PersonName></ram:DefinedTradeContact>
<ram:PostalTradeAddress><ram:CityName>{city}</ram:CityName><ram:CountryID>{country}</ram:CountryID>
</ram:PostalTradeAddress><ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">{tax_number}</ram:ID>
</ram:SpecifiedTaxRegistration></ram:SellerTradeParty>
<ram:BuyerTradeParty><ram:Name>{client}</ram:Name><ram:PostalTradeAddress>
<ram:CountryID>{country}</ram:CountryID></ram:PostalTradeAddress></ram:BuyerTradeParty>
</ram:ApplicableHeaderTradeAgreement><ram:ApplicableHeaderTradeDelivery/>
<ram:ApplicableHeaderTradeSettlement><ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>
<ram:ApplicableTradeTax><ram:CalculatedAmount>{tax}</ram:CalculatedAmount><ram:TypeCode>VAT</ram:TypeCode>
<ram:BasisAmount>{net}</ram:BasisAmount><ram:CategoryCode>S</ram:CategoryCode>
<ram:RateApplicablePercent>{rate}</ram:RateApplicablePercent></ram:ApplicableTradeTax>
<ram:BillingSpecifiedPeriod><ram:StartDateTime><udt:DateTimeString format="102">{start}</udt:DateTimeString>
</ram:StartDateTime><ram:EndDateTime><udt:DateTimeString format="102">{end}</udt:DateTimeString>
</ram:EndDateTime></ram:BillingSpecifiedPeriod>
<ram:SpecifiedTradePaymentTerms><ram:DueDateDateTime>
<udt:DateTimeString format="102">{due}</udt:DateTimeString></ram:DueDateDateTime>
</ram:SpecifiedTradePaymentTerms><ram:SpecifiedTradeSettlementHeaderMonetarySummation>
<ram:LineTotalAmount>{net}</ram:LineTotalAmount><ram:TaxBasisTotalAmount>{net}</ram:TaxBasisTotalAmount>
<ram:TaxTotalAmount currencyID="EUR">{tax}</ram:TaxTotalAmount>
<ram:GrandTotalAmount>{total}</ram:GrandTotalAmount><ram:DuePayableAmount>{total}</ram:DuePayableAmount>
</ram:SpecifiedTradeSettlementHeaderMonetarySummation></ram:ApplicableHeaderTradeSettlement>
</rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>
"""
