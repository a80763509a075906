"""Words of a file that nobody sees on its pages: whoever judges it should know of them (D5)."""

from collections.abc import Iterator

from cessions.policies.findings import Finding, FindingCode, Outcome, Place
from hosting.lib.reading.words import DocumentText

MOST_SHOWN = 20


def hidden_findings(text: DocumentText) -> Iterator[Finding]:
    """One finding for all of them, with the first words and their places; none where all can be seen."""
    if not text.hidden:
        return
    first = text.hidden[:MOST_SHOWN]
    seen = " ".join(word.text for word in first)
    if len(text.hidden) > len(first):
        seen += " \N{HORIZONTAL ELLIPSIS}"
    places = tuple(Place(word.page, word.left, word.top, word.right, word.bottom) for word in first)
    yield Finding(FindingCode.HIDDEN_TEXT, Outcome.CONTRADICTS, seen=seen, places=places)
