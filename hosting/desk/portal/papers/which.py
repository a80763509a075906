"""Which paper an address means: a contract or a power of attorney of the visitor's own account."""

from django.db.models import QuerySet
from django.http import Http404

from accounts.models import PowerOfAttorney
from cessions.models import TransferContract
from hosting.desk.portal.access import Visitor, own

CONTRACT, POWER = "contrat", "procuration"
Paper = TransferContract | PowerOfAttorney


def rows_of(visitor: Visitor, kind: str) -> QuerySet[TransferContract] | QuerySet[PowerOfAttorney]:
    """The visitor's papers of a kind. Raises Http404 for a kind that does not exist."""
    if kind == CONTRACT:
        return visitor.account.transfercontracts.select_related("assignee", "draft", "scan")
    if kind == POWER:
        return visitor.account.powerofattorneys.select_related("draft", "scan")
    raise Http404


def paper_of(visitor: Visitor, kind: str, pk: int) -> Paper:
    """One of them; a stranger's is a 404."""
    return own(rows_of(visitor, kind), pk)


def kind_of(paper: Paper) -> str:
    """The word by which addresses call it."""
    return CONTRACT if isinstance(paper, TransferContract) else POWER
