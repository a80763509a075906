"""What the check-in asks about: five groups of things, each thing a box that says *still right*."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import ContactKind, PaperState
from accounts.models import ContactMethod, CustomerAccount, EmergencyContact, PowerOfAttorney
from accounts.policies import shown_contact
from cessions.models import Assignee, TransferContract
from hosting.desk.portal.access import own_all

SHOWN = 150
"""So many boxes of a group; the rest is one box, so that a form of a large account stays one form."""
REST = "rest"


@dataclass(frozen=True)
class Row:
    """One thing on file; `verified_at` where it has such a date."""

    pk: str
    text: str
    detail: str = ""
    verified_at: datetime | None = None


@dataclass(frozen=True)
class Source:
    """A kind of thing: where it lies, how it reads, on which page it is corrected."""

    key: str
    title: str | Promise
    page: str
    every: Callable[[CustomerAccount], QuerySet[Any]]
    present: Callable[[QuerySet[Any]], QuerySet[Any]]
    row: Callable[[Any], Row]


@dataclass(frozen=True)
class Group:
    """The present things of one kind: as rows, and those too many to show each."""

    key: str
    title: str | Promise
    page: str
    rows: tuple[Row, ...]
    rest: tuple[str, ...] = ()

    def without(self, ticked: Iterable[str]) -> "Group":
        """What of it was not ticked."""
        right = set(ticked)
        return replace(
            self,
            rows=tuple(row for row in self.rows if row.pk not in right),
            rest=tuple(pk for pk in self.rest if pk not in right),
        )


def _contact(method: ContactMethod) -> Row:
    shown = shown_contact(method.kind, method.value)
    text = f"{method.get_kind_display()} {shown}"
    return Row(str(method.pk), text, method.label, method.verified_at)


def _assignee(assignee: Assignee) -> Row:
    names = ", ".join(dict.fromkeys(service.display_name for service in assignee.services.all()))
    reach = _reach([*assignee.emails], assignee.telephone)
    detail = f"{names} – {reach}" if names else reach
    return Row(str(assignee.pk), assignee.full_name, detail, assignee.verified_at)


def _contract(contract: TransferContract) -> Row:
    words = _("Transfer contract %(reference)s with %(name)s")
    text = words % {"reference": contract.reference, "name": contract.assignee.full_name}
    return Row(str(contract.pk), text)


def _power(power: PowerOfAttorney) -> Row:
    return Row(str(power.pk), _("Power of attorney %(reference)s") % {"reference": power.reference})


def _trusted(contact: EmergencyContact) -> Row:
    return Row(str(contact.pk), contact.full_name, _reach([contact.email], contact.telephone))


def _reach(emails: list[str], telephone: str) -> str:
    return ", ".join(
        [*emails, *([shown_contact(ContactKind.PHONE, telephone)] if telephone else [])]
    )


def _present(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(ended_at__isnull=True)


def _accepted(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(state=PaperState.ACCEPTED)


SOURCES = (
    Source(
        "contact",
        gettext_lazy("How we reach you"),
        "portal_contacts",
        lambda account: account.contact_methods.all(),
        _present,
        _contact,
    ),
    Source(
        "assignee",
        gettext_lazy("To whom your services may go"),
        "portal_assignees",
        lambda account: account.assignees.prefetch_related("services"),
        _present,
        _assignee,
    ),
    Source(
        "contract",
        gettext_lazy("Your transfer contracts"),
        "portal_contracts",
        lambda account: account.transfercontracts.select_related("assignee"),
        _accepted,
        _contract,
    ),
    Source(
        "emergency",
        gettext_lazy("People you trust in an emergency"),
        "portal_trusted",
        lambda account: account.emergency_contacts.all(),
        _present,
        _trusted,
    ),
    Source(
        "power",
        gettext_lazy("Your power of attorney"),
        "portal_trusted",
        lambda account: account.powerofattorneys.all(),
        _accepted,
        _power,
    ),
)


def groups_of(account: CustomerAccount) -> list[Group]:
    """Everything there is to look through, but for the identity: a few queries."""
    return [_group(source, account) for source in SOURCES]


def ticked_in(group: Group, posted: QueryDict, account: CustomerAccount) -> list[str]:
    """The keys of the present things that were ticked. A stranger's key is a 404; one of a thing
    that ended since the page was shown is left out."""
    source = next(source for source in SOURCES if source.key == group.key)
    boxes = [box for box in posted.getlist(group.key) if box != REST]
    if any("\0" in box for box in boxes):
        raise Http404
    right = {str(thing.pk) for thing in own_all(source.every(account), boxes)}
    if REST in posted.getlist(group.key):
        right.update(group.rest)
    return [pk for pk in (*(row.pk for row in group.rows), *group.rest) if pk in right]


def _group(source: Source, account: CustomerAccount) -> Group:
    present = source.present(source.every(account))
    rows = tuple(source.row(thing) for thing in present[:SHOWN])
    rest: tuple[str, ...] = ()
    if len(rows) == SHOWN:
        rest = tuple(str(pk) for pk in present.values_list("pk", flat=True)[SHOWN:])
    return Group(source.key, source.title, source.page, rows, rest)
