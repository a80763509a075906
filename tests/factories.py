"""Objects as the tests need them. Times are fixed and aware; a test that cares passes its own.

Languages are English, so that sentences in tests read as they are written in the code.
"""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import factory
from django.contrib.auth.models import Group
from factory.django import DjangoModelFactory
from stdnum import luhn

from accounts.enums import AccountKind, ContactKind, NoteKind, RegistrationKind, Role
from accounts.models import ContactMethod, CustomerAccount, InternalNote, Membership, User
from cessions.enums import FilingState
from cessions.models import Filing, RequestedService, TransferRequest
from cessions.policies import first_attempt_due
from hosting.enums import PlanKind, ServiceKind
from hosting.models import DomainRegistration, OwnershipPeriod, Plan, Service, TopLevelDomain

LONG_AGO = datetime(2020, 1, 15, 10, 0, tzinfo=UTC)


class UserFactory(DjangoModelFactory):
    """Somebody who signs in; `support=True` or `supervisor=True` make staff of that group."""

    class Meta:
        model = User

    class Params:
        support = factory.Trait(is_staff=True, groups=("support",))
        supervisor = factory.Trait(is_staff=True, groups=("supervisor",))

    email = factory.Sequence(lambda number: f"user{number}@easyhoster.example")
    full_name = factory.Sequence(lambda number: f"User {number}")
    language = "en"

    groups: tuple[str, ...] = ()

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, groups: Any, **fields: Any) -> User:
        user = super()._create(model_class, *args, **fields)
        user.groups.add(*Group.objects.filter(name__in=groups))
        return user


def siren(number: int) -> str:
    """A SIREN with a right check digit (Luhn), one per number."""
    body = f"{30000000 + number % 60000000:08d}"
    return body + luhn.calc_check_digit(body)


class CustomerAccountFactory(DjangoModelFactory):
    """A French reseller; `reachable=True` gives him an e-mail address and a telephone (A2)."""

    class Meta:
        model = CustomerAccount
        skip_postgeneration_save = True

    number = factory.Sequence(
        lambda number: f"F{number:06d}"
    )  # own series: no clash with open_account
    kind = AccountKind.RESELLER
    trade_name = factory.Sequence(lambda number: f"Atelier Web {number}")
    registration_kind = RegistrationKind.SIREN
    registration_number = factory.Sequence(siren)
    full_name = factory.Sequence(lambda number: f"Camille Durand {number}")
    street = "3 rue du Puits"
    postal_code = "67000"
    city = "Strasbourg"
    country = "FR"
    language = "en"
    created_at = LONG_AGO

    @factory.post_generation
    def reachable(self, create: bool, wanted: bool | None, **_: Any) -> None:
        """An e-mail address and a telephone."""
        if create and wanted:
            ContactMethodFactory(account=self)
            ContactMethodFactory(account=self, phone=True)


class ContactMethodFactory(DjangoModelFactory):
    """An e-mail address; `phone=True` a telephone, `former=True` one that ended."""

    class Meta:
        model = ContactMethod

    class Params:
        phone = factory.Trait(
            kind=ContactKind.PHONE,
            value=factory.Sequence(lambda number: f"+33388{number % 1000000:06d}"),
        )
        former = factory.Trait(ended_at=datetime(2026, 5, 1, 9, 0, tzinfo=UTC))

    account = factory.SubFactory(CustomerAccountFactory)
    kind = ContactKind.EMAIL
    value = factory.Sequence(lambda number: f"holder{number}@client.example")
    order = factory.Sequence(lambda number: number % 1000)
    created_at = LONG_AGO


class InternalNoteFactory(DjangoModelFactory):
    """A note without effect."""

    class Meta:
        model = InternalNote

    account = factory.SubFactory(CustomerAccountFactory)
    author = factory.SubFactory(UserFactory, support=True)
    created_at = LONG_AGO
    kind = NoteKind.GENERAL
    text = "Called, all is well."
    content_hash = "0" * 64


class MembershipFactory(DjangoModelFactory):
    """The owner of an account, who can sign in; `role=` makes somebody else of him."""

    class Meta:
        model = Membership

    account = factory.SubFactory(CustomerAccountFactory)
    user = factory.SubFactory(UserFactory)
    role = Role.OWNER
    created_at = LONG_AGO


class PlanFactory(DjangoModelFactory):
    """A standard hosting plan (S4)."""

    class Meta:
        model = Plan

    code = factory.Sequence(lambda number: f"plan-{number}")
    name = factory.Sequence(lambda number: f"Plan {number}")
    kind = PlanKind.STANDARD
    responsibilities = factory.LazyFunction(
        lambda: {"backups": "client", "updates": "client", "repair": "client", "restore": "client"}
    )


class TopLevelDomainFactory(DjangoModelFactory):
    class Meta:
        model = TopLevelDomain
        django_get_or_create = ["name"]

    name = "fr"


