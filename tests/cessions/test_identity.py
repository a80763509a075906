"""What a machine-readable zone and a signature say for a case (D2, D5, P3)."""

from collections.abc import Sequence
from datetime import date

import pytest

from cessions.enums import DocumentKind
from cessions.policies.findings import Finding, FindingCode, Outcome
from cessions.policies.identity import identity_findings
from cessions.policies.reading.wanted import Wanted
from cessions.policies.signing import signature_findings, unread_signatures
from cessions.services.readers import PEOPLE
from hosting.lib.reading.mrz import best_zone
from hosting.lib.reading.mrz_values import Line
from tests.evidence.identity_samples import BEARERS, ON, VALID, old_french, td1, td3

WHO = BEARERS[0]
ZONE, NAME = FindingCode.MACHINE_READABLE_ZONE, FindingCode.IDENTITY_NAME
EXPIRY = FindingCode.IDENTITY_EXPIRY


def found(
    lines: Sequence[str], wanted: Sequence[str] = (WHO.name,), on: date | None = ON
) -> dict[FindingCode, Finding]:
    zone = best_zone([Line(text) for text in lines], ON)
    return {finding.code: finding for finding in identity_findings(zone, wanted, on)}


def test_a_good_document_is_consistent_of_the_wanted_person_and_valid_on_filing() -> None:
    findings = found(td1(WHO, "X4RTBPFW4", VALID))
    assert {code: each.outcome for code, each in findings.items()} == dict.fromkeys(
        (ZONE, NAME, EXPIRY), Outcome.FOUND
    )
    assert findings[EXPIRY].seen == VALID.isoformat()
    assert findings[NAME].seen == "HELENE MARIE LEFEVRE"


def test_neither_the_whole_number_nor_the_birth_date_is_kept() -> None:
    said = repr(found(td1(WHO, "X4RTBPFW4", VALID)))
    assert "PFW4" in said
    assert "X4RTBPFW4" not in said
    assert "1979" not in said
    assert "790304" not in said


def test_without_a_zone_it_is_said_to_be_missing() -> None:
    (finding,) = identity_findings(None, ["Alix"], ON)
    assert (finding.code, finding.outcome) == (ZONE, Outcome.MISSING)


@pytest.mark.parametrize("field", ["number", "birth", "expiry"])
def test_a_forged_digit_contradicts_and_is_named(field: str) -> None:
    finding = found(td3(WHO, "12AC34567", VALID, wrong=field))[ZONE]
    assert finding.outcome == Outcome.CONTRADICTS
    assert field in finding.details["wrong"]


def test_one_of_several_owners_is_enough_and_another_name_contradicts() -> None:
    several = found(td3(WHO, "12AC34567", VALID), ["Camille Petit", WHO.name])
    assert (several[NAME].outcome, several[NAME].wanted) == (Outcome.FOUND, WHO.name)
    assert (
        found(td3(WHO, "12AC34567", VALID), ["Camille Petit"])[NAME].outcome == Outcome.CONTRADICTS
    )


@pytest.mark.parametrize(
    ("expires", "on", "outcome"),
    [
        (date(2026, 6, 9), date(2026, 6, 9), Outcome.FOUND),
        (date(2026, 6, 8), date(2026, 6, 9), Outcome.CONTRADICTS),
        (date(2026, 6, 8), date(2024, 1, 5), Outcome.FOUND),
    ],
)
def test_it_has_to_be_valid_on_the_day_of_filing_or_of_the_contract(
    expires: date, on: date, outcome: Outcome
) -> None:
    finding = found(td1(WHO, "X4RTBPFW4", expires), on=on)[EXPIRY]
    assert (finding.outcome, finding.wanted) == (outcome, on.isoformat())


@pytest.mark.parametrize(
    ("issued", "on", "outcome", "years"),
    [
        (date(2013, 12, 5), date(2028, 11, 30), Outcome.FOUND, 5),
        (date(2013, 12, 5), date(2028, 12, 20), Outcome.NEAR, 5),
        (date(2013, 12, 5), date(2029, 1, 1), Outcome.CONTRADICTS, 5),
        (date(2014, 1, 5), date(2028, 12, 31), Outcome.FOUND, None),
        (date(2014, 1, 5), date(2029, 2, 1), Outcome.CONTRADICTS, None),
        (date(2004, 1, 5), date(2019, 1, 1), Outcome.FOUND, 5),
        (date(2003, 12, 5), date(2014, 1, 1), Outcome.CONTRADICTS, None),
    ],
)
def test_old_french_cards_of_adults_live_five_years_longer(
    issued: date, on: date, outcome: Outcome, years: int | None
) -> None:
    finding = found(old_french(WHO, issued), on=on)[EXPIRY]
    assert finding.outcome == outcome
    assert finding.details.get("extended_years") == years


def test_old_french_cards_of_minors_do_not() -> None:
    minor = BEARERS[5]  # 14 at the issue
    finding = found(old_french(minor, date(2013, 6, 5)), on=ON)[EXPIRY]
    assert finding.outcome == Outcome.CONTRADICTS
    assert "extended_years" not in finding.details


def test_whom_a_document_should_show_follows_from_its_kind() -> None:
    wanted = Wanted(claimant="Alix Martin", owners=("Camille Petit",))
    assert PEOPLE[DocumentKind.OWNER_IDENTITY](wanted) == ("Camille Petit",)
    assert PEOPLE[DocumentKind.CLAIMANT_IDENTITY](wanted) == ("Alix Martin",)
    assert PEOPLE[DocumentKind.OWNER_IDENTITY](Wanted(claimant="Alix")) == ("Alix",)


@pytest.mark.parametrize(
    ("intact", "whole", "trusted", "outcome"),
    [
        (True, True, True, Outcome.FOUND),
        (True, True, False, Outcome.NEAR),
        (True, False, True, Outcome.CONTRADICTS),
        (False, True, True, Outcome.CONTRADICTS),
    ],
)
def test_a_signature_is_found_only_where_it_holds_for_all_by_somebody_trusted(
    intact: bool, whole: bool, trusted: bool, outcome: Outcome
) -> None:
    said = {"signer": "CN=Camille", "signed_at": "2026-06-01T10:00:00+00:00"}
    said |= {"intact": intact, "whole": whole, "trusted": trusted}
    (finding,) = signature_findings([said])
    assert finding.outcome == outcome
    assert finding.seen == "CN=Camille"
    assert finding.details["signed_at"] == said["signed_at"]


def test_a_signature_that_cannot_be_looked_at_is_no_good_one() -> None:
    assert unread_signatures().outcome == Outcome.CONTRADICTS
