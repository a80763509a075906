"""PDFs are made from our own files alone (DEPENDENCIES: WeasyPrint)."""

import builtins
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pypdfium2
import pytest

from hosting.lib import pdf


def pages(content: bytes) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(content)


def text_of(content: bytes) -> str:
    document = pages(content)
    return "\n".join(page.get_textpage().get_text_bounded() for page in document)


@pytest.fixture
def secret(tmp_path):
    file = tmp_path / "secret.html"
    file.write_text("<p>top secret</p>")
    return file


@pytest.fixture
def listener():
    """A web server on this machine that notes who calls."""
    calls: list[str] = []

    class Notes(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            calls.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing on the terminal."""

    server = HTTPServer(("127.0.0.1", 0), Notes)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", calls
    server.shutdown()
    server.server_close()


def test_a_page_is_a4_with_embedded_fonts_and_page_numbers():
    content = pdf.render_pdf("<p>Grüße, é, œ, ß</p>")
    document = pages(content)
    assert [round(side) for side in document[0].get_size()] == [595, 842]
    texts = list(document[0].get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT]))
    fonts = [pypdfium2.raw.FPDFTextObj_GetFont(text.raw) for text in texts]
    assert fonts
    assert all(pypdfium2.raw.FPDFFont_GetIsEmbedded(font) == 1 for font in fonts)
    assert "1/1" in text_of(content)
    assert "Grüße, é, œ, ß" in text_of(content)


@pytest.mark.parametrize(
    "hostile",
    [
        '<img src="{}">',
        '<link rel="attachment" href="{}">',
        '<link rel="stylesheet" href="{}">',
        '<style>@import "{}"; body {{ background: url({}) }}</style>',
        '<object data="{}"></object>',
        '<a rel="attachment" href="{}">open</a>',
        '<svg><image href="{}"/></svg>',
        "<style>@font-face {{ font-family: x; src: url({}) }} p {{ font-family: x }}</style>",
    ],
)
def test_no_file_and_no_network_whatever_a_text_asks_for(hostile, secret, listener):
    address, calls = listener
    for wanted in (secret.as_uri(), str(secret), address):
        content = pdf.render_pdf(f"<p>name</p>{hostile.replace('{}', wanted)}")
        assert "top secret" not in text_of(content)
        assert pages(content).count_attachments() == 0
    assert calls == []


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://127.0.0.1/",
        "static:../hosting/settings.py",
        "static:/../manage.py",
        "static:css/../../manage.py",
        "static:",
        "static:css",
        "data:text/plain,x",
        "STATIC:css/letter.css",
        "static:/etc/passwd",
    ],
)
def test_only_our_static_files_are_ours(url):
    with pytest.raises(PermissionError):
        pdf.static_file(url)


def test_our_logo_is_drawn():
    with_logo = pdf.render_pdf('<img src="static:img/logo.svg" width="100">')
    without = pdf.render_pdf('<img src="static:img/none.svg" width="100">')
    assert len(with_logo) > len(without)


def test_fonts_and_stylesheet_are_kept_between_two_documents():
    pdf.render_pdf("<p>one</p>")
    press = pdf._press()
    pdf.render_pdf("<p>two</p>")
    assert pdf._press() is press


@pytest.mark.parametrize("error", [ImportError("none"), OSError("cannot load libpango")])
def test_without_pango_the_message_names_the_packages(error, monkeypatch):
    original = builtins.__import__

    def refuse(name: str, *args: object, **kwargs: object) -> object:
        if name.startswith("weasyprint"):
            raise error
        return original(name, *args, **kwargs)

    pdf._press.cache_clear()
    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(pdf.PdfUnavailable, match="apt-get install libpango"):
        pdf.render_pdf("<p>x</p>")