class ServiceFactory(DjangoModelFactory):
    """A domain of an end client with its registration and its ownership period (S1, S2, S5).

    `hosting=True` makes it web hosting with a plan. Owner's data through `registration__owner_name`
    and so on.
    """

    class Meta:
        model = Service
        skip_postgeneration_save = True

    class Params:
        hosting = factory.Trait(kind=ServiceKind.HOSTING, plan=factory.SubFactory(PlanFactory))

    account = factory.SubFactory(CustomerAccountFactory)
    kind = ServiceKind.DOMAIN
    name = factory.Sequence(lambda number: f"client{number}.example")
    created_at = LONG_AGO

    @factory.post_generation
    def registration(self, create: bool, given: Any, **fields: Any) -> None:
        """A domain's registered owner: the end client, unless told otherwise."""
        if create and self.kind == ServiceKind.DOMAIN and given is not False:
            DomainRegistrationFactory(service=self, **fields)

    @factory.post_generation
    def ownership(self, create: bool, given: Any, **_: Any) -> None:
        """The period that runs now."""
        if create and given is not False:
            OwnershipPeriod.objects.create(
                service=self, account=self.account, during=(self.created_at, None), reason="created"
            )


class DomainRegistrationFactory(DjangoModelFactory):
    """The registered owner of a domain (S2)."""

    class Meta:
        model = DomainRegistration

    service = factory.SubFactory(ServiceFactory, registration=False)
    owner_name = factory.Sequence(lambda number: f"Boulangerie Martin {number}")
    owner_email = factory.Sequence(lambda number: f"owner{number}@bakery.example")
    owner_address = "1 place du Marché\n67000 Strasbourg"


class FilingFactory(DjangoModelFactory):
    """A confirmed filing of an end client, in English (T1, T3)."""

    class Meta:
        model = Filing

    number = factory.Sequence(lambda number: f"T2026-{number + 1:06d}")
    state = FilingState.CONFIRMED
    language = "en"
    full_name = "Alix Martin"
    email = factory.Sequence(lambda number: f"claimant{number}@mail.example")
    created_at = LONG_AGO
    submitted_at = factory.SelfAttribute("created_at")
    confirmed_at = factory.SelfAttribute("created_at")


class TransferRequestFactory(DjangoModelFactory):
    """A received request for one domain of a reachable reseller; its first attempt is due (C2).

    `received_at` moves all its clocks. `services=2` asks for so many; `unknown=True` for a name
    that is not here (T4).
    """

    class Meta:
        model = TransferRequest
        skip_postgeneration_save = True

    class Params:
        unknown = factory.Trait(account=None, first_attempt_due_at=None, next_attempt_at=None)

    filing = factory.SubFactory(FilingFactory, created_at=factory.SelfAttribute("..received_at"))
    number = factory.LazyAttribute(lambda request: f"{request.filing.number}-1")
    account = factory.SubFactory(CustomerAccountFactory, reachable=True)
    received_at = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)
    first_attempt_due_at = factory.LazyAttribute(
        lambda request: first_attempt_due(request.received_at, ZoneInfo("Europe/Paris"))
    )
    next_attempt_at = factory.SelfAttribute("first_attempt_due_at")

    @factory.post_generation
    def services(self, create: bool, wanted: int | None, **fields: Any) -> None:
        """The services asked for: one domain, unless told otherwise."""
        for _number in range((1 if wanted is None else wanted) if create else 0):
            RequestedServiceFactory(
                request=self,
                service=ServiceFactory(account=self.account) if self.account else None,
                **fields,
            )


class RequestedServiceFactory(DjangoModelFactory):
    """One service of a request."""

    class Meta:
        model = RequestedService

    request = factory.SubFactory(TransferRequestFactory, services=0)
    filing = factory.SelfAttribute("request.filing")
    service = factory.SubFactory(ServiceFactory, account=factory.SelfAttribute("..request.account"))
    kind = ServiceKind.DOMAIN
    name = factory.LazyAttributeSequence(
        lambda item, number: item.service.name if item.service else f"unknown{number}.example"
    )


class DraftFactory(DjangoModelFactory):
    """A draft of a claimant; `unconfirmed=True` one that was submitted. Receive it by the verb.

    `names=["example.fr"]` are the domains it claims.
    """

    class Meta:
        model = Filing
        skip_postgeneration_save = True

    class Params:
        unconfirmed = factory.Trait(
            state=FilingState.UNCONFIRMED,
            number=factory.Sequence(lambda number: f"T2026-9{number:05d}"),
            submitted_at=datetime(2026, 6, 9, 8, 0, tzinfo=UTC),
        )

    state = FilingState.DRAFT
    language = "en"
    full_name = "Dominique Martin"
    email = factory.Sequence(lambda number: f"drafter{number}@mail.example")
    telephone = "+33 6 12 34 56 78"
    is_registered_owner = True
    created_at = datetime(2026, 6, 9, 8, 0, tzinfo=UTC)
    expires_at = datetime(2026, 7, 9, 8, 0, tzinfo=UTC)

    @factory.post_generation
    def names(self, create: bool, wanted: list[str] | None, **_: Any) -> None:
        """The domains claimed; one by default."""
        for name in ["example.fr"] if wanted is None else wanted:
            RequestedService.objects.create(filing=self, kind=ServiceKind.DOMAIN, name=name)
