"""The ZIP of somebody's own data: one JSON document, and the files that may be opened (L2, D6)."""

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import IO

from django.core.serializers.json import DjangoJSONEncoder

from accounts.models import CustomerAccount, SignedPaper
from hosting.desk.portal.data.content import account_data
from hosting.lib.archives import Archive
from hosting.records.models import StoredFile
from hosting.records.services import open_file, openable

DOCUMENT = "data.json"
IN_MEMORY = 8 * 1024 * 1024


@dataclass(frozen=True)
class OwnData:
    """The open ZIP at its beginning, how many files it holds, and the papers (references) whose
    identity copy is among them: each access to one is journalled (L1)."""

    content: IO[bytes]
    files: int
    identity_copies: list[str]


@dataclass(frozen=True)
class Part:
    """A file of a paper under its name in the archive."""

    paper: SignedPaper
    kind: str
    file: StoredFile

    @property
    def name(self) -> str:
        """`files/<reference>-<kind>.<ending>`; nothing that was typed by anybody."""
        ending = PurePosixPath(self.file.storage_name).suffix
        return f"files/{self.paper.reference}-{self.kind}{ending}"


def write_archive(account: CustomerAccount, now: datetime) -> OwnData:
    """Everything of `account` as a ZIP in a temporary file that goes when it is closed.

    Files that are not scanned yet, or were destroyed, are named in the document but not there.
    """
    content = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    parts = [part for part in _parts(account) if openable(part.file)]
    with Archive(content) as archive:
        document = account_data(account, now)
        words = json.dumps(document, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)
        archive.add(DOCUMENT, words.encode(), at=now, pack=True)
        for part in parts:
            with open_file(part.file) as source:
                archive.add(part.name, source, at=part.file.stored_at)
    content.seek(0)
    copies = [part.paper.reference for part in parts if part.kind == "identity"]
    return OwnData(content, len(parts), copies)


def _parts(account: CustomerAccount) -> Iterator[Part]:
    files = ("draft", "scan", "identity_copy")
    for papers in (account.transfercontracts, account.powerofattorneys):
        for paper in papers.select_related(*files):
            for kind, file in (
                ("draft", paper.draft),
                ("signed", paper.scan),
                ("identity", paper.identity_copy),
            ):
                if file is not None:
                    yield Part(paper, kind, file)
