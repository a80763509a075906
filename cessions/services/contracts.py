"""Transfer contracts, drafted from the account's own data: one per assignee, with his services (P2, P6)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import ContactKind, PaperState
from accounts.models import CustomerAccount, User
from accounts.services.transferor import transferor_of
from cessions.enums import PackState
from cessions.models import Assignee, ContractPack, TransferContract
from cessions.services.assignees import locked_account
from hosting.enums import ServiceStatus
from hosting.lib.bell import ring_on_commit
from hosting.lib.papercode import new_reference
from hosting.lib.provider import identity
from hosting.models import Service
from hosting.records.services import journal
from hosting.records.services.journal import Entry, journal_many

BELL = "cessions.tasks.sweep_packs"
PREFIX = "TC"
MOST_CONTRACTS = 10_000  # some seconds of writing, in one transaction
UNDER_WAY = (PackState.QUEUED, PackState.MAKING)


class PackUnderWay(ValidationError):
    """Contracts of this account are being made already; `pack` is where they are."""

    def __init__(self, pack: ContractPack) -> None:
        super().__init__(_("Your contracts are being made already."), code="under_way")
        self.pack = pack


@dataclass(frozen=True)
class Choice:
    """One contract to be: an assignee, and the services it names."""

    assignee: Assignee
    services: Sequence[Service]


def choices_for(account: CustomerAccount) -> list[Choice]:
    """All contracts that can be made: each present assignee with all his services (P6)."""
    present = account.assignees.filter(ended_at__isnull=True).prefetch_related("services")
    choices = [Choice(assignee, _still_here(assignee, account)) for assignee in present]
    return [choice for choice in choices if choice.services]


@transaction.atomic
def ask_pack(
    account: CustomerAccount, choices: Sequence[Choice], by: User, now: datetime
) -> ContractPack:
    """Draft one contract per choice; a worker makes their PDFs and the ZIP (P2).

    What the contracts say is frozen here, from the account as it is now. Raises PackUnderWay while
    an earlier pack is being made (the button pressed twice), ValidationError for a choice that is
    none of the account's.
    """
    account = locked_account(account)
    running = account.contract_packs.filter(state__in=UNDER_WAY).first()
    if running:
        raise PackUnderWay(running)
    _refuse_foreign(account, choices)
    pack = ContractPack.objects.create(
        account=account, asked_by=by, asked_at=now, total=len(choices), next_try_at=now
    )
    contracts = _draft(pack, choices, by, now)
    _journal(pack, contracts, by, now)
    ring_on_commit(BELL)
    return pack


@transaction.atomic
def retry_pack(pack: ContractPack, by: User, now: datetime) -> ContractPack:
    """Let the worker try again a pack that could not be made. Any other is left as it is."""
    account = locked_account(pack.account)
    pack = ContractPack.objects.select_for_update(of=("self",)).get(pk=pack.pk)
    if pack.state != PackState.FAILED:
        return pack
    pack.state, pack.tries, pack.next_try_at = PackState.QUEUED, 0, now
    pack.save(update_fields=["state", "tries", "next_try_at"])
    facts = {"pack": str(pack.pk)}
    journal(account.stream, "contracts.asked_again", at=now, actor=f"user:{by.pk}", **facts)
    ring_on_commit(BELL)
    return pack


def contract_context(
    account: CustomerAccount, assignee: Assignee, services: Iterable[Service]
) -> dict[str, Any]:
    """What a contract says, from the account as it is now; kept with the draft (P2)."""
    return _context(transferor_of(account), assignee, services)


def missing_in_contract(account: CustomerAccount) -> list[str]:
    """What a contract would lack of the holder, in words (P2): his address, an e-mail, a telephone."""
    kinds = set(account.contact_methods.current().values_list("kind", flat=True))
    wanted = (
        (account.street and account.postal_code and account.city, _("your postal address")),
        (ContactKind.EMAIL in kinds, _("your e-mail address")),
        (ContactKind.PHONE in kinds, _("your telephone")),
    )
    return [words for there, words in wanted if not there]


def _refuse_foreign(account: CustomerAccount, choices: Sequence[Choice]) -> None:
    """Raises ValidationError unless each choice is the account's own, named once, with services."""
    possible = {
        choice.assignee.pk: {s.pk for s in choice.services} for choice in choices_for(account)
    }
    keys = [choice.assignee.pk for choice in choices]
    if not keys or len(set(keys)) != len(keys):
        raise ValidationError(_("Please choose at least one person."), code="none")
    if len(keys) > MOST_CONTRACTS:
        words = _("Please ask for at most %(count)d contracts at a time.")
        raise ValidationError(words % {"count": MOST_CONTRACTS}, code="too_many")
    for choice in choices:
        wanted = {service.pk for service in choice.services}
        if not wanted or not wanted <= possible.get(choice.assignee.pk, set()):
            words = _("Your list changed meanwhile: please look at your choice again.")
            raise ValidationError(words, code="stale")


def _draft(
    pack: ContractPack, choices: Sequence[Choice], by: User, now: datetime
) -> list[TransferContract]:
    transferor = transferor_of(pack.account)
    contracts = TransferContract.objects.bulk_create(
        TransferContract(
            account=pack.account,
            assignee=choice.assignee,
            pack=pack,
            reference=new_reference(PREFIX),
            state=PaperState.DRAFTED,
            language=choice.assignee.language,
            context=_context(transferor, choice.assignee, choice.services),
            drafted_at=now,
            drafted_by=by,
        )
        for choice in choices
    )
    through = TransferContract.services.through
    through.objects.bulk_create(
        through(transfercontract_id=contract.pk, service_id=service.pk)
        for contract, choice in zip(contracts, choices, strict=True)
        for service in choice.services
    )
    return contracts


def _journal(
    pack: ContractPack, contracts: Sequence[TransferContract], by: User, now: datetime
) -> None:
    stream, actor = pack.account.stream, f"user:{by.pk}"
    asked = Entry(stream, "contracts.asked", now, actor, {"pack": str(pack.pk)})
    drafted = (
        Entry(
            stream,
            "contract.drafted",
            now,
            actor,
            {"contract": contract.pk, "assignee": contract.assignee_id, "pack": str(pack.pk)},
        )
        for contract in contracts
    )
    journal_many([asked, *drafted])


def _context(
    transferor: dict[str, Any], assignee: Assignee, services: Iterable[Service]
) -> dict[str, Any]:
    provider = identity()
    return {
        "transferor": transferor,
        "assignee": {
            "full_name": assignee.full_name,
            "organisation": assignee.organisation,
            "emails": list(assignee.emails),
            "telephone": assignee.telephone,
        },
        "services": [
            {"id": service.pk, "kind": str(service.kind), "name": service.display_name}
            for service in services
        ],
        "place": transferor["city"],
        "provider": {name: provider[name] for name in ("legal_name", "name", "address")},
    }


def _still_here(assignee: Assignee, account: CustomerAccount) -> list[Service]:
    """His services that are the account's still: one may have been transferred meanwhile."""
    mine = [
        service
        for service in assignee.services.all()
        if service.account_id == account.pk and service.status != ServiceStatus.TERMINATED
    ]
    return sorted(mine, key=lambda service: (service.name, service.kind))
