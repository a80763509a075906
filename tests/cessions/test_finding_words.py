"""What machines found is said in words for every code and outcome, and nothing more (D5, K3)."""

import pytest
from django.utils import translation

from cessions.enums import DocumentKind, RefusalReason
from cessions.policies import finding_words
from cessions.policies.findings import Finding, FindingCode, Findings, Outcome, TextSource
from cessions.policies.refusal_words import usual_reasons
from tests.cessions.documents import IN_AN_INVOICE, ON_A_CARD

pytestmark = pytest.mark.usefixtures("english")
ALL = [(code, outcome) for code in FindingCode for outcome in Outcome]


@pytest.mark.parametrize(("code", "outcome"), ALL)
def test_every_outcome_of_every_search_has_its_words(code, outcome):
    said = finding_words.say(Finding(code, outcome, "what was wanted", "what was seen", 91))
    assert all(str(words) for words in (said.label, said.outcome, said.sentence))
    assert "%(" not in str(said.sentence)
    if outcome == Outcome.NEAR:
        assert "91\N{NO-BREAK SPACE}%" in str(said.outcome)


def test_values_are_written_for_the_reader():
    finding = Finding(FindingCode.DUE_ON, Outcome.FOUND, seen="2026-05-31")
    said = finding_words.say(finding, lambda code, text: f"<{code} {text}>")
    assert str(said.sentence) == "<due_on 2026-05-31>"


@pytest.mark.parametrize(
    ("code", "details", "words"),
    [
        (
            FindingCode.SIGNATURE,
            {"signed_at": "2026-05-31T10:00:00+00:00"},
            "Signed on <2026-05-31>",
        ),
        (FindingCode.IDENTITY_EXPIRY, {"extended_years": 5}, "adds 5 years"),
        (FindingCode.IDENTITY_EXPIRY, {"from": "2026-05-01"}, "may end from <2026-05-01> on"),
        (
            FindingCode.DUE_ON,
            {"of": "period", "from": "2026-01-01", "to": "2026-12-31"},
            "from <2026-01-01> to <2026-12-31>",
        ),
        (FindingCode.AMOUNT, {"total": True}, "the total"),
        (FindingCode.EMBEDDED_INVOICE, {"seller_names": ["Lumen", "Durand"]}, "Lumen, Durand"),
    ],
)
def test_what_else_is_known_is_added(code, details, words):
    said = finding_words.say(
        Finding(code, Outcome.FOUND, details=details), lambda _code, text: f"<{text}>"
    )
    assert words in str(said.remarks[0])


def test_a_signature_that_could_not_be_looked_at_is_not_said_to_be_broken():
    finding = Finding(FindingCode.SIGNATURE, Outcome.CONTRADICTS, details={"unreadable": True})
    assert "could not be found out" in str(finding_words.say(finding).sentence)


def in_short(*findings: Finding, **fields: object) -> list[str]:
    said = Findings(**{"source": TextSource.PDF, "findings": findings, **fields})
    return [str(words) for words in finding_words.in_short(said)]


def test_a_list_says_how_many_names_were_found_and_what_contradicts():
    assert in_short(*IN_AN_INVOICE) == ["3 of 3 names found", "service not named"]
    assert in_short(*ON_A_CARD) == ["look at: Name on the identity document"]
    assert in_short() == []
    assert in_short(source=TextSource.NONE) == ["no text could be read"]
    assert in_short(problem="no_ocr") == ["no text could be read"]


def test_why_nothing_could_be_read_is_said():
    words = {
        p: str(finding_words.about_text(Findings(problem=p))) for p in ("no_ocr", "unreadable")
    }
    assert "no program that reads pictures" in words["no_ocr"]
    assert "damaged" in words["unreadable"]
    assert "by eye" in str(finding_words.about_text(Findings()))
    assert "PDF" in str(finding_words.about_text(Findings(source=TextSource.PDF)))


@pytest.mark.parametrize("kind", DocumentKind.values)
def test_every_kind_of_document_has_usual_reasons_in_every_language(kind):
    reasons = usual_reasons(kind)
    assert len({reason.key for reason in reasons}) == len(reasons) <= 9
    assert {reason.refusal for reason in reasons} <= set(RefusalReason)
    for language in ("fr", "de", "en"):
        with translation.override(language):
            assert all(len(str(reason.words)) > 20 for reason in reasons)


def test_of_a_file_that_nobody_can_open_there_is_one_reason():
    assert [reason.key for reason in usual_reasons(DocumentKind.INVOICE, openable=False)] == [
        "not_safe"
    ]
