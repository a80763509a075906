"""The e-mails to the holder: he is sought, day by day, and what happened to his answer (C1, C10)."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from hosting.records.services.mail import Rendered, render_mail

SEARCH = "holder_search"
OF_OTHERS = "emergency_search"


@dataclass(frozen=True)
class Search:
    """What one day's message to a holder says, but for the recipient's own link.

    `day` counts the local dates of the search from 1; `answer_by` is the instant from which a
    decision may be taken (K1); `decidable` that this instant has passed.
    """

    number: str
    full_name: str
    account_number: str
    services: tuple[str, ...]
    day: int
    answer_by: datetime
    decidable: bool


class SearchMail:
    """One day's message for one request: rendered once, given to each recipient with his link."""

    def __init__(self, search: Search, language: str, reader: str = "", name: str = "") -> None:
        """For the holder; or, with his kind and name, for who stands in for him (C6, A12)."""
        self._mark = f"[[{uuid.uuid4().hex}]]"
        context = {"search": search, "link": self._mark, "reader": reader, "name": name}
        self._parts = render_mail(OF_OTHERS if reader else SEARCH, language, context)

    def with_link(self, placeholder: str) -> Rendered:
        """The message with this recipient's own link (C10)."""
        parts = (part.replace(self._mark, placeholder) for part in self._parts)
        return Rendered(*parts)
