"""What staff may begin a message to the claimant with (A10): usual answers, each about one topic.

An answer that speaks of the holder or of the search is offered only on a ground that allows it.
"""

from enum import StrEnum

from cessions.policies.telling import Basis, Topic, may_tell


class UsualAnswer(StrEnum):
    """The usual answers; their words are `templates/cessions/words/claimant/<value>.txt`."""

    LOOKING = "looking"
    MISSING = "missing"
    VERIFY = "verify"
    DATES = "dates"
    NOT_SOONER = "not_sooner"
    MAY_NOT_TELL = "may_not_tell"
    OUTCOME = "outcome"
    HOLDER_ANSWERED = "holder_answered"
    SEARCH = "search"
    HOLDER = "holder"


TOPICS = {
    UsualAnswer.LOOKING: Topic.OWN_FILE,
    UsualAnswer.MISSING: Topic.OWN_FILE,
    UsualAnswer.VERIFY: Topic.OWN_FILE,
    UsualAnswer.DATES: Topic.DATES,
    UsualAnswer.NOT_SOONER: Topic.DATES,
    UsualAnswer.MAY_NOT_TELL: Topic.OWN_FILE,
    UsualAnswer.OUTCOME: Topic.OUTCOME,
    UsualAnswer.HOLDER_ANSWERED: Topic.HOLDER_ANSWERED,
    UsualAnswer.SEARCH: Topic.SEARCH_DETAILS,
    UsualAnswer.HOLDER: Topic.HOLDER_IDENTITY,
}
WHILE_OPEN = frozenset(
    {
        UsualAnswer.LOOKING,
        UsualAnswer.MISSING,
        UsualAnswer.VERIFY,
        UsualAnswer.DATES,
        UsualAnswer.NOT_SOONER,
        UsualAnswer.SEARCH,
        UsualAnswer.HOLDER,
    }
)


def usual_answers(basis: Basis, *, is_open: bool, holder_answered: bool) -> list[UsualAnswer]:
    """The answers that staff may begin with on the ground of `basis`, in the order they are shown.

    `is_open`: the request is; `holder_answered`: it ended because the holder was reached (C9).
    """
    return [
        answer
        for answer, topic in TOPICS.items()
        if may_tell(topic, basis) and _fits(answer, is_open, holder_answered)
    ]


def _fits(answer: UsualAnswer, is_open: bool, holder_answered: bool) -> bool:
    if answer is UsualAnswer.HOLDER_ANSWERED:
        return holder_answered
    if answer is UsualAnswer.OUTCOME:
        return not is_open
    return is_open or answer not in WHILE_OPEN
