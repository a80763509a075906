"""The text of a mail: cleaned, out of HTML, and without what it quotes. Pure, in linear time."""

import re
import unicodedata
from html import unescape

BLOCKS = {
    *("p", "div", "br", "tr", "li", "ul", "ol", "table", "blockquote", "pre", "hr", "section"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "article", "header", "footer", "dt", "dd"),
}
UNSEEN = {"script", "style", "head", "title", "template", "noscript"}
LONGEST_ATTRIBUTION = 300
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20}|[!?])")
SEPARATOR = re.compile(
    r"\s*(?:-{2,}\s*(?:original message|message d[’']origine|message transféré|forwarded message|"
    r"ursprüngliche nachricht|weitergeleitete nachricht|original-nachricht)\s*-{2,}|_{20,})\s*$",
    re.IGNORECASE,
)
ATTRIBUTION = re.compile(
    r"\s*(?:on\b.{4,}\bwrote|le\b.{4,}\ba écrit|am\b.{4,}\bschrieb\b.*|.{4,}\bschrieb am\b.*)\s*:\s*$",
    re.IGNORECASE,
)
ATTRIBUTION_BEGINS = re.compile(r"\s*(?:on|le|am)\s", re.IGNORECASE)
FROM = re.compile(r"\s*\*?(?:from|de|von)\*?\s*:\*?\s*\S", re.IGNORECASE)
SENT = re.compile(r"\s*\*?(?:sent|date|envoyé|gesendet|datum)\b.{0,10}:", re.IGNORECASE)


def clean(text: str) -> str:
    """`text` without NUL, half characters and signs that control a screen or turn its direction."""
    whole = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(sign for sign in whole if sign in "\n\t" or _harmless(sign))


def _harmless(sign: str) -> bool:
    return sign.isprintable() or unicodedata.category(sign) == "Zs" or sign in "\u200c\u200d"


def tidy(text: str) -> str:
    """`text` with plain line ends, no more than one empty line in a row, nothing around it."""
    lines = [clean(line).rstrip() for line in text.splitlines()]
    kept = [line for place, line in enumerate(lines) if line or (place and lines[place - 1])]
    return "\n".join(kept).strip()


def from_html(html: str) -> str:
    """What a person would read of `html`; quotations begin with ">", as in plain mails.

    Python's own reader needs minutes for 100 kB of "<a <a <a": this one looks at each sign once.
    """
    reader = _Reader()
    place = 0
    while place < len(html):
        begin = html.find("<", place)
        reader.words(html[place:] if begin < 0 else html[place:begin])
        if begin < 0:
            break
        place = _after_tag(html, begin, reader)
    return reader.text


def _after_tag(html: str, begin: int, reader: "_Reader") -> int:
    """Read the tag at `begin`; where the text goes on. What is never closed reaches to the end."""
    tag = TAG.match(html, begin)
    if tag is None:
        reader.words("<")
        return begin + 1
    if html.startswith("<!--", begin):
        end = html.find("-->", begin + 4)
        return len(html) if end < 0 else end + 3
    name, end = tag[2].lower(), html.find(">", begin)
    if name in UNSEEN and not tag[1]:
        closing = re.compile(rf"</{name}\b", re.IGNORECASE).search(html, begin)
        end = html.find(">", closing.end()) if closing else -1
    elif end >= 0 and tag[1]:
        reader.end(name)
    elif end >= 0:
        reader.begin(name)
    return len(html) if end < 0 else end + 1


class _Reader:
    """Collects lines, each behind the ">" of the quotations it stands in."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._quoted = 0

    @property
    def text(self) -> str:
        """All that was read."""
        self._end_line()
        return "\n".join(self._lines)

    def words(self, text: str) -> None:
        """Text between two tags."""
        if text:
            self._line.append(unescape(text))

    def begin(self, tag: str) -> None:
        """An opening tag."""
        if tag in BLOCKS:
            self._end_line()
        self._quoted += tag == "blockquote"
        if tag == "li":
            self._line.append("- ")

    def end(self, tag: str) -> None:
        """A closing tag."""
        if tag in BLOCKS:
            self._end_line()
        if tag == "p":
            self._lines.append(self._mark)
        self._quoted = max(0, self._quoted - (tag == "blockquote"))

    @property
    def _mark(self) -> str:
        return ">" * min(self._quoted, 5)

    def _end_line(self) -> None:
        words = " ".join("".join(self._line).split())
        self._line = []
        if words:
            self._lines.append(f"{self._mark} {words}" if self._quoted else words)


def split_quoted(text: str) -> tuple[str, str]:
    """What is new in `text`, and the history that it quotes below; the two joined are the text.

    Cut only where nothing new can follow: an answer between quoted lines is left whole. Nothing is
    cut that would leave nothing.
    """
    lines = text.split("\n")
    last_new = max((n for n, line in enumerate(lines) if _is_new(line)), default=-1)
    for place in range(len(lines)):
        if _history_begins(lines, place, last_new):
            new = "\n".join(lines[:place]).rstrip()
            return (new, "\n".join(lines[place:])) if new else (text, "")
    return text, ""


def _is_new(line: str) -> bool:
    return bool(line.strip()) and not line.startswith(">")


def _history_begins(lines: list[str], place: int, last_new: int) -> bool:
    """Whether the line at `place` begins the history; `last_new` is the last line that quotes nothing."""
    line = lines[place]
    if len(line) > LONGEST_ATTRIBUTION or not line.strip():
        return False
    if SEPARATOR.match(line):
        return True
    if FROM.match(line):
        return any(SENT.match(one[:60]) for one in lines[place + 1 : place + 4])
    if line.startswith(">"):
        return place > last_new
    return 0 <= last_new - place < _attribution(lines, place) and last_new < len(lines) - 1


def _attribution(lines: list[str], place: int) -> int:
    """How many lines (one or two: mail programs break them) say "on that day somebody wrote:"."""
    if ATTRIBUTION.match(lines[place]):
        return 1
    if place + 1 < len(lines) and ATTRIBUTION_BEGINS.match(lines[place]):
        both = f"{lines[place]} {lines[place + 1]}"
        if len(both) <= LONGEST_ATTRIBUTION and ATTRIBUTION.match(both):
            return 2
    return 0
