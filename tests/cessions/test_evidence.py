"""The evidence of a case leaves the house as one archive that anybody can check (X6)."""

import email
import hashlib
import json
import re
import runpy
import zipfile
from datetime import timedelta
from io import BytesIO

import pypdfium2
import pytest
from django.db import connection

from cessions.models import Challenge, Document
from cessions.notifications import challenges as notify
from hosting.lib import links
from hosting.records.enums import ScanState
from hosting.records.models import OutgoingMail, StoredFile
from hosting.records.services import destroy_files, journal, queue_mail, store_made
from hosting.records.services.seals import seal_journal
from tests.cessions.evidence import (
    FILED,
    MADE,
    REASON,
    bundle_of,
    checked,
    lines,
    sums_anew,
    unpacked,
    whole_case,
    write_lines,
)
from tests.cessions.people import a_contract
from tests.factories import DraftFactory

pytestmark = pytest.mark.django_db
_made: list[bytes] = []


@pytest.fixture
def whole():
    return whole_case()


@pytest.fixture
def root(archive, tmp_path):
    return unpacked(archive, tmp_path)


@pytest.fixture
def archive(db):
    """One archive for all tests that only look at it: a second is spent on its report."""
    if not _made:
        _made.append(bundle_of(whole_case().filing)[0])
    return _made[0]


def names_in(content: bytes) -> list[str]:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return archive.namelist()


def pdf_text(content: bytes) -> str:
    pdf = pypdfium2.PdfDocument(content)
    return "\n".join(page.get_textpage().get_text_range() for page in pdf)


# -- What is in it -----------------------------------------------------------------------------------


def test_a_third_party_checks_it_with_the_standard_library_alone(root):
    code, said = checked(root)
    assert (code, said.splitlines()[-1]) == (0, "Everything that can be checked is right.")
    assert "WRONG" not in said
    assert "4 documents and letters, 8 mails" in said


def test_p3_the_signed_contract_of_the_account_is_handed_out_with_the_case(whole, tmp_path):
    scan = store_made(b"%PDF-1.7 signed", name="s.pdf", content_type="application/pdf", now=FILED)
    contract = a_contract(whole.request, scan=scan, uploaded_at=FILED)
    root = unpacked(bundle_of(whole.filing)[0], tmp_path)
    (kept,) = (root / "contracts").iterdir()
    assert kept.read_bytes() == b"%PDF-1.7 signed"
    assert contract.reference.lower() in kept.name
    code, said = checked(root)
    assert (code, "WRONG" in said) == (0, False)
    assert f"the journal names no hash of contract {contract.pk}" in said


def test_a_seal_known_from_elsewhere_is_compared(root):
    seal = lines(root / "seals.jsonl")[-1]
    code, said = checked(root, "--seal", f"{seal['date']}={seal['hash']}")
    assert code == 0
    assert "no other journal" not in said
    code, said = checked(root, "--seal", f"{seal['date']}={'0' * 64}")
    assert (code, "you know another hash of this seal" in said) == (1, True)
    code, said = checked(root, "--seal", f"2026-01-01={'0' * 64}")
    assert (code, "is not among these" in said) == (1, True)
    assert checked(root, "--seals")[0] == 2


def test_names_are_plain_whatever_was_typed_and_sorted(archive):
    names = names_in(archive)
    assert all(re.fullmatch(r"[A-Za-z0-9._/-]+", name) and ".." not in name for name in names)
    assert {name.split("/")[0] for name in names} == {names[0].split("/")[0]}
    assert names[-1].endswith("/SHA256SUMS")
    assert names[:-1] == sorted(names[:-1])
    assert any(name.endswith("-invoice-facture-ele.pdf") for name in names)


def test_two_archives_of_an_unchanged_case_differ_in_what_says_when_they_were_made(whole):
    first = bundle_of(whole.filing)[0]
    later = type(MADE)(at=MADE.at + timedelta(days=9), by="Somebody", reason="Else")
    second = bundle_of(whole.filing, made=later)[0]
    assert bundle_of(whole.filing)[0] == first
    with zipfile.ZipFile(BytesIO(first)) as one, zipfile.ZipFile(BytesIO(second)) as two:
        changed = {
            name.split("/", 1)[1]
            for name in one.namelist()
            if one.read(name) != two.read(name)
            or one.getinfo(name).date_time != two.getinfo(name).date_time
        }
    assert changed == {"export.json", "SHA256SUMS"}


