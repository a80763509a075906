"""Sample documents, made here: each says SPECIMEN and names nobody who exists."""

from functools import cache
from html import escape

from django.core.files.uploadedfile import SimpleUploadedFile

from cessions.enums import DocumentKind
from hosting.lib.pdf import render_pdf

TITLES = {
    DocumentKind.OWNER_IDENTITY: "Carte d'identité · Identity card",
    DocumentKind.CLAIMANT_IDENTITY: "Carte d'identité · Identity card",
    DocumentKind.INVOICE: "Facture · Invoice F-2026-041",
    DocumentKind.PAYMENT_PROOF: "Relevé · Bank statement",
    DocumentKind.CONTRACT: "Contrat de cession · Transfer contract",
}


def paper(kind: str, name: str, about: str) -> bytes:
    """The PDF of a sample document of `kind` in the name of `name`, concerning the service `about`."""
    lines = [f"Nom · Name: {name}", f"Objet · Concerns: {about}"]
    if kind == DocumentKind.INVOICE:
        lines += [
            "Atelier Lumen, SIREN 732 829 320, Camille Durand",
            f"Nom de domaine et hébergement web {about}: 120,00 EUR",
        ]
    if kind == DocumentKind.PAYMENT_PROOF:
        lines += ["Virement · Transfer 120,00 EUR, F-2026-041"]
    return _pdf(TITLES.get(DocumentKind(kind), "Document"), tuple(lines))


def upload(kind: str, name: str, about: str) -> SimpleUploadedFile:
    """The same as an upload."""
    return SimpleUploadedFile(f"{kind}.pdf", paper(kind, name, about), "application/pdf")


@cache
def _pdf(title: str, lines: tuple[str, ...]) -> bytes:
    body = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return render_pdf(
        f"<!doctype html><html lang=fr><title>{escape(title)}</title>"
        f"<h1>SPECIMEN</h1><h2>{escape(title)}</h2>{body}</html>"
    )
