"""The demo's calls for help: tickets and interventions in every state, sites, and a contest.

The engine is not run for the demo: its servers do not exist. A backup here is a row with a few bytes in
storage, written as a worker would leave it; everything else goes by the verbs that the pages use.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings

from accounts.models import CustomerAccount, User
from hosting.desk.demo.calendar import Calendar
from hosting.desk.demo.people import ALICE, INES, MARIE, PAUL, THOMAS, Person
from hosting.desk.demo.pictures import shop_page
from hosting.enums import ServiceKind
from hosting.models import Service
from hosting.records.services import journal, store_made
from hosting.records.services.bounces import record_bounce
from interventions import backups
from interventions.backups.streams import stored_name
from interventions.enums import BackupState, OpenedAs, RestoreState, SiteKind, TicketState
from interventions.models import (
    HostingServer,
    Intervention,
    Probe,
    Site,
    SiteBackup,
    SiteRestore,
    Ticket,
    TicketMessage,
)
from interventions.policies import ticket_goes_at
from interventions.services import answers, asking, credentials, eligibility, restoring, sites, work
from interventions.services.numbers import ticket_number

Act = Callable[[datetime], object]
Staff = Mapping[str, User]
HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIG82sjLrWhmvWNZtGQ8w6ZHWvBNnkYNjZdFkeZp1+cRM"
AREAS = {
    "fr": ("Page d’accueil et menus", "Parcours d’achat", "Formulaire de contact"),
    "de": ("Startseite und Menüs", "Bestellvorgang", "Kontaktformular"),
    "en": ("Home page and menus", "Purchase path", "Contact form"),
}
PLUGIN = {
    "fr": "Le panier reste vide depuis la dernière mise à jour d’une extension.",
    "de": "Der Warenkorb bleibt seit dem letzten Update einer Erweiterung leer.",
    "en": "The cart stays empty since the last update of an extension.",
}
REPORT = {
    "fr": "L’extension du panier est revenue à sa version précédente, le cache est vidé.",
    "de": "Die Warenkorb-Erweiterung ist wieder auf der vorigen Version, der Cache ist geleert.",
    "en": "The cart extension is back at its former version, and the cache is empty.",
}
THANKS = {"fr": "Merci beaucoup !", "de": "Vielen Dank!", "en": "Thank you very much!"}
BROKEN = {
    "fr": "Le paiement ne marche plus.",
    "de": "Die Zahlung geht nicht mehr.",
    "en": "Payment no longer works.",
}
ACCESS = "https://…/wp-admin\nadmin\ndemo"
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


@dataclass
class Story:
    """One client's call for help, as the demo goes through it."""

    site: str
    person: Person
    technician: User
    what: str = ""
    ticket: Ticket | None = None
    _work: Intervention | None = field(default=None, repr=False)

    @property
    def work(self) -> Intervention:
        """Its intervention, as it is now."""
        assert self._work is not None  # noqa: S101 (an act out of order is a mistake in the script)
        return Intervention.objects.select_related("ticket", "backup").get(pk=self._work.pk)

    def call(self, now: datetime) -> None:
        service = hosting_of(self.site)
        what = self.what or PLUGIN[self.person.language]
        self.ticket = a_ticket(self.person, self.site, what, now, service=service)
        credentials.keep_credential(self.ticket, kind="cms", secret=ACCESS, now=now)

    def open(self, now: datetime) -> None:
        assert self.ticket is not None  # noqa: S101 (as above)
        site = Site.objects.get(service=hosting_of(self.site))
        self._work = work.open_intervention(
            self.ticket, site, areas=AREAS[self.person.language], by=self.technician, now=now
        )

    def back_up(self, now: datetime) -> None:
        work.assign(self.work, self.technician, by=self.technician, now=now)
        backup = work.ask_backup(self.work, by=self.technician, now=now)
        SiteBackup.objects.filter(pk=backup.pk).update(next_try_at=None)

    def verify(self, now: datetime) -> None:
        backup = self.work.backup
        name = backups.new_backup_id()
        with backups.default_store().writing(stored_name(name, "files")) as sink:
            sink.write(b"demo")
        SiteBackup.objects.filter(pk=backup.pk).update(  # type: ignore[union-attr]
            state=BackupState.READY,
            verified_at=now,
            stored_as=name,
            sealed_key="demo",
            size=184_320_000,
            sha256=hashlib.sha256(name.encode()).hexdigest(),
        )
        work.backup_ended(SiteBackup.objects.get(pk=backup.pk), now=now)  # type: ignore[union-attr]
        self.look(now, after=False)

    def look(self, now: datetime, *, after: bool) -> None:
        """How the client's page looks; the cart is mended by the work."""
        words = "3 articles" if after else "0 article"
        picture = shop_page(self.site, words)
        Probe.objects.create(
            intervention=self.work,
            after=after,
            url=f"https://{self.site}/panier",
            at=now,
            status=200 if after else 500,
            title=f"Panier · {self.site}",
            broken_links=[] if after else [f"https://{self.site}/commande"],
            screenshot=store_made(picture, name="page.png", content_type="image/png", now=now),
        )

    def start(self, now: datetime) -> None:
        work.start(self.work, by=self.technician, now=now)

    def end(self, now: datetime) -> None:
        report = REPORT[self.person.language]
        work.end(self.work, report=report, by=self.technician, now=now)
        self.look(now, after=True)

    def validate(self, now: datetime) -> None:
        areas, thanks = AREAS[self.person.language], THANKS[self.person.language]
        answers.validate(self.work, areas=areas, remark=thanks, now=now)

    def invalidate(self, now: datetime) -> None:
        answers.invalidate(
            self.work,
            areas=AREAS[self.person.language][:1],
            remark=BROKEN[self.person.language],
            now=now,
        )

    def restore(self, now: datetime) -> None:
        restore = restoring.ask_restore(self.work, now=now)
        SiteRestore.objects.filter(pk=restore.pk).update(
            state=RestoreState.DONE, next_try_at=None, ended_at=now
        )
        answers.told_of_restore(self.work.pk, now=now)

    def bounce(self, now: datetime) -> None:
        mail = self.work.request_mail
        record_bounce(mail.message_id, "550 no such user", now=now)  # type: ignore[union-attr]
        asking.follow_mails(now)

    def close(self, now: datetime) -> None:
        Ticket.objects.filter(pk=self.work.ticket_id).update(
            state=TicketState.CLOSED, closed_at=now, erase_at=goes_at(now)
        )

    def complain(self, now: datetime) -> None:
        text = "Depuis votre intervention, les commandes n’arrivent plus. C’est votre faute."
        eligibility.record_complaint(
            self.work, text=text, made_at=now - HOUR, by=self.technician, now=now
        )


