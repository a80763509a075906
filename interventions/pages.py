"""Reading what a client's page says: its title, and the links on the same site. Pure (V3)."""

from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

MOST_LINKS = 15
LONGEST_TITLE = 300


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title: list[str] = []
        self.links: list[str] = []
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "title" and not self.title:
            self._in_title = True
        words = dict(attrs)
        address = words.get("href") if tag in ("a", "link") else words.get("src")
        if address and tag in ("a", "link", "img", "script"):
            self.links.append(address)

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self._in_title = False

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title.append(data)


def read_page(url: str, body: bytes) -> tuple[str, list[str]]:
    """The title of the page at `url`, and up to 15 addresses of the same site that it links to.

    `body` may be any bytes; what is no HTML has neither.
    """
    reader = _Reader()
    reader.feed(body.decode("utf-8", "replace").replace("\0", ""))
    title = " ".join("".join(reader.title).split())[:LONGEST_TITLE]
    return title, _own_links(url, reader.links)


def _own_links(url: str, links: list[str]) -> list[str]:
    found: dict[str, None] = {}
    for link in links:
        try:
            address = urldefrag(urljoin(url, link.strip())).url
            same = urlsplit(address).netloc == urlsplit(url).netloc
        except ValueError:
            continue
        if same and address != url and len(address) <= 500:
            found[address] = None
    return list(found)[:MOST_LINKS]
