"""Sample papers as HTML: an invoice, a bank's statement, both sides of an identity card, any other.

Each says SPECIMEN and names nobody who exists.
"""

import zlib
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from html import escape

import idna

from accounts.services import Identity
from hosting.lib.reading.mrz import check_digit
from hosting.lib.reading.people import spellings

NET, RATE = Decimal("100.00"), Decimal("0.20")
TOTAL = NET * (1 + RATE)
BORN = date(1979, 3, 4)
COUNTRIES = {"fr": "FRA", "de": "D", "en": "IRL"}
CARDS = {"fr": "Carte nationale d’identité", "de": "Personalausweis", "en": "Passport card"}
WORDS = {
    "fr": {
        "invoice": "Facture", "number": "Facture n°", "issued": "Date de facture",
        "due": "Échéance", "what": "Désignation", "price": "Montant", "net": "Total HT",
        "tax": "TVA 20 %", "total": "Total TTC", "hosting": "Hébergement web",
        "domain": "Nom de domaine", "period": "du {} au {}", "holder": "Titulaire",
        "thanks": "Payable par virement. Merci de votre confiance.",
        "statement": "Relevé de compte", "text": "Libellé", "debit": "Débit",
        "transfer": "VIR SEPA", "other": "CARTE LIBRAIRIE DU QUAI",
        "surname": "Nom", "given": "Prénoms", "born": "Né(e) le", "until": "Valable jusqu’au",
    },
    "de": {
        "invoice": "Rechnung", "number": "Rechnungsnummer", "issued": "Rechnungsdatum",
        "due": "Zahlbar bis", "what": "Leistung", "price": "Betrag", "net": "Nettobetrag",
        "tax": "USt. 20 %", "total": "Gesamtbetrag", "hosting": "Webhosting",
        "domain": "Domainname", "period": "{} bis {}", "holder": "Kontoinhaber",
        "thanks": "Zahlung bitte per Überweisung. Wir danken für Ihr Vertrauen.",
        "statement": "Kontoauszug", "text": "Verwendungszweck", "debit": "Soll",
        "transfer": "SEPA-Überweisung", "other": "KARTENZAHLUNG BUCHHANDLUNG",
        "surname": "Name", "given": "Vornamen", "born": "Geboren am", "until": "Gültig bis",
    },
    "en": {
        "surname": "Surname", "given": "Given names", "born": "Date of birth",
        "until": "Date of expiry",
    },
}  # fmt: skip
SHEET = """
@page { size: A4; margin: 20mm; @bottom-center { content: "SPECIMEN"; color: #999; font: 9pt sans-serif } }
body { font: 10pt sans-serif } h1 { font-size: 18pt; margin: 0; color: #14532d } h2 { font-size: 13pt }
table { width: 100%; border-collapse: collapse } td, th { text-align: left; padding: 4pt;
border-bottom: .5pt solid #bbb } .r { text-align: right } .two { display: flex;
justify-content: space-between; margin-bottom: 12mm } .specimen { color: #b91c1c; letter-spacing: .3em }
"""
CARD = """
@page { size: 105mm 150mm; margin: 9mm; @bottom-right { content: none } }
body { font: 7.5pt sans-serif; margin: 0; color: #1f2937 }
.side { position: relative; box-sizing: border-box; width: 86mm; height: 54mm; margin-bottom: 12mm; padding: 4mm;
border: .4mm solid #94a3b8; border-radius: 3mm; background: linear-gradient(135deg, #e8eef6, #f3ece4) }
.title { font-weight: bold; font-size: 8.5pt; text-transform: uppercase }
.face { position: absolute; left: 4mm; top: 12mm; width: 22mm; height: 29mm; background: #cbd5e1 }
.head { position: absolute; left: 6mm; top: 5mm; width: 10mm; height: 12mm; border-radius: 50%; background: #64748b }
.body { position: absolute; left: 2mm; bottom: 0; width: 18mm; height: 10mm; border-radius: 9mm 9mm 0 0;
background: #64748b }
.what { position: absolute; left: 31mm; top: 11mm; width: 50mm } .what p { margin: 0 0 1.2mm }
small { color: #64748b; font-size: 5.5pt; display: block }
.specimen { color: #b91c1c; font-weight: bold; font-size: 12pt; letter-spacing: .3em }
.low { position: absolute; right: 4mm; bottom: 3mm }
.zone { position: absolute; left: 2mm; right: 2mm; bottom: 0; padding: 3mm 0; background: #fff; text-align: center;
font: 10.6pt/5mm "OCR-B", "OCRB", "DejaVu Sans Mono", monospace; white-space: pre; color: #000 }
"""


@dataclass(frozen=True)
class Bill:
    """What an invoice and the proof of its payment have in common."""

    issuer: Identity
    client: str
    service: str
    today: date
    names_service: bool = True

    @property
    def words(self) -> dict[str, str]:
        return WORDS[self.issuer.language]

    @property
    def issued(self) -> date:
        return self.today - timedelta(days=190)

    @property
    def number(self) -> str:
        """One per service, the same on every day."""
        return f"F-{self.issued.year}-{zlib.crc32(self.service.encode()) % 900 + 100}"

    def day(self, day: date) -> str:
        return f"{day:%d.%m.%Y}" if self.issuer.language == "de" else f"{day:%d/%m/%Y}"

    def money(self, amount: Decimal) -> str:
        return f"{amount:.2f} €".replace(".", ",")


