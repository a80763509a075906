"""Which paper an address means: a contract or a power of attorney of the visitor's own account."""

from django.db.models import QuerySet
from django.http import Http404

from accounts.models import PowerOfAttorney
from cessions.models import TransferContract
from hosting.desk.portal.access import Visitor, own

CONTRACT, POWER = "contrat", "procuration"
Paper = TransferContract | PowerOfAttorney


def contracts_of(visitor: Visitor) -> QuerySet[TransferContract]:
    """The visitor's transfer contracts."""
    return visitor.account.transfercontracts.select_related("draft", "scan")


def powers_of(visitor: Visitor) -> QuerySet[PowerOfAttorney]:
    """The visitor's powers of attorney."""
    return visitor.account.powerofattorneys.select_related("draft", "scan")


def paper_of(visitor: Visitor, kind: str, pk: int) -> Paper:
    """One of them. Raises Http404 for a stranger's, and for a kind that does not exist."""
    if kind == CONTRACT:
        return own(contracts_of(visitor), pk)
    if kind == POWER:
        return own(powers_of(visitor), pk)
    raise Http404
