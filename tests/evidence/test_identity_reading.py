"""Drawn identity documents are read from their pictures, by tesseract in a child (D5)."""

from datetime import date

import pytest

from cessions.enums import DocumentKind
from cessions.policies.findings import FindingCode, Outcome
from cessions.policies.reading.wanted import Wanted
from cessions.services.readers import ReadingInput, findings_of
from hosting.lib.reading import DocumentText, Unreadable, read_zone
from tests.evidence import identity_samples as drawn
from tests.evidence.identity_samples import BEARERS, JPEG, ON, PDF, PNG, VALID
from tests.lib.test_paperscan import paper, reference, signed, signer

__all__ = ["paper", "reference", "signed", "signer"]  # fixtures
WHO = BEARERS[4]


def findings(content: bytes, content_type: str, kind: str, name: str) -> dict[FindingCode, Outcome]:
    given = ReadingInput(
        kind=kind,
        content=content,
        content_type=content_type,
        text=DocumentText("none", 1),
        wanted=Wanted(claimant=name, filed_on=ON),
        today=ON,
    )
    return {each.code: each.outcome for each in findings_of(given)}


def passport(**changes: str) -> bytes:
    lines = drawn.td3(WHO, "12AC34567", VALID, **changes)
    return drawn.saved(drawn.drawn(lines, 3, "Passeport", WHO), PNG)


def test_a_scanned_passport_is_read_and_belongs_to_the_claimant() -> None:
    found = findings(passport(), PNG, DocumentKind.CLAIMANT_IDENTITY, WHO.name)
    assert found == dict.fromkeys(drawn.GOOD, Outcome.FOUND)


def test_a_forged_expiry_is_seen_in_the_picture() -> None:
    found = findings(passport(wrong="expiry"), PNG, DocumentKind.OWNER_IDENTITY, WHO.name)
    assert found[FindingCode.MACHINE_READABLE_ZONE] == Outcome.CONTRADICTS


def test_a_photo_of_an_old_card_taken_askew_is_read_and_its_place_told() -> None:
    image = drawn.drawn(drawn.old_french(WHO, date(2018, 4, 12)), 5, "Carte", WHO)
    photo = drawn.saved(drawn.photographed(image, turned=-3, noise=5), JPEG)
    zone = read_zone(photo, JPEG, ON)
    assert zone is not None
    assert (zone.consistent, zone.issued) == (True, (2018, 4))
    assert all(0.6 < line.top < line.bottom < 0.95 for line in zone.lines)


def test_a_paper_without_a_zone_has_none_and_a_broken_file_is_unreadable() -> None:
    assert (
        read_zone(drawn.saved(drawn.on_paper(drawn.Image.new("L", (9, 9))), JPEG), JPEG, ON) is None
    )
    with pytest.raises(Unreadable):
        read_zone(b"%PDF-1.7 rubbish", PDF, ON)


def test_signatures_of_any_pdf_become_findings(signed: bytes) -> None:
    place = signed.index(b"/MediaBox")
    altered = signed[:place] + b"/MediaBoy" + signed[place + 9 :]
    for content, outcome in ((signed, Outcome.NEAR), (altered, Outcome.CONTRADICTS)):
        found = findings(content, PDF, DocumentKind.CONTRACT, WHO.name)
        assert found[FindingCode.SIGNATURE] == outcome
