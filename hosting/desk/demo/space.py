"""Resellers who use their space: one who is well prepared, two who are sought."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from accounts.enums import ContactKind, EmergencyPower, Role
from accounts.models import CustomerAccount, User
from accounts.services import trusted
from accounts.services.absence import announce_absence
from accounts.services.memberships import invite_member
from cessions.services import contracts, preparation
from cessions.services.assignee_writing import Person as Eligible
from cessions.services.assignees import add_assignee
from cessions.services.pack_making import make_due_packs
from hosting.desk.demo.people import (
    ALICE,
    INES,
    MARIE,
    PASSWORD,
    PAUL,
    THOMAS,
    Person,
    Reseller,
    Site,
    identity,
)
from hosting.lib.dates import local_date
from hosting.models import Service

VOSGES = Reseller(
    identity("Hélène Vogt", "Studio Vosges", "123456782"),
    (
        (ContactKind.EMAIL, "helene@studio-vosges.example", "Bureau"),
        (ContactKind.PHONE, "+33388654321", "Bureau"),
        (ContactKind.SIGNAL, "+33698765432", "Portable"),
    ),
    (
        Site("fromagerie-marie.example", MARIE),
        Site("gite-des-ballons.example", PAUL),
        Site("töpferei-braun.example", THOMAS),
        Site("books-and-tea.example", ALICE),
        Site("studio-vosges-labo.example", None),
        Site("atelier-girard.example", PAUL),
        Site("brasserie-roussel.example", INES),
    ),
)
OWNERS = (
    ("helene@studio-vosges.example", "Hélène Vogt", "fr"),
    ("camille@atelier-lumen.example", "Camille Durand", "fr"),
    ("lukas@pixelwerk.example", "Lukas Schneider", "de"),
)
MEMBER = ("theo@studio-vosges.example", "Théo Petit", "fr")
TRUSTED = Person("Nadia Vogt", "nadia.vogt@mail.example", "+33 6 22 33 44 55")
SIGN_INS = [
    (OWNERS[0][0], PASSWORD, "Hélène Vogt, reseller, well prepared"),
    (OWNERS[1][0], PASSWORD, "Camille Durand, reseller who is being sought"),
    (OWNERS[2][0], PASSWORD, "Lukas Schneider, reseller with requests on his services"),
    (TRUSTED.email, PASSWORD, "Nadia Vogt, emergency contact of Hélène"),
]


def open_spaces(
    vosges: CustomerAccount,
    lumen: CustomerAccount,
    pixel: CustomerAccount,
    staff: Mapping[str, User],
    *,
    at: datetime,
) -> None:
    """Let the three sign in, and prepare Hélène's account as a good reseller does."""
    owner, *_others = [
        _sign_in(account, *person, Role.OWNER, staff["claire"], at)
        for account, person in zip((vosges, lumen, pixel), OWNERS, strict=True)
    ]
    _sign_in(vosges, *MEMBER, Role.MEMBER, staff["claire"], at)
    _prepare(vosges, owner, at)


def _sign_in(
    account: CustomerAccount,
    email: str,
    name: str,
    language: str,
    role: Role,
    by: User,
    at: datetime,
) -> User:
    member = invite_member(
        account, email=email, full_name=name, language=language, role=role, by=by, now=at
    )
    member.user.set_password(PASSWORD)
    member.user.save(update_fields=["password"])
    return member.user


def _prepare(account: CustomerAccount, owner: User, at: datetime) -> None:
    actor = f"user:{owner.pk}"
    contact = trusted.name_contact(
        account,
        now=at,
        actor=actor,
        full_name=TRUSTED.name,
        relation="Sœur",
        email=TRUSTED.email,
        telephone=TRUSTED.telephone,
        language=TRUSTED.language,
        powers=[EmergencyPower.LIFT_ABSENCE, EmergencyPower.KEEP_RUNNING],
        remark="",
    )
    trusted.confirm(contact, at + timedelta(hours=2))
    trusted.let_in(contact, PASSWORD, at + timedelta(hours=2))
    leaves = local_date(at, ZoneInfo(settings.TIME_ZONE)) + timedelta(days=80)
    announce_absence(
        account,
        from_on=leaves,
        until_on=leaves + timedelta(days=20),
        by=owner,
        now=at,
        remark="Congé annuel",
    )
    for person, site in zip((MARIE, PAUL, THOMAS), VOSGES.sites, strict=False):
        services = list(Service.objects.filter(account=account, unicode_name=site.domain))
        services += list(Service.objects.filter(account=account, name=site.domain))
        add_assignee(
            account,
            Eligible(person.name, (person.email,), person.telephone, language=person.language),
            services,
            now=at,
            actor=actor,
        )
        preparation.papers_handed(services[0], by=owner, now=at)
    contracts.ask_pack(account, contracts.choices_for(account), owner, at)
    make_due_packs(at + timedelta(minutes=1))
