"""What an end client may be told (A10). Without contract or power of attorney: his own file, the
dates of T5, the outcome; nothing of the account behind the service, not even that there is one (T4).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from accounts.enums import MANDATE_ENDS, PowerScope
from cessions.policies.blockers import Blocker, BlockerCode


class Topic(StrEnum):
    """What there is to tell about a case."""

    OWN_FILE = "own_file"
    DATES = "dates"
    OUTCOME = "outcome"
    HOLDER_ANSWERED = "holder_answered"
    SEARCH_DETAILS = "search_details"
    HOLDER_IDENTITY = "holder_identity"
    ACCOUNT = "account"
    OTHER_CLAIMANTS = "other_claimants"


class Basis(StrEnum):
    """On what ground somebody is told something."""

    NONE = "none"
    FILE = "file"
    CONTRACT = "contract"
    NAMED = "named"
    POWER = "power"
    TRUSTED = "trusted"
    REPRESENTATIVE = "representative"


class Audience(StrEnum):
    """To whom something may be said."""

    CLAIMANT = "claimant"
    ASSIGNEE = "assignee"
    """Whom a contract names, and who has filed nothing (P2)."""
    EMERGENCY_CONTACT = "emergency_contact"
    REPRESENTATIVE = "representative"
    END_CLIENT = "end_client"
    """A client of the holder's who has filed nothing (A9, H3)."""


OF_HIS_OWN = frozenset({Topic.OWN_FILE, Topic.DATES, Topic.OUTCOME, Topic.HOLDER_ANSWERED})
ALLOWED = {
    Basis.NONE: frozenset(),
    Basis.FILE: OF_HIS_OWN,
    # The contract itself told its assignee who the holder is, and that he will be sought (P2).
    Basis.CONTRACT: OF_HIS_OWN | {Topic.SEARCH_DETAILS, Topic.HOLDER_IDENTITY},
    # Who the holder is stands in the contract; of somebody else's request he learns nothing (P2).
    Basis.NAMED: frozenset({Topic.HOLDER_IDENTITY}),
    # In an emergency an end client learns who hosts him, so that sites go on and names are kept (A9).
    Basis.POWER: frozenset({Topic.HOLDER_IDENTITY}),
    # Whom the holder trusts learns what is asked and how we seek him, not who else asks (A8, C11).
    Basis.TRUSTED: frozenset(
        {Topic.DATES, Topic.OUTCOME, Topic.HOLDER_ANSWERED, Topic.SEARCH_DETAILS}
        | {Topic.HOLDER_IDENTITY}
    ),
    # He stands for the holder: all that is the holder's own (A12).
    Basis.REPRESENTATIVE: frozenset(
        {Topic.DATES, Topic.OUTCOME, Topic.HOLDER_ANSWERED, Topic.SEARCH_DETAILS}
        | {Topic.HOLDER_IDENTITY, Topic.ACCOUNT}
    ),
}


@dataclass(frozen=True)
class BasisFacts:
    """What the legal basis is drawn from, for one service, as known at one instant (A10)."""

    contract_in_force: bool = False
    """An accepted contract, not withdrawn, names the service (P3)."""
    contract_names_claimant: bool = False
    """Such a contract names this claimant by the e-mail address that he confirmed."""
    emergency_contact: bool = False
    """Somebody whom the holder named has confirmed himself (A8)."""
    scopes: frozenset[str] = frozenset()
    """What the powers of attorney in force allow (A9)."""
    events: frozenset[str] = frozenset()
    """What is known to have happened to the holder (A12)."""
    emergency_open: bool = False
    """A supervisor opened an emergency on the account (H3)."""
    representative: bool = False
    """A legal representative was accepted (A12)."""


