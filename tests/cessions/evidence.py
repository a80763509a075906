"""A whole case, made by the verbs of the product, and its archive unpacked."""

import hashlib
import json
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from cessions.enums import DocumentKind, RefusalReason
from cessions.evidence import Bundle, write_bundle
from cessions.evidence.bundle import Made
from cessions.models import CaseMessage, Challenge, Document, Filing, TransferRequest
from cessions.services import comments, decisions, filing, questions, reception, review
from cessions.services.attempts import attempt_contacts
from cessions.services.documents import add_document
from cessions.services.letter_making import make_due_letters
from hosting.lib.factor import Factor
from hosting.records.courier import Answer
from hosting.records.enums import MailOutcomeKind, ScanState
from hosting.records.models import StoredFile
from hosting.records.services.seals import seal_journal
from hosting.records.services.sending import Done, claim, record
from tests.cessions.samples import pdf, photo
from tests.factories import (
    ContactMethodFactory,
    CustomerAccountFactory,
    DraftFactory,
    ServiceFactory,
    UserFactory,
)

FILED = datetime(2026, 6, 9, 9, 0, tzinfo=UTC)
NASTY = "../..\\x/fac\ntu‮re élé😀.pdf"
REASON = "Die Rechnung trägt den Namen nicht – à refaire, s’il vous plaît."
MADE = Made(at=datetime(2026, 7, 1, 9, 0, tzinfo=UTC), by="Daniel Weiß", reason="Tribunal, 12/34")


@dataclass(frozen=True)
class Whole:
    """The case and its people."""

    request: TransferRequest
    filing: Filing


def whole_case() -> Whole:
    """Filed with documents, sought on three dates, documents judged, asked, remarked on, refused with a
    letter; sealed on three dates."""
    account = CustomerAccountFactory(trade_name="Atelier Lumière", full_name="Jérôme Müßig")
    ContactMethodFactory(account=account, value="jerome@lumiere.example")
    ContactMethodFactory(account=account, phone=True)
    service = ServiceFactory(account=account, name="xn--bckerei-grn-l8a53a.example")
    draft = DraftFactory(names=[service.name], full_name="Élodie Grünwald", created_at=FILED)
    add_document(draft, pdf(NASTY), kind=DocumentKind.INVOICE, now=FILED)
    add_document(draft, photo("IMG 1.jpg"), kind=DocumentKind.OWNER_IDENTITY, now=FILED)
    filing.submit(draft, notices=[], now=FILED + timedelta(minutes=5))
    reception.confirm(Filing.objects.get(pk=draft.pk), now=FILED + timedelta(minutes=10))
    request = TransferRequest.objects.get(filing=draft)
    add_document(
        request.filing, other_pdf(), kind=DocumentKind.OTHER, now=FILED + timedelta(hours=1)
    )
    StoredFile.objects.update(scan_state=ScanState.CLEAN)
    for day in range(3):
        at = FILED + timedelta(days=day, minutes=30)
        attempt_contacts(at)
        say_accepted(at + timedelta(minutes=1))
        seal_journal(at + timedelta(hours=12))
    judge(request)
    return Whole(request, Filing.objects.get(pk=draft.pk))


def other_pdf(size: int = 0) -> SimpleUploadedFile:
    return SimpleUploadedFile("autre.pdf", pdf().read() + b"% " + b"x" * size, "application/pdf")


def say_accepted(now: datetime) -> None:
    """The mail server takes every mail that is due."""
    mails = claim(now)
    record([Done(mail, Answer(MailOutcomeKind.ACCEPTED, now, 250, "ok")) for mail in mails], now)


def judge(request: TransferRequest) -> None:
    """Staff do their work, and a supervisor refuses."""
    jonas, sophie = UserFactory(support=True, full_name="Jonas Kühn"), UserFactory(supervisor=True)
    now = FILED + timedelta(days=2, hours=4)
    invoice, identity, _other = Document.objects.filter(filing=request.filing).order_by("pk")
    with translation.override("en"):
        review.refuse_document(
            invoice.pk, refusal=RefusalReason.INCORRECT, reason=REASON, by=jonas, now=now
        )
        review.accept_document(identity.pk, by=jonas, now=now, valid_until=date(2030, 1, 1))
        questions.ask_claimant(request.filing, "Où est la facture ?", by=jonas, now=now)
        comments.add_comment(request.pk, text="Ruft täglich an.", by=jonas, now=now)
        CaseMessage.objects.create(
            filing=request.filing, at=now, text="Voilà, très urgent !", sha256="1" * 64
        )
        Challenge.objects.create(
            filing=request.filing,
            requested_service=request.services.get(),
            kind="dns",
            target="_easyhoster.bäckerei.example",
            nonce="not-to-be-told",
            asked_at=now,
            expires_at=now + timedelta(days=7),
            tries_allowed=5,
        )
        services = [item.pk for item in request.services.all()]
        decisions.refuse(
            request.pk, services, reason=REASON, by=sophie, now=now, factor=Factor.TOTP
        )
    make_due_letters(now + timedelta(minutes=5))
    say_accepted(now + timedelta(minutes=6))


def bundle_of(case: Filing, language: str = "de", made: Made = MADE) -> tuple[bytes, Bundle]:
    """The archive's bytes."""
    target = BytesIO()
    bundle = write_bundle(case, target, language=language, made=made)
    return target.getvalue(), bundle


def unpacked(content: bytes, folder: Path) -> Path:
    """Where the files of an archive are, once unpacked by the standard library."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert archive.testzip() is None
        archive.extractall(folder)
    (root,) = folder.iterdir()
    return root


def checked(root: Path, *words: str) -> tuple[int, str]:
    """The exit code of the checker and what it said, run as its instructions say."""
    command = [sys.executable, "-I", "-S", str(root / "verify.py"), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout


def lines(file: Path) -> list[dict]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def write_lines(file: Path, rows: list[dict]) -> None:
    file.write_text(
        "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8"
    )


def sums_anew(root: Path) -> None:
    """A forger who knows of SHA256SUMS writes it anew."""
    names = sorted(p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file())
    (root / "SHA256SUMS").write_text(
        "".join(
            f"{hashlib.sha256((root / name).read_bytes()).hexdigest()}  {name}\n"
            for name in names
            if name != "SHA256SUMS"
        )
    )
