"""How often a visitor may knock before he is asked to wait."""

from django.http import HttpRequest

from hosting.lib.ratelimit import refuse_flood

POSTS = "60/h"
MAILS = "6/h"


def limit_posts(request: HttpRequest) -> None:
    """Count one more form sent from this connection. Raises Ratelimited (429)."""
    refuse_flood(request, "assistance-posts", POSTS)


def limit_mails(request: HttpRequest, email: str) -> None:
    """Count one more mail that somebody wants sent to `email`. Raises Ratelimited (429)."""
    refuse_flood(request, "assistance-mails", MAILS, value=email)
