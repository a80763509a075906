"""The mailbox to which replies are delivered, where no webhook and no pipe brings them."""

from collections.abc import Callable
from datetime import datetime

import structlog
from django.conf import settings

from hosting.lib.imap import Mailbox, OutOfReach, mailbox
from hosting.lib.incoming import MOST_BYTES
from interventions.enums import MailWay
from interventions.services.inbox import take_in

MOST_AT_ONCE = 200
log = structlog.get_logger(__name__)


def fetch(clock: Callable[[], datetime]) -> int:
    """Take in what is new, up to 200 mails; how many. A mail is marked seen once it is safe with us:
    killed in between, it comes twice, and is known by its Message-ID.

    A mailbox out of reach is an error in the log, and tried at the next ring.
    """
    if not settings.IMAP_URL:
        return 0
    taken = 0
    try:
        with mailbox(settings.IMAP_URL, settings.EMAIL_TIMEOUT) as box:
            for number in box.unseen(MOST_AT_ONCE):
                taken += _take(box, number, clock())
    except OutOfReach as error:
        log.error("mailbox_out_of_reach", step=str(error), taken=taken)
    return taken


def _take(box: Mailbox, number: str, now: datetime) -> bool:
    raw = box.fetch(number, MOST_BYTES + 1)
    if raw is None:
        return False
    take_in(raw, way=MailWay.MAILBOX, now=now)
    box.mark_seen(number)
    return True