def plan_assistance(calendar: Calendar, staff: Staff, lumen: CustomerAccount) -> None:
    """Put every call for help of the demo into the calendar."""
    calendar.plan(calendar.days_ago(29), lambda now: keep_sites(staff["sophie"], now))
    plan_prepared(calendar, staff)
    plan_asked(calendar, staff)
    plan_over(calendar, staff)
    plan_tickets(calendar, staff, lumen)


def go(
    calendar: Calendar, at: datetime, story: Story, steps: Iterable[tuple[timedelta, str]]
) -> None:
    """Plan the steps of a story, each so long after `at`."""
    for after, step in steps:
        calendar.plan(at + after, getattr(story, step))


CALL = ((0 * MINUTE, "call"), (5 * MINUTE, "open"))
SAVED = (*CALL, (6 * MINUTE, "back_up"), (9 * MINUTE, "verify"))
WORKED = (*SAVED, (15 * MINUTE, "start"), (50 * MINUTE, "end"))


def plan_prepared(calendar: Calendar, staff: Staff) -> None:
    """Opened, being backed up, ready, started."""
    claire, jonas = staff["claire"], staff["jonas"]
    go(calendar, calendar.hours_ago(3), Story("fromagerie-marie.example", MARIE, claire), CALL)
    running = Story("gite-des-ballons.example", PAUL, jonas)
    go(calendar, calendar.hours_ago(0.4), running, (*CALL, (6 * MINUTE, "back_up")))
    calendar.plan(calendar.hours_ago(0.25), lambda now: under_way(running, now))
    go(calendar, calendar.hours_ago(2), Story("töpferei-braun.example", THOMAS, claire), SAVED)
    started = Story("books-and-tea.example", ALICE, jonas)
    go(calendar, calendar.hours_ago(1), started, (*SAVED, (15 * MINUTE, "start")))


