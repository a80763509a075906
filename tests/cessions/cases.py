"""Cases as the tests of reviews and decisions need them: fresh, complete, ripe, approved."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from accounts.models import User
from cessions.enums import (
    ChallengeKind,
    ChallengeState,
    ConfirmedHow,
    ConsentCode,
    DocumentKind,
    DocumentState,
    OutcomeKind,
)
from cessions.models import (
    AttemptOutcome,
    Challenge,
    Consent,
    ContactAttempt,
    Decision,
    Document,
    RequestedService,
    TransferRequest,
)
from cessions.services.decisions import approve, recommend
from hosting.lib.dates import local_date
from hosting.lib.factor import Factor
from hosting.records.enums import MailState, ScanState
from hosting.records.models import OutgoingMail, StoredFile
from tests.factories import FilingFactory, TransferRequestFactory, UserFactory

PARIS = ZoneInfo("Europe/Paris")
RECEIVED = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)
RIPE = datetime(2026, 6, 20, 9, 0, tzinfo=UTC)  # ten whole days, and the period, are over
_names = count(1)


def fresh_case(**fields: Any) -> TransferRequest:
    """A request that was received, of a claimant who is the registered owner; nothing is done yet."""
    received = fields.get("received_at", RECEIVED)
    filing = fields.pop("filing", None) or FilingFactory(
        created_at=received,
        is_registered_owner=True,
        confirmed_how=ConfirmedHow.LINK,
        telephone="+33 3 88 11 22 33",
        postal_address="1 place du Marché\n67000 Strasbourg",
    )
    return TransferRequestFactory(filing=filing, **fields)


def ripe_case(dates: int = 10, **fields: Any) -> TransferRequest:
    """A request that nothing stands in the way of at `RIPE`: sought for `dates` dates from reception
    on, documents accepted, terms and effects accepted, the claimant verified."""
    request = fresh_case(**fields)
    seek(request, dates)
    accept_all(request)
    consent(request)
    verify(request)
    return request


def seek(request: TransferRequest, dates: int, first: datetime | None = None) -> None:
    """The holder was written to on `dates` dates in a row, and called on the first two."""
    caller = UserFactory(support=True)
    methods = list(request.account.contact_methods.order_by("pk"))
    for number in range(dates):
        at = (first or request.received_at) + timedelta(days=number, minutes=5)
        for method in methods:
            if method.kind == "email":
                an_email(request, method.value, at)
            elif number < 2:
                a_call(request, method.value, at, caller)


def an_email(
    request: TransferRequest, address: str, at: datetime, **outcome: Any
) -> ContactAttempt:
    """An e-mail attempt, accepted at once unless `outcome` (fields of the mail) says otherwise."""
    fields = {"accepted_at": at, "state": MailState.SENT} | outcome
    mail = OutgoingMail.objects.create(
        message_id=f"<{next(_names)}@easyhoster.example>",
        kind="holder_search",
        stream=request.stream,
        language="en",
        recipient=address,
        subject="Please answer",
        text="...",
        content_hash="0" * 64,
        created_at=at,
        **fields,
    )
    return ContactAttempt.objects.create(
        request=request,
        at=at,
        local_date=local_date(at, PARIS),
        channel="email",
        address=address,
        mail=mail,
    )


def a_call(
    request: TransferRequest,
    number: str,
    at: datetime,
    by: User,
    kind: str = OutcomeKind.NO_ANSWER,
) -> ContactAttempt:
    """A call by a named person, noted at once."""
    attempt = ContactAttempt.objects.create(
        request=request,
        at=at,
        local_date=local_date(at, PARIS),
        channel="phone",
        address=number,
        by=by,
    )
    AttemptOutcome.objects.create(attempt=attempt, at=at, kind=kind, by=by)
    return attempt


def a_document(
    request: TransferRequest,
    kind: str = DocumentKind.OWNER_IDENTITY,
    *,
    scan: str = ScanState.CLEAN,
    **fields: Any,
) -> Document:
    """A document of the filing, scanned clean and waiting for its check."""
    file = StoredFile.objects.create(
        storage_name=f"files/{next(_names)}.pdf",
        original_name="document.pdf",
        content_type="application/pdf",
        size=3,
        sha256="0" * 64,
        stored_at=request.received_at,
        scan_state=scan,
    )
    fields = {"added_at": request.received_at} | fields
    return Document.objects.create(filing=request.filing, kind=kind, file=file, **fields)


def accept_all(
    request: TransferRequest,
    kinds: Sequence[str] = (
        DocumentKind.OWNER_IDENTITY,
        DocumentKind.INVOICE,
        DocumentKind.PAYMENT_PROOF,
        DocumentKind.CLAIMANT_IDENTITY,
    ),
) -> None:
    """Everything that any service may need is there and was accepted."""
    reviewer = UserFactory(support=True)
    for kind in kinds:
        a_document(
            request,
            kind,
            state=DocumentState.ACCEPTED,
            reviewed_by=reviewer,
            reviewed_at=request.received_at + timedelta(hours=1),
        )


def consent(request: TransferRequest) -> None:
    """The claimant accepted terms and effects (X4)."""
    for code in ConsentCode.values:
        Consent.objects.get_or_create(
            filing=request.filing,
            notice=code,
            version=1,
            defaults={"language": "en", "at": request.received_at},
        )


def verify(request: TransferRequest, kind: str = ChallengeKind.LETTER) -> None:
    """The claimant passed a challenge on each service, a day after the reception (V2)."""
    for service in request.services.all():
        a_challenge(
            service,
            kind,
            state=ChallengeState.PASSED,
            ended_at=request.received_at + timedelta(days=1),
        )


def a_challenge(
    service: RequestedService, kind: str = ChallengeKind.LETTER, **fields: Any
) -> Challenge:
    """A challenge on `service`, begun an hour after the reception, as a row."""
    begun = service.request.received_at + timedelta(hours=1) if service.request else RECEIVED
    words = {
        "target": "1 place du Marché\n67000 Strasbourg",
        "source": f"https://{service.name}/contact",
        "nonce": f"{next(_names):032x}",
        "asked_at": begun,
        "expires_at": begun + timedelta(days=14),
        "tries_allowed": 5,
    }
    return Challenge.objects.create(
        filing=service.filing, requested_service=service, kind=kind, **words | fields
    )


def ids(request: TransferRequest) -> list[int]:
    """The ids of the request's services."""
    return list(request.services.order_by("pk").values_list("pk", flat=True))


def recommended_case(now: datetime = RIPE, **fields: Any) -> Decision:
    """A ripe case that somebody of support recommended to approve."""
    request = ripe_case(**fields)
    return recommend(
        request.pk,
        ids(request),
        why="All is in order.",
        by=UserFactory(support=True),
        now=now,
        factor=Factor.PASSWORD,
    )


def approved_case(now: datetime = RIPE, **fields: Any) -> Decision:
    """A recommended case that a supervisor approved; its hold runs from `now`."""
    decision = recommended_case(now, **fields)
    return approve(decision.pk, by=UserFactory(supervisor=True), now=now, factor=Factor.TOTP)
