"""Sample documents as people send them: PDFs that were printed, cards and sheets that were photographed.

Each says SPECIMEN and names nobody who exists. Machines read them as they read real ones (D5).
"""

import io
from collections.abc import Collection
from datetime import date
from decimal import Decimal
from enum import StrEnum, auto
from functools import cache
from typing import NamedTuple

import pypdfium2
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.services import Identity
from cessions.enums import DocumentKind
from hosting.desk.demo import paper_pages
from hosting.desk.demo.paper_pages import Bill
from hosting.desk.demo.people import LUMEN, PIXEL, Person
from hosting.desk.demo.space import VOSGES
from hosting.lib.pdf import render_pdf

PDF, JPEG = "application/pdf", "image/jpeg"
IDENTITIES = (DocumentKind.OWNER_IDENTITY, DocumentKind.CLAIMANT_IDENTITY)
CARD_DPI, SHEET_DPI = 220, 150
DESK = (120, 104, 88)
ANOTHER_AMOUNT = Decimal("85.00")


class Flaw(StrEnum):
    """What is wrong with some of the demo's papers."""

    PHOTO = auto()  # of the invoice: slanted, on a desk
    NO_SERVICE = auto()  # on the invoice
    OTHER_AMOUNT = auto()  # on the proof of payment
    EXPIRED = auto()  # the identity card


class Sheet(NamedTuple):
    """A file as somebody sends it."""

    name: str
    content: bytes
    content_type: str


def paper(
    kind: str, person: Person, about: str, today: date, flaws: Collection[Flaw] = ()
) -> Sheet:
    """The document of `kind` that `person` sends for the service `about`."""
    if kind in IDENTITIES:
        years = -1 if Flaw.EXPIRED in flaws else 4
        return identity_card(person.name, date(today.year + years, 6, 30), person.language)
    bill = Bill(issuer_of(about), person.name, about, today, Flaw.NO_SERVICE not in flaws)
    if kind == DocumentKind.INVOICE:
        if Flaw.PHOTO in flaws:
            return Sheet("IMG_2041.jpg", photographed(paper_pages.invoice(bill)), JPEG)
        return Sheet(f"{bill.number}.pdf", _pdf(paper_pages.invoice(bill)), PDF)
    if kind == DocumentKind.PAYMENT_PROOF:
        paid = ANOTHER_AMOUNT if Flaw.OTHER_AMOUNT in flaws else paper_pages.TOTAL
        return Sheet("releve.pdf", _pdf(paper_pages.statement(bill, paid)), PDF)
    return other_paper(str(DocumentKind(kind).label), person.name, about)


def identity_card(name: str, until: date, language: str = "fr") -> Sheet:
    """Both sides of an identity card, as a scanner takes them."""
    return Sheet("carte-identite.jpg", _card(name, until, language), JPEG)


def other_paper(title: str, name: str, about: str) -> Sheet:
    """A paper of no special kind."""
    lines = (f"Nom · Name: {name}", f"Objet · Concerns: {about}")
    return Sheet("document.pdf", _pdf(paper_pages.other(title, lines)), PDF)


def upload(sheet: Sheet) -> SimpleUploadedFile:
    """The same as an upload."""
    return SimpleUploadedFile(*sheet)


def issuer_of(service: str) -> Identity:
    """The reseller who looks after a site, as his papers name him."""
    for reseller in (LUMEN, PIXEL, VOSGES):
        if service in {site.domain for site in reseller.sites}:
            return reseller.identity
    return LUMEN.identity


def photographed(html: str) -> bytes:
    """A sheet on a desk, as a telephone takes it."""
    page = _picture(_pdf(html), SHEET_DPI)
    desk = Image.new("RGB", (page.width + 160, page.height + 160), DESK)
    desk.paste(page, (80, 80))
    return _jpeg(desk.rotate(-2, Image.Resampling.BICUBIC, expand=True, fillcolor=DESK))


@cache
def _card(name: str, until: date, language: str) -> bytes:
    return _jpeg(_picture(_pdf(paper_pages.card(name, language, until)), CARD_DPI))


@cache
def _pdf(html: str) -> bytes:
    return render_pdf(html)


def _picture(pdf: bytes, dpi: int) -> Image.Image:
    with pypdfium2.PdfDocument(pdf) as document:
        return document[0].render(scale=dpi / 72).to_pil().convert("RGB")


def _jpeg(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=82)
    return file.getvalue()
