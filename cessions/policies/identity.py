"""What a machine-readable zone says for a case: is it consistent, whose is it, is it valid (D2, D5, P3).

Findings keep no birth date and of the document's number the last four signs alone (L1).
"""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from cessions.policies.findings import Finding, FindingCode, Outcome, Place
from hosting.lib.reading.mrz_values import Kind, Line, Zone
from hosting.lib.reading.people import NameMatch, compare

ADULT = 18


@dataclass(frozen=True)
class Lifetime:
    """How long cards of one kind, issued in some months, are valid by law."""

    kind: Kind
    country: str
    issued_from: tuple[int, int]
    """Year and month, the first and the last."""
    issued_to: tuple[int, int]
    years: int
    extended_years: int = 0
    """Further years that the card itself does not show."""
    adults_only: bool = True


# Décret n° 55-1397 du 22 octobre 1955, as changed by décret n° 2013-1188 du 18 décembre 2013: 10 years,
# 15 for adults from 1 January 2014 on, and 5 more for adults' cards of 2 January 2004 to 31 December 2013.
# The zone of these cards has no expiry. The first row that fits counts.
LIFETIMES = (
    Lifetime(Kind.OLD_FRENCH, "FRA", (2014, 1), (2021, 12), years=15),
    Lifetime(Kind.OLD_FRENCH, "FRA", (2004, 1), (2013, 12), years=10, extended_years=5),
    Lifetime(Kind.OLD_FRENCH, "FRA", (1988, 1), (2021, 12), years=10, adults_only=False),
)


def identity_findings(zone: Zone | None, wanted: Iterable[str], on: date | None) -> list[Finding]:
    """All that is said of an identity document. `wanted`: the people one of whom it should show; `on`:
    the day on which it has to be valid."""
    if zone is None:
        return [Finding(FindingCode.MACHINE_READABLE_ZONE, Outcome.MISSING, nearness=0)]
    return [zone_finding(zone), *name_findings(zone, wanted), expiry_finding(zone, on)]


def zone_finding(zone: Zone) -> Finding:
    """Whether its check digits hold; near where a sign had to be read otherwise, or may be misread."""
    outcome = Outcome.CONTRADICTS
    if zone.doubtful or (zone.consistent and zone.repaired):
        outcome = Outcome.NEAR
    elif zone.consistent:
        outcome = Outcome.FOUND
    holding = sum(holds for _field, holds in zone.checks)
    return Finding(
        FindingCode.MACHINE_READABLE_ZONE,
        outcome,
        seen=f"{zone.document} {zone.country} …{zone.last_of_number}",
        nearness=100 * holding // len(zone.checks),
        places=places(zone.lines),
        details={
            "kind": str(zone.kind),
            "country": zone.country,
            "number_ends": zone.last_of_number,
            "wrong": [str(field) for field in zone.wrong],
            "repaired": zone.repaired,
            "doubtful": zone.doubtful,
        },
    )


def name_findings(zone: Zone, wanted: Iterable[str]) -> Iterator[Finding]:
    """How each wanted name agrees; one that agrees is enough, so that the others are left out."""
    matches = [
        (name, compare(name, zone.surnames, zone.given_names, cut=zone.names_cut))
        for name in dict.fromkeys(name.strip() for name in wanted)
        if name
    ]
    exact = [(name, match) for name, match in matches if match.exact]
    for name, match in exact[:1] or matches:
        yield _name(zone, name, match)


def _name(zone: Zone, name: str, match: NameMatch) -> Finding:
    near = Outcome.NEAR if match.nearness else Outcome.CONTRADICTS
    seen = f"{' '.join(zone.given_names)} {' '.join(zone.surnames)}".strip()
    return Finding(
        FindingCode.IDENTITY_NAME,
        Outcome.FOUND if match.exact else near,
        wanted=name,
        seen=seen,
        nearness=match.nearness,
        places=places(zone.lines),
    )


def expiry_finding(zone: Zone, on: date | None) -> Finding:
    """Until when it is valid, legal extensions included, and whether it is on that day.

    An old French card tells the month of its issue, no day: in the month of its end it is near.
    """
    first, last, law = validity(zone)
    details: dict[str, object] = {"on": on.isoformat() if on else ""}
    if law and law.extended_years:
        details["extended_years"] = law.extended_years
    if first is None or last is None:
        return Finding(FindingCode.IDENTITY_EXPIRY, Outcome.MISSING, nearness=0, details=details)
    if first != last:
        details["from"] = first.isoformat()
    return Finding(
        FindingCode.IDENTITY_EXPIRY,
        _valid(first, last, on),
        wanted=on.isoformat() if on else "",
        seen=last.isoformat(),
        places=places(zone.lines),
        details=details,
    )


def _valid(first: date, last: date, on: date | None) -> Outcome:
    if on is None or on <= first:
        return Outcome.FOUND
    return Outcome.NEAR if on <= last else Outcome.CONTRADICTS


def validity(zone: Zone) -> tuple[date | None, date | None, Lifetime | None]:
    """The first and the last day that may be its last, and the law from which these follow.

    Where the zone gives the day of expiry, both are the same and no law is asked.
    """
    if zone.expires is not None:
        return zone.expires, zone.expires, None
    law = next((law for law in LIFETIMES if _applies(law, zone)), None)
    if law is None or zone.issued is None:
        return None, None, None
    year, month = zone.issued
    year += law.years + law.extended_years
    return date(year, month, 1), date(year, month, monthrange(year, month)[1]), law


def _applies(law: Lifetime, zone: Zone) -> bool:
    if (zone.kind, zone.country) != (law.kind, law.country) or zone.issued is None:
        return False
    if not law.issued_from <= zone.issued <= law.issued_to:
        return False
    return not law.adults_only or _adult(zone.born, zone.issued)


def _adult(born: date | None, issued: tuple[int, int]) -> bool:
    """Whether he was of age on the first day of the month of issue already."""
    if born is None:
        return False
    return (born.year + ADULT, born.month, born.day) <= (*issued, 1)


def places(lines: Sequence[Line]) -> tuple[Place, ...]:
    """Where the zone stands."""
    return tuple(
        Place(line.page, line.left, line.top, line.right, line.bottom)
        for line in lines
        if line.right > line.left
    )
