"""What must go on while a holder is silent: holds, due dates, an emergency, outside systems (H2, H3)."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from accounts.enums import ContactKind, HolderEventKind, Role
from accounts.models import CustomerAccount, User
from accounts.services import trusted
from accounts.services.events import record_event
from accounts.services.memberships import invite_member
from hosting.desk.demo.calendar import Calendar
from hosting.desk.demo.people import ALICE, INES, THOMAS, Person, Reseller, Site, identity
from hosting.desk.demo.signing import plan_power
from hosting.enums import ClientChannel, RenewalChoice, ServiceKind
from hosting.lib.dates import ONE_DAY, local_date
from hosting.lib.factor import Factor
from hosting.models import ContinuityHold, Emergency, ServiceEvent, WebhookDelivery
from hosting.services import emergencies, holds, renewals, webhooks

Act = Callable[[datetime], object]
Staff = Mapping[str, User]

RHEIN = Reseller(
    identity("Anna Bauer", "Rheinblick Media", "200000008", "de"),
    (
        (ContactKind.EMAIL, "anna@rheinblick-media.example", "Büro"),
        (ContactKind.PHONE, "+4978154321", "Büro"),
    ),
    (
        Site("gaestehaus-braun.example", THOMAS),
        Site("tearoom-moore.example", ALICE),
        Site("chorale-roussel.example", INES),
    ),
    first_due=2,
)
FRIEND = Person("Jonathan Bauer", "jonathan.bauer@mail.example", "+49 151 98765432", language="de")
ENDPOINT = "demo-provisioning"
"""No endpoint of the setting WEBHOOKS: its deliveries are looked at, and never sent anywhere."""


def plan_continuity(calendar: Calendar, staff: Staff, rhein: CustomerAccount) -> None:
    """Holds confirmed, renewed, lifted and waiting; an emergency with due dates; webhooks."""
    plan_emergency(calendar, staff, rhein)
    calendar.plan(calendar.days_ago(2, 12), confirm_holds(staff["claire"]))
    calendar.plan(calendar.days_ago(2, 13), renew_hold("weingut-braun.example", staff["sophie"]))
    calendar.plan(calendar.days_ago(2, 14), lift_hold("moore-pottery.example", staff["jonas"]))
    calendar.plan(calendar.days_ago(2, 15), give_up_webhook)
    calendar.plan(calendar.hours_ago(1), send_webhooks)


# -- The emergency -----------------------------------------------------------------------------------


def plan_emergency(calendar: Calendar, staff: Staff, rhein: CustomerAccount) -> None:
    """A holder with a power of attorney has an accident; her end clients are told (A9, H3)."""
    calendar.plan(calendar.days_ago(25), let_in(rhein, staff["claire"]))
    plan_power(calendar, staff["jonas"], rhein, days=24)
    calendar.plan(calendar.days_ago(4, 9), tell_of_accident(rhein, staff["claire"]))
    calendar.plan(calendar.days_ago(3, 11), open_emergency(rhein, staff["sophie"]))
    calendar.plan(calendar.days_ago(3, 15), tell_client(rhein, THOMAS, staff["claire"]))
    calendar.plan(calendar.days_ago(2, 10), tell_client(rhein, ALICE, staff["jonas"]))
    renewed = renew_on_behalf(rhein, "tearoom-moore.example", staff["daniel"])
    calendar.plan(calendar.days_ago(1, 10), renewed)


def let_in(account: CustomerAccount, by: User) -> Act:
    """The holder gets her space, and names somebody she trusts."""

    def act(now: datetime) -> None:
        member = invite_member(
            account,
            email="anna@rheinblick-media.example",
            full_name=account.full_name,
            language=account.language,
            role=Role.OWNER,
            by=by,
            now=now,
        )
        contact = trusted.name_contact(
            account,
            now=now,
            actor=f"user:{member.user_id}",
            full_name=FRIEND.name,
            relation="Bruder",
            email=FRIEND.email,
            telephone=FRIEND.telephone,
            language=FRIEND.language,
            powers=[],
            remark="",
        )
        trusted.confirm(contact, now + timedelta(hours=1))

    return act


def tell_of_accident(account: CustomerAccount, by: User) -> Act:
    def act(now: datetime) -> None:
        record_event(
            account,
            kind=HolderEventKind.ACCIDENT,
            source="Her brother called: in hospital after a road accident, not able to speak.",
            happened_on=now.date() - ONE_DAY,
            by=by,
            now=now,
        )

    return act


def open_emergency(account: CustomerAccount, by: User) -> Act:
    def act(now: datetime) -> None:
        emergencies.open_emergency(
            account,
            facts="In hospital after an accident; a domain is due within days.",
            holder_tried="Three calls and two e-mails since yesterday, no answer.",
            contacts_tried="Her brother knows nothing of the business and asks us to keep it going.",
            by=by,
            now=now,
        )

    return act


def tell_client(account: CustomerAccount, person: Person, by: User) -> Act:
    """Staff speak with an end client, within what the power of attorney allows (A10)."""

    def act(now: datetime) -> None:
        emergencies.record_contact(
            Emergency.objects.get(account=account),
            service=account.services.filter(registration__owner_name=person.name)[0],
            client=person.name,
            channel=ClientChannel.PHONE,
            said="The site stays up and the domain is renewed; nothing to do for now.",
            by=by,
            now=now,
        )

    return act


def renew_on_behalf(account: CustomerAccount, name: str, by: User) -> Act:
    """A supervisor renews a domain name at the holder's expense, as her power of attorney allows."""

    def act(now: datetime) -> None:
        service = account.services.get(kind=ServiceKind.DOMAIN, name=name)
        due_on = service.due_on or local_date(now, renewals.zone())
        renewal = renewals.Renewal(
            choice=RenewalChoice.RENEW,
            reason="The client depends on it, and the power of attorney covers it.",
            new_due_on=due_on + timedelta(days=365),
            charged_to_holder=True,
        )
        hold = holds.running(service.pk, now)[0]
        renewals.decide_renewal(hold, renewal, by=by, factor=Factor.PASSWORD, now=now)

    return act


