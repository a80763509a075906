"""Who stands around a case, and what is known: rows as the tests of the case page need them."""

from datetime import timedelta
from typing import Any

from accounts.enums import HolderEventKind, Judgement, Role
from accounts.models import CustomerAccount, EmergencyContact, HolderEvent, LegalRepresentative
from cessions.models import TransferContract, TransferRequest
from hosting.models import Emergency
from tests.cessions.cases import RECEIVED, fresh_case
from tests.factories import MembershipFactory, UserFactory
from tests.hosting.continuity import power
from tests.portal.papers import contract_for


def a_contact(
    account: CustomerAccount, name: str = "Sam Durand", **fields: Any
) -> EmergencyContact:
    """An emergency contact who confirmed himself long before."""
    before = RECEIVED - timedelta(days=100)
    given = {"created_at": before, "invited_at": before, "confirmed_at": before} | fields
    email = f"{name.split()[0].lower()}@family.example"
    return EmergencyContact.objects.create(
        account=account, full_name=name, email=email, language="en", **given
    )


def an_event(
    account: CustomerAccount, kind: str = HolderEventKind.ILLNESS, **fields: Any
) -> HolderEvent:
    """What staff recorded of the holder, on the day of the reception."""
    given = {"recorded_by": UserFactory(), "recorded_at": RECEIVED} | fields
    return HolderEvent.objects.create(account=account, kind=kind, source="A letter", **given)


def a_representative(
    account: CustomerAccount, judgement: str, **fields: Any
) -> LegalRepresentative:
    """Somebody who says that he stands for the holder."""
    judged = {"judged_by": UserFactory(), "judged_at": RECEIVED, "reason": "Seen."}
    given = {"judgement": judgement, **({} if judgement == Judgement.PENDING else judged)} | fields
    return LegalRepresentative.objects.create(
        account=account,
        kind="heir",
        full_name="Jean Durand",
        email="jean@family.example",
        recorded_by=UserFactory(),
        recorded_at=RECEIVED,
        **given,
    )


def an_emergency(account: CustomerAccount) -> Emergency:
    """An emergency that a supervisor opened on the day of the reception (H3)."""
    words = {"facts": "Hospital.", "holder_tried": "Three calls.", "contacts_tried": "His sister."}
    return Emergency.objects.create(
        account=account, opened_by=UserFactory(), opened_at=RECEIVED, **words
    )


def a_contract(request: TransferRequest, email: str = "", **fields: Any) -> TransferContract:
    """An accepted contract for the first service of `request`; with `email`, its assignee's."""
    service = request.services.order_by("pk")[0].service
    assert service is not None
    contract = contract_for(service, **fields)
    if email:
        contract.assignee.emails = [email]
        contract.assignee.save()
    return contract


def a_full_house() -> TransferRequest:
    """A case where everything is known that can be: each receiver of A10, many signs of V4."""
    request = fresh_case()
    account, filing = request.account, request.filing
    a_contract(request, uploaded_at=RECEIVED)
    a_contact(account)
    a_contact(account, "Nadia Vogt", confirmed_at=None)
    an_event(account)
    a_representative(account, Judgement.ACCEPTED)
    power(account)
    an_emergency(account)
    member = MembershipFactory(account=account, role=Role.OWNER)
    member.user.last_login = RECEIVED
    member.user.save()
    account.contact_methods.update(created_at=RECEIVED - timedelta(days=3))
    other = fresh_case()
    other.filing.email = filing.email
    other.filing.save()
    rival = fresh_case()
    rival.services.update(service=request.services.get().service)
    return request
