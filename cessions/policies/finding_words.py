"""What machines found in a document, in words for the people who judge it (D5). Machines prepare: no
sentence here says "accept" or "refuse" (K3)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cessions.policies.findings import Finding, FindingCode, Findings, Outcome, TextSource
from cessions.policies.words import Words, gettext_noop

TONES = {
    Outcome.FOUND: "good",
    Outcome.NEAR: "warn",
    Outcome.MISSING: "",
    Outcome.CONTRADICTS: "bad",
}
OUTCOMES = {
    Outcome.FOUND: gettext_noop("found"),
    Outcome.NEAR: gettext_noop("nearly"),
    Outcome.MISSING: gettext_noop("not found"),
    Outcome.CONTRADICTS: gettext_noop("contradicts"),
}
HOW_NEAR = gettext_noop("nearly, %(nearness)s")
LABELS = {
    FindingCode.TRADE_NAME: gettext_noop("Trade name"),
    FindingCode.REGISTRATION_NUMBER: gettext_noop("Registration number"),
    FindingCode.FULL_NAME: gettext_noop("Full name of the holder"),
    FindingCode.SERVICE_NAME: gettext_noop("Name of the service"),
    FindingCode.INVOICE_NUMBER: gettext_noop("Invoice number"),
    FindingCode.ISSUED_ON: gettext_noop("Issued on"),
    FindingCode.DUE_ON: gettext_noop("Due date"),
    FindingCode.DATE: gettext_noop("Date"),
    FindingCode.AMOUNT: gettext_noop("Amount"),
    FindingCode.EMBEDDED_INVOICE: gettext_noop("Embedded invoice data"),
    FindingCode.PAYMENT_FITS: gettext_noop("Payment and invoice"),
    FindingCode.MACHINE_READABLE_ZONE: gettext_noop("Machine-readable zone"),
    FindingCode.IDENTITY_NAME: gettext_noop("Name on the identity document"),
    FindingCode.IDENTITY_EXPIRY: gettext_noop("Expiry"),
    FindingCode.SIGNATURE: gettext_noop("Electronic signature"),
    FindingCode.HIDDEN_TEXT: gettext_noop("Hidden text"),
}

_COMPARED = {
    Outcome.FOUND: gettext_noop("%(seen)s stands in the document."),
    Outcome.NEAR: gettext_noop("Something like it stands in the document: %(seen)s."),
    Outcome.MISSING: gettext_noop("%(wanted)s was not found in the text."),
    Outcome.CONTRADICTS: gettext_noop("%(seen)s stands there, not %(wanted)s."),
}
_HIDDEN = gettext_noop(
    "The file holds words that nobody can see on its pages. They were left out above: %(seen)s"
)
_READ = {
    Outcome.FOUND: "%(seen)s",
    Outcome.NEAR: gettext_noop("Probably %(seen)s: look at it yourself."),
    Outcome.MISSING: gettext_noop("None could be read."),
    Outcome.CONTRADICTS: gettext_noop("%(seen)s stands there, not %(wanted)s."),
}
SENTENCES: dict[FindingCode, dict[Outcome, str]] = {
    FindingCode.TRADE_NAME: _COMPARED,
    FindingCode.REGISTRATION_NUMBER: _COMPARED,
    FindingCode.FULL_NAME: _COMPARED,
    FindingCode.SERVICE_NAME: _COMPARED,
    FindingCode.INVOICE_NUMBER: _READ,
    FindingCode.ISSUED_ON: _READ,
    FindingCode.DUE_ON: _READ,
    FindingCode.DATE: _READ,
    FindingCode.AMOUNT: _READ,
    FindingCode.EMBEDDED_INVOICE: {
        Outcome.FOUND: gettext_noop("The PDF carries the data of an electronic invoice: %(seen)s."),
        Outcome.NEAR: gettext_noop(
            "The PDF carries the data of an electronic invoice, of which only a part could be read."
        ),
        Outcome.MISSING: gettext_noop("The PDF carries no data of an electronic invoice."),
        Outcome.CONTRADICTS: gettext_noop(
            "The data of the embedded electronic invoice say something else than the page: %(seen)s."
        ),
    },
    FindingCode.PAYMENT_FITS: {
        Outcome.FOUND: gettext_noop("It fits the invoice: %(seen)s."),
        Outcome.NEAR: gettext_noop("It may fit the invoice: %(seen)s."),
        Outcome.MISSING: gettext_noop("Nothing was found that ties it to the invoice."),
        Outcome.CONTRADICTS: gettext_noop("It does not fit the invoice: %(seen)s, not %(wanted)s."),
    },
    FindingCode.MACHINE_READABLE_ZONE: {
        Outcome.FOUND: gettext_noop("Read, and its check digits are right."),
        Outcome.NEAR: gettext_noop("Read in part only: compare it with the printed words."),
        Outcome.MISSING: gettext_noop("None was found: compare names and dates yourself."),
        Outcome.CONTRADICTS: gettext_noop(
            "Its check digits are wrong: the picture is poor, or the document was altered."
        ),
    },
    FindingCode.IDENTITY_NAME: {
        Outcome.FOUND: gettext_noop("%(seen)s, as expected."),
        Outcome.NEAR: gettext_noop("%(seen)s; expected was %(wanted)s."),
        Outcome.MISSING: gettext_noop("No name could be read; expected was %(wanted)s."),
        Outcome.CONTRADICTS: gettext_noop("%(seen)s stands there, not %(wanted)s."),
    },
    FindingCode.IDENTITY_EXPIRY: {
        Outcome.FOUND: gettext_noop("Valid until %(seen)s."),
        Outcome.NEAR: gettext_noop("Probably valid until %(seen)s: look at it yourself."),
        Outcome.MISSING: gettext_noop("No date of expiry could be read."),
        Outcome.CONTRADICTS: gettext_noop("It ended on %(seen)s."),
    },
    FindingCode.SIGNATURE: {
        Outcome.FOUND: gettext_noop(
            "Signed electronically by %(seen)s; nothing was changed afterwards."
        ),
        Outcome.NEAR: gettext_noop(
            "Signed electronically by %(seen)s; who vouches for this signature is not known here."
        ),
        Outcome.MISSING: gettext_noop("Not signed electronically."),
        Outcome.CONTRADICTS: gettext_noop(
            "Signed electronically by %(seen)s, and changed afterwards."
        ),
    },
    FindingCode.HIDDEN_TEXT: dict.fromkeys(Outcome, _HIDDEN),
}

UNKNOWN_SIGNATURE = gettext_noop(
    "It could not be found out whether this PDF is signed electronically."
)

PROBLEMS = {
    "no_ocr": gettext_noop(
        "This is a picture, and no program that reads pictures is installed here: no text was read."
    ),
    "unreadable": gettext_noop("No text could be read: the file is damaged or too heavy."),
}
NO_TEXT = gettext_noop("No text could be read in it: it is judged by eye alone.")
SOURCES = {
    TextSource.PDF: gettext_noop("Text of the PDF."),
    TextSource.OCR: gettext_noop("Read from the picture by a machine, which may misread letters."),
}
DATES = frozenset(
    {FindingCode.ISSUED_ON, FindingCode.DUE_ON, FindingCode.DATE, FindingCode.IDENTITY_EXPIRY}
)
NAMES = (FindingCode.TRADE_NAME, FindingCode.REGISTRATION_NUMBER, FindingCode.FULL_NAME)
SEEN = (Outcome.FOUND, Outcome.NEAR)
WHOLLY = 100  # percent
DAY = 10  # the characters of a date in ISO 8601


@dataclass(frozen=True)
class Said:
    """A finding in words; `tone` is "good", "warn", "bad" or empty."""

    label: Words
    outcome: Words
    sentence: Words
    tone: str
    remarks: tuple[Words, ...] = ()
    """What else is known of it, from `Finding.details`."""


Shown = Callable[[FindingCode, str], Any]


def _as_it_is(code: FindingCode, text: str) -> Any:
    return text


def say(finding: Finding, shown: Shown = _as_it_is) -> Said:
    """The finding in words. `shown` writes a value of a code (a date, say) for the reader."""
    seen = finding.seen or finding.wanted
    values = {
        "seen": shown(finding.code, seen) if seen else "–",
        "wanted": shown(finding.code, finding.wanted) if finding.wanted else "–",
    }
    return Said(
        label=Words(LABELS[finding.code]),
        outcome=_outcome(finding),
        sentence=_sentence(finding, values),
        tone=TONES[finding.outcome],
        remarks=tuple(_remarks(finding, shown)),
    )


def _outcome(finding: Finding) -> Words:
    if finding.outcome == Outcome.NEAR and finding.nearness < WHOLLY:
        return Words(HOW_NEAR, {"nearness": f"{finding.nearness}\N{NO-BREAK SPACE}%"})
    return Words(OUTCOMES[finding.outcome])


def _sentence(finding: Finding, values: Mapping[str, object]) -> Words:
    if finding.code == FindingCode.SIGNATURE and finding.details.get("unreadable"):
        return Words(UNKNOWN_SIGNATURE)
    return Words(SENTENCES[finding.code][finding.outcome], values)


def _remarks(finding: Finding, shown: Shown) -> Iterator[Words]:
    """What `details` adds, where a reviewer asks for it."""
    known = finding.details

    def day(name: str) -> Any:
        return shown(FindingCode.DATE, str(known[name])[:DAY])

    if known.get("signed_at"):
        words = gettext_noop("Signed on %(day)s, as the signature itself says.")
        yield Words(words, {"day": day("signed_at")})
    if known.get("extended_years"):
        words = gettext_noop("The law adds %(years)s years to what this card shows.")
        yield Words(words, {"years": known["extended_years"]})
    if finding.code == FindingCode.IDENTITY_EXPIRY and known.get("from"):
        words = gettext_noop("Only months are known of this card: it may end from %(day)s on.")
        yield Words(words, {"day": day("from")})
    if known.get("of") == "period":
        words = gettext_noop("It covers the period from %(first)s to %(last)s.")
        yield Words(words, {"first": day("from"), "last": day("to")})
    if finding.code == FindingCode.AMOUNT and known.get("total"):
        yield Words(gettext_noop("The words beside it call it the total."))
    if known.get("seller_names"):
        words = gettext_noop("Seller by the invoice data: %(names)s.")
        yield Words(words, {"names": ", ".join(known["seller_names"])})


def about_text(findings: Findings) -> Words:
    """Where the text came from, or why there is none."""
    if findings.problem:
        return Words(PROBLEMS.get(findings.problem, NO_TEXT))
    return Words(SOURCES.get(findings.source, NO_TEXT))


def in_short(findings: Findings) -> list[Words]:
    """The findings in a few words for a list: names, service, and what contradicts."""
    if findings.problem or (findings.source == TextSource.NONE and not findings.findings):
        return [Words(gettext_noop("no text could be read"))]
    return [*_names(findings.findings), *_service(findings.findings), *_bad(findings.findings)]


def _names(findings: Iterable[Finding]) -> list[Words]:
    best: dict[FindingCode, bool] = {}
    for finding in findings:
        if finding.code in NAMES:
            best[finding.code] = best.get(finding.code, False) or finding.outcome in SEEN
    if not best:
        return []
    values = {"found": sum(best.values()), "all": len(best)}
    return [Words(gettext_noop("%(found)d of %(all)d names found"), values)]


def _service(findings: Iterable[Finding]) -> list[Words]:
    named = [f.outcome in SEEN for f in findings if f.code == FindingCode.SERVICE_NAME]
    if not named:
        return []
    return [
        Words(gettext_noop("service named") if any(named) else gettext_noop("service not named"))
    ]


def _bad(findings: Iterable[Finding]) -> list[Words]:
    """What contradicts the file, each kind once."""
    codes = dict.fromkeys(f.code for f in findings if f.outcome == Outcome.CONTRADICTS)
    return [
        Words(gettext_noop("look at: %(what)s"), {"what": Words(LABELS[code])}) for code in codes
    ]
