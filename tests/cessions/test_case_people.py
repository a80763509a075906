"""The case page's "what may be said to whom", what is known of the holder, and its warning signs, from
real rows (A10, A12, V4)."""

from datetime import timedelta

import pytest

from accounts.enums import HolderEventKind, Judgement, PowerScope, Role
from cessions import reasoning
from cessions.admin.case_holder import known_of_the_holder
from cessions.admin.case_telling import receivers
from cessions.asof import as_known
from cessions.policies import Basis
from cessions.snapshot import case_of_request
from cessions.warning_signs import warnings_of
from hosting.models import DomainRegistration
from tests.cessions.cases import RECEIVED, RIPE, fresh_case
from tests.cessions.people import (
    a_contact,
    a_contract,
    a_representative,
    an_emergency,
    an_event,
)
from tests.factories import ContactMethodFactory, FilingFactory, MembershipFactory, UserFactory
from tests.hosting.continuity import power

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def why(request, at=RIPE):
    case = case_of_request(request.pk)
    return reasoning.reason(case, case.request(request.pk), at)


def told(request, at=RIPE):
    """Kind and basis of each receiver."""
    return [(receiver.kind, receiver.basis) for receiver in receivers(why(request, at))]


def signs(request, at=RIPE, known_at=None):
    """The words of each warning sign with its facts in one text."""
    case = case_of_request(request.pk, journal=100)
    if known_at:
        case = as_known(case, known_at)
    found = warnings_of(case, case.request(request.pk), known_at or at)
    return {sign.words: "; ".join(sign.facts) for sign in found}


def sign(request, words, **when):
    return next((said for key, said in signs(request, **when).items() if words in key), None)


# -- A10 ---------------------------------------------------------------------------------------


def test_without_anything_prepared_the_claimant_has_his_file_and_end_clients_nothing():
    assert told(fresh_case()) == [("Claimant", Basis.FILE), ("Other end clients", Basis.NONE)]


def test_an_unknown_service_shows_the_claimant_alone():
    assert told(fresh_case(unknown=True)) == [("Claimant", Basis.FILE)]


def test_an_assignee_who_asks_for_nothing_learns_who_the_holder_is_and_no_more():
    request = fresh_case()
    a_contract(request)
    assignee = list(receivers(why(request)))[1]
    assert (assignee.kind, assignee.name) == ("Assignee", "Alix Martin")
    assert assignee.told == ("who the holder is, his addresses and numbers",)


def test_an_assignee_who_claims_is_told_as_the_claimant_whom_the_contract_names():
    request = fresh_case()
    a_contract(request, request.filing.email)
    assert told(request) == [("Claimant", Basis.CONTRACT), ("Other end clients", Basis.NONE)]


def test_an_emergency_contact_counts_once_he_confirmed_himself():
    request = fresh_case()
    a_contact(request.account)
    a_contact(request.account, "Nadia Vogt", confirmed_at=None)
    sam, nadia = list(receivers(why(request)))[1:3]
    assert (sam.name, sam.basis) == ("Sam Durand", Basis.TRUSTED)
    assert (nadia.name, nadia.basis, nadia.told) == ("Nadia Vogt", Basis.NONE, ())
    assert "not confirmed" in nadia.ground


@pytest.mark.parametrize("kind", [HolderEventKind.DEATH, HolderEventKind.GUARDIANSHIP])
def test_a12_a_known_death_or_guardianship_ends_both_mandates_on_the_page(kind):
    request = fresh_case()
    a_contact(request.account)
    power(request.account)
    an_emergency(request.account)
    assert [basis for _, basis in told(request)] == [Basis.FILE, Basis.TRUSTED, Basis.POWER]
    an_event(request.account, kind)
    assert [basis for _, basis in told(request)] == [Basis.FILE, Basis.NONE, Basis.NONE]
    assert {r.ground for r in list(receivers(why(request)))[1:]} == {
        "A death or a guardianship is known: this mandate has ended."
    }


@pytest.mark.parametrize(
    ("judgement", "basis"),
    [
        (Judgement.PENDING, Basis.NONE),
        (Judgement.ACCEPTED, Basis.REPRESENTATIVE),
        (Judgement.REFUSED, Basis.NONE),
    ],
)
def test_a_representative_is_told_once_a_supervisor_accepted_the_proof(judgement, basis):
    request = fresh_case()
    a_representative(request.account, judgement)
    assert told(request)[1] == ("Legal representative", basis)
    (known,) = known_of_the_holder(why(request))
    assert (known.kind, known.pill) == ("Heir", Judgement(judgement).label)


def test_end_clients_say_which_part_of_the_ground_is_missing():
    request = fresh_case()

    def ground():
        return list(receivers(why(request)))[-1].ground

    assert "No power of attorney" in ground()
    power(request.account, PowerScope.KEEP_HOSTING)
    assert "does not let us contact" in ground()
    power(request.account, PowerScope.CONTACT_CLIENTS)
    assert "No emergency is open" in ground()
    an_emergency(request.account)
    assert told(request)[-1] == ("Other end clients", Basis.POWER)
    assert "Contact the end clients directly" in ground()


