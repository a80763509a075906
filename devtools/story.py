"""The main job, as people live it: a claimant, a holder who is silent, support and a supervisor.

Walked over HTTP by `./dev tour` and in Chromium by the browser test, on a complete throw-away
installation whose clock is moved day by day.
"""

import re
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from functools import cached_property, partial
from pathlib import Path
from zoneinfo import ZoneInfo

from devtools.installation import Installation
from devtools.visitor import Misbehaviour, Visitor

ZONE = ZoneInfo("Europe/Paris")
BEGINS = datetime(2027, 6, 1, 10, 0, tzinfo=ZONE)  # not today: a story is the same on every day
SITE = "boulangerie-lefevre.example"
CLAIMANT = "marie.lefevre@mail.example"
OWNER = "gerance@lefevre-et-filles.example"
SUPPORT, SUPERVISOR = "claire@easyhoster.example", "sophie@easyhoster.example"
PASSWORD = "demo-pass-2026"  # noqa: S105 (of the demo's people)
CASES = "/admin/cessions/transferrequest/"
TASKS = "/admin/cessions/contactattempt/tasks/"
PAPERS = ("owner_identity", "claimant_identity", "invoice", "payment_proof")
PATIENCE = 60  # seconds until a worker has done what it was rung for

Report = Callable[[str], None]


