"""Guides for somebody whose site is broken, and the questions that lead to the right one (N6)."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from interventions import guides
from interventions.broken_site import QUESTIONS, Question, known, next_step

BACKUPS = "portal_backups"


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All guides."""
    context = {"guides": guides.guides(get_language() or "en")}
    return render(request, "interventions/guides/index.html", context)


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """One guide."""
    try:
        found = guides.guide(slug, get_language() or "en")
    except KeyError as error:
        raise Http404("no such guide") from error
    return render(request, "interventions/guides/page.html", {"guide": found})


@require_safe
def broken(request: HttpRequest) -> HttpResponse:
    """“I broke my site”: the next question, or where the answers lead. All that is known stands in the
    address, so that nothing is kept of it, and the browser's way back works."""
    answers = known(request.GET.dict())
    step = next_step(answers)
    context: dict[str, Any] = {"answered": answered(answers), "anew": request.path}
    if isinstance(step, Question):
        context |= {"question": step, "answers": answers, "number": len(answers) + 1}
        return render(request, "interventions/broken/question.html", context)
    slug = step.guide or ("restore" if step.kind == "restore" else "")
    context |= {
        "end": step.kind,
        "guide": guides.guide(slug, get_language() or "en") if slug else None,
        "backups": address_of(BACKUPS),
        "hacked": answers.get("see") == "hacked",
        "managed": answers.get("plan") == "managed",
    }
    return render(request, "interventions/broken/end.html", context)


def answered(answers: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Each answer so far: the question, what was said, and the address that asks it again."""
    found = []
    for name, value in answers.items():
        before = {other: said for other, said in answers.items() if other != name}
        question = QUESTIONS[name]
        again = f"?{urlencode(before)}" if before else "?"
        found.append((str(question.words), str(question.options[value]), again))
    return found


def address_of(name: str) -> str:
    """The address of the page `name`, or nothing where this installation has no such page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
