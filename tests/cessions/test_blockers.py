"""K2: everything that stands in the way of a decision, one reason at a time."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cessions.enums import SignJudgement, SignKind
from cessions.policies import (
    Absence,
    Attempt,
    BlockerCode,
    ContactFacts,
    DecisionFacts,
    DocumentFact,
    MethodOnFile,
    RequirementState,
    ServiceFacts,
    SignOfLife,
    Topic,
    blockers_to_tell,
    decision_blockers,
    is_ripe,
    may_tell,
    requirements_for,
)
from cessions.policies.checklist import ClaimantFacts
from cessions.policies.telling import BLOCKER_TOPICS

PARIS = ZoneInfo("Europe/Paris")
RECEIVED = datetime(2026, 11, 21, 9, 0, tzinfo=PARIS)
OPENS = datetime(2026, 12, 2, 0, 0, tzinfo=PARIS)
MAIL = MethodOnFile("mail", "email", "jean@free.example")
PHONE = MethodOnFile("phone", "phone", "+33 6 00 00 00 00")
DAILY = tuple(
    Attempt(RECEIVED + timedelta(days=offset, hours=1), True, "mail", "email")
    for offset in range(11)
)


def checklist(state: str = "accepted"):
    documents = [DocumentFact(1, "owner_identity", state)]
    service = ServiceFacts("domain", "atelier.example")
    found = requirements_for(service, ClaimantFacts(True), documents, None, date(2026, 11, 21))
    return tuple(found)


CONTACT = ContactFacts(PARIS, RECEIVED, DAILY, (MAIL,))
RIPE = DecisionFacts(
    received_at=RECEIVED,
    zone=PARIS,
    contact=CONTACT,
    requirements=checklist(),
    effects_accepted=True,
)


def blockers(now: datetime = OPENS, **changes):
    return decision_blockers(replace(RIPE, **changes), now)


def codes(now: datetime = OPENS, **changes) -> list[BlockerCode]:
    return [blocker.code for blocker in blockers(now, **changes)]


def only(**changes):
    found = blockers(**changes)
    assert len(found) == 1
    return found[0]


def test_k2_nothing_stands_in_the_way_of_a_ripe_case() -> None:
    assert blockers() == []
    assert is_ripe(RIPE, OPENS)


def test_k1_an_instant_earlier_it_is_not_ripe() -> None:
    (blocker,) = blockers(OPENS - timedelta(microseconds=1))
    assert blocker.code == BlockerCode.TOO_EARLY
    assert blocker.lifts_at == OPENS


def test_k2_a_fresh_request_lacks_everything() -> None:
    fresh = DecisionFacts(RECEIVED, PARIS, replace(CONTACT, attempts=()), checklist("to_review"))
    assert [blocker.code for blocker in decision_blockers(fresh, RECEIVED)] == [
        BlockerCode.TOO_EARLY,
        BlockerCode.PERIOD_RUNNING,
        BlockerCode.MEANS_UNTRIED,
        BlockerCode.DOCUMENT_TO_REVIEW,
        BlockerCode.EFFECTS_NOT_ACCEPTED,
    ]


def test_c4_the_period_says_how_far_it_is_and_when_it_can_end() -> None:
    blocker = only(contact=replace(CONTACT, attempts=(*DAILY[:3], *DAILY[7:])))
    assert blocker.code == BlockerCode.PERIOD_RUNNING
    assert blocker.values == {"dates": 4, "required": 7}
    assert blocker.lifts_at == datetime(2026, 12, 5, 0, 0, tzinfo=PARIS)


def test_c7_an_extension_blocks_again() -> None:
    assert codes(contact=replace(CONTACT, further_dates=5)) == [BlockerCode.PERIOD_RUNNING]


def test_c1_a_method_that_was_not_tried_is_named() -> None:
    blocker = only(contact=replace(CONTACT, methods=(MAIL, PHONE)))
    assert blocker.code == BlockerCode.MEANS_UNTRIED
    assert blocker.values == {"methods": PHONE.label}


def test_c3_dead_mail_asks_for_the_letter_and_the_calls() -> None:
    sent = tuple(replace(attempt, valid=False, sent=True) for attempt in DAILY)
    dead = replace(
        CONTACT, attempts=sent, methods=(MAIL, PHONE), failing_emails=frozenset({"mail"})
    )
    found = {blocker.code: blocker for blocker in blockers(contact=dead)}
    assert set(found) == {
        BlockerCode.PERIOD_RUNNING,
        BlockerCode.LETTER_MISSING,
        BlockerCode.OTHER_CHANNEL_MISSING,
        BlockerCode.MEANS_UNTRIED,
    }
    assert found[BlockerCode.OTHER_CHANNEL_MISSING].values == {"dates": 3}


def test_c6_channels_inside_the_service_are_not_enough() -> None:
    inside = tuple(replace(attempt, depends_on_contested=True) for attempt in DAILY)
    assert codes(contact=replace(CONTACT, attempts=inside)) == [
        BlockerCode.PERIOD_RUNNING,
        BlockerCode.DEPENDENT_CHANNELS_ONLY,
    ]


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("to_review", BlockerCode.DOCUMENT_TO_REVIEW),
        ("refused", BlockerCode.DOCUMENT_REFUSED),
        ("replaced", BlockerCode.DOCUMENT_MISSING),
    ],
)
def test_k2_a_required_document_that_is_not_accepted_blocks(state: str, code: BlockerCode) -> None:
    blocker = only(requirements=checklist(state))
    assert blocker.code == code
    assert blocker.values["kind"] == "owner_identity"


def test_k2_an_optional_document_does_not_block() -> None:
    optional = [line for line in checklist() if not line.required]
    assert [line.state for line in optional] == [RequirementState.MISSING]


def test_k2_a_checklist_that_nobody_drew_up_blocks() -> None:
    assert codes(requirements=()) == [BlockerCode.DOCUMENT_MISSING]


def test_d6_what_is_not_scanned_blocks() -> None:
    assert codes(unscanned_documents=1) == [BlockerCode.NOT_SCANNED]
    assert codes(closed_documents=1) == [BlockerCode.FILE_CLOSED]


def test_v2_a_challenge_is_passed_where_one_is_asked_for() -> None:
    assert codes(required_challenges=1) == [BlockerCode.CHALLENGE_MISSING]
    assert codes(required_challenges=1, passed_challenges=1) == []


def test_x4_the_assignee_accepts_terms_and_effects() -> None:
    assert codes(effects_accepted=False) == [BlockerCode.EFFECTS_NOT_ACCEPTED]


@pytest.mark.parametrize("kind", [SignKind.OBJECTION, SignKind.THEFT, SignKind.MESSAGE])
@pytest.mark.parametrize("judgement", [SignJudgement.PENDING, SignJudgement.CONFIRMED])
def test_c9_an_answer_or_a_message_of_the_holder_blocks(
    kind: SignKind, judgement: SignJudgement
) -> None:
    sign = SignOfLife(kind, RECEIVED, judgement)
    assert codes(signs=(sign,)) == [BlockerCode.SIGN_OF_LIFE]


@pytest.mark.parametrize("kind", list(SignKind))
def test_c9_what_staff_judged_not_to_be_the_holder_does_not_block(kind: SignKind) -> None:
    assert codes(signs=(SignOfLife(kind, RECEIVED, SignJudgement.DISMISSED),)) == []


def test_c9_a_sign_in_after_reception_blocks_until_staff_judge_it() -> None:
    sign_in = SignOfLife(SignKind.SIGN_IN, RECEIVED)
    assert codes(signs=(sign_in,)) == [BlockerCode.SIGN_OF_LIFE_TO_JUDGE]
    judged = replace(sign_in, judgement=SignJudgement.CONFIRMED)
    assert codes(signs=(judged,)) == [BlockerCode.SIGN_OF_LIFE]
    before = replace(sign_in, at=RECEIVED - timedelta(seconds=1))
    assert codes(signs=(before,)) == []


def test_c9_an_answer_through_a_former_contact_waits_for_staff() -> None:
    answer = SignOfLife(SignKind.OBJECTION, RECEIVED, former_contact=True)
    assert codes(signs=(answer,)) == [BlockerCode.SIGN_OF_LIFE_TO_JUDGE]
    confirmed = replace(answer, judgement=SignJudgement.CONFIRMED)
    assert codes(signs=(confirmed,)) == [BlockerCode.SIGN_OF_LIFE]


def test_x2_a_sign_at_the_very_instant_of_the_decision_blocks() -> None:
    assert codes(signs=(SignOfLife(SignKind.OBJECTION, OPENS),)) == [BlockerCode.SIGN_OF_LIFE]
    later = SignOfLife(SignKind.OBJECTION, OPENS + timedelta(microseconds=1))
    assert codes(signs=(later,)) == []


def test_c10_an_agreement_blocks_for_fourteen_days_and_until_the_new_run() -> None:
    agreed = SignOfLife(SignKind.AGREEMENT, RECEIVED, SignJudgement.CONFIRMED)
    blocker = only(signs=(agreed,))
    assert blocker.code == BlockerCode.HOLDER_AGREES
    assert blocker.lifts_at == RECEIVED + timedelta(days=14)
    new_run = replace(CONTACT, attempts_from=RECEIVED + timedelta(minutes=30))
    assert codes(signs=(agreed,), contact=new_run) == []


def test_k2_several_signs_of_one_sort_are_one_reason() -> None:
    signs = (SignOfLife(SignKind.OBJECTION, RECEIVED), SignOfLife(SignKind.MESSAGE, OPENS))
    assert codes(signs=signs) == [BlockerCode.SIGN_OF_LIFE]


def test_c11_a_planned_absence_blocks_up_to_its_last_date() -> None:
    blocker = only(absence=Absence(date(2026, 12, 5)))
    assert blocker.code == BlockerCode.HOLDER_ABSENT
    assert blocker.lifts_at == datetime(2026, 12, 6, tzinfo=PARIS)
    assert codes(absence=Absence(date(2026, 12, 1))) == []


def test_c11_a_planned_absence_blocks_at_most_sixty_days() -> None:
    blocker = only(absence=Absence(date(2027, 12, 5)))
    assert blocker.lifts_at == datetime(2027, 1, 20, tzinfo=PARIS)
    assert codes(datetime(2027, 1, 20, tzinfo=PARIS), absence=Absence(date(2027, 12, 5))) == []


def test_c11_an_emergency_contact_who_may_do_so_lifts_an_absence() -> None:
    assert codes(absence=Absence(date(2026, 12, 5), lifted=True)) == []


def test_a12_an_unresolved_representative_blocks() -> None:
    assert codes(representative_unresolved=True) == [BlockerCode.REPRESENTATIVE_UNRESOLVED]


@pytest.mark.parametrize("event", ["death", "guardianship", "liquidation"])
def test_a12_a_known_event_blocks_until_it_is_resolved(event: str) -> None:
    assert codes(known_event=event) == [BlockerCode.EVENT_UNRESOLVED]
    assert codes(known_event=event, event_resolved=True) == []


@pytest.mark.parametrize("event", ["", "unknown", "accident", "illness", "other"])
def test_a12_an_accident_or_illness_blocks_nothing(event: str) -> None:
    assert codes(known_event=event) == []


def test_t4_rivals_block() -> None:
    blocker = only(rivals=("2026-000002", "2026-000003"))
    assert blocker.code == BlockerCode.RIVALS
    assert blocker.values == {"numbers": "2026-000002, 2026-000003"}


def test_x5_a_locked_service_is_not_transferred_again() -> None:
    until = OPENS + timedelta(days=3)
    blocker = only(locked_until=until)
    assert (blocker.code, blocker.lifts_at) == (BlockerCode.LOCKED, until)
    assert codes(until, locked_until=until) == []


def test_t4_a_name_that_is_not_here_never_ripens() -> None:
    nothing_here = replace(CONTACT, attempts=(), methods=())
    assert codes(OPENS + timedelta(days=99), service_known=False, contact=nothing_here) == [
        BlockerCode.SERVICE_UNKNOWN
    ]


def test_instants_to_lift_are_given_in_utc() -> None:
    found = blockers(
        RECEIVED,
        locked_until=OPENS,
        absence=Absence(date(2026, 12, 5)),
        signs=(SignOfLife(SignKind.AGREEMENT, RECEIVED),),
        contact=replace(CONTACT, methods=(MAIL, PHONE)),
    )
    instants = [blocker.lifts_at for blocker in found if blocker.lifts_at is not None]
    assert len(instants) == 6
    assert {instant.tzinfo for instant in instants} == {UTC}


# -- Words, and what a claimant may read ----------------------------------------------------------

EVERYTHING = {
    "service_known": True,
    "effects_accepted": False,
    "required_challenges": 1,
    "unscanned_documents": 2,
    "closed_documents": 1,
    "representative_unresolved": True,
    "known_event": "death",
    "rivals": ("2026-000002",),
    "locked_until": OPENS + timedelta(days=90),
    "absence": Absence(date(2026, 12, 30)),
    "requirements": checklist("refused"),
    "signs": (
        SignOfLife(SignKind.OBJECTION, RECEIVED),
        SignOfLife(SignKind.AGREEMENT, RECEIVED),
        SignOfLife(SignKind.SIGN_IN, RECEIVED),
    ),
    "contact": replace(CONTACT, attempts=(), methods=(MAIL, PHONE)),
}


def test_k2_each_reason_is_said_in_words_without_a_hole() -> None:
    found = blockers(RECEIVED, **EVERYTHING) + blockers(service_known=False)
    assert len(found) == 17
    for blocker in found:
        assert "%(" not in blocker.words
        assert len(blocker.words) > 20


def test_a10_a_claimant_reads_of_his_own_file_and_its_dates_only() -> None:
    told = {blocker.code for blocker in blockers_to_tell(blockers(RECEIVED, **EVERYTHING))}
    assert told == {
        BlockerCode.TOO_EARLY,
        BlockerCode.DOCUMENT_REFUSED,
        BlockerCode.NOT_SCANNED,
        BlockerCode.FILE_CLOSED,
        BlockerCode.CHALLENGE_MISSING,
        BlockerCode.EFFECTS_NOT_ACCEPTED,
    }


def test_t4_a_claimant_reads_the_same_whether_the_name_is_here_or_not() -> None:
    here = blockers_to_tell(blockers(RECEIVED, contact=replace(CONTACT, methods=(MAIL, PHONE))))
    unknown = blockers_to_tell(
        blockers(RECEIVED, service_known=False, contact=replace(CONTACT, methods=(), attempts=()))
    )
    assert here == unknown


def test_a10_every_reason_has_a_topic() -> None:
    assert set(BLOCKER_TOPICS) == set(BlockerCode)


@pytest.mark.parametrize("topic", list(Topic))
def test_a10_without_another_basis_only_file_dates_and_outcome_are_told(topic: Topic) -> None:
    allowed = {Topic.OWN_FILE, Topic.DATES, Topic.OUTCOME, Topic.HOLDER_ANSWERED}
    assert may_tell(topic) is (topic in allowed)
