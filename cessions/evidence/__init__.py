"""The evidence of a case as one archive that a third party can check without this software (X6)."""

from cessions.evidence.bundle import Bundle, write_bundle

__all__ = ["Bundle", "write_bundle"]
