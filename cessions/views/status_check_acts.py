"""What the claimant does on his status page to show that a service is his (V1, V2)."""

import threading
from collections.abc import Callable

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cessions.enums import ChallengeKind
from cessions.forms import LONGEST_TEXT
from cessions.models import Challenge, Filing
from cessions.policies import challenges as rules
from cessions.services import challenges
from cessions.services.challenges import CodeAnswer
from cessions.services.locks import NotPossible
from cessions.services.refused import Refused
from cessions.views.limits import limit_looks
from cessions.views.links import row_number
from hosting.lib import clock
from hosting.lib.mailtext import tidy

LONGEST_CODE = 100
LOOKS_AT_A_TIME = 3
_places = threading.BoundedSemaphore(LOOKS_AT_A_TIME)
"""Per process: each look waits some seconds for servers that a stranger chose, and whoever asks for many
at once from many places must not keep all threads from the other visitors."""


def begin(request: HttpRequest, filing: Filing, argument: str) -> str:
    """He begins a check himself; a service of another filing is as one that does not exist."""
    kind, _dash, number = argument.partition("-")
    service = filing.services.select_related("filing").filter(pk=row_number(number)).first()
    if service is None or kind not in rules.WAYS:
        raise NotPossible("no such service, or no such way")
    challenges.begin(service, kind, now=clock.now())
    return _("Begun. What to do stands below.")


def code(request: HttpRequest, filing: Filing, argument: str) -> str:
    """The code that came back to him. Wrong ones are counted."""
    challenge = own(filing, argument, lambda row: rules.WAYS[row.kind].by_code)
    typed = request.POST.get("text", "")[:LONGEST_CODE].strip()
    if not typed:
        raise Refused(_("Please enter the code."))
    answer = challenges.enter_code(challenge, typed, now=clock.now())
    if answer == CodeAnswer.RIGHT:
        return _("The code is right. Thank you: this check is passed.")
    if answer == CodeAnswer.OVER:
        raise Refused(_("This check is over. Please choose another way, or write to us below."))
    challenge.refresh_from_db()
    left = challenge.tries_allowed - challenge.tries
    raise Refused(
        ngettext(
            "This code is not right. You can try once more.",
            "This code is not right. You can try %(count)d more times.",
            left,
        )
        % {"count": left}
    )


def check(request: HttpRequest, filing: Filing, argument: str) -> str:
    """Look now; it takes some seconds at most. What was seen stands at the check afterwards."""
    challenge = own(filing, argument, lambda row: rules.WAYS[row.kind].by_machine)
    limit_looks(request)
    if not _places.acquire(blocking=False):
        raise Refused(
            _(
                "We are looking at other sites just now. Please try again in a minute; we also look by ourselves."
            )
        )
    try:
        passed = challenges.check_by_machine(challenge, clock.now(), actor="claimant")
    finally:
        _places.release()
    if passed:
        return _("We found it. Thank you: this check is passed.")
    return _("We looked and did not find it yet. What we saw stands below.")


def tell(request: HttpRequest, filing: Filing, argument: str) -> str:
    """His answer to a question on the service."""
    challenge = own(filing, argument, lambda row: row.kind == ChallengeKind.QUESTION)
    text = tidy(request.POST.get("text", ""))
    if not text:
        raise Refused(_("Please write your answer."))
    if len(text) > LONGEST_TEXT:
        raise Refused(
            _("Please be a little shorter: up to %(count)d characters.") % {"count": LONGEST_TEXT}
        )
    challenges.answer_question(challenge, text, now=clock.now())
    return _("Thank you, we have your answer.")


def own(filing: Filing, argument: str, fits: Callable[[Challenge], bool]) -> Challenge:
    """A check of this filing; another's, or one of another kind, is as one that does not exist."""
    try:
        found = challenges.challenge_of(filing, row_number(argument))
    except Challenge.DoesNotExist as unknown:
        raise NotPossible("no such check") from unknown
    if not fits(found):
        raise NotPossible("another kind of check")
    return found


ACTS = {"begin": begin, "code": code, "check": check, "tell": tell}
