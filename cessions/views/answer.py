"""The page on which the holder answers, reached by the link of one recipient alone (C10)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.views import View

from cessions.enums import SignKind
from cessions.models import AnswerLink
from cessions.services import lifting, search, signs
from hosting.lib import clock, links
from hosting.lib.private import private_page

PURPOSE = "cession_answer"
LIFT = "lift"


def link_of(token: str) -> AnswerLink:
    """The link a token speaks of. Raises Http404 for rubbish and for another page's token."""
    key = links.read_token(token)
    if key is None or not links.token_holds(PURPOSE, token):
        raise Http404("no such answer link")
    found = AnswerLink.objects.select_related(
        "request__filing", "request__account", "emergency_contact"
    ).filter(pk=key)
    link = found.first()
    if link is None:
        raise Http404("no such answer link")
    return link


@method_decorator(private_page, name="dispatch")
class AnswerView(View):
    """Looking changes nothing; an answer is a POST with its own button (C10)."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """What is asked for, how we sought him, and the three answers."""
        return self._page(request, link_of(token))

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """One answer; then the same page, which says what follows from it."""
        link = link_of(token)
        answer = request.POST.get("answer", "")
        trusted = link.emergency_contact is not None
        if trusted and answer == LIFT:
            lifting.lift_absence(link, clock.now())
            return redirect(PURPOSE, token=token)
        if answer not in (signs.ANSWERS_OF_TRUSTED if trusted else signs.ANSWERS):
            return self._page(request, link, unclear=True)
        signs.holder_answered(link, SignKind(answer), clock.now())
        return redirect(PURPOSE, token=token)

    def _page(
        self, request: HttpRequest, link: AnswerLink, *, unclear: bool = False
    ) -> HttpResponse:
        context = {"page": search.answer_page(link, clock.now()), "unclear": unclear}
        status = 400 if unclear else 200
        trusted = link.emergency_contact is not None
        template = "cessions/answer_trusted.html" if trusted else "cessions/answer.html"
        return render(request, template, context, status=status)
