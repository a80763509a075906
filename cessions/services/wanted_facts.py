"""What the file of a case says, gathered for the readers of its documents (D5). For staff alone (A10)."""

from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo

from accounts.models import CustomerAccount, FormerIdentity
from cessions.enums import DocumentKind, DocumentState
from cessions.models import Document, Reading, RequestedService
from cessions.policies.findings import Finding, FindingCode, Findings
from cessions.policies.reading.wanted import NAME_CODES, Identity, KnownInvoice, Wanted
from hosting.lib.dates import local_date
from hosting.models import DomainRegistration


def wanted_of(document: Document, zone: ZoneInfo) -> Wanted:
    """What is looked for in `document`: names of the accounts concerned, its services, its people, the
    invoices beside it. `zone` is the provider's."""
    filing = document.filing
    services = _services(document)
    accounts = CustomerAccount.objects.filter(transfer_requests__filing=filing)
    owners = DomainRegistration.objects.filter(service__requests__in=services)
    filed_at = filing.arrived_at or filing.submitted_at or filing.created_at
    return Wanted(
        identities=tuple(_identities(accounts.distinct().order_by("pk"), zone)),
        services=tuple(dict.fromkeys(service.name for service in services)),
        invoices=tuple(_invoices(document)),
        claimant=filing.full_name,
        owners=_said(owners.values_list("owner_name", flat=True)),
        organisations=_said(
            [filing.organisation, *owners.values_list("owner_organisation", flat=True)]
        ),
        filed_on=local_date(filed_at, zone),
    )


def _services(document: Document) -> list[RequestedService]:
    if document.requested_service is not None:
        return [document.requested_service]
    return list(document.filing.services.all())


def _identities(accounts: Iterable[CustomerAccount], zone: ZoneInfo) -> Iterator[Identity]:
    """Present and former names, as far as there are any."""
    for account in accounts:
        for field in NAME_CODES:
            if value := getattr(account, field):
                yield Identity(
                    account.number, field, value, account.registration_kind, account.country
                )
        for former in FormerIdentity.objects.filter(account=account):
            until = local_date(former.ended_at, zone)
            yield Identity(
                account.number,
                former.field,
                former.value,
                account.registration_kind,
                account.country,
                until,
            )


def _invoices(document: Document) -> Iterator[KnownInvoice]:
    """The invoices of the same filing that were read."""
    if document.kind != DocumentKind.PAYMENT_PROOF:
        return
    beside = Reading.objects.filter(
        document__filing_id=document.filing_id, document__kind=DocumentKind.INVOICE
    ).exclude(document__state=DocumentState.REPLACED)
    for reading in beside.order_by("document_id"):
        yield known_invoice(reading.document_id, Findings.of_json(reading.findings).findings)


def known_invoice(document: int, findings: Iterable[Finding]) -> KnownInvoice:
    """Number and totals of an invoice by its findings; all amounts where none is called the total."""
    found = list(findings)
    data = [item.details for item in found if item.code == FindingCode.EMBEDDED_INVOICE]
    numbers = [item.seen for item in found if item.code == FindingCode.INVOICE_NUMBER]
    amounts = [item for item in found if item.code == FindingCode.AMOUNT]
    totals = [item.seen for item in amounts if item.details.get("total")]
    return KnownInvoice(
        document,
        _said([*(item["number"] for item in data), *numbers]),
        _said([*(item["total"] for item in data), *(totals or [item.seen for item in amounts])]),
    )


def _said(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in words if word))
