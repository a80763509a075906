"""Who appears in the demo: staff, resellers with their services, and people who ask for help."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.contrib.auth.models import Group

from accounts.enums import AccountKind, ContactKind, NoteEffect, NoteKind, RegistrationKind
from accounts.models import CustomerAccount, User
from accounts.roles import SUPERVISOR, SUPPORT
from accounts.services import (
    Identity,
    add_contact,
    change_contact,
    change_identity,
    open_account,
    verify_contact,
    write_note,
)
from hosting.enums import PlanKind, ServiceKind
from hosting.models import Plan, TopLevelDomain
from hosting.policies import Owner
from hosting.services import create_service

PASSWORD = "demo-pass-2026"  # noqa: S105 (of the demo, which only development seeds)
STAFF = (
    ("claire@easyhoster.example", "Claire Martin", SUPPORT, "fr"),
    ("jonas@easyhoster.example", "Jonas Weber", SUPPORT, "de"),
    ("sophie@easyhoster.example", "Sophie Keller", SUPERVISOR, "fr"),
    ("daniel@easyhoster.example", "Daniel Roche", SUPERVISOR, "en"),
)
DEMO_SIGN_INS = [(email, PASSWORD, f"{name}, {role}") for email, name, role, _ in STAFF]


@dataclass(frozen=True)
class Person:
    """Somebody who asks for a transfer."""

    name: str
    email: str
    telephone: str = "+33 6 12 34 56 78"
    address: str = "8 quai des Bateliers\n67000 Strasbourg"
    language: str = "fr"


MARIE = Person("Marie Lefèvre", "marie.lefevre@mail.example")
THOMAS = Person("Thomas Braun", "thomas.braun@post.example", "+49 151 23456789", language="de")
ALICE = Person("Alice Moore", "alice.moore@mail.example", language="en")
PAUL = Person("Paul Girard", "paul.girard@mail.example")
INES = Person("Inès Roussel", "ines.roussel@mail.example")


@dataclass(frozen=True)
class Site:
    """A domain of an end client with its hosting."""

    domain: str
    owner: Person | None
    organisation: str = ""


@dataclass(frozen=True)
class Reseller:
    """A reseller, how he is reached, and the sites he looks after."""

    identity: Identity
    contacts: tuple[tuple[str, str, str], ...]
    sites: tuple[Site, ...]
    first_due: int = 20  # in how many days the first site is due; each further one 11 days later


def identity(name: str, trade_name: str, number: str, language: str = "fr") -> Identity:
    return Identity(
        full_name=name,
        kind=AccountKind.RESELLER,
        trade_name=trade_name,
        registration_kind=RegistrationKind.SIREN,
        registration_number=number,
        street="3 rue du Puits",
        postal_code="67000",
        city="Strasbourg",
        country="FR",
        language=language,
    )


LUMEN = Reseller(
    identity("Camille Durand", "Atelier Lumen", "732829320"),
    (
        (ContactKind.EMAIL, "camille@atelier-lumen.example", "Bureau"),
        (ContactKind.EMAIL, "camille.durand@mail.example", "Personnel"),
        (ContactKind.PHONE, "+33388123456", "Atelier"),
        (ContactKind.WHATSAPP, "+33612345678", "Portable"),
    ),
    (
        Site("boulangerie-lefevre.example", MARIE),
        Site("cafe-des-quais.example", INES),
        Site("bäckerei-braun.example", THOMAS),
        Site("velo-girard.example", PAUL),
        Site("fleurs-roussel.example", INES),
        Site("moore-pottery.example", ALICE),
        Site("atelier-vitrine.example", None),
    ),
)
PIXEL = Reseller(
    identity("Lukas Schneider", "Pixelwerk Schneider", "552100554", "de"),
    (
        (ContactKind.EMAIL, "lukas@pixelwerk.example", "Büro"),
        (ContactKind.PHONE, "+4978112345", "Büro"),
    ),
    (
        Site("gasthaus-zur-linde.example", THOMAS),
        Site("weingut-braun.example", THOMAS),
        Site("yoga-ines.example", INES),
        Site("reparatur-girard.example", PAUL),
        Site("moore-books.example", ALICE),
        Site("chocolats-marie.example", MARIE),
        Site("kiosque-roussel.example", INES),
    ),
)


def hire_staff() -> Mapping[str, User]:
    """The demo's staff, by first name in small letters."""
    staff = {}
    for email, name, group, language in STAFF:
        user = User.objects.create_user(
            email, PASSWORD, full_name=name, language=language, is_staff=True
        )
        user.groups.add(Group.objects.get(name=group))
        staff[email.partition("@")[0]] = user
    return staff


