"""Ids and tokens of others are answered like those that do not exist: every address, found by itself.

The resolver is walked, so that a new page is tried without being named here (`tests/portal/
test_cross_ids.py` tries the space in all its roles). No clock is read: not the time but the answer
and the number of questions to the database must not tell.
"""

import random
import re
import uuid
from collections.abc import Iterator
from contextlib import closing
from itertools import product
from typing import Any, NamedTuple

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, models
from django.http import Http404
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import IntConverter, SlugConverter, StringConverter, UUIDConverter

from cessions.enums import ChallengeKind, DocumentKind, DocumentState, LetterKind
from cessions.models import (
    CaseMessage,
    Challenge,
    Document,
    Letter,
    RequestedService,
    StaffQuestion,
    TransferRequest,
)
from cessions.services import questions
from cessions.services.locks import NotPossible
from cessions.views import status
from hosting.lib import links
from tests.accounts.papers import a_file
from tests.cessions.cases import RECEIVED, a_document, approved_case, fresh_case
from tests.factories import MembershipFactory, UserFactory
from tests.portal.stranger import KEPT_SECRET, somebody_else
from tests.portal.test_cross_ids import ids_of

pytestmark = pytest.mark.django_db
NOBODYS = {"int": 10**12, "uuid": uuid.UUID(int=10**12), "slug": "scan"}
TOKENS = 10_000
MOST_QUESTIONS = 3
NOT_BY_ID = {
    "guide": "a public page by its name",
    "app_list": "a list of the admin, by the name of an app",
    "view_on_site": "Django's own; no object of ours has a page on the site",
    "dev_mail_text": "the development mailbox, which exists in development alone",
    "dev_mail_html": "the development mailbox, which exists in development alone",
    "account_confirm_email": "allauth's: addresses are changed by staff",
    "account_reset_password_from_key": "allauth's own token, with a page that says so",
    "portal_team_look": "staff's own door: 403 to everybody else, whatever the id",
}
NONCES = re.compile(
    r'(name="csrfmiddlewaretoken" value="|nonce="|csrf[-_]token" content=")[^"]*|'
    r"(?<=name=\"next\" value=\")[^\"]*"
)


class Place(NamedTuple):
    """An address that takes ids or a token: its name for `reverse`, and its converters."""

    name: str
    pattern: URLPattern
    route: str

    @property
    def converters(self) -> dict[str, Any]:
        return dict(self.pattern.pattern.converters)


def places(found: Any = None, namespace: str = "", route: str = "") -> Iterator[Place]:
    """Every named address with a part that varies, but those that are `NOT_BY_ID`."""
    for item in get_resolver().url_patterns if found is None else found:
        whole = route + str(item.pattern)
        if isinstance(item, URLResolver):
            inner = f"{namespace}{item.namespace}:" if item.namespace else namespace
            yield from places(item.url_patterns, inner, whole)
        elif item.name and item.name not in NOT_BY_ID and item.pattern.converters:
            yield Place(namespace + item.name, item, whole)


def with_token() -> list[Place]:
    return [place for place in places() if "token" in place.converters]


def of_staff() -> list[Place]:
    return [place for place in places() if place.route.startswith("admin/")]


def of_the_space() -> list[Place]:
    return [
        place
        for place in places()
        if place.route.startswith("espace/") and "token" not in place.converters
    ]


def kind_of(converter: Any) -> str:
    for kind, name in ((IntConverter, "int"), (UUIDConverter, "uuid"), (SlugConverter, "slug")):
        if isinstance(converter, kind):
            return name
    return "token" if type(converter) is StringConverter else "int"


def ids_by_kind() -> dict[str, list[Any]]:
    """Some keys that rows here bear, for the parts of an address that are no object's own."""
    keys: dict[str, list[Any]] = {"int": [], "uuid": [], "slug": ["scan", "identity_copy"]}
    for model in (Document, Letter, Challenge, CaseMessage, TransferRequest):
        keys["int"] += model._base_manager.values_list("pk", flat=True)[:1]
    return keys


def addresses(place: Place, own: list[Any], others: dict[str, list[Any]]) -> Iterator[str]:
    """The addresses of `place` with each of `own` in its first part."""
    first, *rest = place.converters.items()
    for key in own:
        for parts in product(*(others[kind_of(converter)][:1] for _name, converter in rest)):
            words = {first[0]: key, **dict(zip([name for name, _ in rest], parts, strict=True))}
            try:
                yield reverse(place.name, kwargs=words)
            except NoReverseMatch:  # a number where the address takes another kind of key
                continue


