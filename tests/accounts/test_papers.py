"""The life of a signed paper: sent, accepted or refused by staff, ended by the holder (P3, A9)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from accounts.enums import NoteKind, PaperState, Role
from accounts.models import InternalNote, PowerOfAttorney
from accounts.services import power_making
from accounts.services.identity_copies import destroy_due_copies
from accounts.services.papers import (
    accept_paper,
    end_paper,
    refuse_paper,
    upload_signed,
)
from accounts.services.powers import MOST_UNSIGNED, draft_power
from hosting.records.models import JournalEntry, OutgoingMail, StoredFile
from hosting.records.services import open_file
from hosting.services.powers import has_power
from tests.accounts.papers import DRAFTED, a_file, a_power, sent
from tests.cessions.contracts import a_contract
from tests.factories import CustomerAccountFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
SIGNED = date(2026, 6, 2)


@pytest.fixture(autouse=True)
def _words_in_english():
    """Refusals are compared by their words."""
    with translation.override("en"):
        yield


@pytest.fixture
def account():
    return CustomerAccountFactory(reachable=True)


@pytest.fixture
def staff():
    return UserFactory(support=True)


@pytest.fixture(params=[a_power, a_contract])
def paper(request, account):
    """Whatever is said here holds for both kinds."""
    return request.param(account)


@pytest.fixture
def accept(staff, now):
    def accept(paper, **said):
        said = {
            "signed_on": SIGNED,
            "identity_valid_until": None,
            "identity_accepted": False,
        } | said
        return accept_paper(paper, **{"by": staff, "now": now, **said})

    return accept


def upload(paper, now, **fields):
    given = {"scan": a_file("new.pdf"), "identity_copy": None, "by": UserFactory()} | fields
    return upload_signed(paper, now=now, **given)


def events(paper):
    rows = JournalEntry.objects.filter(stream=paper.account.stream).order_by("sequence")
    return [row.event.partition(".")[2] for row in rows if row.event != "note.written"]


def test_an_accepted_paper_lies_among_the_notes_with_its_copy(paper, accept, staff, now):
    paper = accept(sent(paper))
    assert (paper.state, paper.accepted_at, paper.judged_by) == (PaperState.ACCEPTED, now, staff)
    note = InternalNote.objects.get()
    assert (note.kind, note.attachment, note.author) == (NoteKind.CONTRACT, paper.scan, staff)
    assert paper.note == note
    assert "2 juin 2026" in note.text  # the provider's language, whatever the one of who accepts it
    assert events(paper) == ["uploaded", "accepted"]


def test_the_holder_is_told_that_it_is_accepted(paper, accept):
    owner = MembershipFactory(account=paper.account)
    MembershipFactory(account=paper.account, role=Role.MEMBER)
    accept(sent(paper))
    mail = OutgoingMail.objects.get(kind="paper_accepted")
    assert (mail.kind, mail.recipient) == ("paper_accepted", owner.user.email)


def test_the_owner_hears_at_once_of_a_copy_that_somebody_else_sent(paper, now):
    owner = MembershipFactory(account=paper.account)
    member = MembershipFactory(account=paper.account, role=Role.MEMBER)
    upload(paper, now, by=member.user)
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.recipient) == ("paper_uploaded", owner.user.email)


def test_who_sends_a_copy_himself_is_not_told_of_it(paper, now):
    upload(paper, now, by=MembershipFactory(account=paper.account).user)
    assert not OutgoingMail.objects.exists()


def test_a_refused_paper_says_why_and_takes_another_copy(paper, staff, now):
    MembershipFactory(account=paper.account)
    paper = sent(paper)
    paper = refuse_paper(paper, reason="The second page is missing.", by=staff, now=now)
    assert paper.state == PaperState.REFUSED
    assert "The second page is missing." in OutgoingMail.objects.get(kind="paper_refused").text
    old = paper.scan
    paper = upload(paper, now)
    assert (paper.state, paper.reason, paper.judged_by) == (PaperState.UPLOADED, "", None)
    old.refresh_from_db()
    assert old.destroyed_at == now


def test_a_copy_sent_anew_keeps_the_identity_document_until_another_comes(paper, staff, now):
    paper = sent(paper, identity=True)
    copy = paper.identity_copy
    refuse_paper(paper, reason="Unreadable.", by=staff, now=now)
    assert upload(paper, now).identity_copy == copy
    refuse_paper(paper, reason="Unreadable.", by=staff, now=now)
    upload(paper, now, identity_copy=a_file("id2.pdf"))
    copy.refresh_from_db()
    assert copy.destroyed_at == now


def test_no_refusal_without_a_reason(paper, staff, now):
    with pytest.raises(ValidationError, match="reason"):
        refuse_paper(sent(paper), reason="  ", by=staff, now=now)


def test_no_copy_is_taken_while_one_is_checked_nor_afterwards(paper, accept, now):
    paper = sent(paper)
    for follow in (None, accept, lambda paper: end_paper(paper, by=UserFactory(), now=now)):
        if follow:
            follow(paper)
        with pytest.raises(ValidationError):
            upload(paper, now)


@pytest.mark.parametrize("judge", ["accept", "refuse"])
def test_only_what_was_sent_is_judged_and_once(paper, accept, staff, now, judge):
    def act():
        if judge == "accept":
            accept(paper)
        else:
            refuse_paper(paper, reason="No.", by=staff, now=now)

    with pytest.raises(ValidationError, match="check"):
        act()
    sent(paper)
    act()
    with pytest.raises(ValidationError, match="check"):
        act()


def test_only_staff_judge(paper, accept, now):
    paper, stranger = sent(paper), MembershipFactory(account=paper.account).user
    with pytest.raises(PermissionDenied):
        accept(paper, by=stranger)
    with pytest.raises(PermissionDenied):
        refuse_paper(paper, reason="No.", by=stranger, now=now)


@pytest.mark.parametrize("state", ["pending", "infected", "failed"])
def test_what_was_not_scanned_clean_cannot_be_accepted(paper, accept, state, settings):
    """D6."""
    settings.SCAN_BYPASS = False
    paper = sent(paper, scan=a_file(scan_state=state))
    with pytest.raises(ValidationError, match=r"malware|opened safely"):
        accept(paper)


@pytest.mark.parametrize(
    ("day", "words"), [(date(2026, 6, 10), "future"), (date(2026, 5, 31), "drafted")]
)
def test_the_signature_lies_between_the_draft_and_today(paper, accept, day, words):
    with pytest.raises(ValidationError, match=words):
        accept(sent(paper), signed_on=day)


def test_the_days_of_draft_and_check_are_allowed(account, accept, now):
    assert accept(sent(a_power(account)), signed_on=DRAFTED.date())
    assert accept(sent(a_power(account, "PA-2")), signed_on=now.date())


def test_the_identity_document_was_valid_at_the_signature(paper, accept):
    """P3."""
    paper = sent(paper, identity=True)
    for until, words in ((SIGNED - timedelta(days=1), "not valid"), (None, "Until when")):
        with pytest.raises(ValidationError, match=words):
            accept(paper, identity_accepted=True, identity_valid_until=until)
    paper = accept(paper, identity_accepted=True, identity_valid_until=SIGNED)
    assert paper.identity_accepted


def test_no_identity_document_no_acceptance_of_it(paper, accept):
    with pytest.raises(ValidationError, match="no copy"):
        accept(sent(paper), identity_accepted=True, identity_valid_until=date(2030, 1, 1))


def test_an_ended_paper_keeps_its_copy_and_loses_the_identity_document(paper, accept, now):
    """P3: destroyed when the contract ends; the history stays."""
    paper = accept(sent(paper, identity=True))
    by = UserFactory()
    paper = end_paper(paper, by=by, now=now)
    assert (paper.state, paper.ended_by, paper.accepted_at) == (PaperState.ENDED, by, now)
    assert destroy_due_copies(now) == 1
    scan = StoredFile.objects.get(pk=paper.scan_id)
    copy = StoredFile.objects.get(pk=paper.identity_copy_id)
    assert (scan.destroyed_at, copy.destroyed_at) == (None, now)
    with pytest.raises(ValidationError, match="already"):
        end_paper(paper, by=by, now=now)


@pytest.mark.parametrize(
    "change",
    [
        "reference = 'X'",
        "context = '{}'",
        "drafted_at = now()",
        "account_id = account_id + 1",
        "state = 'drafted', ended_at = NULL",
    ],
)
def test_the_database_keeps_what_was_drafted_and_what_ended(paper, now, change):
    end_paper(paper, by=UserFactory(), now=now)
    table = paper._meta.db_table
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {change}")  # noqa: S608 (words of this test)


@pytest.mark.parametrize("statement", ["DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_database_removes_no_paper(paper, statement):
    connection.check_constraints()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(paper._meta.db_table))


# -- Powers of attorney ----------------------------------------------------------------------------


def drafted(account, now, **fields):
    said = {
        "scopes": ["renew_domains", "contact_clients"],
        "starts_on": date(2026, 6, 9),
        "ends_on": date(2027, 6, 8),
        "language": "en",
        "by": UserFactory(),
    } | fields
    return draft_power(account, now=now, **said)


@pytest.mark.parametrize("language", ["fr", "de", "en"])
def test_a_power_is_made_by_the_sweep_and_says_what_was_frozen(account, now, language):
    power = drafted(account, now, language=language)
    assert power.reference.startswith("PA-")
    assert power.context["scopes"] == ["contact_clients", "renew_domains"]
    assert power_making.make_due_powers(lambda: now) == 1
    assert power_making.make_due_powers(lambda: now) == 0
    power.refresh_from_db()
    with open_file(power.draft) as made:
        assert made.read(5) == b"%PDF-"


def test_a_power_that_cannot_be_made_holds_up_no_other(account, now):
    a_power(account)  # its frozen words lack what the paper must say
    good = drafted(account, now)
    assert power_making.make_due_powers(lambda: now) == 1
    good.refresh_from_db()
    assert good.draft is not None


@pytest.mark.parametrize(
    ("fields", "words"),
    [({"scopes": []}, "at least one"), ({"ends_on": date(2026, 6, 8)}, "before the start")],
)
def test_a_power_has_a_scope_and_ends_after_it_starts(account, now, fields, words):
    with pytest.raises(ValidationError, match=words):
        drafted(account, now, **fields)


def test_drafts_do_not_pile_up(account, now):
    for _ in range(MOST_UNSIGNED):
        drafted(account, now)
    with pytest.raises(ValidationError, match="wait for your signature"):
        drafted(account, now)


def test_what_identifies_the_holder_goes_when_his_power_has_run_out(account, accept, now):
    runs = accept(sent(a_power(account, "PA-2222222222"), identity=True))
    ends = a_power(account, "PA-3333333333")
    ends.ends_on = date(2026, 6, 30)
    ends.save()
    ends = accept(sent(ends, identity=True))
    last_evening = datetime(2026, 6, 30, 21, 59, tzinfo=UTC)
    assert destroy_due_copies(last_evening) == 0
    assert destroy_due_copies(last_evening + timedelta(minutes=1)) == 1
    assert destroy_due_copies(last_evening + timedelta(minutes=2)) == 0
    kept, gone = (StoredFile.objects.get(pk=p.identity_copy_id) for p in (runs, ends))
    assert kept.destroyed_at is None
    assert gone.destroyed_at is not None
    entry = JournalEntry.objects.get(event="power.identity_destroyed")
    assert (entry.facts["reference"], entry.facts["rule"]) == ("PA-3333333333", "P3")
    assert entry.facts["sha256"] == gone.sha256


def test_a_refused_identity_copy_goes_after_the_time_of_a_cases_documents(paper, staff, now):
    """It may be sent for again until then: a new signed copy keeps it (P3, D7)."""
    paper = refuse_paper(sent(paper, identity=True), reason="Unreadable.", by=staff, now=now)
    assert destroy_due_copies(now + timedelta(days=30) - timedelta(seconds=1)) == 0
    assert destroy_due_copies(now + timedelta(days=30)) == 1
    paper.identity_copy.refresh_from_db()
    assert paper.identity_copy.is_gone
    assert JournalEntry.objects.filter(event__endswith=".identity_destroyed").count() == 1


def test_no_copy_goes_while_its_paper_is_in_force(paper, accept, now):
    accept(sent(paper, identity=True))
    assert destroy_due_copies(now + timedelta(days=3000)) == 0


def test_a_power_counts_once_accepted_and_no_longer_once_revoked(account, accept, now):
    """A9: within its dates and scope only."""
    power = drafted(account, now)
    inside, outside = date(2026, 12, 1), date(2027, 6, 9)
    assert not has_power(account.pk, inside)
    accept(sent(power), signed_on=now.date())
    assert has_power(account.pk, inside, "contact_clients")
    assert not has_power(account.pk, inside, "keep_hosting")
    assert not has_power(account.pk, outside)
    end_paper(power, by=UserFactory(), now=now)
    assert not has_power(account.pk, inside)
    assert PowerOfAttorney.objects.get().accepted_at == now
