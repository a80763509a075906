"""The holder's mailboxes, present and former, each with its own private answer link (C6, C10, X3)."""

from dataclasses import dataclass
from datetime import datetime

from cessions.models import TransferRequest
from cessions.services.links import links_for
from cessions.services.methods import methods_of
from hosting.lib.links import placeholder


@dataclass(frozen=True)
class Mailbox:
    """An address to write to; `link` is the placeholder of its answer page."""

    address: str
    link: str


def holder_mailboxes(request: TransferRequest, now: datetime) -> list[Mailbox]:
    """Every usable e-mail address of the holder at `now`; none for names that are not here (T4)."""
    if request.account is None:
        return []
    methods = [m for m in methods_of([request.account], now)[request.account.pk] if m.sendable]
    links = links_for([(request.pk, method) for method in methods], now)
    return [
        Mailbox(method.address, placeholder("cession_answer", link.pk))
        for method in methods
        if (link := links.get((request.pk, method.address.lower()))) is not None
    ]