def nobodys(place: Place) -> str:
    """The address of what does not exist; a key of any kind, as the address takes it."""
    for choice in (NOBODYS, NOBODYS | {"int": NOBODYS["uuid"]}):
        words = {name: choice[kind_of(item)] for name, item in place.converters.items()}
        try:
            return reverse(place.name, kwargs=words)
        except NoReverseMatch:
            continue
    raise AssertionError(place.name)


def model_of(place: Place) -> type[models.Model]:
    """The model whose pages stand below `admin/<app>/<model>/`."""
    _admin, app, model, *_rest = place.route.split("/")
    return apps.get_model(app, model)


def told(answer: Any, address: str) -> tuple[int, str, str]:
    """What the visitor is told: status, where he is sent, and the page, without what varies anyway."""
    body = NONCES.sub("", answer.content.decode()) if not answer.streaming else "a file"
    where = answer.headers.get("Location", "")
    for text in (address, address.replace("/", "%2F")):
        body, where = body.replace(text, "#"), where.replace(text, "#")
    return answer.status_code, where, body


@pytest.fixture
def world() -> TransferRequest:
    """Somebody else's account with one of everything, and his case with papers that have ids."""
    account = somebody_else()
    request = approved_case().request
    TransferRequest.objects.filter(pk=request.pk)
    case = fresh_case(account=account)
    a_document(case, DocumentKind.OWNER_IDENTITY)
    CaseMessage.objects.create(filing=case.filing, at=RECEIVED, text=KEPT_SECRET, sha256="0" * 64)
    Challenge.objects.create(
        filing=case.filing,
        requested_service=case.services.get(),
        kind=ChallengeKind.LETTER,
        target=KEPT_SECRET,
        nonce="1",
        asked_at=RECEIVED,
        expires_at=RECEIVED,
        tries_allowed=3,
    )
    Letter.objects.create(
        filing=case.filing,
        request=case,
        kind=LetterKind.REFUSED,
        language="en",
        queued_at=RECEIVED,
        file=a_file("letter.pdf"),
    )
    return case


def signed_in(user: Any) -> Client:
    client = Client(headers={"accept-language": "en"})
    if user is not None:
        client.force_login(user, backend="accounts.backends.SessionBackend")
    return client


@pytest.mark.parametrize("who", ["nobody", "reseller", "staff without a group"])
def test_pages_of_staff_tell_no_stranger_which_ids_there_are(
    who: str, world: TransferRequest
) -> None:
    users = {
        "nobody": lambda: None,
        "reseller": lambda: MembershipFactory().user,
        "staff without a group": lambda: UserFactory(is_staff=True),
    }
    client, others, tried = signed_in(users[who]()), ids_by_kind(), 0
    for place in of_staff():
        own = list(model_of(place)._base_manager.values_list("pk", flat=True)[:1])
        empty = nobodys(place)
        look = client.get if client.get(empty).status_code != 405 else client.post
        expected = told(look(empty), empty)
        assert expected[0] in (302, 403, 404), place.name
        for address in addresses(place, own, others):
            assert told(look(address), address) == expected, address
            tried += 1
    assert tried >= 120


def test_ids_of_another_account_are_answered_as_if_they_did_not_exist(
    world: TransferRequest,
) -> None:
    member, tried = MembershipFactory(), 0
    mine = {member.pk, member.user_id, *ids_of(member.account)}
    papers = [*ids_by_kind()["int"], *keys_of_links()]
    keys = [key for key in (*ids_of(world.account), *papers) if key not in mine]
    client = signed_in(member.user)
    for place in of_the_space():
        empty = nobodys(place)
        others = {"slug": ["contract", "power"], "int": [1], "uuid": []}
        expected = told(client.get(empty), empty)
        assert expected[0] in (404, 405), place.name
        for address in addresses(place, sorted(set(keys), key=str), others):
            answer = client.get(address)
            assert told(answer, address) == expected, address
            assert KEPT_SECRET not in answer.content.decode()
            tried += 1
    assert tried >= 500


def test_with_a_link_of_ones_own_nothing_of_another_case_opens(world: TransferRequest) -> None:
    own = fresh_case().filing
    client, tried = signed_in(None), 0
    for place in with_token():
        numbers = [name for name, item in place.converters.items() if kind_of(item) == "int"]
        if not numbers:
            continue
        foreign = ids_by_kind()["int"]
        for purpose, number in product(with_token(), foreign):
            words = {"token": links.token(purpose.name, own.pk), numbers[0]: number}
            assert client.get(reverse(place.name, kwargs=words)).status_code == 404, place.name
            tried += 1
    assert tried >= 50


