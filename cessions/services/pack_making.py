"""The sweep that makes packs of contracts: a few PDFs at a time, one ZIP at the end (P2, P6).

Each PDF is kept by a short transaction of its own and taken for done from then on: what a killed
worker leaves is taken up by the next, and only what is missing is made.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from tempfile import TemporaryFile
from typing import IO, Any

from django.db import connection, transaction
from django.utils.text import slugify

from cessions.contract_pdf import contract_pdf
from cessions.enums import PackState
from cessions.models import ContractPack, TransferContract
from hosting.lib.archives import Archive
from hosting.lib.sweeps import each
from hosting.records.models import StoredFile
from hosting.records.services import destroy_files, journal, open_file, store_made

BATCH = 10  # PDFs between two looks at the clock: some seconds
PACKS = 5
PAUSE_MINUTES = 5
MOST_TRIES = 5  # in a row, without one contract made

CLAIM = """
UPDATE cessions_contractpack SET tries = tries + 1, next_try_at = %(now)s + %(pause)s
WHERE id IN (
    SELECT id FROM cessions_contractpack WHERE next_try_at <= %(now)s
    ORDER BY next_try_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
RETURNING id
"""


def make_due_packs(now: datetime, limit: int = PACKS) -> int:
    """Take each of up to `limit` due packs one batch further; returns how many got further.

    A claimed pack's next try lies ahead, so that a killed worker or an error leaves it due again
    after a pause; a batch that succeeds makes it due at once. One pack's trouble stops no other.
    """
    packs = ContractPack.objects.filter(pk__in=_claim(now, limit)).select_related("account")
    return each(packs, lambda pack: step_pack(pack, now), name="contract packs")


def step_pack(pack: ContractPack, now: datetime) -> bool:
    """Make the next missing contracts of a claimed pack, or its ZIP when none is missing.

    Returns whether it got further. After MOST_TRIES tries in vain the pack is given up.
    """
    if pack.tries > MOST_TRIES:
        return give_up(pack, now)
    missing = list(pack.contracts.filter(draft__isnull=True).order_by("pk")[:BATCH])
    if not missing:
        return finish_pack(pack, now)
    for contract in missing:
        keep_draft(contract, now)
    done = pack.contracts.filter(draft__isnull=False).count()
    ContractPack.objects.filter(pk=pack.pk).update(
        state=PackState.MAKING, done=done, tries=0, next_try_at=now
    )
    return True


def keep_draft(contract: TransferContract, now: datetime) -> StoredFile:
    """Make one contract's PDF, keep it, and journal its hash. Made meanwhile by another: that one."""
    content = contract_pdf(contract)
    name = f"{contract.reference}.pdf"
    with transaction.atomic():
        file = store_made(content, name=name, content_type="application/pdf", now=now)
        row = TransferContract.objects.select_for_update(of=("self",)).get(pk=contract.pk)
        if row.draft is not None:
            destroy_files([file], now=now)
            return row.draft
        row.draft = file
        row.save(update_fields=["draft"])
        journal(
            f"account:{row.account_id}",
            "contract.made",
            at=now,
            contract=row.pk,
            sha256=file.sha256,
        )
    return file


def finish_pack(pack: ContractPack, now: datetime) -> bool:
    """Put the contracts of `pack` into one ZIP, piece by piece, and say that it is ready."""
    contracts = pack.contracts.select_related("draft").order_by("pk")
    with TemporaryFile() as spool:
        write_zip(spool, contracts.iterator(chunk_size=100))
        with transaction.atomic():
            row = ContractPack.objects.select_for_update(of=("self",)).get(pk=pack.pk)
            if row.file is not None:
                return False
            row.file = store_made(
                spool, name=zip_name(row), content_type="application/zip", now=now
            )
            row.state, row.ready_at, row.next_try_at = PackState.READY, now, None
            row.done = row.contracts.count()
            row.save(update_fields=["file", "state", "ready_at", "next_try_at", "done"])
            facts = {"pack": str(row.pk), "sha256": row.file.sha256}
            journal(pack.account.stream, "contracts.ready", at=now, **facts)
    return True


def give_up(pack: ContractPack, now: datetime) -> bool:
    """Stop trying; the page says so and offers to try again."""
    with transaction.atomic():
        ContractPack.objects.filter(pk=pack.pk).update(state=PackState.FAILED, next_try_at=None)
        journal(pack.account.stream, "contracts.failed", at=now, pack=str(pack.pk))
    return False


def write_zip(target: IO[bytes], contracts: Iterable[TransferContract]) -> None:
    """Write the drafts of `contracts` into a ZIP."""
    with Archive(target) as archive:
        for contract in contracts:
            if contract.draft is None:
                raise ValueError(f"contract {contract.pk} is not made")
            with open_file(contract.draft) as file:
                archive.add(file_name(contract), file, at=contract.draft.stored_at)


def file_name(contract: TransferContract) -> str:
    """The name under which a contract is saved: whom it is with, and its reference."""
    who = slugify(contract.context["assignee"]["full_name"])[:60]
    return f"{who}-{contract.reference}.pdf".removeprefix("-")


def zip_name(pack: ContractPack) -> str:
    """The name under which a pack is saved."""
    return f"{pack.account.number}-{pack.asked_at:%Y-%m-%d}.zip"


def _claim(now: datetime, limit: int) -> list[Any]:
    """The ids of due packs, for this sweep alone until their next try."""
    values: dict[str, Any] = {"now": now, "limit": limit, "pause": timedelta(minutes=PAUSE_MINUTES)}
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, values)
        return [pk for (pk,) in cursor.fetchall()]
