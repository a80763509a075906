"""Agreed transfers: proposed, declined, in their hold, and carried out with the lock (X7)."""

from collections.abc import Callable
from datetime import datetime

from accounts.enums import Role
from accounts.models import CustomerAccount
from cessions.enums import AgreedState, ConsentCode
from cessions.models import AgreedTransfer
from cessions.services import agreed
from hosting.desk.demo.calendar import Calendar
from hosting.desk.demo.people import ALICE, INES, PAUL, Person
from hosting.desk.demo.signing import holder_of
from hosting.lib.factor import Factor
from hosting.services.notices import current_notices

Act = Callable[[datetime], object]


def plan_handovers(calendar: Calendar, vosges: CustomerAccount) -> None:
    """One of each state that staff, the holder and the new holder can meet."""
    calendar.plan(calendar.days_ago(15), propose(vosges, "studio-vosges-labo.example", INES))
    calendar.plan(calendar.days_ago(14), decline(INES))
    calendar.plan(calendar.days_ago(9), propose(vosges, "atelier-girard.example", PAUL))
    calendar.plan(calendar.days_ago(8), accept(PAUL))
    calendar.plan(calendar.days_ago(7, 12), agreed.execute_due)
    calendar.plan(calendar.days_ago(7, 13), agreed.make_due_letters)
    calendar.plan(calendar.days_ago(2), propose(vosges, "books-and-tea.example", ALICE))
    calendar.plan(calendar.hours_ago(5), accept(ALICE))
    calendar.plan(calendar.hours_ago(20), propose(vosges, "brasserie-roussel.example", INES))


def propose(account: CustomerAccount, name: str, person: Person) -> Act:
    """The holder offers the domain and its hosting to his client."""

    def act(now: datetime) -> None:
        recipient = agreed.Recipient(
            full_name=person.name,
            email=person.email,
            language=person.language,
            telephone=person.telephone,
            postal_address=person.address,
        )
        agreed.propose(
            account,
            account.services.filter(name=name),
            recipient,
            by=holder_of(account),
            role=Role.OWNER,
            factor=Factor.PASSWORD,
            now=now,
        )

    return act


def accept(person: Person) -> Act:
    """The new holder reads what changes, and accepts."""

    def act(now: datetime) -> None:
        notices = current_notices(ConsentCode.values, person.language, now)
        agreed.accept(_offered(person).pk, notices, now=now)

    return act


def decline(person: Person) -> Act:
    """He would rather not."""

    def act(now: datetime) -> None:
        agreed.decline(_offered(person).pk, now=now)

    return act


def _offered(person: Person) -> AgreedTransfer:
    return AgreedTransfer.objects.get(email=person.email, state=AgreedState.PROPOSED)