def invoice(bill: Bill) -> str:
    """The reseller's invoice of one term: hosting and domain name."""
    words, issuer = bill.words, bill.issuer
    number = issuer.registration_number
    siren = f"SIREN {number[:3]} {number[3:6]} {number[6:]}"
    period = words["period"].format(
        bill.day(bill.issued), bill.day(bill.issued + timedelta(days=364))
    )
    about = escape(_shown(bill.service)) if bill.names_service else ""
    lines = (
        (f"{words['hosting']} {about}<br>{period}", Decimal("85.00")),
        (f"{words['domain']} {about}", Decimal("15.00")),
        (words["net"], NET), (words["tax"], NET * RATE), (f"<b>{words['total']}</b>", TOTAL),
    )  # fmt: skip
    rows = "".join(
        f"<tr><td>{what}</td><td class=r>{bill.money(much)}</td></tr>" for what, much in lines
    )
    return _sheet(
        issuer.language,
        f"<div class=two><div><h1>{escape(issuer.trade_name)}</h1>{escape(issuer.full_name)}<br>"
        f"{escape(issuer.street)}, {issuer.postal_code} {escape(issuer.city)}<br>{siren}</div>"
        f"<div><span class=specimen>SPECIMEN</span><br><br>{escape(bill.client)}</div></div>"
        f"<h2>{words['number']} {bill.number}</h2>"
        f"<p>{words['issued']} : {bill.day(bill.issued)}<br>"
        f"{words['due']} : {bill.day(bill.issued + timedelta(days=30))}</p>"
        f"<table><tr><th>{words['what']}</th><th class=r>{words['price']}</th></tr>{rows}</table>"
        f"<p>{words['thanks']}</p>",
    )


def statement(bill: Bill, paid: Decimal = TOTAL) -> str:
    """The bank's statement that shows the payment; another amount gives no number either."""
    words = bill.words
    when = bill.day(bill.issued + timedelta(days=12))
    what = f"{words['transfer']} {escape(bill.issuer.trade_name)}"
    what += f" {bill.number}" if paid == TOTAL else ""
    return _sheet(
        bill.issuer.language,
        f"<div class=two><div><h1>Banque du Rhin</h1>{words['holder']} : {escape(bill.client)}</div>"
        f"<span class=specimen>SPECIMEN</span></div><h2>{words['statement']}</h2><table>"
        f"<tr><th>Date</th><th>{words['text']}</th><th class=r>{words['debit']}</th></tr>"
        f"<tr><td>{when}</td><td>{what}</td><td class=r>{bill.money(paid)}</td></tr>"
        f"<tr><td>{when}</td><td>{words['other']}</td><td class=r>23,17 €</td></tr></table>",
    )


def card(name: str, language: str, until: date) -> str:
    """Both sides of an identity card, its machine-readable zone with right check digits (TD1)."""
    words = WORDS[language]
    given, _, surname = name.rpartition(" ")
    facts = (
        ("surname", surname), ("given", given),
        ("born", f"{BORN:%d.%m.%Y}"), ("until", f"{until:%d.%m.%Y}"),
    )  # fmt: skip
    lines = "".join(f"<p><small>{words[key]}</small>{escape(what)}</p>" for key, what in facts)
    zone = escape("\n".join(_zone(surname, given, COUNTRIES[language], until)))
    return (
        f"<!doctype html><html lang={language}><head><style>{CARD}</style></head><body><div class=side>"
        f"<div class=title>{CARDS[language]}</div><div class=face><div class=head></div>"
        f"<div class=body></div></div><div class=what>{lines}</div>"
        "<div class='specimen low'>SPECIMEN</div></div>"
        f"<div class=side><div class=specimen>SPECIMEN</div><div class=zone>{zone}</div></div></body></html>"
    )


def other(title: str, lines: tuple[str, ...]) -> str:
    """Any other paper."""
    body = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return _sheet(
        "fr", f"<p class=specimen>SPECIMEN</p><h1>{escape(title)}</h1>{body}", escape(title)
    )


def _zone(surname: str, given: str, country: str, until: date) -> list[str]:
    number = f"{zlib.crc32(f'{given} {surname}'.encode()) % 10**8:08d}X"
    first = f"ID{country:<<3}{number}{check_digit(number)}{'<' * 15}"
    born, expires = (f"{day:%y%m%d}" for day in (BORN, until))
    dates = f"{born}{check_digit(born)}", f"{expires}{check_digit(expires)}"
    whole = check_digit(first[5:] + "".join(dates) + "<" * 11)
    second = f"{dates[0]}F{dates[1]}{country:<<3}{'<' * 11}{whole}"
    names = [spellings(part.upper())[0] for part in (surname, given)]
    return [first, second, f"{names[0]}<<{names[1]}"[:30].ljust(30, "<")]


def _shown(service: str) -> str:
    """A domain name as people write it."""
    return idna.decode(service) if "xn--" in service else service


def _sheet(language: str, body: str, title: str = "Specimen") -> str:
    return (
        f"<!doctype html><html lang={language}><head><title>{title}</title><style>{SHEET}</style></head>"
        f"<body>{body}</body></html>"
    )
