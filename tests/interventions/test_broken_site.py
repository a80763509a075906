"""The path of “I broke my site” (N6): whatever is answered, it ends somewhere and never goes in a circle."""

from itertools import product

import pytest

from interventions.broken_site import QUESTIONS, RULES, End, Question, known, next_step
from interventions.guides import SLUGS

ALL = [
    dict(zip(QUESTIONS, answers, strict=True))
    for answers in product(*(question.options for question in QUESTIONS.values()))
]


def walk(person):
    """The questions that somebody with these answers in mind is asked, and where he ends."""
    answers, asked = {}, []
    while isinstance(step := next_step(answers), Question):
        assert step.name not in answers, f"{step.name} is asked twice of {person}"
        answers[step.name] = person[step.name]
        asked.append(step.name)
    return asked, step


def test_every_combination_ends_somewhere_after_few_questions():
    for person in ALL:
        asked, end = walk(person)
        assert isinstance(end, End)
        assert 1 <= len(asked) <= len(QUESTIONS)
        assert asked[0] == "see"


def test_every_end_is_one_of_the_four_and_every_guide_exists():
    ends = {walk(person)[1] for person in ALL}
    assert {end.kind for end in ends} == {"guide", "restore", "ticket", "quote"}
    assert {end.guide for end in ends if end.kind == "guide"} == set(SLUGS)
    assert all(not end.guide for end in ends if end.kind != "guide")


def test_every_rule_is_reached_and_names_only_what_can_be_answered():
    reached = set()
    for person in ALL:
        for place, rule in enumerate(RULES):
            if all(person[name] in may for name, may in rule.when.items()):
                reached.add(place)
                break
    assert reached == set(range(len(RULES)))
    for rule in RULES:
        for name, may in rule.when.items():
            assert may <= QUESTIONS[name].options.keys()


def test_the_way_there_does_not_change_where_one_ends():
    """Answers that were not asked for, as a link may carry them, lead to the same end."""
    for person in ALL:
        assert next_step(person) == walk(person)[1]


@pytest.mark.parametrize(
    ("person", "end"),
    [
        ({"see": "critical", "plan": "managed"}, End("ticket")),
        ({"see": "hacked", "plan": "standard", "backup": "automatic"}, End("restore")),
        ({"see": "hacked", "plan": "standard", "backup": "own"}, End("guide", "restore")),
        ({"see": "hacked", "plan": "standard", "backup": "none"}, End("quote")),
        ({"see": "domain"}, End("guide", "dns")),
    ],
)
def test_a_backup_leads_to_a_restore_and_without_one_to_a_quote(person, end):
    assert next_step(person) == end


def test_rubbish_is_no_answer():
    assert known({"see": "x" * 9000, "changed": "\0", "other": "white", "plan": "managed"}) == {
        "plan": "managed"
    }
