"""The electronic signatures of a PDF as findings: do they hold, whose are they, when (D5)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cessions.policies.findings import Finding, FindingCode, Outcome


def signature_findings(signatures: Iterable[Mapping[str, Any]]) -> Iterator[Finding]:
    """One finding per signature, as `hosting.lib.paperscan.read_signatures` gave it.

    Found: intact, over the whole file, by somebody the provider trusts. Near: intact and whole, its
    issuer unknown. Contradicts: altered, or the file went on after it was signed.
    """
    for signature in signatures:
        holds = bool(signature["intact"] and signature["whole"])
        trusted = bool(signature["trusted"])
        near = Outcome.FOUND if trusted else Outcome.NEAR
        yield Finding(
            FindingCode.SIGNATURE,
            near if holds else Outcome.CONTRADICTS,
            seen=str(signature["signer"]),
            nearness=100 if holds else 0,
            details={
                "intact": bool(signature["intact"]),
                "whole": bool(signature["whole"]),
                "trusted": trusted,
                "signed_at": str(signature["signed_at"]),
            },
        )


def unread_signatures() -> Finding:
    """Whether it is signed could not be found out: no reason to take it for unsigned."""
    return Finding(
        FindingCode.SIGNATURE, Outcome.CONTRADICTS, nearness=0, details={"unreadable": True}
    )
