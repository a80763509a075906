"""What may be said to whom about a case, and on what ground (A10): for the claimant, an assignee, each
emergency contact and representative, and the holder's other end clients. All of it from the one pure
function `policies.basis_of`."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.enums import Judgement, PowerScope
from cessions import facts, policies, reasoning, standing
from cessions.case_words import telling
from cessions.policies import Audience, Basis, BasisFacts
from cessions.reasoning import Reasoning, ServiceView
from cessions.services.guard import unique
from cessions.snapshot import ContractRow, PowerRow


@dataclass(frozen=True)
class Receiver:
    """Somebody who may ask, the ground on which he is told something, and what he is told."""

    kind: str
    name: str
    basis: Basis
    ground: str
    told: tuple[str, ...]
    not_told: tuple[str, ...]


def receivers(why: Reasoning) -> Iterator[Receiver]:
    """Everybody who may ask about this request; the claimant first."""
    basis = why.claimant_basis
    ground = _("An accepted transfer contract names him: that is the ground.")
    if basis is not Basis.CONTRACT:
        ground = _(
            "Without a contract or a power of attorney there is no other ground than his own request."
        )
    yield _receiver(_("Claimant"), why.case.filing.full_name, basis, ground)
    if why.request.account is None or not why.services:
        return
    known = _facts(why, why.services[0])
    yield from _assignees(why)
    yield from _emergency_contacts(why, known)
    yield from _representatives(why, known)
    yield _end_clients(why, known)


def to_tell(why: Reasoning) -> list[policies.Blocker]:
    """Those of the blockers that staff may tell the claimant (A10), each once."""
    blockers = (b for view in why.open_services for b in view.blockers)
    return unique(policies.blockers_to_tell(blockers, why.claimant_basis))


def _assignees(why: Reasoning) -> Iterator[Receiver]:
    """Whom contracts for these services name; the claimant himself is told as the claimant."""
    contracts: dict[int, tuple[ContractRow, BasisFacts]] = {}
    for view in why.services:
        for row in standing.contracts_for(why.request.account, view.service, why.at):
            contracts.setdefault(row.id, (row, _facts(why, view)))
    for row, known in contracts.values():
        if standing.names_claimant([row], why.case.filing):
            continue
        ground = _(
            "The contract %s names this person, who asks for nothing in this case: who the holder is"
            " stands in it, and that is all."
        )
        basis = policies.basis_of(known, Audience.ASSIGNEE)
        yield _receiver(_("Assignee"), row.assignee, basis, ground % row.reference)


def _emergency_contacts(why: Reasoning, known: BasisFacts) -> Iterator[Receiver]:
    confirmed = {row.id for row in standing.trusted_at(why.request.account, why.at)}
    for row in standing.named_at(why.request.account, why.at):
        his = replace(known, emergency_contact=row.id in confirmed)
        basis = policies.basis_of(his, Audience.EMERGENCY_CONTACT)
        ground = _("The holder trusts this person, who has confirmed it.")
        if basis is Basis.NONE:
            ground = _mandate_ended(why) or _("This person has not confirmed yet.")
        yield _receiver(_("Emergency contact"), row.full_name, basis, ground)


def _representatives(why: Reasoning, known: BasisFacts) -> Iterator[Receiver]:
    grounds = {
        Judgement.ACCEPTED: _(
            "A supervisor accepted the proof: this person stands for the holder."
        ),
        Judgement.PENDING: _("The proof waits for a supervisor."),
        Judgement.REFUSED: _("The proof was refused."),
    }
    for row, judgement in standing.claims_to_represent(why.request.account, why.at):
        his = replace(known, representative=judgement is Judgement.ACCEPTED)
        basis = policies.basis_of(his, Audience.REPRESENTATIVE)
        kind = _("Legal representative")
        yield _receiver(kind, row.full_name, basis, grounds[judgement])


def _end_clients(why: Reasoning, known: BasisFacts) -> Receiver:
    """Clients of the holder's who have filed nothing: a power of attorney in an emergency (A9, H3)."""
    powers = standing.powers_at(why.request.account, why.at, facts.provider_zone())
    basis = policies.basis_of(known, Audience.END_CLIENT)
    return _receiver(_("Other end clients"), "", basis, _power_ground(why, known, powers))


def _power_ground(why: Reasoning, known: BasisFacts, powers: list[PowerRow]) -> str:
    if not powers:
        return _("No power of attorney is in force.")
    ended = _mandate_ended(why)
    if ended:
        return ended
    if PowerScope.CONTACT_CLIENTS not in known.scopes:
        return _("The power of attorney in force does not let us contact the end clients.")
    if not known.emergency_open:
        return _("No emergency is open on this account: they are not turned to.")
    return "; ".join(_power(row) for row in powers)


def _power(row: PowerRow) -> str:
    """A power of attorney with its scope and its last day."""
    scopes = ", ".join(str(PowerScope(scope).label) for scope in row.scopes)
    until = date_format(row.ends_on, "SHORT_DATE_FORMAT") if row.ends_on else ""
    return f"{row.reference}: {scopes}" + (f", {_('until %s') % until}" if until else "")


def _mandate_ended(why: Reasoning) -> str:
    """Death or guardianship ends what the holder had arranged (A12); empty without one."""
    if standing.mandates_ended_at(why.request.account, why.at) is None:
        return ""
    return _("A death or a guardianship is known: this mandate has ended.")


def _receiver(kind: str, name: str, basis: Basis, ground: str) -> Receiver:
    told, not_told = telling(basis)
    return Receiver(kind, name, basis, ground, tuple(told), tuple(not_told))


def _facts(why: Reasoning, view: ServiceView) -> BasisFacts:
    return reasoning.basis_facts(why, view)
