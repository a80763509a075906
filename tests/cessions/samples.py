"""Small real files and claims for the tests of filings."""

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from cessions.services.claims import Claim, NamedService


def pdf(name: str = "facture.pdf") -> SimpleUploadedFile:
    """A minimal PDF of one empty page."""
    body = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\n"
        b"trailer<</Root 1 0 R>>\n%%EOF\n"
    )
    return SimpleUploadedFile(name, body, "application/pdf")


def photo(name: str = "carte.jpg") -> SimpleUploadedFile:
    """A small JPEG."""
    out = BytesIO()
    Image.new("RGB", (20, 20), "white").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def claim(*names: str, **words: object) -> Claim:
    """A claim on domains."""
    services = tuple(NamedService("domain", name) for name in names or ["example.fr"])
    words = {"full_name": "Dominique Martin", "email": "d@mail.example", **words}
    return Claim(language="en", services=services, **words)