# -- Holds -------------------------------------------------------------------------------------------


def confirm_holds(by: User) -> Act:
    """Staff confirm what has waited for more than two days; the newer ones still wait."""

    def act(now: datetime) -> None:
        old = ContinuityHold.objects.filter(ended_at=None, started_at__lt=now - timedelta(days=2))
        for hold in old.order_by("pk"):
            holds.confirm_hold(hold, by=by, now=now)

    return act


def renew_hold(name: str, by: User) -> Act:
    def act(now: datetime) -> None:
        holds.renew_hold(_running(name), by=by, now=now)

    return act


def lift_hold(name: str, by: User) -> Act:
    def act(now: datetime) -> None:
        reason = "Paid for two years ahead: nothing can be stopped."
        holds.lift_hold(_running(name), reason=reason, by=by, now=now)

    return act


def _running(name: str) -> ContinuityHold:
    return ContinuityHold.objects.filter(service__name=name, ended_at=None).order_by("pk")[0]


# -- Outside systems ---------------------------------------------------------------------------------


def give_up_webhook(now: datetime) -> None:
    """A provisioning system was away for three days; the supervisors are alarmed."""
    old = ServiceEvent.objects.filter(at__lt=now - timedelta(days=3)).latest("pk")
    _record(old, webhooks.Answer(False, "ConnectTimeout"), now, tries=20)


def send_webhooks(now: datetime) -> None:
    """What the same system heard since, and what is to be tried again."""
    untold = ServiceEvent.objects.exclude(deliveries__endpoint=ENDPOINT).filter(at__lt=now)
    events = list(untold.order_by("pk"))[-8:]
    for event in events[:-1]:
        _record(event, webhooks.Answer(True, "200 OK"), event.at, tries=1)
    _record(events[-1], webhooks.Answer(False, "503 Service Unavailable"), now, tries=3)


def _record(event: ServiceEvent, answer: webhooks.Answer, at: datetime, *, tries: int) -> None:
    delivery = WebhookDelivery.objects.create(
        event=event, endpoint=ENDPOINT, queued_at=event.at, next_try_at=at, tries=tries
    )
    webhooks.record(delivery, answer, at)
