"""An agreed transfer at each of its steps (X7)."""

from datetime import UTC, datetime, timedelta
from typing import Any

from accounts.enums import Role
from cessions.enums import ConsentCode
from cessions.models import AgreedTransfer, TransferRequest
from cessions.services import agreed
from hosting.lib.factor import Factor
from hosting.models import Service
from hosting.services.notices import current_notices
from tests.factories import CustomerAccountFactory, MembershipFactory, ServiceFactory

DAY_ONE = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)
HOLD_OVER = DAY_ONE + timedelta(hours=25)
CLIENT = agreed.Recipient(
    full_name="Alix Martin",
    email="alix@bakery.example",
    language="en",
    telephone="+33 3 88 11 22 33",
    postal_address="1 place du Marché\n67000 Strasbourg",
)


def a_service(**fields: Any) -> Service:
    """A service of an account whose owner can sign in and is reachable."""
    account = fields.pop("account", None) or CustomerAccountFactory(reachable=True)
    return ServiceFactory(account=account, **fields)


def proposed(
    *services: Service,
    now: datetime = DAY_ONE,
    request: TransferRequest | None = None,
    role: Role = Role.OWNER,
    recipient: agreed.Recipient | None = CLIENT,
    factor: Factor | None = Factor.TOTP,
) -> AgreedTransfer:
    """The holder proposed these services of one account, or one of a new account."""
    chosen = services or (a_service(),)
    owner = MembershipFactory(account=chosen[0].account, role=role)
    return agreed.propose(
        owner.account,
        chosen,
        recipient,
        by=owner.user,
        role=role,
        factor=factor,
        now=now,
        request=request,
    )


def accepted(
    *services: Service, at: datetime = DAY_ONE + timedelta(hours=1), **fields: Any
) -> AgreedTransfer:
    """Proposed, and accepted an hour later: the hold ends at HOLD_OVER."""
    transfer = proposed(*services, **fields)
    return agreed.accept(transfer.pk, notices(at), now=at)


def notices(now: datetime = DAY_ONE) -> list[Any]:
    """What the recipient reads."""
    return current_notices(ConsentCode.values, "en", now)
