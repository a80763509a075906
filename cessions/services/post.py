"""Registered letters to the holder: written, made by the sweep, posted by a person (C3, C8)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.enums import ContactKind
from accounts.models import User
from cessions import policies
from cessions.enums import LetterKind, OutcomeKind
from cessions.facts import provider_zone
from cessions.letters import postal_address
from cessions.models import ContactAttempt, Letter, TransferRequest
from cessions.naming import names_with_kinds
from cessions.services import manual, states
from cessions.services.letters import holder_address
from cessions.services.refused import Refused
from hosting.lib.bell import ring_on_commit
from hosting.records.services import journal

MAKE_LETTERS = "cessions.tasks.sweep_letters"


class LetterRefused(Refused):
    """The letter cannot be written or posted; the message says why, in the reader's language."""


@transaction.atomic
def write_registered_letter(request_id: int, *, by: User, now: datetime) -> Letter:
    """Queue a registered letter to the holder; the sweep makes its PDF. Raises LetterRefused.

    A letter that waits to be posted is not written a second time: it is returned.
    """
    request = states.lock(request_id)
    if not request.is_open or request.account is None:
        raise LetterRefused(_("Nobody is sought for this request."))
    waiting = request.letters.filter(kind=LetterKind.REGISTERED, posted_at=None).first()
    if waiting is not None:
        return waiting
    recipient = holder_address(request.account)
    if not recipient["address"]:
        raise LetterRefused(_("There is no postal address on this account."))
    letter = Letter.objects.create(
        filing=request.filing,
        request=request,
        kind=LetterKind.REGISTERED,
        language=request.account.language,
        context={**_words(request, now), "recipient": recipient},
        queued_at=now,
        next_try_at=now,
    )
    journal(
        request.stream,
        "registered_letter_written",
        at=now,
        actor=f"user:{by.pk}",
        request=request.number,
        letter=letter.pk,
    )
    ring_on_commit(MAKE_LETTERS)
    return letter


@transaction.atomic
def mark_posted(letter_id: int, *, tracking: str, by: User, now: datetime) -> ContactAttempt:
    """`by` has just posted the letter, with this tracking number: an attempt by post, today (C3).

    Raises LetterRefused without a tracking number, before the PDF is made, or when it was posted.
    """
    if not tracking.strip():
        raise LetterRefused(_("Please type the tracking number of the registered letter."))
    request = states.lock(Letter.objects.values_list("request_id", flat=True).get(pk=letter_id))
    letter = Letter.objects.select_for_update(of=("self",)).get(pk=letter_id)
    if letter.posted_at is not None:
        raise LetterRefused(_("This letter was posted already."))
    if letter.file_id is None:
        raise LetterRefused(_("This letter is not made yet. Please wait a moment."))
    letter.posted_at = now
    letter.save(update_fields=["posted_at"])
    return manual.record_attempt(
        request.pk,
        channel=ContactKind.POST,
        address=", ".join(postal_address(letter.context["recipient"]).splitlines())[:300],
        outcome=OutcomeKind.LETTER_POSTED,
        words=_("Registered letter, case %(number)s") % {"number": request.number},
        remark=tracking.strip(),
        by=by,
        now=now,
    )


def _words(request: TransferRequest, now: datetime) -> dict[str, object]:
    answer_by = policies.earliest_decision_at(request.received_at, provider_zone())
    return {
        "number": request.number,
        "at": now.isoformat(),
        "received_at": request.received_at.isoformat(),
        "answer_by": answer_by.isoformat(),
        "services": names_with_kinds(states.open_services(request), request.holder.language),
        "account_number": request.account.number if request.account else "",
    }
