"""*I broke my site* (N6): which questions lead where. Pure; the table is the whole path.

The answers are walked along RULES from the top: a rule that an answer contradicts is passed over, a rule
that all answers fulfil is the end, and of any other its first open question is asked. So only what still
matters is asked, every step answers one question more, and the last rule, which asks nothing, ends what
is left.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = str | Promise


@dataclass(frozen=True)
class Question:
    """One question, one page: its words, and what can be answered."""

    name: str
    words: Words
    help: Words
    options: Mapping[str, Words]


@dataclass(frozen=True)
class End:
    """Where the path ends: "guide" (then `guide` names it), "restore", "ticket" or "quote"."""

    kind: str
    guide: str = ""


@dataclass(frozen=True)
class Rule:
    """`end` holds when each question named in `when` has one of these answers."""

    end: End
    when: Mapping[str, frozenset[str]] = field(default_factory=dict)


def _rule(end: End, **when: str) -> Rule:
    return Rule(end, {name: frozenset(answers.split()) for name, answers in when.items()})


QUESTIONS = {
    question.name: question
    for question in (
        Question(
            "see",
            _("What do you see?"),
            _(
                "Open your site in a private window of the browser, so that you see what others see."
            ),
            {
                "white": _("A white page, or only a part of the page"),
                "critical": _("“There has been a critical error”, or error 500"),
                "maintenance": _("“Briefly unavailable for scheduled maintenance”"),
                "database": _("“Error establishing a database connection”"),
                "hacked": _("Content that is not mine, advertising, a warning of the browser"),
                "domain": _("Another site, a parking page, or “this site can’t be reached”"),
                "email": _("The site is well, but my e-mails do not arrive"),
            },
        ),
        Question(
            "changed",
            _("What was changed last?"),
            _(
                "By you, by somebody else, or by itself over night. The last thing is mostly the cause."
            ),
            {
                "update": _("An update: of WordPress, of an extension, of the theme"),
                "extension": _("An extension or theme was installed, changed or removed"),
                "files": _("Files or code, or something was deleted"),
                "dns": _("The domain name, its DNS settings, or a move"),
                "nothing": _("Nothing, or I do not know"),
            },
        ),
        Question(
            "plan",
            _("Who looks after the site, as your plan says?"),
            _("It stands in your contract and in your space, under “Help with your sites”."),
            {
                "standard": _("I do: a standard plan"),
                "managed": _("The provider helps: a managed plan"),
                "unknown": pgettext_lazy("plan", "I do not know"),
            },
        ),
        Question(
            "admin",
            _("Can you still sign in to the administration of the site?"),
            _("With WordPress, add /wp-admin/ to the address of your site."),
            {"yes": _("Yes"), "no": _("No, or it is broken as well")},
        ),
        Question(
            "backup",
            _("Is there a backup from before?"),
            _("From a day on which all was well."),
            {
                "automatic": _("Yes, the automatic ones of my plan"),
                "own": _("Yes, one that I made myself"),
                "none": _("No"),
                "unknown": pgettext_lazy("backup", "I do not know"),
            },
        ),
    )
}

TICKET, QUOTE, RESTORE = End("ticket"), End("quote"), End("restore")


def _guide(slug: str) -> End:
    return End("guide", slug)


RULES = (
    _rule(_guide("maintenance-mode"), see="maintenance"),
    _rule(_guide("dns"), see="domain"),
    _rule(_guide("dns"), see="email", changed="dns"),
    _rule(TICKET, see="email"),
    _rule(TICKET, plan="managed"),
    _rule(TICKET, see="database", changed="nothing"),
    _rule(_guide("plugins"), see="white critical", changed="update extension", admin="yes"),
    _rule(
        _guide("plugins"),
        see="white critical",
        changed="update extension",
        admin="no",
        backup="own none unknown",
    ),
    _rule(_guide("error-log"), see="white critical", changed="dns nothing"),
    _rule(RESTORE, backup="automatic"),
    _rule(_guide("restore"), backup="own"),
    _rule(QUOTE),
)


def known(answers: Mapping[str, str]) -> dict[str, str]:
    """Those of `answers` that the questions know, in the order of the questions; rubbish is left out."""
    return {
        name: answers[name]
        for name, question in QUESTIONS.items()
        if answers.get(name) in question.options
    }


def next_step(answers: Mapping[str, str]) -> Question | End:
    """What follows from `answers` (name of a question -> name of an option): a question, or the end."""
    for rule in RULES:
        if any(name in answers and answers[name] not in may for name, may in rule.when.items()):
            continue
        for name in rule.when:
            if name not in answers:
                return QUESTIONS[name]
        return rule.end
    raise AssertionError("the last rule asks nothing")
