"""Who may take the evidence of a case out, how it is made and destroyed, and that it is told (X6, L1)."""

import zipfile
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import User
from cessions.enums import DocumentKind, ExportState
from cessions.models import CaseExport
from cessions.services import export_making, filing
from cessions.services.documents import add_document
from cessions.services.export_asking import ask_export
from cessions.services.export_making import destroy_due_exports, make_due_exports
from cessions.services.guard import ActRefused
from hosting.lib.factor import Factor
from hosting.records.models import JournalEntry, StoredFile
from tests.cessions.evidence import checked, unpacked
from tests.cessions.samples import pdf
from tests.factories import DraftFactory, TransferRequestFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def supervisor():
    user = UserFactory(supervisor=True, full_name="Daniel Weiß")
    user.set_password("correct horse")
    user.save()
    return user


@pytest.fixture
def request_():
    return TransferRequestFactory()


@pytest.fixture
def small(monkeypatch):
    """An archive without its report: these tests ask about the way, not about what is in it."""

    def write(filing, target, *, language, made):
        with zipfile.ZipFile(target, "w") as archive:
            archive.writestr("export.json", made.reason)
        return export_making.Bundle(1, (1, 2), (2,))

    monkeypatch.setattr(export_making, "write_bundle", write)


def asked(request, by, now, **words) -> CaseExport:
    words = {"reason": "Court, 12/34", "language": "fr", "factor": Factor.PASSWORD} | words
    return ask_export(request.filing, by=by, now=now, **words)


def events(request) -> list[str]:
    rows = JournalEntry.objects.filter(stream=request.filing.stream, event__startswith="evidence")
    return list(rows.order_by("sequence").values_list("event", flat=True))


def verb(request):
    return reverse("admin:cessions_transferrequest_export", args=[request.pk])


def page(export, name="change"):
    return reverse(f"admin:cessions_caseexport_{name}", args=[export.pk])


# -- Asking ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [{"support": True}, {"superuser": True}, {}])
def test_nobody_but_a_supervisor_takes_evidence_out(who, request_, now):
    by = UserFactory(is_superuser=True) if who.get("superuser") else UserFactory(**who)
    with pytest.raises(ActRefused):
        asked(request_, by, now)
    assert not CaseExport.objects.exists()


