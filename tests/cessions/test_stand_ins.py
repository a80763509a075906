"""Who stands in for the holder, in the case's facts and in the search (A8, A11, A12, C6, C11)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from accounts.enums import EmergencyPower, HolderEventKind, Judgement, RepresentativeKind
from accounts.models import EmergencyContact, HolderEvent, LegalRepresentative, PlannedAbsence
from cessions import facts
from cessions.asof import as_known
from cessions.enums import RequestState, SignKind
from cessions.models import AbsenceLift, AnswerLink, Assignee, TransferContract
from cessions.policies import BlockerCode, decision_blockers
from cessions.services.lifting import lift_absence
from cessions.services.links import links_for
from cessions.services.messages import messages_for
from cessions.services.methods import Reader, methods_of
from cessions.services.signs import holder_answered
from cessions.snapshot import case_of_request
from hosting.lib import clock, links
from hosting.records.models import StoredFile
from tests.cessions.cases import RECEIVED, RIPE, fresh_case, ripe_case
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def trusted(account, **fields):
    fields = {"confirmed_at": RECEIVED - timedelta(days=90)} | fields
    return EmergencyContact.objects.create(
        account=account,
        full_name="Sam Durand",
        email="sam@family.example",
        language="en",
        created_at=RECEIVED - timedelta(days=100),
        invited_at=RECEIVED - timedelta(days=100),
        **fields,
    )


def absent(account, until=date(2026, 7, 10), **fields):
    return PlannedAbsence.objects.create(
        account=account,
        from_on=date(2026, 6, 1),
        until_on=until,
        told_at=RECEIVED - timedelta(days=20),
        told_by=UserFactory(),
        **fields,
    )


def event(account, kind, at=RECEIVED):
    return HolderEvent.objects.create(
        account=account, kind=kind, source="A letter", recorded_by=UserFactory(), recorded_at=at
    )


def codes(request, at=RIPE, known_at=None):
    case = case_of_request(request.pk, journal=100)
    if known_at:
        case = as_known(case, known_at)
    row = case.request(request.pk)
    found = facts.decision_facts(case, row, case.services_of(row)[0], at)
    return {blocker.code for blocker in decision_blockers(found, at)}


def link_of(request, contact):
    method = next(
        m
        for m in methods_of([request.account], RIPE)[request.account.pk]
        if m.emergency_contact_id == contact.pk and m.sendable
    )
    return links_for([(request.pk, method)], RIPE)[request.pk, contact.email]


def test_a_ripe_case_without_anybody_is_ripe_as_before():
    assert codes(ripe_case()) == set()


def test_a_planned_absence_blocks_until_its_end():
    request = ripe_case()
    absent(request.account)
    assert codes(request) == {BlockerCode.HOLDER_ABSENT}


def test_an_absence_that_was_taken_back_blocks_nothing():
    request = ripe_case()
    absent(request.account, cancelled_at=RECEIVED)
    assert codes(request) == set()


def test_an_absence_over_before_the_request_blocks_nothing():
    request = ripe_case()
    absent(request.account, until=date(2026, 6, 8))
    assert codes(request) == set()


def test_an_empowered_emergency_contact_lifts_an_absence():
    request = ripe_case()
    absent(request.account)
    contact = trusted(request.account, powers=[EmergencyPower.LIFT_ABSENCE])
    assert lift_absence(link_of(request, contact), RIPE)
    assert BlockerCode.HOLDER_ABSENT not in codes(request)
    assert not lift_absence(link_of(request, contact), RIPE)
    assert AbsenceLift.objects.count() == 1


def test_before_it_was_lifted_the_absence_stood_there():
    request = ripe_case()
    absent(request.account)
    contact = trusted(request.account, powers=[EmergencyPower.LIFT_ABSENCE])
    lift_absence(link_of(request, contact), RIPE)
    before = RIPE - timedelta(minutes=1)
    assert BlockerCode.HOLDER_ABSENT in codes(request, before, known_at=before)


def test_an_emergency_contact_without_the_power_lifts_nothing():
    request = ripe_case()
    absent(request.account)
    contact = trusted(request.account)
    assert not lift_absence(link_of(request, contact), RIPE)
    assert BlockerCode.HOLDER_ABSENT in codes(request)


def test_an_emergency_contact_has_to_be_tried():
    request = ripe_case()
    trusted(request.account)
    assert codes(request) == {BlockerCode.MEANS_UNTRIED}


def test_who_has_not_confirmed_himself_is_not_written_to():
    request = ripe_case()
    trusted(request.account, confirmed_at=None)
    assert codes(request) == set()
    assert Reader.TRUSTED not in {
        m.reader for m in methods_of([request.account], RIPE)[request.account.pk]
    }


@pytest.mark.parametrize("kind", [HolderEventKind.DEATH, HolderEventKind.GUARDIANSHIP])
def test_death_and_guardianship_end_the_emergency_contacts(kind):
    request = ripe_case()
    trusted(request.account)
    event(request.account, kind)
    assert codes(request) == {BlockerCode.EVENT_UNRESOLVED}
    assert Reader.TRUSTED not in {
        m.reader for m in methods_of([request.account], RIPE)[request.account.pk]
    }


def test_a_recorded_accident_blocks_nothing():
    request = ripe_case()
    event(request.account, HolderEventKind.ACCIDENT)
    assert codes(request) == set()


def test_an_event_recorded_later_was_not_known():
    request = ripe_case()
    event(request.account, HolderEventKind.LIQUIDATION, at=RIPE)
    before = RIPE - timedelta(minutes=1)
    assert BlockerCode.EVENT_UNRESOLVED in codes(request)
    assert BlockerCode.EVENT_UNRESOLVED not in codes(request, before, known_at=before)


def test_a_representative_to_be_checked_blocks_and_an_accepted_one_is_tried():
    request = ripe_case()
    supervisor = UserFactory(supervisor=True)
    someone = LegalRepresentative.objects.create(
        account=request.account,
        kind=RepresentativeKind.HEIR,
        full_name="Jo Durand",
        email="jo@family.example",
        recorded_by=supervisor,
        recorded_at=RECEIVED,
    )
    assert codes(request) == {BlockerCode.REPRESENTATIVE_UNRESOLVED}
    someone.judgement, someone.reason = Judgement.ACCEPTED, "Certificate seen"
    someone.judged_by, someone.judged_at = supervisor, RIPE
    someone.save()
    assert codes(request) == {BlockerCode.MEANS_UNTRIED}
    before = RIPE - timedelta(minutes=1)
    known = codes(request, before, known_at=before)
    assert known == {BlockerCode.REPRESENTATIVE_UNRESOLVED}


def test_the_mail_tells_an_emergency_contact_who_he_is_to_the_holder():
    request = fresh_case()
    trusted(request.account)
    messages = messages_for([request], RECEIVED)
    to_sam = next(m.mail for m in messages if m.mail.recipient == "sam@family.example")
    to_holder = next(m.mail for m in messages if m.mail.recipient != "sam@family.example")
    assert f"{request.account.full_name} named you" in to_sam.text
    assert "Hello Sam Durand" in to_sam.text
    assert "you hold the account" in to_holder.text
    assert AnswerLink.objects.get(address="sam@family.example").emergency_contact is not None


def test_the_objection_of_an_emergency_contact_stops_the_request():
    request = fresh_case()
    contact = trusted(request.account)
    sign = holder_answered(link_of(request, contact), SignKind.OBJECTION, RIPE)
    request.refresh_from_db()
    assert request.state == RequestState.HOLDER_REACHED
    assert (sign.emergency_contact, sign.former_contact) == (contact, False)


def test_an_emergency_contact_cannot_agree_for_the_holder():
    request = fresh_case()
    contact = trusted(request.account)
    with pytest.raises(ValueError, match="not an answer"):
        holder_answered(link_of(request, contact), SignKind.AGREEMENT, RIPE)


def test_the_answer_of_who_is_no_longer_named_waits_for_staff():
    request = fresh_case()
    contact = trusted(request.account)
    link = link_of(request, contact)
    contact.ended_at = RECEIVED
    contact.save()
    sign = holder_answered(link, SignKind.OBJECTION, RIPE)
    request.refresh_from_db()
    assert sign.former_contact
    assert request.is_open


def test_his_page_offers_him_what_he_may_decide(client, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: RIPE)
    request = fresh_case()
    absent(request.account)
    contact = trusted(request.account, powers=[EmergencyPower.LIFT_ABSENCE])
    link = link_of(request, contact)
    address = reverse("cession_answer", args=[links.token("cession_answer", link.pk)])
    page = client.get(address).content.decode()
    assert "I agree to a transfer" not in page
    assert 'value="lift"' in page
    assert client.post(address, {"answer": "agreement"}).status_code == 400
    assert client.post(address, {"answer": "lift"}).status_code == 302
    assert 'value="lift"' not in client.get(address).content.decode()
    client.post(address, {"answer": "objection"})
    assert "We have your answer" in client.get(address).content.decode()


def contract(request, email):
    service = request.services.get().service
    assignee = Assignee.objects.create(
        account=request.account, full_name="Alix", emails=[email], created_at=RECEIVED
    )
    proof = StoredFile.objects.create(
        storage_name="files/contract.pdf",
        original_name="contract.pdf",
        content_type="application/pdf",
        size=3,
        sha256="0" * 64,
        stored_at=RECEIVED,
    )
    found = TransferContract.objects.create(
        account=request.account,
        reference="C-1",
        state="accepted",
        language="en",
        drafted_at=RECEIVED,
        assignee=assignee,
        scan=proof,
        signed_on=date(2026, 1, 5),
        judged_by=UserFactory(support=True),
        judged_at=RECEIVED,
        accepted_at=RECEIVED,
    )
    found.services.add(service)
    return found


def shown_status(client, request):
    filing = request.filing
    token = links.token("cession_status", filing.pk, filing.link_generation)
    return client.get(reverse("cession_status", args=[token])).content.decode()


def test_only_whom_the_contract_names_is_told_of_the_holder(client, monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: RIPE)
    request = fresh_case()
    assert request.account.trade_name not in shown_status(client, request)
    named = contract(request, "somebody@else.example")
    assert request.account.trade_name not in shown_status(client, request)
    named.assignee.emails = [request.filing.email.upper()]
    named.assignee.save()
    assert request.account.trade_name in shown_status(client, request)
    type(named).objects.update(state="ended", ended_at=RIPE)
    assert request.account.trade_name not in shown_status(client, request)


def test_an_accepted_contract_stands_in_the_checklist():
    request = fresh_case()
    contract(request, request.filing.email)
    case = case_of_request(request.pk)
    lines = facts.checklist(case, case.services[0], RIPE)
    assert [line.state for line in lines if line.kind == "contract"] == ["accepted"]
