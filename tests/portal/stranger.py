"""Somebody else's account with one of everything that has an id."""

from datetime import timedelta

from accounts.enums import ContactKind, Role
from accounts.models import (
    CheckIn,
    ContactMethod,
    CustomerAccount,
    EmergencyContact,
    PlannedAbsence,
)
from cessions.enums import ScanFiling
from cessions.models import AgreedService, AgreedTransfer, ContractPack, ScannedPaper
from interventions.enums import BackupPurpose, BackupState, SiteKind
from interventions.models import Site, SiteBackup, SiteRestore
from tests.factories import (
    LONG_AGO,
    CustomerAccountFactory,
    MembershipFactory,
    ServiceFactory,
    TransferRequestFactory,
    UserFactory,
)
from tests.interventions import cases
from tests.portal.papers import a_file, contract_for, power_for

KEPT_SECRET = "Canary Hidden Away"


def somebody_else() -> CustomerAccount:
    """A reseller with people, contacts, services, papers, requests and an agreed transfer."""
    account = CustomerAccountFactory(trade_name=KEPT_SECRET, reachable=True)
    owner = MembershipFactory(account=account).user
    MembershipFactory(account=account, role=Role.MEMBER)
    ContactMethod.objects.create(
        account=account, kind=ContactKind.SIGNAL, value="@canary", created_at=LONG_AGO
    )
    service = ServiceFactory(account=account)
    contract_for(service)
    power_for(account)
    pack = ContractPack.objects.create(account=account, asked_by=owner, asked_at=LONG_AGO, total=1)
    assert pack.pk
    file = a_file("scan")
    ScannedPaper.objects.create(
        account=account, file=file, uploaded_at=LONG_AGO, uploaded_by=owner, state=ScanFiling.UNREAD
    )
    EmergencyContact.objects.create(
        account=account,
        full_name=KEPT_SECRET,
        email="trusted@canary.example",
        created_at=LONG_AGO,
        invited_at=LONG_AGO,
        confirmed_at=LONG_AGO,
    )
    day = LONG_AGO.date()
    PlannedAbsence.objects.create(
        account=account,
        from_on=day,
        until_on=day + timedelta(days=9),
        told_at=LONG_AGO,
        told_by=UserFactory(),
    )
    CheckIn.objects.create(account=account, opened_at=LONG_AGO)
    TransferRequestFactory(account=account)
    cases.a_ticket(LONG_AGO, service=service, full_name=KEPT_SECRET)
    _agreed(account, owner)
    _backed_up(account)
    return account


def _agreed(account: CustomerAccount, owner: object) -> None:
    transfer = AgreedTransfer.objects.create(
        number="A2020-000001",
        account=account,
        full_name=KEPT_SECRET,
        email="new@canary.example",
        language="en",
        proposed_by=owner,
        proposed_as=Role.OWNER,
        proposed_at=LONG_AGO,
        expires_at=LONG_AGO + timedelta(days=14),
    )
    AgreedService.objects.create(transfer=transfer, service=ServiceFactory(account=account))


def _backed_up(account: CustomerAccount) -> None:
    service = ServiceFactory(account=account, hosting=True)
    site = Site.objects.create(service=service, kind=SiteKind.OTHER, root=f"/srv/{KEPT_SECRET}")
    for purpose in BackupPurpose:
        backup = SiteBackup.objects.create(
            site=site,
            purpose=purpose,
            state=BackupState.READY,
            asked_at=LONG_AGO,
            verified_at=LONG_AGO,
        )
    SiteRestore.objects.create(backup=backup, asked_at=LONG_AGO)
