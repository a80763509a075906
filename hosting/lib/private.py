"""Pages behind a private link: kept by nobody, found by nobody, their address told to nobody (T5)."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def private_page(view: View[P]) -> View[P]:
    """Answers of `view` are never stored, never indexed, and leak no address by Referer.

    `strict-origin` and not `no-referrer`: under the latter browsers send a form with `Origin: null`,
    which the guard against forged requests refuses.
    """

    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Referrer-Policy"] = "strict-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    kept_by_nobody: View[P] = never_cache(answer)
    return kept_by_nobody
