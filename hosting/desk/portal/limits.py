"""How much mail an account may set off in an hour: its people write whom they will, and nobody shall
be flooded by it. Counted per account, so that none uses up what is another's, or learns of it."""

from django.http import HttpRequest

from hosting.desk.portal.access import Visitor
from hosting.lib.ratelimit import refuse_flood

TO_ONE = "6/h"
OF_AN_ACCOUNT = "30/h"


def limit_mails(request: HttpRequest, visitor: Visitor, recipient: str = "") -> None:
    """Count one more act that sends mail, to `recipient` if it is to somebody whom the visitor named.
    Raises Ratelimited (429)."""
    account = f"account {visitor.account.pk}"
    refuse_flood(request, "portal-mails", OF_AN_ACCOUNT, value=account)
    if recipient:
        refuse_flood(request, "portal-mails-to", TO_ONE, value=f"{account} {recipient}")
