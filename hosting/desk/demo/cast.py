"""The demo's cases: one of every kind that staff meet, on the days before today."""

from collections.abc import Mapping

from accounts.models import User
from cessions.enums import DocumentKind, RefusalReason, SignKind
from cessions.services import conversation, questions, withdrawal
from hosting.desk.demo import acts
from hosting.desk.demo.acts import Case
from hosting.desk.demo.calendar import Calendar
from hosting.desk.demo.papers import Flaw
from hosting.desk.demo.people import ALICE, INES, MARIE, PAUL, THOMAS
from hosting.enums import ServiceKind

BOTH = (ServiceKind.DOMAIN, ServiceKind.HOSTING)
Staff = Mapping[str, User]


def plan_cases(calendar: Calendar, staff: Staff) -> None:
    """Put every case of the demo into the calendar."""
    plan_fresh(calendar)
    plan_searched(calendar, staff)
    plan_ripe_and_blocked(calendar, staff)
    plan_answered(calendar, staff)
    plan_decided(calendar, staff)
    plan_ended(calendar, staff)


def receive(calendar: Calendar, case: Case, days: int) -> None:
    """Filed and confirmed so many dates ago."""
    calendar.plan(calendar.days_ago(days, 10), acts.file(case))
    calendar.plan(calendar.days_ago(days, 10, 20), acts.confirm(case))


def seek(calendar: Calendar, case: Case, staff: Staff, received: int) -> None:
    """Two rounds of calls and messages, on the second and fourth date."""
    for days in (received - 1, received - 3):
        calendar.plan(calendar.days_ago(days, 14), acts.reach_out(case, staff["claire"]))


def ripen(calendar: Calendar, case: Case, staff: Staff, received: int) -> None:
    """All that makes a case ripe: received, sought by all means, its documents accepted,
    the claimant verified."""
    receive(calendar, case, received)
    seek(calendar, case, staff, received)
    calendar.plan(calendar.days_ago(received - 2, 11), acts.accept_papers(case, staff["claire"]))
    calendar.plan(calendar.days_ago(received - 3, 11), acts.verify(case, staff["jonas"]))


def plan_fresh(calendar: Calendar) -> None:
    """A draft, one that waits for its confirmation, one received today, a name that is not here."""
    calendar.plan(calendar.days_ago(2), acts.draft(Case(PAUL, "velo-girard.example")))
    calendar.plan(calendar.days_ago(1, 17), acts.file(Case(INES, "fleurs-roussel.example", BOTH)))
    today = Case(MARIE, "boulangerie-lefevre.example", BOTH)
    calendar.plan(calendar.hours_ago(2.2), acts.file(today, [DocumentKind.PAYMENT_PROOF]))
    calendar.plan(calendar.hours_ago(2), acts.confirm(today))
    receive(calendar, Case(ALICE, "pottery-shop.example"), 4)


def plan_searched(calendar: Calendar, staff: Staff) -> None:
    """Cases whose holder is being sought: on the fourth date, and with the seven dates over."""
    photo = {Flaw.PHOTO, Flaw.OTHER_AMOUNT}
    receive(calendar, Case(THOMAS, "bäckerei-braun.example", BOTH, flaws=photo), 3)
    case = Case(ALICE, "moore-pottery.example", flaws={Flaw.EXPIRED})
    receive(calendar, case, 8)
    seek(calendar, case, staff, 8)


def plan_ripe_and_blocked(calendar: Calendar, staff: Staff) -> None:
    """One that people may decide, and one that waits for a document, an answer, and has a rival."""
    ripen(calendar, Case(THOMAS, "weingut-braun.example", BOTH), staff, 12)
    blocked = Case(INES, "yoga-ines.example", BOTH, flaws={Flaw.NO_SERVICE})
    receive(calendar, blocked, 12)
    seek(calendar, blocked, staff, 12)
    calendar.plan(
        calendar.days_ago(9, 15),
        acts.refuse_paper(
            blocked,
            DocumentKind.INVOICE,
            RefusalReason.INCOMPLETE,
            "Il manque la deuxième page, celle qui nomme le domaine.",
            staff["jonas"],
        ),
    )
    calendar.plan(
        calendar.days_ago(2, 9, 30),
        lambda now: questions.ask_claimant(
            blocked.filing,
            "Qui a réglé la dernière facture, et de quelle manière ?",
            by=staff["jonas"],
            now=now,
        ),
    )
    calendar.plan(
        calendar.days_ago(1, 18),
        lambda now: conversation.write_to_staff(
            blocked.filing,
            "Bonjour, je retrouve la facture ce week-end. Mes cours sont annoncés sur le site : "
            "sera-t-il coupé d’ici là ?",
            now=now,
        ),
    )
    receive(calendar, Case(PAUL, "yoga-ines.example"), 5)


def plan_answered(calendar: Calendar, staff: Staff) -> None:
    """The holder objected; and somebody answered through an address that is no longer on file."""
    objected = Case(PAUL, "reparatur-girard.example")
    receive(calendar, objected, 9)
    calendar.plan(
        calendar.days_ago(6, 18),
        acts.answer(objected, SignKind.OBJECTION, "lukas@pixelwerk.example"),
    )
    former = Case(INES, "cafe-des-quais.example")
    receive(calendar, former, 6)
    calendar.plan(calendar.days_ago(2, 19), acts.answer(former, SignKind.OBJECTION, FORMER_ADDRESS))


FORMER_ADDRESS = "camille.durand@mail.example"


def plan_decided(calendar: Calendar, staff: Staff) -> None:
    """Approved and in its hold; executed with letters; refused and contested."""
    held = Case(ALICE, "moore-books.example")
    ripen(calendar, held, staff, 14)
    calendar.plan(calendar.hours_ago(4), acts.recommend(held, staff["claire"]))
    calendar.plan(calendar.hours_ago(3), acts.approve(held, staff["sophie"]))
    done = Case(MARIE, "chocolats-marie.example", BOTH)
    ripen(calendar, done, staff, 17)
    calendar.plan(calendar.days_ago(4, 11), acts.recommend(done, staff["jonas"]))
    calendar.plan(calendar.days_ago(4, 12), acts.approve(done, staff["daniel"]))
    refused = Case(PAUL, "atelier-vitrine.example")
    receive(calendar, refused, 5)
    calendar.plan(
        calendar.days_ago(3, 15),
        acts.refuse(
            refused,
            "Le revendeur est lui-même le propriétaire enregistré de ce nom : adressez-vous au "
            "registre, qui a une procédure pour cela.",
            staff["sophie"],
        ),
    )
    calendar.plan(
        calendar.days_ago(1, 9), acts.contest(refused, "Je paie ce nom depuis des années.")
    )


def plan_ended(calendar: Calendar, staff: Staff) -> None:
    """Withdrawn by the claimant; lapsed after a question without an answer."""
    withdrawn = Case(INES, "kiosque-roussel.example")
    receive(calendar, withdrawn, 5)
    calendar.plan(
        calendar.days_ago(3, 16), lambda now: withdrawal.withdraw(withdrawn.filing, now=now)
    )
    lapsed = Case(THOMAS, "gasthaus-zur-linde.example")
    receive(calendar, lapsed, 27)
    calendar.plan(
        calendar.days_ago(26, 9),
        lambda now: questions.ask_claimant(
            lapsed.filing,
            "Bitte senden Sie uns die Rechnung für den letzten Zeitraum.",
            by=staff["jonas"],
            now=now,
        ),
    )