def test_one_archive_of_a_case_is_made_at_a_time(request_, supervisor, now):
    asked(request_, supervisor, now)
    with pytest.raises(ValidationError):
        asked(request_, supervisor, now)
    fields = {"filing": request_.filing, "asked_at": now, "language": "fr", "reason": "x"}
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseExport.objects.create(**fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseExport.objects.create(**fields | {"reason": "", "state": ExportState.READY})


def test_a_supervisor_asks_with_reason_and_factor_on_the_case(client, request_, supervisor, now):
    client.force_login(supervisor)
    with time_machine.travel(now, tick=False):
        assert verb(request_) in client.get(page_of(request_)).content.decode()
        typed = {"reason": "Court, 12/34", "language": "de", "factor": "wrong"}
        assert client.post(verb(request_), typed).status_code == 200
        assert client.post(verb(request_), typed | {"reason": "", "factor": "correct horse"})
        assert not CaseExport.objects.exists()
        typed["factor"] = "correct horse"
        assert client.post(verb(request_), typed).status_code == 302
    export = CaseExport.objects.get()
    assert (export.requested_by, export.reason, export.language) == (
        supervisor,
        "Court, 12/34",
        "de",
    )
    assert (export.state, export.next_try_at) == (ExportState.QUEUED, now)
    assert events(request_) == ["evidence_asked"]
    assert JournalEntry.objects.filter(event="factor_refused").exists()


def page_of(request):
    return reverse("admin:cessions_transferrequest_change", args=[request.pk])


def test_support_is_refused_on_every_page(client, request_, supervisor, small, now):
    export = asked(request_, supervisor, now)
    make_due_exports(now)
    support = UserFactory(support=True)
    support.set_password("correct horse")
    support.save()
    client.force_login(support)
    for address in (
        page(export),
        page(export, "zip"),
        reverse("admin:cessions_caseexport_changelist"),
    ):
        assert client.get(address).status_code == 403
    CaseExport.objects.update(state=ExportState.DESTROYED)
    typed = {"reason": "x", "language": "fr", "factor": "correct horse"}
    assert "Only a supervisor can do this." in client.post(verb(request_), typed).content.decode()
    assert CaseExport.objects.count() == 1


# -- Making, fetching, destroying --------------------------------------------------------------------


def test_a_worker_makes_it_and_journals_its_hash_and_what_is_in_it(
    request_, supervisor, small, now
):
    export = asked(request_, supervisor, now)
    later = now + timedelta(minutes=1)
    assert make_due_exports(later) == 1
    assert make_due_exports(later) == 0
    export.refresh_from_db()
    assert (export.state, export.made_at) == (ExportState.READY, later)
    assert export.destroy_at == later + timedelta(days=7)
    entry = JournalEntry.objects.get(event="evidence_exported")
    assert entry.actor == f"user:{supervisor.pk}"
    assert entry.facts == {
        "export": str(export.pk),
        "sha256": export.sha256,
        "documents": [1, 2],
        "identity_documents": [2],
    }
    assert export.file.sha256 == export.sha256


def test_each_fetching_is_journalled_and_ends_with_the_days(
    client, request_, supervisor, small, now
):
    export = asked(request_, supervisor, now)
    client.force_login(supervisor)
    with time_machine.travel(now, tick=False):
        assert client.get(page(export, "zip")).status_code == 404
        assert "being made" in client.get(page(export)).content.decode().lower()
        make_due_exports(now)
        assert page(export, "zip") in client.get(page(export)).content.decode()
        answer = client.get(page(export, "zip"))
        content = b"".join(answer.streaming_content)
        assert answer["Content-Disposition"].startswith("attachment")
        assert zipfile.ZipFile(BytesIO(content)).namelist() == ["export.json"]
        stored = CaseExport.objects.get().file.storage_name
        with transaction.atomic():
            assert destroy_due_exports(now + timedelta(days=7)) == 1
        assert destroy_due_exports(now + timedelta(days=8)) == 0
        assert client.get(page(export, "zip")).status_code == 404
        assert client.get(page(export)).status_code == 200
    export.refresh_from_db()
    assert (export.state, len(export.sha256)) == (ExportState.DESTROYED, 64)
    assert StoredFile.objects.get(storage_name=stored).destroyed_at is not None
    names = ["asked", "exported", "fetched", "destroyed"]
    assert events(request_) == [f"evidence_{name}" for name in names]


@pytest.mark.django_db(transaction=True)
def test_its_bytes_are_gone_once_destroyed(request_, supervisor, small, now):
    asked(request_, supervisor, now)
    make_due_exports(now)
    name = CaseExport.objects.get().file.storage_name
    assert default_storage.exists(name)
    destroy_due_exports(now + timedelta(days=7))
    assert not default_storage.exists(name)


def test_an_archive_goes_with_the_identity_documents_of_its_case(request_, supervisor, small, now):
    """D7: what was destroyed is not kept in an archive for some days more."""
    asked(request_, supervisor, now)
    make_due_exports(now)
    request_.filing.identity_destroyed_at = now + timedelta(hours=1)
    request_.filing.save()
    assert destroy_due_exports(now + timedelta(hours=2)) == 1


def test_what_cannot_be_made_is_tried_again_and_given_up_at_last(
    request_, supervisor, monkeypatch, now
):
    def broken(*_, **__):
        raise OSError("disk full")

    monkeypatch.setattr(export_making, "write_bundle", broken)
    export = asked(request_, supervisor, now)
    for number in range(6):
        at = now + timedelta(minutes=15 * number)
        assert make_due_exports(at) == 0
        assert make_due_exports(at) == 0, "not before its pause is over"
    export.refresh_from_db()
    assert (export.state, export.next_try_at) == (ExportState.FAILED, None)
    assert events(request_) == ["evidence_asked", "evidence_failed"]
    assert asked(request_, supervisor, now).pk != export.pk


def test_rubbish_and_foreign_ids_are_answered_as_what_is_not_there(client, supervisor):
    client.force_login(supervisor)
    base = reverse("admin:cessions_caseexport_changelist")
    for tail in ("00000000-0000-0000-0000-000000000000/zip/", "1/zip/", "..%2F/zip/"):
        assert client.get(base + tail).status_code in (302, 404)


def test_visitors_are_sent_to_the_sign_in(client, request_, supervisor, now):
    export = asked(request_, supervisor, now)
    for address in (page(export), page(export, "zip"), verb(request_)):
        assert client.get(address).status_code == 302
    client.force_login(User.objects.get(pk=UserFactory().pk))
    for address in (page(export), page(export, "zip"), verb(request_)):
        assert client.get(address).status_code in (302, 403)


# -- The command -------------------------------------------------------------------------------------


def test_the_command_writes_it_at_once(request_, tmp_path):
    target, said = tmp_path / "evidence.zip", StringIO()
    words = {"output": target, "language": "en", "reason": "Court", "stdout": said}
    call_command("export_case", request_.number, **words)
    assert checked(unpacked(target.read_bytes(), tmp_path / "x"))[0] == 0
    row = CaseExport.objects.get()
    assert said.getvalue() == f"{row.sha256}  {target}\n"
    assert (row.state, row.file, row.size) == (
        ExportState.WRITTEN,
        None,
        target.stat().st_size,
    )
    assert events(request_) == ["evidence_exported"]
    assert target.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in tmp_path.iterdir() if p.suffix == ".part"] == []


def test_the_command_leaves_nothing_when_it_fails(request_, tmp_path, monkeypatch):
    target = tmp_path / "evidence.zip"
    with pytest.raises(CommandError, match="no case T1"):
        call_command("export_case", "T1", output=target)
    with pytest.raises(CommandError, match="reason"):
        call_command("export_case", request_.number, output=target, reason=" ")

    def broken(*_, **__):
        raise OSError("disk full")

    monkeypatch.setattr(export_making, "write_bundle", broken)
    with pytest.raises(CommandError, match="disk full"):
        call_command("export_case", request_.filing.number, output=target)
    assert list(tmp_path.iterdir()) == []
    assert not CaseExport.objects.exists()


def test_what_was_handed_in_with_a_draft_is_journalled_by_its_hashes(now):
    draft = DraftFactory(created_at=now)
    document = add_document(draft, pdf(), kind=DocumentKind.INVOICE, now=now)
    filing.submit(draft, notices=[], now=now)
    entry = JournalEntry.objects.get(stream=draft.stream, event="filing_submitted")
    assert entry.facts["documents"] == [
        {
            "document": document.pk,
            "kind": "invoice",
            "sha256": document.file.sha256,
            "received_sha256": document.file.sha256,
        }
    ]