def under_way(story: Story, now: datetime) -> None:
    """A worker is at it, and was just seen there."""
    SiteBackup.objects.filter(intervention=story.work).update(
        state=BackupState.RUNNING,
        leased_until=now + timedelta(days=1),
        progress={
            "phase": "files",
            "bytes": 86_400_000,
            "total": 240_000_000,
            "started": now.isoformat(),
            "at": (now + timedelta(seconds=18)).isoformat(),
        },
    )


def plan_asked(calendar: Calendar, staff: Staff) -> None:
    """Ended but not reached, waiting for the answer, validated, invalidated."""
    claire, jonas = staff["claire"], staff["jonas"]
    unreached = Story("gasthaus-zur-linde.example", THOMAS, claire)
    go(calendar, calendar.hours_ago(5), unreached, (*WORKED, (70 * MINUTE, "bounce")))
    asked = Story("weingut-braun.example", THOMAS, jonas)
    reach(calendar, calendar.hours_ago(7), asked)
    validated = Story("yoga-ines.example", INES, claire)
    reach(calendar, calendar.hours_ago(28), validated)
    calendar.plan(calendar.hours_ago(26), validated.validate)
    invalidated = Story("reparatur-girard.example", PAUL, jonas)
    reach(calendar, calendar.hours_ago(20), invalidated)
    calendar.plan(calendar.hours_ago(9), invalidated.invalidate)


def reach(calendar: Calendar, at: datetime, story: Story) -> None:
    """Worked on, and the client's mail server took the request: T0."""
    go(calendar, at, story, WORKED)
    calendar.plan(at + 51 * MINUTE, asking.follow_mails)


def plan_over(calendar: Calendar, staff: Staff) -> None:
    """Restored, kept as it was, unanswered with a later complaint, cancelled."""
    claire, jonas = staff["claire"], staff["jonas"]
    restored = Story("kiosque-roussel.example", INES, claire)
    reach(calendar, calendar.days_ago(5), restored)
    calendar.plan(calendar.days_ago(5, 15), restored.invalidate)
    calendar.plan(calendar.days_ago(5, 16), restored.restore)
    calendar.plan(calendar.days_ago(4, 16), restored.close)
    kept = Story("studio-vosges-labo.example", MARIE, jonas)
    reach(calendar, calendar.days_ago(7), kept)
    calendar.plan(calendar.days_ago(7, 14), kept.invalidate)
    calendar.plan(calendar.days_ago(6, 9), lambda now: answers.decline_restore(kept.work, now=now))
    calendar.plan(calendar.days_ago(5, 9), kept.close)
    unanswered = Story("gasthaus-zur-linde.example", THOMAS, jonas)
    reach(calendar, calendar.days_ago(20), unanswered)
    calendar.plan(calendar.days_ago(15), unanswered.complain)
    cancelled = Story("yoga-ines.example", INES, claire)
    go(calendar, calendar.days_ago(10), cancelled, SAVED)
    calendar.plan(
        calendar.days_ago(10, 15),
        lambda now: work.cancel(
            cancelled.work, reason="The client mended it himself.", by=claire, now=now
        ),
    )


def plan_tickets(calendar: Calendar, staff: Staff, lumen: CustomerAccount) -> None:
    """Tickets without work: to join, to confirm, closed, expired; one of an ineligible account, and
    the contest of its holder."""
    at = calendar.hours_ago
    calendar.plan(at(4), lambda now: to_join(now, staff["claire"]))
    calendar.plan(at(1), lambda now: unconfirmed(now, TicketState.UNCONFIRMED))
    calendar.plan(calendar.days_ago(9), lambda now: unconfirmed(now, TicketState.EXPIRED))
    calendar.plan(calendar.days_ago(12), closed)
    calendar.plan(calendar.days_ago(2), ineligible)
    text = (
        "Nous étions en congé : personne n’a pu vérifier le site. Merci de revoir votre décision."
    )
    calendar.plan(
        calendar.days_ago(1, 11), lambda now: eligibility.contest(lumen, text=text, now=now)
    )


