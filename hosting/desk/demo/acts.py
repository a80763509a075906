"""What people do in the demo, each act by the verb that the pages use."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from accounts.enums import ContactKind
from accounts.models import User
from cessions.enums import (
    CallResult,
    ChallengeKind,
    ConsentCode,
    DocumentKind,
    DocumentState,
    EventKind,
    OutcomeKind,
)
from cessions.models import AnswerLink, Filing, TransferRequest
from cessions.services import (
    challenges,
    decisions,
    documents,
    filing,
    intake,
    manual,
    reception,
    review,
    signs,
)
from cessions.services.claims import Claim, NamedService, clean_name
from cessions.services.methods import methods_of
from hosting.desk.demo import papers
from hosting.desk.demo.papers import IDENTITIES, Flaw
from hosting.desk.demo.people import Person
from hosting.enums import ServiceKind
from hosting.lib.dates import local_date
from hosting.lib.factor import Factor
from hosting.services.notices import current_notices

DOMAIN_PAPERS = (DocumentKind.OWNER_IDENTITY,)
HOSTING_PAPERS = (
    DocumentKind.CLAIMANT_IDENTITY,
    DocumentKind.INVOICE,
    DocumentKind.PAYMENT_PROOF,
)
TRIED = {
    "fr": "Des e-mails, des appels, une lettre.",
    "de": "E-Mails, Anrufe, ein Brief.",
    "en": "E-mails, calls, a letter.",
}
PUBLISHED_NUMBER = "+33 3 88 01 02 03"
OUTCOMES = {ContactKind.PHONE: OutcomeKind.VOICEMAIL, ContactKind.POST: OutcomeKind.LETTER_POSTED}


@dataclass
class Case:
    """One claimant's case as the demo goes through it."""

    person: Person
    name: str
    kinds: tuple[str, ...] = (ServiceKind.DOMAIN,)
    filing: Filing | None = None
    flaws: Collection[Flaw] = ()

    @property
    def request(self) -> TransferRequest:
        """The case's request, as it is now."""
        assert self.filing is not None  # noqa: S101 (an act out of order is a mistake in the script)
        return self.filing.requests.order_by("pk").first()  # type: ignore[return-value]

    @property
    def papers(self) -> tuple[str, ...]:
        hosting = ServiceKind.HOSTING in self.kinds
        domain = ServiceKind.DOMAIN in self.kinds
        return (*(DOMAIN_PAPERS if domain else ()), *(HOSTING_PAPERS if hosting else ()))

    def claim(self, now: datetime) -> Claim:
        return Claim(
            language=self.person.language,
            services=tuple(NamedService(kind, clean_name(kind, self.name)) for kind in self.kinds),
            full_name=self.person.name,
            email=self.person.email,
            telephone=self.person.telephone,
            postal_address=self.person.address,
            is_registered_owner=True,
            silent_since=(now - timedelta(days=40)).date(),
            already_tried=TRIED[self.person.language],
            event=EventKind.UNKNOWN,
        )


def draft(case: Case) -> Callable[[datetime], None]:
    """He begins, and leaves it for later."""

    def act(now: datetime) -> None:
        case.filing = intake.start_draft(case.claim(now), now=now)
        intake.send_draft_link(case.filing, now=now)

    return act


def file(case: Case, without: Iterable[str] = ()) -> Callable[[datetime], None]:
    """He files the form with his papers, and has not confirmed his address yet."""

    def act(now: datetime) -> None:
        case.filing = intake.start_draft(case.claim(now), now=now)
        today = local_date(now, ZoneInfo(settings.TIME_ZONE))
        for kind in case.papers:
            if kind not in without:
                sheet = papers.paper(kind, case.person, case.name, today, case.flaws)
                documents.add_document(case.filing, papers.upload(sheet), kind=kind, now=now)
        notices = current_notices(
            (ConsentCode.TERMS, ConsentCode.PRIVACY), case.person.language, now
        )
        case.filing = filing.submit(case.filing, notices=notices, now=now)

    return act