def test_the_report_tells_names_reasons_and_mails_in_the_language_chosen(root):
    text = " ".join(pdf_text((root / "report.pdf").read_bytes()).split())
    for words in (
        "Élodie Grünwald",
        "Jérôme Müßig",
        "Atelier Lumière",
        "Jonas Kühn",
        "Ruft täglich an.",
        "Voilà, très urgent !",
        "Où est la facture ?",
        "jerome@lumiere.example",
        REASON,
    ):
        assert words in text, words
    assert "not-to-be-told" not in text + (root / "case.json").read_text()


def test_its_pages_are_numbered_and_its_contents_lead_to_them(root):
    pdf = pypdfium2.PdfDocument(root / "report.pdf")
    last = pdf[len(pdf) - 1].get_textpage().get_text_range()
    assert f"{len(pdf)}/{len(pdf)}" in last
    titles = {item.get_title(): item.get_dest().get_index() for item in pdf.get_toc()}
    for title, page in titles.items():
        assert title in pdf[page].get_textpage().get_text_range(), title
    assert len(titles) > 10


def test_mails_are_there_word_for_word_without_the_seals_of_private_links(whole, tmp_path):
    root = unpacked(bundle_of(whole.filing)[0], tmp_path)
    mail = OutgoingMail.objects.filter(kind="holder_search").first()
    rows = {row["mail"]: row for row in lines(root / "mails.jsonl")}
    content = (root / rows[mail.pk]["file"]).read_bytes()
    assert [o["kind"] for o in rows[mail.pk]["outcomes"]] == ["accepted"]
    message = email.message_from_bytes(content)
    text = next(p for p in message.walk() if p.get_content_type() == "text/plain")
    words = text.get_payload(decode=True).decode()
    assert "[[link:" in words
    assert words == re.sub(r"(\[\[link:[a-z_:]+:[0-9a-f]{32}:\d+):[\w-]+\]\]", r"\1]]", mail.text)


def test_a_mail_with_a_code_is_there_without_what_the_code_is_made_from(whole, tmp_path):
    challenge = Challenge.objects.create(
        filing=whole.filing,
        requested_service=whole.request.services.get(),
        kind="owner_email",
        target="owner@mail.example",
        nonce="0f" * 16,
        asked_at=FILED,
        expires_at=FILED + timedelta(days=7),
        tries_allowed=5,
    )
    mail = notify.ask_owner(challenge, "en", now=FILED)
    root = unpacked(bundle_of(whole.filing)[0], tmp_path)
    row = next(row for row in lines(root / "mails.jsonl") if row["mail"] == mail.pk)
    message = email.message_from_bytes((root / row["file"]).read_bytes())
    words = [part.get_payload(decode=True).decode() for part in message.get_payload()]
    assert all(f"[[code:challenge_owner_email:{challenge.pk}]]" in text for text in words)
    assert not any(challenge.nonce in text for text in words)
    assert checked(root)[0] == 0


def test_a_letter_whose_code_can_still_be_used_is_listed_by_its_hash(whole, tmp_path):
    challenge = Challenge.objects.get()
    content = BytesIO(b"%PDF-1.7 the code")
    letter = store_made(content, name="x.pdf", content_type="application/pdf", now=FILED)
    Challenge.objects.update(kind="letter", letter=letter)
    rows = lines(unpacked(bundle_of(whole.filing)[0], tmp_path / "open") / "files.jsonl")
    row = next(row for row in rows if row["what"] == "challenge")
    assert (row["number"], row["file"], row["why_not"]) == (challenge.pk, None, "live_code")
    Challenge.objects.update(state="expired", ended_at=FILED + timedelta(days=8))
    rows = lines(unpacked(bundle_of(whole.filing)[0], tmp_path / "over") / "files.jsonl")
    assert next(row for row in rows if row["what"] == "challenge")["file"]


