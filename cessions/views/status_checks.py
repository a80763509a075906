"""How the claimant can show that a service is his: what runs, what he can begin, what came of it (V1, V2).

What is offered follows from the kind and the name that he typed, and from nothing else: a name that is
not hosted here looks the same (T4). The addresses to which codes went are not shown, nor why a check was
not passed: the registered owner may be the holder himself (A10).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from django.conf import settings
from django.utils.translation import gettext as _

from cessions.enums import CallResult, ChallengeKind, ChallengeState
from cessions.models import Challenge
from cessions.policies import challenges as rules
from cessions.policies import is_open
from cessions.services import challenges
from cessions.snapshot.own_file import OwnChallenge, OwnFile, OwnService
from hosting.lib.names import ascii_or_none


@dataclass(frozen=True)
class Offer:
    """A way that the claimant can begin now."""

    kind: str
    service_id: int
    title: str
    words: str

    @property
    def do(self) -> str:
        """The button's value."""
        return f"begin:{self.kind}-{self.service_id}"


@dataclass(frozen=True)
class Instruction:
    """A record or a file to put somewhere, with a text for whoever runs the site."""

    name: str
    value: str
    short_name: str
    letter: str
    mail_to: str


@dataclass(frozen=True)
class Check:
    """A check that was begun, with its words."""

    row: OwnChallenge
    title: str
    words: str
    pill: str
    state: str
    seen: str
    instruction: Instruction | None

    @property
    def runs(self) -> bool:
        return not self.state

    @property
    def by_code(self) -> bool:
        return rules.WAYS[self.row.kind].by_code

    @property
    def tries_left(self) -> int:
        return max(0, self.row.tries_allowed - self.row.tries)

    @property
    def dos(self) -> dict[str, str]:
        """The values of its buttons."""
        return {verb: f"{verb}:{self.row.id}" for verb in ("code", "check", "tell")}


@dataclass(frozen=True)
class Verified:
    """The checks of all services of one name: they count together (V2)."""

    name: str
    left: int
    """How many more are needed."""
    running: tuple[Check, ...]
    ended: tuple[Check, ...]
    offers: tuple[Offer, ...]

    @property
    def waits_for_us(self) -> bool:
        """Whether an answer of his waits to be judged."""
        return any(c.row.kind == ChallengeKind.QUESTION and c.row.answer for c in self.running)


def verified(file: OwnFile, now: datetime) -> list[Verified]:
    """The checks name by name, as far as the request for the name is open or any was begun."""
    names = dict.fromkeys(service.name.lower() for service in file.services)
    found = (_of_name(file, name, now) for name in names)
    return [each for each in found if each.left or each.running or each.ended]


def _of_name(file: OwnFile, name: str, now: datetime) -> Verified:
    services = [service for service in file.services if service.name.lower() == name]
    ids = {service.id for service in services}
    rows = [row for row in file.challenges if row.service_id in ids]
    running = [service for service in services if is_open(service.state)]
    left = max((_left(service, rows, now) for service in running), default=0)
    checks = [shown(row, services[0].display_name, bool(running), now) for row in rows]
    return Verified(
        name=services[0].display_name,
        left=left,
        running=tuple(check for check in checks if check.runs),
        ended=tuple(check for check in reversed(checks) if not check.runs),
        offers=tuple(_offers(running, rows)) if left else (),
    )


def _left(service: OwnService, rows: list[OwnChallenge], now: datetime) -> int:
    passed = rules.passed_kinds(rows, settings.CESSION_CHALLENGES[service.kind], now)
    return max(0, settings.CESSION_REQUIRED_CHALLENGES - passed)


def _offers(services: list[OwnService], rows: list[OwnChallenge]) -> Iterator[Offer]:
    """What he can begin himself, each way once."""
    seen: set[str] = set()
    for service in services:
        allowed = settings.CESSION_CHALLENGES[service.kind]
        has_name = bool(ascii_or_none(service.name))
        for kind in rules.possible_kinds(allowed, rows, has_name=has_name):
            if rules.begun_by_claimant(kind) and kind not in seen:
                seen.add(kind)
                yield Offer(kind, service.id, TITLES[kind](), OFFERS[kind]())


