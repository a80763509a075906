"""HTML -> PDF with WeasyPrint: our own static files only, no file, no network (DEPENDENCIES).

WeasyPrint is imported on first use, so that an application without Pango starts. Fonts, the parsed
stylesheets and pictures are kept per process: that is faster, and memory does not grow.
"""

import logging
import mimetypes
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

from django.contrib.staticfiles import finders

STATIC = "static:"
STYLESHEET = "css/letter.css"
PANGO = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
_lock = Lock()


class PdfUnavailable(RuntimeError):
    """This machine lacks what PDFs are made with; the message names the packages."""


class _Press(NamedTuple):
    """What one process keeps between two documents."""

    weasyprint: Any
    fonts: Any
    fetcher: Any
    pictures: dict[str, Any]


def render_pdf(html: str, stylesheet: str = STYLESHEET) -> bytes:
    """The PDF of a whole HTML page, A4, in the style of one of our static files.

    Pictures are written `src="static:img/logo.svg"`; every other address (file, network, data) is
    refused and left out, whatever a name in the text may ask for. Raises PdfUnavailable.
    """
    press = _press()
    style = _style(stylesheet)
    with _lock:
        page = press.weasyprint.HTML(string=html, base_url=STATIC, url_fetcher=press.fetcher)
        return bytes(
            page.write_pdf(stylesheets=[style], font_config=press.fonts, cache=press.pictures)
        )


def static_file(url: str) -> Path:
    """The file of ours that `url` ("static:" and a path) means. Raises PermissionError otherwise."""
    path = url.removeprefix(STATIC).lstrip("/")
    inside = url.startswith(STATIC) and ".." not in Path(path).parts
    found = finders.find(path) if inside and path else None
    if not isinstance(found, str) or not Path(found).is_file():
        raise PermissionError(f"not one of our static files: {url[:80]}")
    return Path(found)


@cache
def _press() -> _Press:
    try:
        import weasyprint
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import URLFetcher, URLFetcherResponse
    except (ImportError, OSError) as error:
        raise PdfUnavailable(
            f"PDFs need WeasyPrint and Pango. On Debian: apt-get install {PANGO} ({error})"
        ) from error

    class OurFilesOnly(URLFetcher):  # type: ignore[misc]
        """Reads our static files and nothing else."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            file = static_file(url)
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            return URLFetcherResponse(url, file.read_bytes(), {"Content-Type": kind})

    logging.getLogger("weasyprint.progress").setLevel(logging.WARNING)
    fetcher = OurFilesOnly(allowed_protocols=["static"], allow_redirects=False)
    fonts = FontConfiguration()
    return _Press(weasyprint, fonts, fetcher, {})


@cache
def _style(name: str) -> Any:
    """The parsed stylesheet `name`, as `css/letter.css`."""
    press = _press()
    text = static_file(STATIC + name).read_text(encoding="utf-8")
    return press.weasyprint.CSS(string=text, font_config=press.fonts, url_fetcher=press.fetcher)