def test_a_mail_of_older_software_is_not_called_forged(whole, tmp_path):
    """Its hash was made with the seals of its links, and the journal did not hold it."""
    rows = {"recipient": "x@mail.example", "language": "en", "subject": "s", "kind": "x"}
    text = f"{links.placeholder('cession_status', whole.filing.pk, 0)}"
    mail = queue_mail(**rows, text=text, stream=whole.filing.stream, now=FILED)
    sealed = hashlib.sha256("\0".join(("s", text, "")).encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        OutgoingMail.objects.filter(pk=mail.pk).update(content_hash=sealed)
        cursor.execute("SET session_replication_role = DEFAULT")
    root = unpacked(bundle_of(whole.filing)[0], tmp_path)
    code, said = checked(root)
    assert code == 0, said
    assert "seals that are not handed out" in said
    others = [r for r in lines(root / "mails.jsonl") if not r["hash_with_seals"]]
    forged = root / next(r["file"] for r in others if r["kind"] == "holder_search")
    forged.write_bytes(forged.read_bytes().replace(b"Subject: ", b"Subject: X"))
    flagged = [r | {"hash_with_seals": True} for r in lines(root / "mails.jsonl")]
    write_lines(root / "mails.jsonl", flagged)
    sums_anew(root)
    assert checked(root)[0] == 1


def test_a_mail_that_held_a_code_is_listed_by_its_hash(whole, tmp_path):
    mail = OutgoingMail.objects.filter(stream=whole.filing.stream).first()
    OutgoingMail.objects.filter(pk=mail.pk).update(sensitive=True)
    root = unpacked(bundle_of(whole.filing)[0], tmp_path)
    row = next(row for row in lines(root / "mails.jsonl") if row["mail"] == mail.pk)
    assert (row["file"], row["why_not"], row["subject"]) == (None, "sensitive", "")
    assert row["content_hash"] == mail.content_hash
    assert checked(root)[0] == 0


@pytest.mark.parametrize("state", [ScanState.NOT_SCANNED, ScanState.INFECTED, ScanState.REFUSED])
def test_a_file_that_nobody_may_open_is_listed_by_hash_and_reason(state, whole, tmp_path):
    document = Document.objects.order_by("pk").last()
    StoredFile.objects.filter(pk=document.file_id).update(scan_state=state)
    content, bundle = bundle_of(whole.filing, "en")
    root = unpacked(content, tmp_path)
    row = next(r for r in lines(root / "files.jsonl") if r["number"] == document.pk)
    assert (row["file"], row["why_not"], row["sha256"]) == (None, state, document.file.sha256)
    assert document.pk not in bundle.documents
    code, said = checked(root)
    assert (code, f"it is not in this archive: {state}" in said) == (0, True)


def test_an_identity_document_that_was_destroyed_is_a_line_with_its_hash(whole, tmp_path):
    identity = Document.objects.get(kind="owner_identity")
    content, bundle = bundle_of(whole.filing)
    assert bundle.identity_documents == (identity.pk,)
    destroy_files([identity.file], now=MADE.at)
    content, bundle = bundle_of(whole.filing, "en")
    assert bundle.identity_documents == ()
    root = unpacked(content, tmp_path)
    text = " ".join(pdf_text((root / "report.pdf").read_bytes()).split())
    assert "destroyed on 2026-07-01" in text
    assert identity.file.sha256 in text.replace(" ", "")
    assert checked(root)[0] == 0


def test_what_came_after_the_last_seal_is_said_not_to_be_sealed(whole, tmp_path):
    seal_journal(MADE.at)
    _code, said = checked(unpacked(bundle_of(whole.filing)[0], tmp_path / "a"))
    assert "after the last seal" not in said
    journal(whole.filing.stream, "commented", at=MADE.at)
    code, said = checked(unpacked(bundle_of(whole.filing)[0], tmp_path / "b"))
    assert (code, "they came after the last seal" in said) == (0, True)


def test_a_case_without_a_seal_or_an_account_is_exported_too(tmp_path):
    draft = DraftFactory(names=["nowhere.example"], unconfirmed=True)
    journal(draft.stream, "filing_submitted", at=MADE.at)
    root = unpacked(bundle_of(draft, "fr")[0], tmp_path)
    assert checked(root)[0] == 0


# -- Forgeries ---------------------------------------------------------------------------------------


def spoil_document(root):
    file = next((root / "documents").iterdir())
    file.write_bytes(file.read_bytes()[:-3] + b"xxx")
    return f"documents/{file.name}"


def spoil_mail(root):
    file = sorted((root / "mails").iterdir())[0]
    content = file.read_bytes()
    head, _blank, body = content.partition(b"base64\n\n")
    file.write_bytes(head + _blank + (b"QQ" if body[:2] != b"QQ" else b"Qg") + body[2:])
    return f"mails/{file.name}"


def swap_documents(root):
    one, two = sorted((root / "documents").iterdir())[:2]
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)
    return f"documents/{one.name}"