def shown(row: OwnChallenge, name: str, is_open: bool, now: datetime) -> Check:
    """A check with its words; `name` is the service's, `is_open` whether its request is."""
    pill, state = ended_words(row, is_open, now)
    runs = not state
    return Check(
        row=row,
        title=TITLES[row.kind](),
        words=TO_DO[row.kind]() if runs else "",
        pill=pill,
        state=state,
        seen=seen_words(row) if runs else "",
        instruction=instruction(row, name) if runs and rules.WAYS[row.kind].by_machine else None,
    )


def ended_words(row: OwnChallenge, is_open: bool, now: datetime) -> tuple[str, str]:
    """The pill and the words of one that is over; empty for one that runs."""
    state = row.state
    if state == ChallengeState.OPEN and not is_open:
        return "", _("not needed any more")
    if state == ChallengeState.OPEN and now >= row.expires_at:
        state = ChallengeState.EXPIRED  # the sweep has not come by yet
    pill, words = STATES.get(state, ("", lambda: ""))
    return pill, words()


def instruction(row: OwnChallenge, name: str) -> Instruction:
    """What has to be put where, and a letter that asks somebody else to do it."""
    challenge = Challenge(pk=row.id, kind=row.kind, target=row.target, nonce=row.nonce)
    if row.kind == ChallengeKind.DNS:
        record = challenges.dns_record(challenge)
        words = _(
            "Please add this record to the DNS settings of %(site)s:\n\nType: TXT\nName: %(name)s\n"
            "Value: %(value)s\n\nIt changes nothing for the site or the mail, and can be removed later."
        )
        where, value, short = record.name, record.value, record.name.partition(".")[0]
    else:
        file = challenges.site_file(challenge)
        words = _(
            "Please put a text file on the site %(site)s, so that it can be opened at this address:\n\n"
            "%(name)s\n\nIts only line: %(value)s\n\nIt changes nothing for the site, and can be removed "
            "later."
        )
        where, value, short = file.url, file.content, file.path
    body = words % {"site": name, "name": where, "value": value}
    letter = "\n\n".join([_("Hello,"), body, _("Thank you!")])
    subject = _("A small favour for %(site)s") % {"site": name}
    return Instruction(
        where, value, short, letter, f"mailto:?subject={quote(subject)}&body={quote(letter)}"
    )


def file_of(row: OwnChallenge) -> tuple[str, str]:
    """Name and content of the file of a check of that kind, to be downloaded."""
    challenge = Challenge(pk=row.id, kind=row.kind, target=row.target, nonce=row.nonce)
    file = challenges.site_file(challenge)
    return file.path.rpartition("/")[2], file.content


