"""Codes and signatures are read from scans in a child that hostile files cannot hurt (P3)."""

import io
import random
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers

from hosting.lib.papercode import code_svg, new_reference
from hosting.lib.paperscan import Limits, Unreadable, read_codes, read_signatures
from hosting.lib.pdf import render_pdf

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"


@pytest.fixture(scope="module")
def reference() -> str:
    return new_reference("TC")


@pytest.fixture(scope="module")
def paper(reference: str) -> bytes:
    """One printed page with the code."""
    words = "<p>The transferor authorises the provider.</p>" * 20
    return render_pdf(
        f"<!doctype html><html lang=en><body>{code_svg(reference)}{words}</body></html>"
    )


def photo(paper: bytes, *, dpi: int = 150, turned: float = 3, quality: int = 60) -> bytes:
    """The page as a telephone takes it: turned, grainy, squeezed."""
    import pypdfium2

    page = pypdfium2.PdfDocument(paper)[0].render(scale=dpi / 72, grayscale=True).to_pil()
    page = page.rotate(turned, fillcolor=235, expand=True)
    grain = random.Random(7)
    pixels = page.load()
    for _ in range(page.width * page.height // 50):
        pixels[grain.randrange(page.width), grain.randrange(page.height)] = grain.randrange(256)
    file = io.BytesIO()
    page.convert("RGB").save(file, "JPEG", quality=quality)
    return file.getvalue()


def test_the_code_is_read_from_the_paper_itself(paper: bytes, reference: str) -> None:
    assert read_codes(paper, PDF) == (reference,)


@pytest.mark.parametrize(("dpi", "turned"), [(150, 3), (150, -90), (100, 1)])
def test_the_code_is_read_from_a_photo(
    paper: bytes, reference: str, dpi: int, turned: float
) -> None:
    assert read_codes(photo(paper, dpi=dpi, turned=turned), JPEG) == (reference,)


def test_a_page_without_a_code_gives_none() -> None:
    assert read_codes(render_pdf("<p>Nothing here.</p>"), PDF) == ()


def bomb() -> bytes:
    """A PNG of a few kilobytes that would be 900 million pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return len(data).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")

    side = (30_000).to_bytes(4, "big")
    rows = zlib.compress(b"\0" * 1_000_000)
    head = chunk(b"IHDR", side + side + b"\x08\x00\x00\x00\x00")
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        pytest.param(bomb(), PNG, id="bomb"),
        pytest.param(b"%PDF-1.7\n1 0 obj", PDF, id="cut short"),
        pytest.param(b"\x89PNG\r\n\x1a\n rubbish", PNG, id="rubbish"),
        pytest.param(b"", PDF, id="empty"),
    ],
)
def test_a_bad_file_is_unreadable_and_hurts_nobody(content: bytes, kind: str) -> None:
    with pytest.raises(Unreadable):
        read_codes(content, kind)


def test_more_pages_than_a_contract_has_are_not_looked_at() -> None:
    many = "<p style='break-after: page'>page</p>" * 6
    with pytest.raises(Unreadable):
        read_codes(render_pdf(many), PDF, Limits(pages=5))


def test_a_child_that_takes_too_long_or_too_much_is_ended(paper: bytes) -> None:
    with pytest.raises(Unreadable):
        read_codes(paper, PDF, Limits(seconds=0.01))
    with pytest.raises(Unreadable):
        read_codes(paper, PDF, Limits(megabytes=40))


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> tuple[signers.SimpleSigner, Path]:
    """Somebody with a certificate of his own, and the folder of who trusts it."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Camille Durand")])
    began = datetime.now(UTC) - timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(began)
        .not_valid_after(began + timedelta(days=30))
        .add_extension(
            x509.KeyUsage(True, True, False, False, False, False, False, False, False), True
        )
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("roots")
    (folder / "camille.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    package = pkcs12.serialize_key_and_certificates(
        b"camille", key, certificate, None, serialization.NoEncryption()
    )
    return signers.SimpleSigner.load_pkcs12_data(package, [], None), folder


@pytest.fixture(scope="module")
def signed(paper: bytes, signer: tuple[signers.SimpleSigner, Path]) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(paper))
    meta = signers.PdfSignatureMetadata(field_name="Signature")
    with ThreadPoolExecutor(1) as pool:  # a browser test may have left its loop in this thread
        done = pool.submit(signers.sign_pdf, writer, meta, signer=signer[0])
        return done.result().getvalue()


def test_a_signature_of_an_unknown_issuer_is_intact_and_not_trusted(signed: bytes) -> None:
    (found,) = read_signatures(signed)
    assert (found["intact"], found["whole"], found["trusted"]) == (True, True, False)
    assert "Camille Durand" in found["signer"]


def test_a_signature_below_a_known_root_is_trusted(
    signed: bytes, signer: tuple[signers.SimpleSigner, Path]
) -> None:
    (found,) = read_signatures(signed, str(signer[1]))
    assert (found["intact"], found["trusted"]) == (True, True)


def test_what_was_altered_after_signing_is_told_apart(signed: bytes) -> None:
    place = signed.index(b"/MediaBox")
    altered = signed[:place] + b"/MediaBoy" + signed[place + 9 :]
    (found,) = read_signatures(altered)
    assert not found["intact"]


def test_a_paper_without_signature_has_none(paper: bytes) -> None:
    assert read_signatures(paper) == []


def test_a_damaged_signature_never_reads_as_none(signed: bytes) -> None:
    """It is no reason to take the paper for one signed by hand."""
    begin = signed.index(b"/Contents <") + len(b"/Contents <")
    end = begin + len(signed[begin : signed.index(b">", begin)].rstrip(b"0"))
    (found,) = read_signatures(signed[: end - 80] + b"7" * 80 + signed[end:])
    assert (found["intact"], found["trusted"]) == (False, False)
    with pytest.raises(Unreadable):
        read_signatures(signed[:begin] + b"0" * 400 + signed[begin + 400 :])
