"""A client contests that his account gets no courtesy interventions (I13, I14)."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hosting.lib import clock
from interventions.forms import ContestForm
from interventions.services import eligibility
from interventions.services.states import NotPossible
from interventions.views.limits import limit_posts
from interventions.views.mine import Standing, accounts_of, standing_of


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def contest(request: HttpRequest) -> HttpResponse:
    """Each of his accounts: the reason, what was contested and answered, and a form."""
    standings = [standing_of(account) for account in accounts_of(request.user)]
    if not standings:
        raise Http404("no account")
    if request.method != "POST":
        return page(request, standings)
    limit_posts(request)
    wanted = request.POST.get("account", "")
    chosen = next((each for each in standings if str(each.account.pk) == wanted), None)
    if chosen is None:
        raise Http404("none of his accounts")
    form = ContestForm(request.POST, auto_id=auto_id(chosen))
    if not form.is_valid():
        return page(request, standings, form, wanted)
    try:
        eligibility.contest(chosen.account, text=form.cleaned_data["text"], now=clock.now())
    except NotPossible as refused:
        messages.error(request, refused.messages[0])
    else:
        messages.success(request, _("Thank you. Somebody else looks at it again, and answers you."))
    return redirect("assistance_contest")


def page(
    request: HttpRequest,
    standings: list[Standing],
    sent: ContestForm | None = None,
    wanted: str = "",
) -> HttpResponse:
    """The page; the form that was sent, with its errors, stands at the account `wanted`."""
    rows = [
        (each, sent if sent and str(each.account.pk) == wanted else fresh(each))
        for each in standings
    ]
    status = 422 if sent else 200
    return render(request, "interventions/contest.html", {"rows": rows}, status=status)


def fresh(standing: Standing) -> ContestForm:
    """An empty form for one of several accounts."""
    return ContestForm(auto_id=auto_id(standing))


def auto_id(standing: Standing) -> str:
    """Ids of fields, one per account on the page."""
    return f"id_{standing.account.pk}_%s"
