"""How well a service is prepared for the day its holder cannot answer (P6): what is in place, what
is missing, what to do next. Counting and words only: nothing is ever decided by it (K3)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from cessions.policies.words import Words, gettext_noop

TRANSFEROR_FIELDS = (
    "full_name",
    "trade_name",
    "registration_number",
    "street",
    "postal_code",
    "city",
    "country",
)
"""What of the transferor's identity a contract froze, and what outdates it when it changes (P3)."""


class ItemCode(StrEnum):
    """One thing to prepare, in the order in which it helps most."""

    EMAIL = "email"
    TELEPHONE = "telephone"
    ASSIGNEE = "assignee"
    CONTRACT = "contract"
    PAPERS = "papers"
    EMERGENCY_CONTACT = "emergency_contact"
    POWER = "power"
    ALTERNATIVE = "alternative"
    OWNER = "owner"


class ItemState(StrEnum):
    """Where one thing stands."""

    IN_PLACE = "in_place"
    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"


class RegisteredOwner(StrEnum):
    """Who is registered as the owner of the service (S3); only domains of resellers are asked."""

    NOT_ASKED = "not_asked"
    UNKNOWN = "unknown"
    RESELLER = "reseller"
    CLIENT = "client"


class WarningCode(StrEnum):
    """What needs the reseller's eye."""

    NO_EMAIL = "no_email"
    NO_TELEPHONE = "no_telephone"
    OWNER_IS_RESELLER = "owner_is_reseller"
    ASSIGNEE_MISSING = "assignee_missing"
    CONTRACT_OUTDATED = "contract_outdated"
    IDENTITY_EXPIRED = "identity_expired"


@dataclass(frozen=True)
class ContractFact:
    """An accepted contract for the service (P3), held against the present."""

    outdated: bool = False
    identity_expired: bool = False
    """The identity copy that came with it was no longer valid when it was signed."""


@dataclass(frozen=True)
class Prepared:
    """What is there for one service; the first five hold for the whole account."""

    has_email: bool = False
    has_telephone: bool = False
    has_alternative: bool = False
    emergency_contact_confirmed: bool = False
    power_in_force: bool = False
    assignee_listed: bool = False
    contracts: tuple[ContractFact, ...] = ()
    papers_handed: bool = False
    owner: RegisteredOwner = RegisteredOwner.NOT_ASKED


@dataclass(frozen=True)
class Item:
    """One line of the readiness: where it stands, in words, and the page on which to go on."""

    code: ItemCode
    state: ItemState
    words: Words
    next_step: Words | None = None
    page: str = ""
    """The URL name of the page for the next step; "" where there is none."""


@dataclass(frozen=True)
class Readiness:
    """The lines of one service and their share in place (P6)."""

    items: tuple[Item, ...]
    warnings: tuple[WarningCode, ...]

    @property
    def applicable(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.state != ItemState.NOT_APPLICABLE)

    @property
    def missing(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.state == ItemState.MISSING)

    @property
    def in_place(self) -> int:
        return len(self.applicable) - len(self.missing)

    @property
    def score(self) -> int:
        """The share of the applicable items that are in place, in whole percent."""
        return 100 * self.in_place // len(self.applicable)

    @property
    def next_step(self) -> Item | None:
        """What helps most now; None when all is in place."""
        return next(iter(self.missing), None)


STATED = {
    ItemCode.EMAIL: (
        gettext_noop("An e-mail address is on file."),
        gettext_noop("No e-mail address is on file."),
    ),
    ItemCode.TELEPHONE: (
        gettext_noop("A telephone number is on file."),
        gettext_noop("No telephone number is on file."),
    ),
    ItemCode.ASSIGNEE: (
        gettext_noop("Your client is named as the one who may take it over."),
        gettext_noop("Nobody is named who may take it over."),
    ),
    ItemCode.CONTRACT: (
        gettext_noop("A signed transfer contract is accepted and up to date."),
        gettext_noop("No signed transfer contract is accepted and up to date."),
    ),
    ItemCode.PAPERS: (
        gettext_noop("Your client has the last invoice and the proof of payment."),
        gettext_noop("Your client does not have the last invoice and the proof of payment yet."),
    ),
    ItemCode.EMERGENCY_CONTACT: (
        gettext_noop("An emergency contact has confirmed."),
        gettext_noop("No emergency contact has confirmed yet."),
    ),
    ItemCode.POWER: (
        gettext_noop("A power of attorney is in force."),
        gettext_noop("No power of attorney is in force."),
    ),
    ItemCode.ALTERNATIVE: (
        gettext_noop("There is another way to reach you."),
        gettext_noop("There is no way to reach you besides e-mail and telephone."),
    ),
    ItemCode.OWNER: (
        gettext_noop("The domain is registered to your client."),
        gettext_noop("The domain is not registered to your client."),
    ),
}
NEXT_STEPS = {
    ItemCode.EMAIL: (gettext_noop("Add an e-mail address"), "portal_contacts"),
    ItemCode.TELEPHONE: (gettext_noop("Add a telephone number"), "portal_contacts"),
    ItemCode.ASSIGNEE: (gettext_noop("Name your client"), "portal_assignees"),
    ItemCode.CONTRACT: (gettext_noop("Make and sign the contract"), "portal_contracts"),
    ItemCode.PAPERS: (gettext_noop("Hand both to your client, then say so here"), ""),
    ItemCode.EMERGENCY_CONTACT: (gettext_noop("Name an emergency contact"), "portal_trusted"),
    ItemCode.POWER: (gettext_noop("Sign a power of attorney"), "portal_papers"),
    ItemCode.ALTERNATIVE: (gettext_noop("Add another way to reach you"), "portal_contacts"),
    ItemCode.OWNER: (gettext_noop("Have the domain registered to your client: call us"), ""),
}