def test_an_event_is_shown_with_its_source_its_day_and_who_recorded_it():
    request = fresh_case()
    ada = UserFactory(full_name="Ada Roth")
    day = (RECEIVED - timedelta(days=4)).date()
    an_event(request.account, happened_on=day, recorded_by=ada)
    (known,) = known_of_the_holder(why(request))
    assert known.kind == "Illness"
    for words in ("A letter", "Ada Roth", "05/06/2026"):
        assert words in known.words


# -- V4 ----------------------------------------------------------------------------------------


def test_a_quiet_case_has_no_warning_sign():
    assert signs(fresh_case()) == {}


def test_one_claimant_on_several_resellers_is_named_with_the_other_requests():
    request, other = fresh_case(), fresh_case()
    other.filing.email = request.filing.email
    other.filing.save()
    facts = sign(request, "several resellers")
    assert other.number in facts
    assert other.account.number in facts
    assert request.number not in facts


def test_two_requests_to_one_reseller_are_no_sign_of_that_kind():
    request = fresh_case()
    filing = FilingFactory(email=request.filing.email)
    fresh_case(filing=filing, account=request.account)
    assert sign(request, "several resellers") is None


def test_a_later_request_to_another_reseller_was_not_known_before():
    request = fresh_case()
    other = fresh_case(received_at=RIPE)
    other.filing.email = request.filing.email
    other.filing.save()
    assert sign(request, "several resellers") is not None
    assert sign(request, "several resellers", known_at=RIPE - timedelta(days=1)) is None


def test_a_contract_that_does_not_name_the_claimant_says_whom_it_names():
    request = fresh_case()
    contract = a_contract(request)
    assert sign(request, "does not name the claimant") == f"{contract.reference}: Alix Martin"
    contract.assignee.emails = [request.filing.email.upper()]
    contract.assignee.save()
    assert sign(request, "does not name the claimant") is None


def test_a_contract_sent_after_the_silence_began_says_both_days():
    request = fresh_case()
    request.filing.silent_since = (RECEIVED - timedelta(days=40)).date()
    request.filing.save()
    contract = a_contract(request, uploaded_at=RECEIVED - timedelta(days=41))
    assert sign(request, "after the silence") is None
    contract.uploaded_at = RECEIVED - timedelta(days=10)
    contract.save()
    facts = sign(request, "after the silence")
    for words in (contract.reference, "30/05/2026", "30/04/2026"):
        assert words in facts


def test_where_nobody_said_since_when_the_silence_lasts_the_request_is_the_latest_day():
    request = fresh_case()
    contract = a_contract(request, uploaded_at=RECEIVED + timedelta(hours=1))
    facts = sign(request, "after the silence")
    assert contract.reference in facts
    assert "request received" in facts


@pytest.mark.parametrize(
    ("role", "days", "shown"),
    [
        (Role.OWNER, -29, True),
        (Role.MEMBER, 3, True),
        (Role.OWNER, -31, False),
        (Role.EMERGENCY, -1, False),
        (Role.REPRESENTATIVE, -1, False),
    ],
)
def test_a_sign_in_of_the_reseller_lately_is_shown_with_its_name_and_day(role, days, shown):
    request = fresh_case()
    member = MembershipFactory(account=request.account, role=role)
    member.user.last_login = RECEIVED + timedelta(days=days)
    member.user.save()
    facts = sign(request, "signed in lately")
    assert (facts is not None) == shown
    assert facts is None or facts.startswith(member.user.full_name)


def test_contacts_changed_in_the_last_30_days_are_named():
    request = fresh_case()
    ContactMethodFactory(
        account=request.account,
        value="new@client.example",
        created_at=RECEIVED - timedelta(days=29),
    )
    request.account.contact_methods.filter(kind="phone").update(ended_at=RECEIVED)
    facts = sign(request, "contacts changed")
    assert "new@client.example added" in facts
    assert "taken off" in facts


def test_contacts_changed_before_are_no_sign():
    request = fresh_case()
    ContactMethodFactory(account=request.account, created_at=RECEIVED - timedelta(days=31))
    assert sign(request, "contacts changed") is None


def test_a_registered_owner_changed_lately_is_named_with_its_day():
    request = fresh_case()
    service = request.services.get().service
    found = DomainRegistration.objects.filter(service=service)
    found.update(owner_changed_at=RECEIVED - timedelta(days=29))
    assert service.display_name in sign(request, "registered owner changed")
    found.update(owner_changed_at=RECEIVED - timedelta(days=31))
    assert sign(request, "registered owner changed") is None


def test_rivals_are_named_with_the_day_they_asked():
    request, rival = fresh_case(), fresh_case()
    rival.services.update(service=request.services.get().service)
    assert sign(request, "Others ask").startswith(rival.number)


def test_a_mailbox_inside_the_contested_name_is_a_sign_with_its_address():
    request = fresh_case()
    name = request.services.get().name
    request.filing.email = f"info@{name}"
    request.filing.save()
    assert sign(request, "depends on the contested service") == f"info@{name}"
