"""How often a visitor may knock before he is asked to wait (T1). A family behind one address, or a
person who tries again and again over his errors, stays well below."""

from django.http import HttpRequest

from hosting.lib.ratelimit import refuse_flood

POSTS = "120/h"
MAILS = "6/h"
FILES = "120/h"
CHECKS = "20/h"
LOOKS = "30/h"


def limit_posts(request: HttpRequest) -> None:
    """Count one more form sent from this connection. Raises Ratelimited (429)."""
    refuse_flood(request, "cession-posts", POSTS)


def limit_files(request: HttpRequest, count: int) -> None:
    """Count `count` more files from this connection, before any is kept: drafts are not to fill the
    disk. Raises Ratelimited (429)."""
    for _ in range(count):
        refuse_flood(request, "cession-files", FILES)


def limit_checks(request: HttpRequest) -> None:
    """Count one more invoice to look at, which costs us seconds. Raises Ratelimited (429)."""
    refuse_flood(request, "cession-checks", CHECKS)


def limit_mails(request: HttpRequest, email: str) -> None:
    """Count one more mail that somebody wants sent to `email`, whoever asks and whether or not there
    is a case of this address. Raises Ratelimited (429)."""
    refuse_flood(request, "cession-mails", MAILS, value=email)


def limit_looks(request: HttpRequest) -> None:
    """Count one more look at a record or a site that this connection asks for: each takes seconds of
    ours and a question to somebody else's server. Raises Ratelimited (429)."""
    refuse_flood(request, "cession-looks", LOOKS)
