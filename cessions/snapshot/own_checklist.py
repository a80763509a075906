"""What a claimant's file still needs, judged from what he himself said and sent (T4, T5): a checklist
that knew the account behind a name would tell whether the name is hosted here."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from cessions.enums import ConsentCode, DocumentState
from cessions.policies import (
    ClaimantFacts,
    DocumentFact,
    Requirement,
    RequirementState,
    ServiceFacts,
    is_open,
    requirements_for,
)
from cessions.snapshot.own_file import OwnDocument, OwnFile, OwnService
from hosting.enums import ServiceKind
from hosting.lib.dates import local_date

MUST_ACCEPT = (ConsentCode.TERMS, ConsentCode.EFFECTS)


@dataclass(frozen=True)
class Wanted:
    """A document that is asked for and not there, or not as it should be, for some of the services."""

    line: Requirement
    services: tuple[OwnService, ...]
    refused_ids: tuple[int, ...]
    """The documents of which a better copy settles it."""


def wanted(file: OwnFile, now: datetime, zone: ZoneInfo) -> list[Wanted]:
    """What the checklists of the open services still ask of the claimant, each once."""
    asked: dict[str, tuple[Requirement, list[OwnService]]] = {}
    for service in file.services:
        for line in own_checklist(file, service, now, zone) if is_open(service.state) else ():
            if line.required and line.state in (RequirementState.MISSING, RequirementState.REFUSED):
                asked.setdefault(line.kind, (line, []))[1].append(service)
    return [
        Wanted(line, tuple(services), tuple(_to_replace(file, line)))
        for line, services in asked.values()
    ]


def own_checklist(
    file: OwnFile, service: OwnService, now: datetime, zone: ZoneInfo
) -> list[Requirement]:
    """The documents that `service` needs, from what the claimant himself said (T4)."""
    is_domain = service.kind == ServiceKind.DOMAIN
    documents = (d for d in file.documents if d.service_id in (None, service.id))
    return requirements_for(
        ServiceFacts(
            kind=service.kind,
            name=service.name,
            owner_is_organisation=is_domain and bool(file.organisation),
        ),
        ClaimantFacts(is_owner=bool(file.is_registered_owner)),
        [_fact(document, zone) for document in documents],
        None,
        local_date(now, zone),
    )


def not_accepted(file: OwnFile) -> list[str]:
    """The notices that he has still to accept before a decision (X4)."""
    accepted = {consent.notice for consent in file.consents}
    still_open = any(is_open(service.state) for service in file.services)
    return [code for code in MUST_ACCEPT if still_open and code not in accepted]


def _to_replace(file: OwnFile, line: Requirement) -> Iterator[int]:
    for document in file.documents:
        if document.id in line.document_ids and _state(document) == DocumentState.REFUSED:
            yield document.id


def _fact(document: OwnDocument, zone: ZoneInfo) -> DocumentFact:
    return DocumentFact(
        id=document.id,
        kind=document.kind,
        state=_state(document),
        filed_on=local_date(document.added_at, zone),
        issued_on=document.issued_on,
        valid_until=document.valid_until,
        equivalent_for=document.equivalent_for,
    )


def _state(document: OwnDocument) -> str:
    """A file that nobody may open is as good as refused: it has to be sent again (D6)."""
    waits = document.state == DocumentState.TO_REVIEW
    return DocumentState.REFUSED if waits and document.cannot_be_opened else document.state
