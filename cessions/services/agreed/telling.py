"""Whom of the holder's side an agreed transfer is told to."""

from datetime import datetime

from accounts.models import CustomerAccount
from cessions.services.methods import Reader, methods_of


def holder_addresses(account: CustomerAccount, now: datetime) -> list[str]:
    """Every present and former mailbox of the holder (A4, X3, X7): a stranger who got into the account
    and replaced its addresses does not act unseen."""
    methods = methods_of([account], now)[account.pk]
    return [
        method.address
        for method in methods
        if method.sendable and method.reader is not Reader.TRUSTED
    ]
