"""Documents with real bytes, and what machines may have found in them."""

from collections.abc import Sequence
from hashlib import sha256
from io import BytesIO
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageDraw, ImageFont

from cessions.enums import DocumentKind
from cessions.models import Document, Reading, TransferRequest
from cessions.policies.findings import Finding, FindingCode, Findings, Outcome, Place, TextSource
from hosting.records.models import StoredFile
from tests.cessions.cases import a_document

CODE, IS = FindingCode, Outcome


def a_picture(words: str = "IDENTITY CARD", size: tuple[int, int] = (1200, 800)) -> bytes:
    """A PNG with words on it."""
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).text(
        (size[0] // 8, size[1] // 3), words, fill="black", font=ImageFont.load_default(48)
    )
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def a_paper(
    request: TransferRequest,
    kind: str = DocumentKind.INVOICE,
    *,
    content: bytes | None = None,
    content_type: str = "image/png",
    **fields: Any,
) -> Document:
    """A document of the case whose bytes are there: a picture, if nothing else is said."""
    document = a_document(request, kind, **fields)
    written = a_picture(kind) if content is None else content
    default_storage.save(document.file.storage_name, ContentFile(written))
    StoredFile.objects.filter(pk=document.file_id).update(
        content_type=content_type, size=len(written), sha256=sha256(written).hexdigest()
    )
    document.file.refresh_from_db()
    return document


def read(
    document: Document,
    findings: Sequence[Finding] = (),
    *,
    source: TextSource = TextSource.PDF,
    problem: str = "",
) -> Reading:
    """A machine read the document and found this."""
    said = Findings(source=source, pages=1, problem=problem, findings=tuple(findings))
    return Reading.objects.create(
        document=document, at=document.added_at, findings=said.as_json(), text="..."
    )


def place(left: float = 0.1, top: float = 0.3, page: int = 1) -> tuple[Place, ...]:
    """Somewhere on a page."""
    return (Place(page, left, top, left + 0.3, top + 0.05),)


IN_AN_INVOICE = (
    Finding(CODE.TRADE_NAME, IS.FOUND, "Atelier Lumen", "Atelier Lumen", places=place()),
    Finding(CODE.REGISTRATION_NUMBER, IS.FOUND, "732829320", "732 829 320", places=place(top=0.4)),
    Finding(CODE.FULL_NAME, IS.NEAR, "Camille Durand", "Camille Durond", 93, place(top=0.5)),
    Finding(CODE.SERVICE_NAME, IS.MISSING, "lumen.example"),
    Finding(CODE.DUE_ON, IS.FOUND, "", "2026-05-31", places=place(top=0.6)),
    Finding(CODE.AMOUNT, IS.FOUND, "", "1120.00", places=place(left=0.6, top=0.6)),
)
ON_A_CARD = (
    Finding(CODE.IDENTITY_NAME, IS.CONTRADICTS, "Dominique Martin", "Eve Durand", places=place()),
    Finding(CODE.IDENTITY_EXPIRY, IS.FOUND, "", "2031-03-12", places=place(top=0.7)),
    Finding(CODE.MACHINE_READABLE_ZONE, IS.FOUND, places=place(top=0.8)),
)