STATES: Mapping[str, tuple[str, Callable[[], str]]] = {
    ChallengeState.PASSED: ("good", lambda: _("passed")),
    ChallengeState.FAILED: ("bad", lambda: _("not passed")),
    ChallengeState.EXPIRED: ("", lambda: _("over, the time ran out")),
    ChallengeState.DROPPED: ("", lambda: _("replaced by another way")),
}
TITLES: Mapping[str, Callable[[], str]] = {
    ChallengeKind.DNS: lambda: _("A record in the settings of the domain name"),
    ChallengeKind.FILE: lambda: _("A small file on the website"),
    ChallengeKind.OWNER_EMAIL: lambda: _("A message to the registered owner"),
    ChallengeKind.CALL: lambda: _("A call to the number on the website"),
    ChallengeKind.LETTER: lambda: _("A letter to the address on the website"),
    ChallengeKind.QUESTION: lambda: _("A question on the service"),
}
OFFERS: Mapping[str, Callable[[], str]] = {
    ChallengeKind.DNS: lambda: _(
        "For those who can change the settings (DNS) of the domain name, or know somebody who can. It "
        "takes a few minutes and changes nothing for the site or the mail."
    ),
    ChallengeKind.FILE: lambda: _(
        "For those who can put files on the site (by FTP, or as its administrator), or know somebody "
        "who can. It takes a few minutes and changes nothing for your visitors."
    ),
}
TO_DO: Mapping[str, Callable[[], str]] = {
    ChallengeKind.DNS: lambda: _(
        "Add the record below to the settings (DNS) of the domain name. Then press “Look now”. We also "
        "look by ourselves, once an hour."
    ),
    ChallengeKind.FILE: lambda: _(
        "Download the file and put it on the site, so that it can be opened at the address below. Then "
        "press “Look now”. We also look by ourselves, once an hour."
    ),
    ChallengeKind.OWNER_EMAIL: lambda: _(
        "We wrote to the e-mail address that is registered for the owner of the domain name. It may be "
        "an old one: please look in all your mailboxes, also among unwanted mail. Press the button in "
        "that message, or enter the code from it here."
    ),
    ChallengeKind.CALL: lambda: _(
        "We call the telephone number that is published on the website and read out a code. Whoever "
        "answers passes it on to you; please enter it here."
    ),
    ChallengeKind.LETTER: lambda: _(
        "We send a letter with a code to the postal address that is published on the website. Please "
        "enter it here when it arrives."
    ),
    ChallengeKind.QUESTION: lambda: _("Please answer this question. A person reads your answer."),
}


def seen_words(row: OwnChallenge) -> str:
    """What the last look or call saw, in words; empty where nobody looked yet."""
    code, _colon, detail = row.seen.partition(":")
    if code == CallResult.NO_ANSWER:
        return _("We called and nobody answered. We try again.")
    if code == CallResult.READ_OUT:
        return _("We called and read out the code.")
    words = SEEN.get((row.kind, code)) or SEEN.get(("", code))
    return words() % {"detail": detail.strip()} if words else ""


SEEN: Mapping[tuple[str, str], Callable[[], str]] = {
    (ChallengeKind.DNS, "nothing"): lambda: _(
        "There is no such record yet. New records can take an hour or two until they are seen "
        "everywhere: please wait a little and try again."
    ),
    (ChallengeKind.DNS, "other"): lambda: _(
        "There is a record, but with other content: “%(detail)s”. Please copy the value exactly."
    ),
    (ChallengeKind.DNS, "time"): lambda: _(
        "The servers of the domain name did not answer in time. We try again."
    ),
    (ChallengeKind.DNS, "refused"): lambda: _(
        "The servers of the domain name gave no answer. We try again; if it stays so, choose another "
        "way."
    ),
    (ChallengeKind.DNS, "name"): lambda: _(
        "This name cannot be looked up. Please choose another way."
    ),
    (ChallengeKind.FILE, "nothing"): lambda: _(
        "There is a file at this address, but it is empty. Please put the line into it."
    ),
    (ChallengeKind.FILE, "other"): lambda: _(
        "There is something at this address, but not our line: “%(detail)s”. Please send the file as "
        "you downloaded it."
    ),
    (ChallengeKind.FILE, "status"): lambda: _(
        "The site answered with error %(detail)s: the file is not there, or nobody may open it. "
        "Please look whether the folder is really named “.well-known”, with the dot."
    ),
    (ChallengeKind.FILE, "elsewhere"): lambda: _(
        "The site leads to another address. Please put the file where the address below opens without "
        "a detour, or choose another way."
    ),
    (ChallengeKind.FILE, "address"): lambda: _(
        "The site cannot be reached from the Internet. Please choose another way."
    ),
    (ChallengeKind.FILE, "name"): lambda: _(
        "No site is found under this name. Please choose another way."
    ),
    ("", "time"): lambda: _("The site did not answer in time. We try again."),
    (ChallengeKind.FILE, "tls"): lambda: _(
        "The site has no valid certificate, and does not answer without one either."
    ),
    ("", "refused"): lambda: _(
        "The site gave no answer. We try again; if it stays so, choose another way."
    ),
}
