"""The checklist of documents per service (D1 to D4): what is required, what is there, in what state.

On pages that a claimant sees, build the values from what he typed: a checklist that knew the account
behind a name would tell whether the name is hosted here (T4).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext_lazy

from cessions.enums import DocumentKind, DocumentState
from cessions.policies.words import Words, gettext_noop
from hosting.lib.dates import months_before

DOMAIN = "domain"
EXTRACT_MONTHS = 3
IDENTITY_KINDS = frozenset(
    {
        DocumentKind.OWNER_IDENTITY,
        DocumentKind.CLAIMANT_IDENTITY,
        DocumentKind.REPRESENTATIVE_IDENTITY,
    }
)
GUARDED_KINDS = IDENTITY_KINDS | {DocumentKind.OWNER_AUTHORITY}
"""Shown with a watermark, each look journalled (D6, L1): identity documents, and the owner's authority,
which bears his signature and often a copy of his card."""


class RequirementState(StrEnum):
    """Where one line of the checklist stands (D4)."""

    MISSING = "missing"
    TO_REVIEW = "to_review"
    ACCEPTED = "accepted"
    REFUSED = "refused"


WEAKEST_FIRST = (
    RequirementState.MISSING,
    RequirementState.REFUSED,
    RequirementState.TO_REVIEW,
    RequirementState.ACCEPTED,
)


@dataclass(frozen=True)
class ServiceFacts:
    """The contested service, as the checklist sees it."""

    kind: str
    name: str
    owner_is_organisation: bool = False
    owner_is_reseller: bool = False
    registry_procedure: str = ""
    """Name or address of the registry's own procedure for this top-level domain (D1)."""


@dataclass(frozen=True)
class ClaimantFacts:
    """Who asks: the registered owner himself (or the representative of an owner organisation), or not."""

    is_owner: bool


@dataclass(frozen=True)
class AccountFacts:
    """What lies in the reseller's account (P3)."""

    contract_accepted: bool = False
    contract_identity_accepted: bool = False
    """The identity copy that came with the contract, valid at the contract's signature date."""


@dataclass(frozen=True)
class DocumentFact:
    """One document of the request. Dates are those that staff read on it, or None."""

    id: int
    kind: str
    state: str
    """A DocumentState; one that was replaced stands for nothing any more."""
    filed_on: date | None = None
    issued_on: date | None = None
    valid_until: date | None = None
    equivalent_for: str = ""
    """The kind this one stands in for, once a supervisor accepted it so with a reason (D4)."""
    service_name: str = ""
    """The service it is about, when it is about one only (D2: proof of payment per service)."""


@dataclass(frozen=True)
class Requirement:
    """One line of the checklist."""

    kind: DocumentKind
    required: bool
    state: RequirementState
    help: Words
    document_ids: tuple[int, ...] = ()

    @property
    def words(self) -> str:
        """What is asked for, in the reader's language."""
        return str(self.kind.label)

    @property
    def blocks(self) -> bool:
        """Whether this line keeps a service from being approved (K2)."""
        return self.required and self.state is not RequirementState.ACCEPTED


HELP = {
    DocumentKind.OWNER_IDENTITY: gettext_noop(
        "A copy of the identity card or passport of the person registered as the owner of the "
        "domain name, with that person's signature on the copy."
    ),
    DocumentKind.CLAIMANT_IDENTITY: gettext_noop(
        "Your own identity card or passport. It must be valid on the day you send it."
    ),
    DocumentKind.OWNER_AUTHORITY: gettext_noop(
        "A letter in which the registered owner allows you to ask for this transfer, dated and "
        "signed by the owner."
    ),
    DocumentKind.REGISTER_EXTRACT: gettext_noop(
        "An official extract of the company or association register that names the organisation "
        "and its representative. It must be less than 3 months old on the day you send it."
    ),
    DocumentKind.REPRESENTATIVE_IDENTITY: gettext_noop(
        "The identity card or passport of the person who represents the organisation."
    ),
    DocumentKind.INVOICE: gettext_noop(
        "The last invoice you received from your reseller. It should mention the hosting or the "
        "domain name, and the dates it covers."
    ),
    DocumentKind.PAYMENT_PROOF: gettext_noop(
        "A bank statement, a card receipt or anything that shows that the last term was paid."
    ),
    DocumentKind.CONTRACT: gettext_noop(
        "If you signed a transfer contract with your reseller, add it: it helps a lot. Without one "
        "your request goes on all the same."
    ),
}
CONTRACT_FOR_OWNER = gettext_noop(
    "Your provider is himself the registered owner of this domain name. We can only go on with the "
    "transfer contract he signed, together with the copy of his identity document. Without it, "
    "please turn to the registry's own procedure: %(procedure)s."
)
REGISTRY = gettext_lazy("the dispute procedure of the registry that runs this ending")


