"""Pages to read: printed, turned, as telephones and scanners take them."""

import io

import pypdfium2
from PIL import Image

from hosting.lib.pdf import render_pdf

PDF, JPEG, PNG, TIFF = "application/pdf", "image/jpeg", "image/png", "image/tiff"
LETTER = """
<!doctype html><html lang="fr"><body style="font-family: DejaVu Sans">
<h1>Atelier Lumen</h1><p>SIRET 732 829 320 00074<br>Facture n° F-2026-0042 du 12 mars 2026</p>
<table><tr><td>Hébergement web bäckerei-martin.example</td><td>120,00 €</td></tr></table>
<p>Échéance : 11/04/2026. Camille Durand, 3 rue du Puits, Strasbourg.</p>
<p>Conditions de paiement habituelles entre professionnels, sans escompte.</p>
</body></html>
"""


def printed(html: str = LETTER) -> bytes:
    return render_pdf(html)


def picture(pdf: bytes, *, dpi: int = 150, turned: float = 0) -> Image.Image:
    """The first page as a grey picture."""
    page = pypdfium2.PdfDocument(pdf)[0].render(scale=dpi / 72, grayscale=True).to_pil()
    return page.rotate(turned, Image.Resampling.BICUBIC, expand=True, fillcolor=240)


def saved(image: Image.Image, form: str = "JPEG", **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def scanned_pdf(*images: Image.Image) -> bytes:
    """A PDF of pictures, as scanners make it."""
    return saved(images[0], "PDF", save_all=True, append_images=images[1:], resolution=150)
