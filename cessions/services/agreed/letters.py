"""Both sides get a letter: rows with the execution or its reversal, the PDFs by a sweep afterwards (X5, X7)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from cessions.enums import AgreedLetterKind
from cessions.letters import agreed_letter_pdf
from cessions.models import AgreedLetter, AgreedTransfer
from cessions.naming import names_with_kinds
from cessions.services.letter_making import FIRST_PAUSE_MINUTES, LONGEST_PAUSE_DOUBLINGS
from cessions.services.letters import holder_address
from hosting.lib.sweeps import each
from hosting.models import Service
from hosting.records.models import StoredFile
from hosting.records.services import destroy_files, journal, store_made

PAUSE = timedelta(minutes=FIRST_PAUSE_MINUTES)


def queue(
    transfer: AgreedTransfer,
    kind: AgreedLetterKind,
    services: Sequence[Service],
    *,
    now: datetime,
    **more: str,
) -> None:
    """Write the letter of `kind` to each side, in its language; all it will say is kept with it. `more`
    are further words (texts, or instants as ISO 8601)."""
    for to_holder in (True, False):
        language = transfer.account.language if to_holder else transfer.language
        AgreedLetter.objects.create(
            transfer=transfer,
            kind=kind,
            to_holder=to_holder,
            language=language,
            context={
                "number": transfer.number,
                "at": now.isoformat(),
                "services": names_with_kinds(services, language),
                "account": "" if transfer.to_account is None else transfer.to_account.number,
                "assignee": transfer.full_name,
                "recipient": holder_address(transfer.account) if to_holder else _address(transfer),
                **more,
            },
            queued_at=now,
            next_try_at=now,
        )


def make_due_letters(now: datetime, limit: int = 20) -> int:
    """Make the PDFs of up to `limit` due letters; returns how many were due.

    A claimed letter's next try lies ahead already, after a pause that doubles: a killed worker or an
    error leaves it due again. One letter's trouble stops no other; it is logged.
    """
    letters = claim(now, limit)
    each(letters, lambda letter: make(letter, now), name="agreed_letters")
    return len(letters)


@transaction.atomic
def claim(now: datetime, limit: int) -> list[AgreedLetter]:
    """Due letters, for this sweep alone until their next try."""
    rows = AgreedLetter.objects.select_for_update(skip_locked=True, of=("self",))
    letters = list(rows.filter(next_try_at__lte=now).order_by("next_try_at", "pk")[:limit])
    for letter in letters:
        letter.next_try_at = now + PAUSE * 2 ** min(letter.tries, LONGEST_PAUSE_DOUBLINGS)
        letter.tries += 1
    AgreedLetter.objects.bulk_update(letters, ["next_try_at", "tries"])
    return letters


def make(letter: AgreedLetter, now: datetime) -> StoredFile:
    """Make one letter's PDF, keep it, and journal its hash. Made meanwhile by another: that one."""
    content = agreed_letter_pdf(letter)
    side = "holder" if letter.to_holder else "assignee"
    name = f"{letter.context['number']}-{letter.kind}-{side}.pdf"
    with transaction.atomic():
        file = store_made(content, name=name, content_type="application/pdf", now=now)
        row = AgreedLetter.objects.select_for_update(of=("self",)).get(pk=letter.pk)
        if row.file is not None:
            destroy_files([file], now=now)
            return row.file
        row.file, row.made_at, row.next_try_at = file, now, None
        row.save(update_fields=["file", "made_at", "next_try_at"])
        journal(
            row.transfer.stream,
            "letter_made",
            at=now,
            letter=letter.pk,
            kind=str(letter.kind),
            side=side,
            sha256=file.sha256,
        )
    return file


def _address(transfer: AgreedTransfer) -> dict[str, str]:
    return {
        "name": transfer.full_name,
        "organisation": transfer.organisation,
        "address": transfer.postal_address,
        "country": transfer.country,
    }