def confirm(case: Case) -> Callable[[datetime], None]:
    """He confirms his address and accepts the effects of a transfer."""

    def act(now: datetime) -> None:
        case.filing = reception.confirm(case.filing, now=now)
        effects = current_notices((ConsentCode.EFFECTS,), case.person.language, now)
        filing.accept_effects(case.filing, effects, now=now)

    return act


def reach_out(case: Case, by: User) -> Callable[[datetime], None]:
    """Staff try every way that a machine cannot use, and log what came of it."""

    def act(now: datetime) -> None:
        request = case.request
        for method in methods_of([request.holder], now)[request.holder.pk]:
            if method.kind != ContactKind.EMAIL:
                manual.record_attempt(
                    request.pk,
                    channel=method.kind,
                    address=method.address,
                    outcome=OUTCOMES.get(ContactKind(method.kind), OutcomeKind.MESSAGE_SENT),
                    words="We look for you: please call us back, or answer our e-mail.",
                    by=by,
                    now=now,
                    contact_method_id=method.contact_method_id,
                )

    return act


def accept_papers(case: Case, by: User) -> Callable[[datetime], None]:
    """Staff look at each document and accept it."""

    def act(now: datetime) -> None:
        for document in case.filing.documents.filter(state=DocumentState.TO_REVIEW):
            valid_until = date(now.year + 4, 6, 30) if document.kind in IDENTITIES else None
            review.accept_document(document.pk, valid_until=valid_until, by=by, now=now)

    return act


def verify(case: Case, by: User) -> Callable[[datetime], None]:
    """Staff call the number published on the site, and he enters the code that they read out (V2)."""

    def act(now: datetime) -> None:
        service = case.request.services.order_by("pk").first()
        challenge = challenges.begin(
            service,
            ChallengeKind.CALL,
            now=now,
            by=by,
            target=PUBLISHED_NUMBER,
            source=f"https://{case.name}/contact",
        )
        code = challenges.open_script(challenge, by=by, now=now)
        challenges.note_call(challenge, CallResult.READ_OUT, by=by, now=now)
        challenges.enter_code(challenge, code, now=now)

    return act


def refuse_paper(case: Case, kind: str, refusal: str, reason: str, by: User) -> Callable:
    """Staff refuse one document and say why."""

    def act(now: datetime) -> None:
        document = case.filing.documents.get(kind=kind)
        review.refuse_document(document.pk, refusal=refusal, reason=reason, by=by, now=now)

    return act


def recommend(case: Case, by: User) -> Callable[[datetime], None]:
    """A first person recommends the transfer of all services of the case."""

    def act(now: datetime) -> None:
        services = list(case.request.services.values_list("pk", flat=True))
        decisions.recommend(
            case.request.pk,
            services,
            why="Documents in order, holder out of reach.",
            by=by,
            now=now,
            factor=Factor.PASSWORD,
        )

    return act


def approve(case: Case, by: User) -> Callable[[datetime], None]:
    """A second person approves."""

    def act(now: datetime) -> None:
        waiting = case.request.decisions.get(state="recommended")
        decisions.approve(waiting.pk, by=by, now=now, factor=Factor.PASSWORD)

    return act


def refuse(case: Case, reason: str, by: User) -> Callable[[datetime], None]:
    """A supervisor refuses the whole request."""

    def act(now: datetime) -> None:
        services = list(case.request.services.values_list("pk", flat=True))
        decisions.refuse(
            case.request.pk, services, reason=reason, by=by, now=now, factor=Factor.PASSWORD
        )

    return act


def contest(case: Case, text: str) -> Callable[[datetime], None]:
    """The claimant contests the refusal."""

    def act(now: datetime) -> None:
        decisions.contest(case.request.decisions.get(state="refused").pk, text=text, now=now)

    return act


def answer(case: Case, kind: str, address: str) -> Callable[[datetime], None]:
    """Somebody answers by the link that went to `address`."""

    def act(now: datetime) -> None:
        link = AnswerLink.objects.get(request=case.request, address=address)
        signs.holder_answered(link, kind, now)

    return act
