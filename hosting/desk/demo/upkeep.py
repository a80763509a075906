"""Accounts that change: corrections to judge, a holder who died and his heir (L2, A12)."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from accounts.enums import ContactKind, HolderEventKind, RepresentativeKind
from accounts.models import CustomerAccount, LegalRepresentative, User
from accounts.services.checkin import StillRight
from accounts.services.checkin import confirm as look_through
from accounts.services.corrections import ask_correction, refuse_correction
from accounts.services.events import judge_representative, record_event, record_representative
from hosting.desk.demo import papers
from hosting.desk.demo.acts import Case
from hosting.desk.demo.calendar import Calendar
from hosting.desk.demo.cast import receive
from hosting.desk.demo.people import MARIE, PAUL, Reseller, Site, identity
from hosting.desk.demo.signing import holder_of
from hosting.records.services import store_upload

Act = Callable[[datetime], object]
Staff = Mapping[str, User]

MULLER = Reseller(
    identity("Georges Muller", "Muller Web", "200000107"),
    (
        (ContactKind.EMAIL, "georges@muller-web.example", "Bureau"),
        (ContactKind.PHONE, "+33388112233", "Bureau"),
    ),
    (Site("menuiserie-girard.example", PAUL), Site("salon-marie.example", MARIE)),
)


def plan_upkeep(
    calendar: Calendar,
    staff: Staff,
    *,
    vosges: CustomerAccount,
    lumen: CustomerAccount,
    pixel: CustomerAccount,
    muller: CustomerAccount,
) -> None:
    """A correction to judge and one refused, a yearly check-in answered, a succession."""
    calendar.plan(calendar.days_ago(12), ask(pixel, "Pixelwerk Schneider & Sohn"))
    calendar.plan(calendar.days_ago(11), refuse(pixel, staff["jonas"]))
    calendar.plan(calendar.days_ago(2), ask(lumen, "Atelier Lumen SAS"))
    calendar.plan(calendar.days_ago(18), check_in(vosges))
    plan_succession(calendar, staff, muller)


def plan_succession(calendar: Calendar, staff: Staff, muller: CustomerAccount) -> None:
    """The holder died while a client asks: somebody without a proof is refused, the heir is to be judged."""
    receive(calendar, Case(PAUL, "menuiserie-girard.example"), 9)
    calendar.plan(calendar.days_ago(7), tell_of_death(muller, staff["claire"]))
    calendar.plan(calendar.days_ago(6, 9), claim_to_stand(muller, "Karim Diallo", staff["claire"]))
    calendar.plan(calendar.days_ago(6, 15), turn_down(muller, staff["sophie"]))
    heir = claim_to_stand(muller, "Louise Muller", staff["claire"], proof="Acte de notoriété")
    calendar.plan(calendar.days_ago(3), heir)


def ask(account: CustomerAccount, trade_name: str) -> Act:
    """The holder asks for another trade name."""

    def act(now: datetime) -> None:
        wanted = {"trade_name": trade_name}
        reason = "The company changed its form; the register shows it."
        ask_correction(account, wanted, by=holder_of(account), now=now, reason=reason)

    return act


def refuse(account: CustomerAccount, by: User) -> Act:
    def act(now: datetime) -> None:
        answer = "Das Register nennt noch den bisherigen Namen. Bitte senden Sie uns einen Auszug."
        refuse_correction(account.corrections.get(), by=by, now=now, answer=answer)

    return act


def check_in(account: CustomerAccount) -> Act:
    """The holder looks through everything and finds it right (A11)."""

    def act(now: datetime) -> None:
        right = StillRight(contacts=list(account.contact_methods.current()))
        look_through(account, right, by=holder_of(account), now=now)

    return act


def tell_of_death(account: CustomerAccount, by: User) -> Act:
    def act(now: datetime) -> None:
        record_event(
            account,
            kind=HolderEventKind.DEATH,
            source="A notice in the newspaper of Strasbourg.",
            happened_on=now.date() - timedelta(days=3),
            by=by,
            now=now,
        )

    return act


def claim_to_stand(account: CustomerAccount, name: str, by: User, *, proof: str = "") -> Act:
    """Somebody says that he stands for the holder; with `proof`, he shows a paper of that title."""

    def act(now: datetime) -> None:
        sheet = papers.upload(papers.other_paper(proof, name, account.full_name)) if proof else None
        record_representative(
            account,
            kind=RepresentativeKind.HEIR,
            full_name=name,
            email=f"{name.lower().replace(' ', '.')}@mail.example",
            telephone="",
            proof=store_upload(sheet, now=now) if sheet else None,
            by=by,
            now=now,
        )

    return act


def turn_down(account: CustomerAccount, by: User) -> Act:
    """A supervisor refuses who showed nothing."""

    def act(now: datetime) -> None:
        someone = LegalRepresentative.objects.get(account=account)
        reason = "No proof, and the family does not know him."
        judge_representative(someone, accepted=False, reason=reason, by=by, now=now)

    return act