def readiness(prepared: Prepared) -> Readiness:
    """P6: every item in its state, in the order in which it helps most, and what to warn of.

    Adding evidence never lowers the score, nor takes an item out of its place.
    """
    return Readiness(
        tuple(_item(code, _state(code, prepared)) for code in ItemCode), warnings(prepared)
    )


def _state(code: ItemCode, prepared: Prepared) -> ItemState:
    if code is ItemCode.OWNER and prepared.owner is RegisteredOwner.NOT_ASKED:
        return ItemState.NOT_APPLICABLE
    there = {
        ItemCode.EMAIL: prepared.has_email,
        ItemCode.TELEPHONE: prepared.has_telephone,
        ItemCode.ASSIGNEE: prepared.assignee_listed,
        ItemCode.CONTRACT: any(not contract.outdated for contract in prepared.contracts),
        ItemCode.PAPERS: prepared.papers_handed,
        ItemCode.EMERGENCY_CONTACT: prepared.emergency_contact_confirmed,
        ItemCode.POWER: prepared.power_in_force,
        ItemCode.ALTERNATIVE: prepared.has_alternative,
        ItemCode.OWNER: prepared.owner is RegisteredOwner.CLIENT,
    }
    return ItemState.IN_PLACE if there[code] else ItemState.MISSING


def _item(code: ItemCode, state: ItemState) -> Item:
    if state is ItemState.NOT_APPLICABLE:
        return Item(code, state, Words(gettext_noop("Not asked for this service.")))
    is_there, is_missing = STATED[code]
    if state is ItemState.IN_PLACE:
        return Item(code, state, Words(is_there))
    step, page = NEXT_STEPS[code]
    return Item(code, state, Words(is_missing), Words(step), page)


def warnings(prepared: Prepared) -> tuple[WarningCode, ...]:
    """What needs an eye (A2, S3, P1, P3). A contract that is up to date excuses an older one."""
    fresh = [contract for contract in prepared.contracts if not contract.outdated]
    standing = fresh or prepared.contracts
    found = {
        WarningCode.NO_EMAIL: not prepared.has_email,
        WarningCode.NO_TELEPHONE: not prepared.has_telephone,
        WarningCode.OWNER_IS_RESELLER: prepared.owner is RegisteredOwner.RESELLER,
        WarningCode.ASSIGNEE_MISSING: not prepared.assignee_listed,
        WarningCode.CONTRACT_OUTDATED: bool(prepared.contracts) and not fresh,
        WarningCode.IDENTITY_EXPIRED: bool(standing)
        and all(contract.identity_expired for contract in standing),
    }
    return tuple(code for code, holds in found.items() if holds)


def contract_outdated(
    context: Mapping[str, Mapping[str, str]],
    transferor: Mapping[str, str],
    assignee: Mapping[str, str],
    *,
    assignee_listed: bool,
) -> bool:
    """P3: whether what a contract froze no longer holds.

    `context` is the contract's own; `transferor` the account's identity now, `assignee` the assignee
    now (full_name, organisation), `assignee_listed` whether he is still listed for the service.
    """
    return (
        not assignee_listed
        or _differs(context.get("transferor", {}), transferor, TRANSFEROR_FIELDS)
        or _differs(context.get("assignee", {}), assignee, ("full_name", "organisation"))
    )


def identity_expired(valid_until: date | None, signed_on: date | None) -> bool:
    """P3: whether the identity copy was no longer valid on the date of the signature."""
    return valid_until is not None and signed_on is not None and valid_until < signed_on


def _differs(frozen: Mapping[str, str], present: Mapping[str, str], names: Iterable[str]) -> bool:
    """Whether a frozen field has another value now; spaces and case do not count."""
    return any(_plain(frozen.get(name)) != _plain(present.get(name)) for name in names)


def _plain(value: str | None) -> str:
    return " ".join((value or "").split()).casefold()
