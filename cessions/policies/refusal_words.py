"""Usual reasons for which a document is refused, as the claimant reads them (D4, T6).

Staff choose one, change its words as they like, and send it. Nothing here tells anything of the
account (A10).
"""

from dataclasses import dataclass

from cessions.enums import DocumentKind, RefusalReason
from cessions.policies.words import Words, gettext_noop


@dataclass(frozen=True)
class UsualReason:
    """One usual reason: a key for programs, the kind of reason, the words."""

    key: str
    refusal: RefusalReason
    words: Words


def _usual(key: str, refusal: RefusalReason, message: str) -> UsualReason:
    return UsualReason(key, refusal, Words(message))


UNREADABLE = _usual(
    "unreadable",
    RefusalReason.INCORRECT,
    gettext_noop(
        "We cannot read it well enough. Please send a sharper picture, taken in good light, or a scan."
    ),
)
CUT_OFF = _usual(
    "cut_off",
    RefusalReason.INCOMPLETE,
    gettext_noop(
        "A part of it is missing. Please send all pages, with all four edges in the picture."
    ),
)
OTHER_KIND = _usual(
    "other_kind",
    RefusalReason.INCORRECT,
    gettext_noop(
        "This is another document than the one we asked for here. Please send the right one."
    ),
)
NOT_SAFE = _usual(
    "not_safe",
    RefusalReason.INCORRECT,
    gettext_noop(
        "For safety we cannot open this file. Please send it again as a plain PDF without a password, "
        "or as a photo, if you can from another device."
    ),
)
EXPIRED = _usual(
    "expired",
    RefusalReason.OUTDATED,
    gettext_noop(
        "It was no longer valid on the day you sent it. Please send an identity card or passport that "
        "is valid."
    ),
)
OTHER_PERSON = _usual(
    "other_person",
    RefusalReason.INCORRECT,
    gettext_noop("It is in the name of another person than the one this document is asked of."),
)
ONE_SIDE = _usual(
    "one_side",
    RefusalReason.INCOMPLETE,
    gettext_noop("We need both sides of the identity card."),
)
NOT_SIGNED = _usual(
    "not_signed",
    RefusalReason.INCOMPLETE,
    gettext_noop("The handwritten signature is missing. Please sign it and send it again."),
)
IDENTITY = (EXPIRED, OTHER_PERSON, ONE_SIDE)
BY_KIND: dict[DocumentKind, tuple[UsualReason, ...]] = {
    DocumentKind.OWNER_IDENTITY: (*IDENTITY, NOT_SIGNED),
    DocumentKind.CLAIMANT_IDENTITY: IDENTITY,
    DocumentKind.REPRESENTATIVE_IDENTITY: IDENTITY,
    DocumentKind.OWNER_AUTHORITY: (
        NOT_SIGNED,
        _usual(
            "no_service",
            RefusalReason.INCOMPLETE,
            gettext_noop("It does not say which domain name or service it is about."),
        ),
        OTHER_PERSON,
    ),
    DocumentKind.REGISTER_EXTRACT: (
        _usual(
            "too_old",
            RefusalReason.OUTDATED,
            gettext_noop(
                "It was older than 3 months on the day you sent it. Please send a new extract."
            ),
        ),
        _usual(
            "no_representative",
            RefusalReason.INCOMPLETE,
            gettext_noop("It does not name the person who represents the organisation."),
        ),
    ),
    DocumentKind.INVOICE: (
        _usual(
            "no_issuer",
            RefusalReason.INCORRECT,
            gettext_noop(
                "We cannot see on it who issued the invoice: name or registration number of the reseller."
            ),
        ),
        _usual(
            "no_mention",
            RefusalReason.INCORRECT,
            gettext_noop("It mentions neither the hosting nor the domain name you ask for."),
        ),
        _usual(
            "not_last",
            RefusalReason.OUTDATED,
            gettext_noop("There must be a later invoice than this one. Please send the last one."),
        ),
        _usual(
            "no_dates",
            RefusalReason.INCOMPLETE,
            gettext_noop("The dates that it covers cannot be seen on it."),
        ),
    ),
    DocumentKind.PAYMENT_PROOF: (
        _usual(
            "other_invoice",
            RefusalReason.INCORRECT,
            gettext_noop(
                "It does not fit the invoice: neither its number nor its amount stands on it."
            ),
        ),
        _usual(
            "other_term",
            RefusalReason.OUTDATED,
            gettext_noop("It is about an earlier term. Please send the proof for the last one."),
        ),
    ),
    DocumentKind.CONTRACT: (
        _usual(
            "not_both",
            RefusalReason.INCOMPLETE,
            gettext_noop("It needs the signatures of both sides."),
        ),
    ),
}


def usual_reasons(kind: str, *, openable: bool = True) -> tuple[UsualReason, ...]:
    """The usual reasons for a document of `kind`, the likeliest first; of a file that nobody can open
    there is one."""
    if not openable:
        return (NOT_SAFE,)
    return (*BY_KIND.get(DocumentKind(kind), ()), UNREADABLE, CUT_OFF, OTHER_KIND)
