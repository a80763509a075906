"""Customer accounts in the admin: found fast, read on one page, changed by verbs (A1-A7)."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.enums import ContactKind, Judgement
from accounts.models import (
    ContactMethod,
    CorrectionRequest,
    CustomerAccount,
    InternalNote,
    PlannedAbsence,
)
from accounts.policies import missing_ways
from hosting.admin.account_page import account_page
from hosting.admin.emergencies import OPEN as OPEN_EMERGENCY
from hosting.admin.standing import STANDING_VERBS
from hosting.forms import accounts as forms
from hosting.forms import reach
from hosting.forms.people import OpenSpaceForm
from hosting.forms.services import AddServiceForm
from hosting.lib.admin import ReadingAdmin, Verb, actor_of, perform
from hosting.lib.clock import now
from hosting.lib.downloads import send_file
from hosting.records.models import StoredFile
from hosting.records.services import NotOpenable, journal, open_file
from hosting.search import find_accounts


def contact_of(account: CustomerAccount, pk: int) -> ContactMethod:
    """A present contact of this account."""
    method = account.contact_methods.current().select_related("account").filter(pk=pk).first()
    if method is None:
        raise Http404
    return method


def telephone_of(account: CustomerAccount, pk: int) -> ContactMethod:
    """A present telephone of this account."""
    method = contact_of(account, pk)
    if method.kind != ContactKind.PHONE:
        raise Http404
    return method


def note_of(account: CustomerAccount, pk: int) -> InternalNote:
    """A note of this account."""
    note = account.notes.select_related("account", "attachment").filter(pk=pk).first()
    if note is None:
        raise Http404
    return note


def absence_of(account: CustomerAccount, pk: int) -> PlannedAbsence:
    """An absence of this account that still stands."""
    absence = account.absences.filter(pk=pk, cancelled_at__isnull=True).first()
    if absence is None:
        raise Http404
    return absence


def correction_of(account: CustomerAccount, pk: int) -> CorrectionRequest:
    """A correction of this account that waits for us."""
    rows = account.corrections.select_related("account")
    correction = rows.filter(pk=pk, judgement=Judgement.PENDING).first()
    if correction is None:
        raise Http404
    return correction


OPEN = Verb(
    "add",
    gettext_lazy("Open an account"),
    forms.OpenForm,
    gettext_lazy("Open the account"),
    hint=gettext_lazy("The holder must be reachable by e-mail and by telephone."),
    permission="add",
)
VERBS = (
    Verb(
        "identity",
        gettext_lazy("Change the identity"),
        forms.ChangeIdentityForm,
        gettext_lazy("Save the identity"),
        hint=gettext_lazy("Former names and numbers are kept: older invoices show them."),
    ),
    Verb(
        "contacts/add",
        gettext_lazy("Add a contact"),
        forms.AddContactForm,
        gettext_lazy("Add the contact"),
    ),
    Verb(
        "contacts/order",
        gettext_lazy("Order of the contacts"),
        forms.OrderContactsForm,
        gettext_lazy("Save the order"),
        hint=gettext_lazy("The smallest number is tried first."),
    ),
    Verb(
        "contacts/change",
        gettext_lazy("Change a contact"),
        forms.ChangeContactForm,
        gettext_lazy("Save the contact"),
        hint=gettext_lazy("The former address or number is kept and used for 12 more months."),
        part=contact_of,
    ),
    Verb(
        "contacts/verify",
        gettext_lazy("Mark a contact as verified"),
        forms.VerifyContactForm,
        gettext_lazy("Mark as verified"),
        part=contact_of,
    ),
    Verb(
        "contacts/code",
        gettext_lazy("Verify by the code the holder reads out"),
        forms.ReadOutCodeForm,
        gettext_lazy("Mark as verified"),
        hint=gettext_lazy(
            "Call this number yourself and let the holder read out the code that his space shows."
            " Never accept a code from somebody who called you."
        ),
        part=telephone_of,
    ),
    Verb(
        "contacts/end",
        gettext_lazy("End a contact"),
        forms.EndContactForm,
        gettext_lazy("End this contact"),
        hint=gettext_lazy("It is kept as a former contact and used for 12 more months."),
        part=contact_of,
    ),
    Verb(
        "notes/add",
        gettext_lazy("Write an internal note"),
        forms.NoteForm,
        gettext_lazy("Write the note"),
        hint=gettext_lazy("For staff only. A note is never edited: a newer one can replace it."),
    ),
    Verb(
        "notes/supersede",
        gettext_lazy("Replace a note by a newer one"),
        forms.SupersedeNoteForm,
        gettext_lazy("Write the newer note"),
        hint=gettext_lazy("The older note stays readable."),
        part=note_of,
    ),
    Verb(
        "space",
        gettext_lazy("Invite to the space"),
        OpenSpaceForm,
        gettext_lazy("Send the invitation"),
        hint=gettext_lazy(
            "This person becomes an owner of the account: please be sure that he is its holder."
        ),
    ),
    Verb(
        "services/add",
        gettext_lazy("Add a service"),
        AddServiceForm,
        gettext_lazy("Add the service"),
        hint=gettext_lazy("The owner is asked for domain names only. It should be the end client."),
    ),
    Verb(
        "absence/add",
        gettext_lazy("Record an absence"),
        reach.RecordAbsenceForm,
        gettext_lazy("Record the absence"),
        hint=gettext_lazy(
            "While it lasts, silence is not read as disappearance, and a decision on a request waits"
            " for its end, at most 60 days after the request."
        ),
    ),
    Verb(
        "absence/cancel",
        gettext_lazy("Take an absence back"),
        reach.CancelAbsenceForm,
        gettext_lazy("Take it back"),
        hint=gettext_lazy("Only when the holder said so: from then on his silence counts again."),
        part=absence_of,
    ),
    Verb(
        "corrections/judge",
        gettext_lazy("Answer a request for correction"),
        reach.JudgeCorrectionForm,
        gettext_lazy("Answer it"),
        hint=gettext_lazy(
            "Names and numbers are evidence: look at a proof first, a register extract or an"
            " identity document. Former names stay on file."
        ),
        part=correction_of,
    ),
    OPEN_EMERGENCY,
)


class AccountList(ChangeList):
    """The rows of a page know what they lack (A2): one query for all of them. Asked within the list's
    own query, PostgreSQL would work it out for the whole table."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        accounts = list(self.result_list)
        kinds: dict[int, list[str]] = {account.pk: [] for account in accounts}
        methods = ContactMethod.objects.current().filter(account__in=list(kinds))
        for account_id, kind in methods.values_list("account_id", "kind"):
            kinds[account_id].append(kind)
        for account in accounts:
            account.missing = missing_ways(kinds[account.pk])
        self.result_list = accounts


