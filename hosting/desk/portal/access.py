"""Who may see which page of the space, and of which account. Everything else starts from here.

A page never takes an account from an address: it is the visitor's own. A thing of the account is
fetched by `own`, so that a stranger's id is a 404 like any missing one.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.enums import HOLDER_ROLES, PREPARING_ROLES, SEEING_ROLES, Role
from accounts.models import CustomerAccount, EmergencyContact, HolderEvent, Membership, User
from accounts.roles import is_support
from cessions.models import TransferRequest

ACCOUNT = "portal_account"
"""Session: the account that somebody with several looks at."""
SEEN_AS = "portal_seen_as"
"""Session: the account that a member of staff looks at, read-only."""

FOR_ACCOUNT = "for_account"
"""In forms of somebody with several accounts: for which one he filled it in (`portal/parts`)."""

P = ParamSpec("P")
M = TypeVar("M", bound=models.Model)


class AlreadyEnded(Exception):
    """The visitor's own thing ended meanwhile: in another window, by a colleague, by a second press.
    `back` is the page that lists what is left."""

    def __init__(self, back: str) -> None:
        super().__init__(back)
        self.back = back


@dataclass(frozen=True)
class Visitor:
    """Somebody signed in, the account he acts for, and as what."""

    user: User
    account: CustomerAccount
    role: Role
    emergency_contact: EmergencyContact | None = None
    staff: bool = False
    """A member of staff who looks on: nothing can be changed."""
    others: tuple[Membership, ...] = ()
    """All that he may choose among, when there are several."""
    mandate_over: bool = False
    """A trusted person whose mandate ended with the holder's death or guardianship (A12)."""
    left_to_representative: bool = False
    """A known event leaves the account to its legal representative, and he is not he (A12)."""

    @property
    def is_holder(self) -> bool:
        """Whether he speaks as the holder (C10, X7, A12)."""
        return self.role in HOLDER_ROLES and not self.staff

    @property
    def hands_over(self) -> bool:
        """Whether he can hand a service over: after some events the representative alone (X7, A12)."""
        return self.is_holder and not self.left_to_representative

    @property
    def is_owner(self) -> bool:
        """Whether he decides in person: who is trusted, who has access, what is signed (A8, A9, A12)."""
        return self.role == Role.OWNER and not self.staff

    @property
    def prepares(self) -> bool:
        """Whether he prepares the account; a representative does not (A12)."""
        return self.role in PREPARING_ROLES

    @property
    def sees_account(self) -> bool:
        """Whether he sees all requests and transfers; an emergency contact what is open (A8)."""
        return self.role in SEEING_ROLES

    @property
    def actor(self) -> str:
        """What the journal calls him."""
        return f"user:{self.user.pk}"

    @cached_property
    def open_requests(self) -> int:
        """How many requests on his services are open: the menu counts them on every page."""
        return TransferRequest.objects.open().filter(account=self.account).count()


View = Callable[Concatenate[HttpRequest, Visitor, P], HttpResponse]
Page = Callable[Concatenate[HttpRequest, P], HttpResponse]


def portal_page(*roles: Role, after_event: bool = False) -> Callable[[View[P]], Page[P]]:
    """Decorate a view `(request, visitor, ...)` for these roles (none: those who prepare the account).

    Nobody signed in: to the sign-in. Another role, no account: 404. Staff who look on see what an
    owner sees; what they post is refused with 403. A trusted person whose mandate ended by law reads
    why, whatever page he asks for; and once an event leaves the account to its representative, the others
    only read, but for what stops a transfer (`after_event`), so that nobody acts in the name of the dead
    (A12). Pages are kept by no cache.

    What a verb refuses because it came too late, and no page of its own shows, is said on the next
    page; a form of another account than the one he looks at now is refused with 409.
    """
    allowed = roles or PREPARING_ROLES

    def decorate(view: View[P]) -> Page[P]:
        @never_cache
        @login_required
        @wraps(view)
        def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            visitor = visitor_of(request)
            if visitor is None or visitor.role not in allowed:
                raise Http404
            request.visitor = visitor  # for templates: navigation, the band over a staff's view
            changes = request.method not in ("GET", "HEAD")
            if visitor.staff and changes:
                return render(request, "portal/looking_on.html", status=403)
            if visitor.left_to_representative and changes and not after_event:
                return render(request, "portal/left.html", status=403)
            if visitor.mandate_over:
                return render(request, "portal/overview/mandate_over.html", status=403)
            if visitor.others and request.method == "POST":
                meant = request.POST.get(FOR_ACCOUNT, "")
                if meant and meant != str(visitor.account.pk):
                    return render(request, "portal/other_account.html", status=409)
            try:
                return view(request, visitor, *args, **kwargs)
            except AlreadyEnded as ended:
                messages.info(request, _("That was done already, or somebody was quicker."))
                return redirect(ended.back)
            except ValidationError as late:
                messages.error(request, " ".join(late.messages))
                return redirect("portal_home")

        return answer

    return decorate


def visitor_of(request: HttpRequest) -> Visitor | None:
    """Who is there, or None when he has no account here."""
    if SEEN_AS in request.session and is_support(request.user):
        account = CustomerAccount.objects.filter(pk=request.session[SEEN_AS]).first()
        return Visitor(request.user, account, Role.OWNER, staff=True) if account else None
    found = list(memberships_of(request.user))
    if not found:
        return None
    wanted = request.session.get(ACCOUNT)
    chosen = next((m for m in found if m.account_id == wanted), found[0])
    others = tuple(found) if len(found) > 1 else ()
    role = Role(chosen.role)
    return Visitor(
        request.user,
        chosen.account,
        role,
        chosen.emergency_contact,
        others=others,
        mandate_over=role == Role.EMERGENCY and chosen.mandate_over,
        left_to_representative=role in PREPARING_ROLES and chosen.grave,
    )


def memberships_of(user: User) -> models.QuerySet[Any]:
    """The accounts that `user` signs in for, in order, and what is known of their holders (A12)."""
    running = Membership.objects.filter(user=user, ended_at__isnull=True)
    events = HolderEvent.objects.filter(account=models.OuterRef("account"))
    known = running.annotate(
        mandate_over=models.Exists(events.end_mandates()), grave=models.Exists(events.grave())
    )
    return known.select_related("account", "emergency_contact").order_by("pk")


def own(rows: models.QuerySet[M], pk: object) -> M:
    """The one of the visitor's own `rows` with this key. Raises Http404, as for any missing one."""
    try:
        found = rows.filter(pk=pk).first()
    except (ValidationError, ValueError, OverflowError) as error:
        raise Http404 from error
    if found is None:
        raise Http404
    return found


def own_running(rows: models.QuerySet[M], pk: object, *, back: str) -> M:
    """As `own`, for a thing that has an end. Raises AlreadyEnded where it has come."""
    found = own(rows, pk)
    if found.ended_at is not None:  # type: ignore[attr-defined]
        raise AlreadyEnded(back)
    return found


def own_all(rows: models.QuerySet[M], pks: Iterable[object]) -> list[M]:
    """Those of the visitor's own `rows`; Http404 when one of the keys is not among them."""
    wanted = {str(pk) for pk in pks}
    try:
        found = list(rows.filter(pk__in=wanted))
    except (ValidationError, ValueError, OverflowError) as error:
        raise Http404 from error
    if len(found) != len(wanted):
        raise Http404
    return found
