"""Handing a private file out: as a download, never as a page of ours (D6)."""

from typing import IO, Any

from django.core.files import File
from django.http import FileResponse, HttpResponse

SHOWN_INLINE = {"application/pdf", "image/jpeg", "image/png", "image/webp"}
ENDINGS = {
    "application/pdf": (".pdf",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/png": (".png",),
}
SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"
PDF_VIEWER = "default-src 'none'; object-src 'self'; frame-ancestors 'none'"  # none in a sandbox


def send_file(
    file: "IO[bytes] | File[Any]", *, name: str, content_type: str, inline: bool = False
) -> FileResponse:
    """`file` (open, at its beginning) as an answer that no cache keeps and no browser reinterprets.

    `inline` shows it in the browser, where its type is one that runs nothing; otherwise it is saved
    under `name`, with the ending of its type: a photo may have been written anew as another. The caller
    has checked who may see it, and that it was scanned.
    """
    endings = ENDINGS.get(content_type, ("",))
    if not name.lower().endswith(endings):
        name += endings[0]
    shown = inline and content_type in SHOWN_INLINE
    response = FileResponse(file, as_attachment=not shown, filename=name, content_type=content_type)
    _lock(response)
    if shown and content_type == "application/pdf":
        response["Content-Security-Policy"] = PDF_VIEWER
    return response


def send_picture(
    content: bytes, *, name: str, content_type: str, keep_seconds: int = 0
) -> HttpResponse:
    """A picture that we drew, for a page of ours. The viewer's own browser may keep it for
    `keep_seconds`; 0 for what nobody may keep, such as a watermarked page."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = f'inline; filename="{name}"'
    _lock(response)
    if keep_seconds:
        response["Cache-Control"] = f"private, max-age={keep_seconds}"
    return response


def _lock(response: "FileResponse | HttpResponse") -> None:
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cache-Control"] = "private, no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