def requirements_for(
    service: ServiceFacts,
    claimant: ClaimantFacts,
    documents: Sequence[DocumentFact],
    account: AccountFacts | None,
    today: date,
) -> list[Requirement]:
    """The checklist of one service, in the order in which it is shown (D1 to D4).

    `account` None means that nothing of the account may be used: the claimant's own view (T4, A10).
    `today` (local) stands for the filing date of a document whose own is not known.
    """
    about = [d for d in documents if d.service_name in ("", service.name)]
    if service.kind != DOMAIN:
        kinds = [DocumentKind.INVOICE, DocumentKind.PAYMENT_PROOF, DocumentKind.CLAIMANT_IDENTITY]
    elif service.owner_is_reseller and account is not None:
        return [
            _contract_of_owner(service, about, account),
            _line(DocumentKind.CLAIMANT_IDENTITY, about, today),
        ]
    else:
        kinds = _domain_kinds(service, claimant)
    return [*(_line(kind, about, today) for kind in kinds), _optional_contract(about, account)]


def extract_is_fresh(issued_on: date, filed_on: date) -> bool:
    """Whether a register extract was younger than 3 months when it was filed (D1)."""
    return months_before(filed_on, EXTRACT_MONTHS) < issued_on <= filed_on


def _domain_kinds(service: ServiceFacts, claimant: ClaimantFacts) -> list[DocumentKind]:
    owner = [DocumentKind.OWNER_IDENTITY]
    if service.owner_is_organisation:
        owner = [DocumentKind.REGISTER_EXTRACT, DocumentKind.REPRESENTATIVE_IDENTITY]
    return (
        owner
        if claimant.is_owner
        else [*owner, DocumentKind.OWNER_AUTHORITY, DocumentKind.CLAIMANT_IDENTITY]
    )


def _line(kind: DocumentKind, documents: Sequence[DocumentFact], today: date) -> Requirement:
    found = [document for document in documents if _stands_for(document, kind)]
    state = _state(found, lambda document: _in_date(document, today))
    return Requirement(kind, True, state, Words(HELP[kind]), tuple(d.id for d in found))


def _optional_contract(
    documents: Sequence[DocumentFact], account: AccountFacts | None
) -> Requirement:
    found = [document for document in documents if document.kind == DocumentKind.CONTRACT]
    state = _state(found, _always)
    if account is not None and account.contract_accepted:
        state = RequirementState.ACCEPTED
    return Requirement(
        DocumentKind.CONTRACT,
        False,
        state,
        Words(HELP[DocumentKind.CONTRACT]),
        tuple(d.id for d in found),
    )


def _contract_of_owner(
    service: ServiceFacts, documents: Sequence[DocumentFact], account: AccountFacts
) -> Requirement:
    """The reseller is the registered owner: only contract and identity copy stand in for him (D1)."""
    contracts = [document for document in documents if document.kind == DocumentKind.CONTRACT]
    copies = [document for document in documents if document.kind == DocumentKind.OWNER_IDENTITY]
    states = {
        RequirementState.ACCEPTED if account.contract_accepted else _state(contracts, _always),
        RequirementState.ACCEPTED
        if account.contract_identity_accepted
        else _state(copies, _always),
    }
    procedure = service.registry_procedure or REGISTRY
    return Requirement(
        kind=DocumentKind.CONTRACT,
        required=True,
        state=next(state for state in WEAKEST_FIRST if state in states),
        help=Words(CONTRACT_FOR_OWNER, {"procedure": procedure}),
        document_ids=tuple(document.id for document in (*contracts, *copies)),
    )


def _stands_for(document: DocumentFact, kind: DocumentKind) -> bool:
    """Whether `document` is of `kind`, or was accepted as an equivalent; never for an identity (D4)."""
    if document.kind == kind:
        return True
    return document.equivalent_for == kind and kind not in IDENTITY_KINDS


def _in_date(document: DocumentFact, today: date) -> bool:
    """Whether `document` was young enough, or still valid, on the day it was filed (D1, D2)."""
    filed_on = document.filed_on or today
    if document.kind == DocumentKind.REGISTER_EXTRACT and document.issued_on is not None:
        return extract_is_fresh(document.issued_on, filed_on)
    if document.kind in IDENTITY_KINDS and document.valid_until is not None:
        return document.valid_until >= filed_on
    return True


def _always(document: DocumentFact) -> bool:
    return True


def _state(
    documents: Iterable[DocumentFact], in_date: Callable[[DocumentFact], bool]
) -> RequirementState:
    """The best that any of `documents` gives; an accepted one that was outdated gives nothing."""
    present = (d for d in documents if d.state != DocumentState.REPLACED)
    states = {_state_of(document, in_date) for document in present}
    best_first = (
        RequirementState.ACCEPTED,
        RequirementState.TO_REVIEW,
        RequirementState.REFUSED,
    )
    return next((state for state in best_first if state in states), RequirementState.MISSING)


def _state_of(document: DocumentFact, in_date: Callable[[DocumentFact], bool]) -> RequirementState:
    if document.state == DocumentState.REFUSED:
        return RequirementState.REFUSED
    if document.state != DocumentState.ACCEPTED:
        return RequirementState.TO_REVIEW
    return RequirementState.ACCEPTED if in_date(document) else RequirementState.REFUSED