def to_join(now: datetime, by: User) -> None:
    """From the public form, confirmed, of no account yet; with a short conversation."""
    ticket = a_ticket(PAUL, "velo-girard.example", "Page blanche depuis ce matin.", now)
    say(ticket, "Bonjour, avez-vous changé quelque chose hier ?", now + 20 * MINUTE, by=by)
    say(ticket, "Oui, une extension de sauvegarde.", now + 45 * MINUTE)


def goes_at(ended: datetime) -> datetime:
    """From when what a ticket that ended then holds may be erased."""
    return ticket_goes_at(ended, settings.TICKET_RETENTION_DAYS)


def unconfirmed(now: datetime, state: str) -> None:
    """Whose address nobody confirmed."""
    expires = now + timedelta(days=2) if state == TicketState.UNCONFIRMED else None
    a_ticket(ALICE, "shop.example", "Cannot log in.", now, state=state, expires_at=expires)


def closed(now: datetime) -> None:
    """Answered by advice alone."""
    service = hosting_of("weingut-braun.example")
    what = "Wie ändere ich die PHP-Version?"
    ended = now + 2 * HOUR
    fields = {"state": TicketState.CLOSED, "closed_at": ended, "erase_at": goes_at(ended)}
    a_ticket(THOMAS, service.name, what, now, service=service, **fields)


def ineligible(now: datetime) -> None:
    """Of an account that gets no courtesy interventions."""
    service = hosting_of("boulangerie-lefevre.example")
    a_ticket(MARIE, service.name, "Le formulaire de contact n’envoie rien.", now, service=service)


# -- Rows ------------------------------------------------------------------------------------------


def keep_sites(by: User, now: datetime) -> None:
    """A server, and the sites on it: every web hosting of the demo."""
    server = HostingServer(
        name="web1",
        host="web1.easyhoster.example",
        host_key=HOST_KEY,
        user="backup",
        secret="web1-key",  # noqa: S106 (names a file)
    )
    sites.keep_server(server, changed=("name", "host", "host_key"), by=by, now=now)
    for service in Service.objects.filter(kind=ServiceKind.HOSTING).order_by("pk"):
        site = Site(service=service, server=server, kind=SiteKind.WORDPRESS)
        site.root = f"/srv/www/{service.name}"
        sites.keep_site(site, changed=("service", "root"), by=by, now=now)


def hosting_of(name: str) -> Service:
    """The web hosting of this name, in either form."""
    rows = Service.objects.filter(kind=ServiceKind.HOSTING)
    return rows.filter(unicode_name=name).first() or rows.get(name=name)


def a_ticket(
    person: Person,
    site: str,
    what: str,
    now: datetime,
    *,
    service: Service | None = None,
    **fields: object,
) -> Ticket:
    """A ticket as the form leaves it, with the consent to what it says on top (I2)."""
    ticket = Ticket.objects.create(
        **{
            "number": ticket_number(now),
            "account": service.account if service else None,
            "service": service,
            "service_name": site,
            "opened_as": OpenedAs.AUTHORISED,
            "full_name": person.name,
            "email": person.email,
            "telephone": person.telephone,
            "language": person.language,
            "time_zone": "Europe/Paris",
            "what": what,
            "pages": [f"https://{site}/panier"] if service else [],
            "created_at": now,
            **fields,
        }
    )
    journal(ticket.stream, "ticket.opened", at=now, actor="client")
    ticket.consents.create(notice="assistance-access", version=1, language=person.language, at=now)
    return ticket


def say(ticket: Ticket, text: str, now: datetime, *, by: User | None = None) -> None:
    """A message of the conversation: of staff, or of the client."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    TicketMessage.objects.create(ticket=ticket, by=by, at=now, text=text, content_hash=digest)