def basis_of(facts: BasisFacts, audience: Audience) -> Basis:
    """On what ground `audience` may be told anything (A10); NONE where there is none.

    A contract is a ground towards the claimant whom it names, and a small one towards an assignee who
    has filed nothing. A power of attorney is one towards
    end clients, within its scope and in an open emergency; like an emergency contact it ends with
    death or guardianship (A12). An emergency contact is none towards anybody but himself.
    """
    mandates_hold = not facts.events & MANDATE_ENDS
    if audience is Audience.CLAIMANT:
        named = facts.contract_in_force and facts.contract_names_claimant
        return Basis.CONTRACT if named else Basis.FILE
    if audience is Audience.ASSIGNEE:
        return Basis.NAMED if facts.contract_in_force else Basis.NONE
    if audience is Audience.EMERGENCY_CONTACT:
        return Basis.TRUSTED if facts.emergency_contact and mandates_hold else Basis.NONE
    if audience is Audience.REPRESENTATIVE:
        return Basis.REPRESENTATIVE if facts.representative else Basis.NONE
    in_scope = PowerScope.CONTACT_CLIENTS in facts.scopes and facts.emergency_open
    return Basis.POWER if in_scope and mandates_hold else Basis.NONE


def may_contact_clients(facts: BasisFacts) -> bool:
    """Whether the end clients of the account may be turned to directly (A9, H3)."""
    return basis_of(facts, Audience.END_CLIENT) is Basis.POWER


BLOCKER_TOPICS = {
    BlockerCode.TOO_EARLY: Topic.DATES,
    BlockerCode.DOCUMENT_MISSING: Topic.OWN_FILE,
    BlockerCode.DOCUMENT_TO_REVIEW: Topic.OWN_FILE,
    BlockerCode.DOCUMENT_REFUSED: Topic.OWN_FILE,
    BlockerCode.NOT_SCANNED: Topic.OWN_FILE,
    BlockerCode.FILE_CLOSED: Topic.OWN_FILE,
    BlockerCode.CHALLENGE_MISSING: Topic.OWN_FILE,
    BlockerCode.EFFECTS_NOT_ACCEPTED: Topic.OWN_FILE,
    BlockerCode.PERIOD_RUNNING: Topic.SEARCH_DETAILS,
    BlockerCode.LETTER_MISSING: Topic.SEARCH_DETAILS,
    BlockerCode.OTHER_CHANNEL_MISSING: Topic.SEARCH_DETAILS,
    BlockerCode.DEPENDENT_CHANNELS_ONLY: Topic.SEARCH_DETAILS,
    BlockerCode.MEANS_UNTRIED: Topic.SEARCH_DETAILS,
    BlockerCode.RIVALS: Topic.OTHER_CLAIMANTS,
    BlockerCode.SERVICE_UNKNOWN: Topic.ACCOUNT,
    BlockerCode.SIGN_OF_LIFE: Topic.ACCOUNT,
    BlockerCode.SIGN_OF_LIFE_TO_JUDGE: Topic.ACCOUNT,
    BlockerCode.HOLDER_AGREES: Topic.ACCOUNT,
    BlockerCode.HOLDER_ABSENT: Topic.ACCOUNT,
    BlockerCode.REPRESENTATIVE_UNRESOLVED: Topic.ACCOUNT,
    BlockerCode.EVENT_UNRESOLVED: Topic.ACCOUNT,
    BlockerCode.LOCKED: Topic.ACCOUNT,
}


def may_tell(topic: Topic, basis: Basis = Basis.FILE) -> bool:
    """Whether somebody may be told about `topic` on the ground of `basis` (A10)."""
    return topic in ALLOWED[basis]


def blockers_to_tell(blockers: Iterable[Blocker], basis: Basis = Basis.FILE) -> list[Blocker]:
    """Those of `blockers` that a claimant may read on his status page (A10, K2).

    How far the search for the holder is would differ between a hosted and an unknown name (T4), so
    the page says only that it is under way and since when (T5). A code without a topic is not told.
    """
    told = ((blocker, BLOCKER_TOPICS.get(blocker.code)) for blocker in blockers)
    return [blocker for blocker, topic in told if topic is not None and may_tell(topic, basis)]