def edit_entry(root):
    rows = lines(root / "journal.jsonl")
    rows[2]["actor"] = "user:999"
    write_lines(root / "journal.jsonl", rows)
    return f"entry {rows[2]['sequence']}"


def drop_entry(root):
    rows = lines(root / "journal.jsonl")
    del rows[3]
    write_lines(root / "journal.jsonl", rows)
    return "entry 4 is missing"


def cut_tail(root):
    rows = lines(root / "journal.jsonl")
    sealed = max(
        json.loads(seal["heads"])[rows[0]["stream"]][0]
        for seal in lines(root / "seals.jsonl")
        if seal["heads"]
    )
    write_lines(root / "journal.jsonl", rows[: sealed - 1])
    return f"entry {sealed}"


def chain_anew(root):
    """Somebody who knows how the hashes are made writes the journal anew from an entry on."""
    rows = lines(root / "journal.jsonl")
    rows[1]["actor"], previous = "user:999", rows[0]["hash"]
    for row in rows[1:]:
        row["previous_hash"] = previous
        names = ("previous_hash", "stream", "sequence", "at", "actor", "event", "facts")
        words = "\n".join(str(row[name]) for name in names)
        previous = row["hash"] = hashlib.sha256(words.encode()).hexdigest()
    write_lines(root / "journal.jsonl", rows)
    return "another one was sealed"


def add_file(root):
    (root / "documents" / "zzz.pdf").write_bytes(b"more")
    return "documents/zzz.pdf"


def edit_seal(root):
    rows = lines(root / "seals.jsonl")
    rows[0]["sealed_at"] = rows[0]["sealed_at"].replace("2026", "2025")
    write_lines(root / "seals.jsonl", rows)
    return "its content is not what was sealed"


def drop_seal(root):
    rows = lines(root / "seals.jsonl")
    write_lines(root / "seals.jsonl", [rows[0], *rows[2:]])
    return "it does not follow from the seal before it"


def drop_rows(root):
    rows = lines(root / "files.jsonl")
    write_lines(root / "files.jsonl", [row for row in rows if row["number"] != rows[0]["number"]])
    return f"document {rows[0]['number']} of the journal is not listed"


def drop_mail(root):
    rows = lines(root / "mails.jsonl")
    write_lines(root / "mails.jsonl", rows[:-1])
    return f"mail {rows[-1]['message_id']} of the journal is not listed"


FORGERIES = [
    spoil_document,
    spoil_mail,
    swap_documents,
    edit_entry,
    drop_entry,
    cut_tail,
    chain_anew,
    edit_seal,
    drop_seal,
    drop_rows,
    drop_mail,
]


@pytest.mark.parametrize("knowing", [False, True], ids=["as it is", "sums written anew"])
def test_each_forgery_is_found_and_named(knowing, root):
    """Also where the forger wrote SHA256SUMS anew: then hashes and chain of the journal show it."""
    kept = {p: p.read_bytes() for p in root.rglob("*") if p.is_file()}
    for forge in FORGERIES if knowing else [*FORGERIES, add_file]:
        named = forge(root)
        if knowing:
            sums_anew(root)
        code, said = checked(root)
        wrong = [line for line in said.splitlines() if line.startswith("WRONG")]
        assert code == 1, (forge.__name__, said)
        assert any(named in line for line in wrong), (forge.__name__, named, said)
        for path in [p for p in root.rglob("*") if p.is_file() and p not in kept]:
            path.unlink()
        for path, content in kept.items():
            path.write_bytes(content)
    assert checked(root)[0] == 0