@admin.register(CustomerAccount)
class CustomerAccountAdmin(ReadingAdmin):
    """The list is found by number, name, address, telephone or domain; the page is for reading."""

    list_display = ("number", "name", "holder", "kind_shown", "city", "reachable")
    list_filter = ("kind", "language")
    search_fields = ("number",)
    search_help_text = gettext_lazy(
        "Account number, name, registration number, e-mail, telephone in any form, or domain"
    )
    ordering = ("-id",)
    page_template = "admin/accounts/customeraccount/page.html"
    verbs = (*VERBS, *STANDING_VERBS)

    # -- List -------------------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> QuerySet[CustomerAccount]:
        found: QuerySet[CustomerAccount] = super().get_queryset(request).defer("search")
        return found

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return AccountList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        if not search_term.strip():
            return queryset, False
        return queryset.filter(pk__in=find_accounts(search_term)), False

    @admin.display(description=gettext_lazy("name"))
    def name(self, account: CustomerAccount) -> str:
        return account.trade_name or account.full_name

    @admin.display(description=gettext_lazy("holder"))
    def holder(self, account: CustomerAccount) -> str:
        return account.full_name if account.trade_name else ""

    @admin.display(description=gettext_lazy("kind"))
    def kind_shown(self, account: CustomerAccount) -> str:
        return account.get_kind_display()

    @admin.display(description=gettext_lazy("reachable"))
    def reachable(self, account: Any) -> str:
        """A2, for the rows of one page."""
        lacks = {
            (): _("yes"),
            (ContactKind.EMAIL,): _("no e-mail"),
            (ContactKind.PHONE,): _("no telephone"),
        }
        return lacks.get(account.missing, _("not at all"))

    # -- Attachments ------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        note = self.admin_site.admin_view(self.open_attachment)
        proof = self.admin_site.admin_view(self.open_proof)
        return [
            path("<int:pk>/attachment/<int:note>/", note, name=self.verb_name("attachment")),
            path("<int:pk>/proof/<int:representative>/", proof, name=self.verb_name("proof")),
            *super().get_urls(),
        ]

    def open_attachment(self, request: HttpRequest, pk: int, note: int) -> HttpResponseBase:
        """What is attached to a note, once it was scanned; each look is journalled (D6, L1)."""
        account = self._found(request, str(pk))
        found = note_of(account, note)
        return self._hand_out(
            request, account, found.attachment, "note.attachment_opened", note=note
        )

    def open_proof(self, request: HttpRequest, pk: int, representative: int) -> HttpResponseBase:
        """The proof of somebody who says that he stands for the holder (A12)."""
        account = self._found(request, str(pk))
        found = account.representatives.select_related("proof").filter(pk=representative).first()
        if found is None:
            raise Http404
        return self._hand_out(
            request,
            account,
            found.proof,
            "representative.proof_opened",
            representative=representative,
        )

    def _hand_out(
        self,
        request: HttpRequest,
        account: CustomerAccount,
        file: StoredFile | None,
        event: str,
        **facts: int,
    ) -> HttpResponseBase:
        if file is None:
            raise Http404
        try:
            content = open_file(file)
        except NotOpenable as closed:
            raise Http404("not scanned, or destroyed") from closed
        journal(account.stream, event, at=now(), actor=actor_of(request.user), **facts)
        return send_file(
            content, name=file.original_name, content_type=file.content_type, inline=True
        )

    # -- Pages ------------------------------------------------------------------------------------

    def page_context(self, request: HttpRequest, obj: CustomerAccount) -> dict[str, Any]:
        return account_page(obj, now())

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Open an account, then show its page."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = forms.OpenForm(request.POST if request.method == "POST" else None, target=None)
        if form.is_bound and form.is_valid() and perform(request, form):
            return redirect(self.page_url(form.opened))
        return self.verb_page(request, OPEN, form, back="../")
