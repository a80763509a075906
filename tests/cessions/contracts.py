"""A transfer contract that is drafted and not signed yet."""

from accounts.models import CustomerAccount
from accounts.services.transferor import transferor_of
from cessions.models import Assignee, TransferContract
from tests.accounts.papers import DRAFTED
from tests.factories import LONG_AGO


def a_contract(account: CustomerAccount, reference: str = "TC-2345678923") -> TransferContract:
    """A draft of 1 June for one assignee."""
    assignee = Assignee.objects.create(
        account=account,
        full_name="Alix Martin",
        emails=["alix@bakery.example"],
        created_at=LONG_AGO,
    )
    return TransferContract.objects.create(
        account=account,
        assignee=assignee,
        reference=reference,
        language="en",
        context={
            "transferor": transferor_of(account),
            "assignee": {"full_name": "Alix Martin", "organisation": ""},
            "services": [],
        },
        drafted_at=DRAFTED,
    )
