"""Mails of the verification: to the claimant what is to be done, to the registered owner who asks (V2).

The owner's code stands in the outbox as a placeholder alone. He learns the service and the case number;
nothing of the holder, and of the claimant nothing either: it is for him to know who asks (A10).
"""

import uuid
from datetime import datetime
from typing import Any

from cessions.models import Challenge
from hosting.lib import codes, links
from hosting.records.models import OutgoingMail
from hosting.records.services.mail import queue_mail, render_mail

OWNERS_PAGE = "cession_owner"


def owners_key(challenge: Challenge) -> uuid.UUID:
    """What the owner's private link names the challenge by."""
    return uuid.UUID(int=challenge.pk)


def ask_owner(challenge: Challenge, language: str, *, now: datetime) -> OutgoingMail:
    """To the registered owner: did you ask for this? With a code for the claimant, and a page."""
    words = {
        **_words(challenge),
        "code": codes.placeholder(f"challenge_{challenge.kind}", challenge.pk, challenge.nonce),
        "link": links.placeholder(OWNERS_PAGE, owners_key(challenge)),
    }
    mail = render_mail("owner_check", language, words)
    return queue_mail(
        kind="owner_check",
        recipient=challenge.target,
        language=language,
        now=now,
        stream=challenge.filing.stream,
        give_up_at=challenge.expires_at,
        **mail._asdict(),
    )


def begun(challenge: Challenge, *, now: datetime) -> None:
    """To the claimant: a verification was begun, and what he does."""
    _send("cession_challenge", challenge, now)


def not_passed(challenge: Challenge, *, now: datetime) -> None:
    """To the claimant: one was not passed; another one can be done."""
    _send("cession_challenge_ended", challenge, now)


def _send(name: str, challenge: Challenge, now: datetime) -> None:
    filing = challenge.filing
    if not filing.email:
        return
    link = links.placeholder("cession_status", filing.pk, filing.link_generation)
    mail = render_mail(name, filing.language, {**_words(challenge), "link": link})
    queue_mail(
        kind=name,
        recipient=filing.email,
        language=filing.language,
        now=now,
        stream=filing.stream,
        **mail._asdict(),
    )


def _words(challenge: Challenge) -> dict[str, Any]:
    return {
        "challenge": challenge,
        "filing": challenge.filing,
        "name": challenge.requested_service.display_name,
    }
