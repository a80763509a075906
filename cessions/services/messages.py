"""What the daily e-mails to holders say, and to whom they go (C1, C6, C10)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from accounts.enums import ContactKind
from cessions import policies
from cessions.enums import OPEN_STATES
from cessions.facts import provider_zone
from cessions.models import AnswerLink, ContactAttempt, RequestedService, TransferRequest
from cessions.naming import names
from cessions.notifications.holder import SEARCH, Search, SearchMail
from cessions.policies.sending import RETRIES_CLOSE
from cessions.services.links import links_for
from cessions.services.methods import Method, Reader, methods_of
from hosting.lib.dates import instant, local_date
from hosting.lib.links import placeholder
from hosting.records.models import OutgoingMail
from hosting.records.services import build_mail


@dataclass(frozen=True)
class Message:
    """One e-mail to one recipient of one request, before it is written."""

    request: TransferRequest
    method: Method
    mail: OutgoingMail

    @property
    def address(self) -> str:
        return self.method.address.lower()


def messages_for(requests: Sequence[TransferRequest], now: datetime) -> list[Message]:
    """One mail for each usable address of each of `requests` not written to on this date (C5, C6)."""
    methods = methods_of([request.holder for request in requests], now)
    done = _written_today(requests, now)
    wanted = [
        (request, method)
        for request in requests
        for method in methods[request.holder.pk]
        if method.sendable and (request.pk, method.address.lower()) not in done
    ]
    links = links_for([(request.pk, method) for request, method in wanted], now)
    searches = dict(_searches(requests, now))
    texts: dict[tuple[int, str, str, str], SearchMail] = {}
    return [
        Message(request, method, _mail(request, method, link, text, now))
        for request, method in wanted
        for link in [links[request.pk, method.address.lower()]]
        for text in [_text(request, method, searches[request.pk], texts)]
    ]


def _text(
    request: TransferRequest,
    method: Method,
    search: Search,
    made: dict[tuple[int, str, str, str], SearchMail],
) -> SearchMail:
    """What the reader of `method` is told: rendered once for all addresses of the holder."""
    reader = "" if method.reader is Reader.HOLDER else method.reader.value
    key = (request.pk, reader, method.name, language_of(request, method))
    if key not in made:
        made[key] = SearchMail(search, key[3], reader, method.name)
    return made[key]


def language_of(request: TransferRequest, method: Method) -> str:
    """The language of who reads it."""
    return method.language or str(request.holder.language)


def search_of(request: TransferRequest, services: Sequence[str], now: datetime) -> Search:
    """What today's message or call about `request` says."""
    zone = provider_zone()
    answer_by = policies.earliest_decision_at(request.received_at, zone)
    first = local_date(request.first_attempt_due_at or request.received_at, zone)
    return Search(
        number=request.number,
        full_name=request.holder.full_name,
        account_number=request.holder.number,
        services=tuple(services),
        day=max(1, (local_date(now, zone) - first).days + 1),
        answer_by=answer_by,
        decidable=now >= answer_by,
    )


def open_service_names(requests: Sequence[TransferRequest]) -> dict[int, list[str]]:
    """The names of the open services of each request, as people write them (S2, T7)."""
    found: dict[int, list[RequestedService]] = defaultdict(list)
    rows = RequestedService.objects.filter(request__in=requests, state__in=OPEN_STATES)
    for service in rows.order_by("id"):
        if service.request_id:
            found[service.request_id].append(service)
    return {request.pk: names(found[request.pk]) for request in requests}


def _searches(requests: Sequence[TransferRequest], now: datetime) -> list[tuple[int, Search]]:
    services = open_service_names(requests)
    return [(r.pk, search_of(r, services[r.pk], now)) for r in requests]


def _written_today(requests: Sequence[TransferRequest], now: datetime) -> set[tuple[int, str]]:
    today = local_date(now, provider_zone())
    attempts = ContactAttempt.objects.filter(
        request__in=requests, local_date=today, channel=ContactKind.EMAIL
    )
    return set(attempts.values_list("request_id", "address"))


def _mail(
    request: TransferRequest, method: Method, link: AnswerLink, text: SearchMail, now: datetime
) -> OutgoingMail:
    zone = provider_zone()
    parts = text.with_link(placeholder("cession_answer", link.pk))
    return build_mail(
        kind=SEARCH,
        recipient=method.address,
        language=language_of(request, method),
        subject=parts.subject,
        text=parts.text,
        html=parts.html,
        now=now,
        stream=request.stream,
        reply_to=settings.PROVIDER["email"],
        give_up_at=instant(local_date(now, zone), RETRIES_CLOSE, zone),
    )