def test_a_thousand_foreign_ids_in_the_buttons_of_ones_own_page_do_nothing(
    world: TransferRequest, settings: Any
) -> None:
    """Documents, questions, refusals, checks and services of others, past the middleware: each is answered
    like one that does not exist, and nothing of them moves (T4, T5)."""
    settings.RATELIMIT_ENABLE = False
    own, factory, tried = fresh_case().filing, RequestFactory(), 0
    questions.ask_claimant(world.filing, "What?", by=UserFactory(support=True), now=RECEIVED)
    theirs = [Document, Challenge, StaffQuestion, RequestedService]
    foreign = {row.pk for model in theirs for row in model._base_manager.exclude(filing=own)}
    foreign -= {row.pk for model in theirs for row in model._base_manager.filter(filing=own)}
    before = [list(model._base_manager.order_by("pk").values()) for model in theirs]
    numbers = [*sorted(foreign), *range(10**9, 10**9 + 150)]
    for verb in ("replace", "answer", "contest", "code", "check", "tell", "begin"):
        said = set()
        for number in numbers:
            do = f"begin:dns-{number}" if verb == "begin" else f"{verb}:{number}"
            file = SimpleUploadedFile("a.pdf", b"%PDF-1.7 x", "application/pdf")
            request = factory.post("/", {"do": do, "text": "ABCD-EFGH", "file": file})
            with closing(request), pytest.raises(NotPossible) as refused:
                status.act(request, own)
            said.add(str(refused.value))
            tried += 1
        assert len(said) == 1, (verb, said)
    assert tried >= 1000
    assert before == [list(model._base_manager.order_by("pk").values()) for model in theirs]
    assert not own.documents.exclude(state=DocumentState.TO_REVIEW).exists()


def random_tokens(dice: random.Random, keys: list[uuid.UUID]) -> Iterator[str]:
    """Tokens that nobody was given: of rows that exist and of others, of right and wrong form."""
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
    while True:
        signature = "".join(dice.choices(letters, k=43))
        yield f"{uuid.UUID(int=dice.getrandbits(128)).hex}.{signature}"
        yield f"{dice.choice(keys).hex}.{signature}"
        yield links.token("another_page", dice.choice(keys), dice.randrange(3))
        for _ in range(5):  # of a form that is told apart without asking the database
            yield "".join(dice.choices(letters, k=dice.randrange(1, 90)))
            yield f"{dice.choice(keys)}.{signature}"


def keys_of_links() -> list[uuid.UUID]:
    """The keys of all rows that have one a token could speak of."""
    rows = [model for model in apps.get_models() if isinstance(model._meta.pk, models.UUIDField)]
    return [key for model in rows for key in model._base_manager.values_list("pk", flat=True)]


def status_of(place: Place) -> int:
    """What a token that opens nothing is answered; who was invited reads that it is over."""
    return 410 if place.name == "invitation" else 404


def test_ten_thousand_random_tokens_open_nothing(world: TransferRequest, settings: Any) -> None:
    """Past the middleware, straight to each page: what it raises is what every visitor is answered."""
    settings.RATELIMIT_ENABLE = False
    dice = random.Random(20261127)
    found = [place for place in with_token() if status_of(place) == 404]  # no pages in bulk
    tokens, factory = random_tokens(dice, keys_of_links()), RequestFactory()
    for number in range(TOKENS):
        place = found[number % len(found)]
        words = dict.fromkeys(place.converters, 1) | {"token": next(tokens)}
        request = factory.get("/")
        request.user = AnonymousUser()
        try:
            status = place.pattern.callback(request, **words).status_code
        except Http404:
            status = 404
        assert status == 404, place.name


def test_random_tokens_get_one_answer_and_few_questions(
    world: TransferRequest, settings: Any
) -> None:
    settings.RATELIMIT_ENABLE = False
    client, tokens = signed_in(None), random_tokens(random.Random(5), keys_of_links())
    for place in with_token():
        answers = set()
        for _ in range(8):
            words = dict.fromkeys(place.converters, 1) | {"token": next(tokens)}
            address = reverse(place.name, kwargs=words)
            for method in (client.get, client.post):
                with CaptureQueriesContext(connection) as asked:
                    answer = method(address)
                assert len(asked) <= MOST_QUESTIONS, (place.name, len(asked))
                if answer.status_code != 405:
                    answers.add(told(answer, address))
        assert len(answers) == 1, place.name
        assert answers.pop()[0] == status_of(place), place.name


def test_every_address_that_varies_is_tried_or_said_not_to_be() -> None:
    tried = {place.name for place in (*with_token(), *of_staff(), *of_the_space())}
    assert {place.name for place in places()} == tried