def stock_plans() -> tuple[Plan, Plan]:
    """A standard and a managed plan (S4), and what the registries lock (S2)."""
    client = dict.fromkeys(("backups", "updates", "repair", "restore"), "client")
    provider = dict.fromkeys(("backups", "updates", "repair", "restore"), "provider")
    TopLevelDomain.objects.get_or_create(name="fr", defaults={"lock_days_after_transfer": 0})
    TopLevelDomain.objects.get_or_create(name="com", defaults={"lock_days_after_transfer": 60})
    standard = Plan.objects.create(
        code="standard", name="Standard", kind=PlanKind.STANDARD, responsibilities=client
    )
    managed = Plan.objects.create(
        code="managed",
        name="Managed",
        kind=PlanKind.MANAGED,
        responsibilities=provider,
        automatic_backups=True,
        backup_retention_days=35,
    )
    return standard, managed


def open_reseller(
    reseller: Reseller, *, plan: Plan, since: datetime, today: date
) -> CustomerAccount:
    """The reseller's account with contacts and services, as opened at `since`."""
    account = open_account(reseller.identity, now=since)
    for kind, value, label in reseller.contacts:
        add_contact(account, kind=kind, value=value, label=label, now=since)
    for number, site in enumerate(reseller.sites):
        due_on = today + timedelta(days=reseller.first_due + 11 * number)
        _open_site(account, site, plan, since, due_on)
    return account


def _open_site(
    account: CustomerAccount, site: Site, plan: Plan, since: datetime, due_on: date
) -> None:
    owner = Owner(
        name=site.owner.name if site.owner else account.full_name,
        organisation=site.organisation,
        email=site.owner.email if site.owner else "camille@atelier-lumen.example",
        address=site.owner.address if site.owner else "3 rue du Puits\n67000 Strasbourg",
        technical_contact=account.trade_name,
    )
    terms = {"due_on": due_on, "paid_until": due_on, "now": since}
    create_service(account, kind=ServiceKind.DOMAIN, name=site.domain, owner=owner, **terms)
    create_service(account, kind=ServiceKind.HOSTING, name=site.domain, plan=plan, **terms)


def give_history(account: CustomerAccount, author: User, *, at: datetime) -> None:
    """Former contacts and names, verified contacts, and notes with and without effect (A3-A6)."""
    emails = list(account.contact_methods.current().filter(kind=ContactKind.EMAIL))
    verify_contact(emails[0], how="Called back on the known number", now=at)
    change_contact(emails[-1], value="c.durand@courriel.example", now=at, label="Personnel")
    renamed = identity("Camille Durand", "Atelier Lumen Web", "732829320")
    change_identity(account, renamed, now=at)
    write_note(
        account,
        kind=NoteKind.CONTACT,
        text="Prefers WhatsApp in the afternoon.",
        author=author,
        pinned=True,
        now=at,
    )
    write_note(
        account,
        kind=NoteKind.INTERVENTION,
        text="Nous a reproché un défaut après le délai, sans avoir vérifié son site.",
        author=author,
        effect=NoteEffect.INELIGIBLE,
        now=at,
    )
