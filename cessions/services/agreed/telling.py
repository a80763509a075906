"""Whom of the holder's side an agreed transfer is told to."""

from datetime import datetime

from accounts.models import CustomerAccount
from cessions.services.methods import methods_of


def holder_addresses(account: CustomerAccount, now: datetime) -> list[str]:
    """Every present mailbox of the holder (X7): a stranger who has one of them does not act unseen."""
    methods = methods_of([account], now)[account.pk]
    return [method.address for method in methods if method.sendable and not method.former]