@dataclass
class Story:
    """One walk. `visitors` makes a visitor for a language; `report` is told each step."""

    installation: Installation
    visitors: Callable[[str], Visitor]
    report: Report
    case: str = ""
    status: str = ""
    received: datetime = field(default_factory=lambda: datetime.now(UTC))

    def walk(self) -> list[bytes]:
        """From the form to the letters, which it gives; raises Misbehaviour at the first wrong step."""
        self.installation.move_clock(BEGINS - self.now)
        self.installation.manage("seed_demo", "--people")
        self.file()
        self.confirm()
        self.search(days=7)
        self.review()
        self.verify()
        self.refused_while_too_early()
        self.wait_for_the_tenth_day()
        self.decide()
        self.execute()
        return self.letters()

    # -- The clock -----------------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        """The present instant of the installation."""
        from hosting.lib import clock

        file = Path(self.installation.environment["CLOCK_OFFSET_FILE"])
        return datetime.now(UTC) + clock.offset(file)

    def go_to(self, *, days: int, hour: int, minute: int = 0) -> None:
        """Move every process to a local time, so many dates ahead."""
        local = self.now.astimezone(ZONE)
        target = (local + timedelta(days=days)).replace(hour=hour, minute=minute, second=0)
        self.installation.move_clock(target.astimezone(UTC) - self.now)

    def say(self, words: str) -> None:
        self.report(f"{self.now.astimezone(ZONE):%a %d %b %H:%M}  {words}")

    # -- The claimant --------------------------------------------------------------------------------

    @cached_property
    def claimant(self) -> Visitor:
        return self.visitors("en")

    def file(self) -> None:
        """She fills in the form, with her papers, and files it."""
        with tempfile.TemporaryDirectory() as folder:
            self.claimant.visit("/cession/")
            self.claimant.send(
                {
                    "service_name": f"https://www.{SITE}/",
                    "service_kind": "both",
                    "full_name": "Marie Lefèvre",
                    "email": CLAIMANT,
                    "telephone": "+33 6 12 34 56 78",
                    "is_registered_owner": "yes",
                    "silent_since": (self.now - timedelta(days=40)).date().isoformat(),
                    "already_tried": "Two letters, many calls.",
                    "accept_terms": True,
                    "accept_privacy": True,
                },
                "button[name=do][value=submit]:not(.enter-key)",
                {f"document_{kind}": paper for kind, paper in self.papers(Path(folder))},
            )
        self.say(f"Marie files a request for {SITE}, with {len(PAPERS)} documents")

    def papers(self, folder: Path) -> Sequence[tuple[str, Path]]:
        """Her documents, as files."""
        from hosting.desk.demo.papers import paper
        from hosting.desk.demo.people import MARIE

        files = []
        for kind in PAPERS:
            sheet = paper(kind, MARIE, SITE, self.now.date())
            files.append((kind, folder / kind / sheet.name))
            files[-1][1].parent.mkdir()
            files[-1][1].write_bytes(sheet.content)
        return files

    def confirm(self) -> None:
        """She confirms by POST from her mailbox: the reception. She accepts the effects."""
        mail = self.mail_to(CLAIMANT, "/cession/confirmer/")
        self.claimant.visit(link_in(mail, "/cession/confirmer/"))
        self.claimant.send({}, "main form button[type=submit]")
        self.received = self.now
        self.status = link_in(self.mail_to(CLAIMANT, "/cession/suivi/"), "/cession/suivi/")
        self.claimant.visit(self.status)
        self.case = found(r"T\d{4}-\d{6}", self.claimant.text)
        self.claimant.send({"agree": True}, "button[name=do][value=accept]")
        self.say(f"she confirms her address: case {self.case} is received")

    # -- The search ----------------------------------------------------------------------------------

    def search(self, days: int) -> None:
        """Each day the holder is written to; staff call and send messages on two of them."""
        for day in range(days):
            if day:
                self.go_to(days=1, hour=8, minute=5)
            before = self.mails_to_holder()
            self.ring("cessions.tasks.sweep_contact_attempts")
            self.until(partial(self.has_written_more_than, before), "a mail to the holder")
            self.say(f"day {day + 1}: {self.mails_to_holder() - before} e-mails to the holder")
            if day in (1, 3):
                self.go_to(days=0, hour=14)
                self.call()

    def has_written_more_than(self, mails: int) -> bool:
        return self.mails_to_holder() > mails

    def mails_to_holder(self) -> int:
        """How many mails with a private answer link the peer has accepted."""
        return sum("/cession/reponse/" in body_of(mail) for mail in self.installation.mails())

    def call(self) -> None:
        """Support works through today's contact tasks."""
        self.support.visit(TASKS)
        made = 0
        while (button := self.waiting_task()) and made < 10:
            self.support.send({"remark": "No reaction."}, button)
            made += 1
        self.say(f"Claire tries {made} other ways: telephone, messages")

    def waiting_task(self) -> str:
        """The button of the first task that is still needed today; empty when none is."""
        for outcome in ("voicemail", "message_sent"):
            selector = f".task-case > form.task button[name=outcome][value={outcome}]"
            if self.support.has(selector):
                return selector
        return ""

    # -- Staff ---------------------------------------------------------------------------------------

    @cached_property
    def support(self) -> Visitor:
        return self.signed_in(SUPPORT)

    @cached_property
    def supervisor(self) -> Visitor:
        return self.signed_in(SUPERVISOR)

    def signed_in(self, email: str) -> Visitor:
        visitor = self.visitors("en")
        visitor.visit("/admin/")
        visitor.send({"login": email, "password": PASSWORD}, "main form button[type=submit]")
        visitor.visit("/admin/")
        return visitor

    def open_case(self, visitor: Visitor) -> str:
        """The case's page, found in the list by its number."""
        visitor.visit(f"{CASES}?q={self.case}")
        pages = visitor.links(rf"{CASES}\d+/change/")
        if not pages:
            raise Misbehaviour(f"{self.case} is not in the list: {visitor.text[:300]}")
        visitor.visit(pages[0])
        return found(rf"{CASES}\d+/", pages[0])

    def review(self) -> None:
        """Support looks at each document and accepts it."""
        self.go_to(days=0, hour=15)
        valid_until = f"{self.now.year + 4}-06-30"
        self.open_case(self.support)
        self.support.visit(first(self.support.links(r"/document/\d+/review/$")))
        for _paper in PAPERS:
            dated = self.support.has("input[name=valid_until][required]")
            dates = {"valid_until": valid_until} if dated else {}
            self.support.send(dates, "#accept button[type=submit]")
            expect(self.support, "Accepted.")
        self.say(f"Claire accepts {len(PAPERS)} documents")

    def verify(self) -> None:
        """Support writes to the registered owner, who confirms by POST from his own mailbox (V2)."""
        base = self.open_case(self.support)
        self.support.visit(first(self.support.links(r"/verify-owner/\d+/$")))
        self.support.send(
            {"target": OWNER, "source": "The registrar's records."},
            "form.verb button[type=submit]",
        )
        expect(self.support, "Begun.")
        mail = self.mail_to(OWNER, "/cession/titulaire/")
        owner = self.visitors("fr")
        owner.visit(link_in(mail, "/cession/titulaire/"))
        owner.send({}, "main form button[value=confirm]")
        self.support.visit(f"{base}change/")
        expect(self.support, "1 of 1 passed")
        self.say("the registered owner confirms from his own mailbox: the claimant is verified")

    def refused_while_too_early(self) -> None:
        """Nobody can recommend before the ten days are over (K1)."""
        base = self.open_case(self.support)
        self.support.visit(f"{base}recommend/")
        self.support.send(
            {"why": "Everything is here.", "factor": PASSWORD}, "form.verb button[type=submit]"
        )
        expect(self.support, "Ten full days must pass")
        self.say("she tries to recommend: refused, the ten days are not over")

    def wait_for_the_tenth_day(self) -> None:
        """The search goes on each day until the decision opens."""
        opens = (self.received.astimezone(ZONE) + timedelta(days=11)).date()
        while self.now.astimezone(ZONE).date() < opens:
            self.search_one_day()

    def search_one_day(self) -> None:
        self.go_to(days=1, hour=8, minute=5)
        before = self.mails_to_holder()
        self.ring("cessions.tasks.sweep_contact_attempts")
        self.until(lambda: self.mails_to_holder() > before, "a mail to the holder")

    def decide(self) -> None:
        """One recommends, the same person cannot approve, a supervisor does (X1)."""
        base = self.open_case(self.support)
        self.support.visit(f"{base}recommend/")
        self.support.send(
            {"why": "Documents in order, no sign of life.", "factor": PASSWORD},
            "form.verb button[type=submit]",
        )
        expect(self.support, "Recommended.")
        self.open_case(self.supervisor)
        approve = first(self.supervisor.links(r"/approve/\d+/$"))
        self.say("Claire recommends the transfer")
        self.support.visit(approve)
        self.support.send({"factor": PASSWORD}, "form.verb button[type=submit]")
        expect(self.support, "Only a supervisor")
        self.say("she tries to approve it herself: refused, a supervisor has to")
        self.supervisor.visit(approve)
        self.supervisor.send({"factor": PASSWORD}, "form.verb button[type=submit]")
        expect(self.supervisor, "Approved.")
        self.say("Sophie, supervisor, approves; the hold begins, the holder is told")

    # -- The end -------------------------------------------------------------------------------------

    def execute(self) -> None:
        """After the hold the services move, in one transaction (X3, X4)."""
        self.go_to(days=1, hour=12)
        self.ring("cessions.tasks.sweep_executions")
        self.until(self.executed, "the execution")
        self.say("the services are hers")

    def executed(self) -> bool:
        """Whether her page says that the services are hers."""
        self.claimant.visit(self.status)
        return "The service is yours now." in self.claimant.text

    def letters(self) -> list[bytes]:
        """She opens her letter on her page; staff have the holder's."""
        self.ring("cessions.tasks.sweep_letters")
        letters: list[bytes] = []

        def ready() -> bool:
            self.claimant.visit(self.status)
            return bool(self.claimant.links(r"/lettre/\d+/$"))

        self.until(ready, "her letter")
        letters += [self.claimant.download(url) for url in self.claimant.links(r"/lettre/\d+/$")]
        self.open_case(self.supervisor)
        staff_letters = self.supervisor.links(r"/admin/cessions/letter/\d+/")
        letters += [self.supervisor.download(url) for url in staff_letters]
        self.say(f"{len(letters)} letters are made")
        return letters

    # -- Small helps ---------------------------------------------------------------------------------

    def ring(self, task: str) -> None:
        """Ring as beat would, and for the mail too."""
        self.installation.ring(task)

    def mail_to(self, address: str, needle: str) -> EmailMessage:
        """The newest mail to `address` that holds `needle`; waits for it."""
        mails: list[EmailMessage] = []

        def arrived() -> bool:
            mails[:] = [
                mail
                for mail in self.installation.mails()
                if mail["X-Envelope-To"] == address and needle in body_of(mail)
            ]
            return bool(mails)

        self.until(arrived, f"a mail to {address} with {needle}")
        return mails[-1]

    def until(self, holds: Callable[[], bool], what: str) -> None:
        """Wait until something is so. Raises Misbehaviour when it takes too long."""
        deadline = time.monotonic() + PATIENCE
        while not holds():
            if time.monotonic() > deadline:
                raise Misbehaviour(f"waited {PATIENCE} s in vain for {what}")
            time.sleep(0.1)


def body_of(mail: EmailMessage) -> str:
    """The mail's plain text."""
    part = mail.get_body(("plain",))
    return part.get_content() if part else ""


def link_in(mail: EmailMessage, path: str) -> str:
    """The address in the mail's text whose path begins with `path`."""
    return found(rf"https?://\S*{path}[\w.\-:]+/", body_of(mail))


def found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    if match is None:
        raise Misbehaviour(f"{pattern} is not in: {text[:300]}")
    return match[0]


def first(addresses: Sequence[str]) -> str:
    if not addresses:
        raise Misbehaviour("a link is missing on the page")
    return addresses[0]


def expect(visitor: Visitor, words: str) -> None:
    """The page says `words`. Raises Misbehaviour otherwise."""
    if words not in visitor.text:
        raise Misbehaviour(f"the page does not say {words!r}: {visitor.text[:600]}")