def test_a_forged_document_is_found_also_when_its_row_is_forged_with_it(root):
    rows = lines(root / "files.jsonl")
    for row in [row for row in rows if row["file"]]:
        before = (root / row["file"]).read_bytes(), dict(row)
        (root / row["file"]).write_bytes(b"forged")
        row["sha256"] = row["received_sha256"] = hashlib.sha256(b"forged").hexdigest()
        write_lines(root / "files.jsonl", rows)
        sums_anew(root)
        code, said = checked(root)
        assert (code, row["file"] in said) == (1, True), said
        (root / row["file"]).write_bytes(before[0])
        row.update(before[1])


def test_a_forged_mail_is_found_also_when_its_row_is_forged_with_it(root):
    rows = lines(root / "mails.jsonl")
    row = next(row for row in rows if row["file"])
    file = root / row["file"]
    file.write_bytes(re.sub(rb"Subject: .*", b"Subject: Forged", file.read_bytes(), count=1))
    words = runpy.run_path(str(root / "verify.py"))["words_of"](row["file"])[1:]
    row["content_hash"] = hashlib.sha256("\0".join(words).encode()).hexdigest()
    write_lines(root / "mails.jsonl", rows)
    sums_anew(root)
    code, said = checked(root)
    assert (code, "the journal says another hash of its words" in said) == (1, True), said


def test_rubbish_in_the_place_of_a_file_is_named_not_fallen_over(root):
    for name in ("journal.jsonl", "files.jsonl", "mails.jsonl", "seals.jsonl", "SHA256SUMS"):
        before = (root / name).read_bytes()
        (root / name).write_bytes(b"\xff\xfe{]\n")
        code, said = checked(root)
        assert (code, name in said) == (1, True)
        (root / name).unlink()
        assert checked(root)[0] == 1
        (root / name).write_bytes(before)


def test_nothing_outside_of_the_archive_is_read_and_counted(root):
    """A forger names files of the reader's own disk, by a path or through a link."""
    outside = root.parent / "outside.txt"
    outside.write_bytes(b"of the reader")
    (root / "folder").symlink_to(root.parent, target_is_directory=True)
    (root / "link.txt").symlink_to(outside)
    digest = hashlib.sha256(b"of the reader").hexdigest()
    names = ("../outside.txt", "folder/outside.txt", "link.txt")
    with (root / "SHA256SUMS").open("a") as sums:
        sums.write("".join(f"{digest}  {name}\n" for name in names))
    code, said = checked(root)
    wrong = [line for line in said.splitlines() if line.startswith("WRONG")]
    assert code == 1
    for name in (*names, "folder:"):
        assert any(name in line for line in wrong), (name, said)


def test_a_file_is_not_listed_twice(root):
    sums = (root / "SHA256SUMS").read_text()
    line = next(line for line in sums.splitlines() if line.endswith("  case.json"))
    (root / "SHA256SUMS").write_text(f"{'0' * 64}  case.json\n{sums}")
    code, said = checked(root)
    assert (code, line in said) == (1, True), said


def test_a_forgers_names_do_not_move_the_readers_screen(root):
    (root / "SHA256SUMS").write_text(
        "\x1b[2J\x1b[1;1HEverything that can be checked is right.\x1b[8m\n"
    )
    (root / "x\x1b[2K\u202e.txt").write_bytes(b"")
    code, said = checked(root)
    assert code == 1
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert r"\x1b[2J" in said


@pytest.mark.parametrize(
    "row", ["[]", "7", "{}", "null", "[" * 100_000 + "]" * 100_000, '{"what": [], "file": {}}']
)
def test_lines_of_another_make_are_wrong_not_fallen_over(row, root):
    for name in ("journal.jsonl", "files.jsonl", "mails.jsonl", "seals.jsonl"):
        before = (root / name).read_bytes()
        (root / name).write_bytes(f"{row}\n".encode())
        sums_anew(root)
        code, said = checked(root)
        assert (code, "WRONG" in said) == (1, True), (name, said)
        (root / name).write_bytes(before)


def test_a_photo_that_its_check_wrote_anew_is_shown_by_the_hash_it_came_with(whole, tmp_path):
    identity = Document.objects.exclude(state="refused").exclude(state="accepted").first()
    stored = identity.file
    StoredFile.objects.filter(pk=stored.pk).update(received_sha256=stored.sha256, sha256="e" * 64)
    root = unpacked(bundle_of(whole.filing)[0], tmp_path)
    _code, said = checked(root)
    assert "it was written anew by the check of uploads" in said
