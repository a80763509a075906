"""The records in the admin: read by all staff, changed by nobody; a mail can be sent once more."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hosting.lib import codes, links, replies
from hosting.lib.admin import ReadingAdmin, Verb, VerbForm, actor_of, first
from hosting.records.models import JournalEntry, JournalSeal, OutgoingMail, StoredFile
from hosting.records.services.files import openable
from hosting.records.services.mail import resend_mail

SHOWN_HEADS = 200


class ResendForm(VerbForm):
    """Nothing to fill in: the button says what happens."""

    def perform(self, *, at: Any, user: Any) -> str:
        resend_mail(self.target, now=at, actor=actor_of(user))
        return _("The mail will be sent once more.")


class RecordAdmin(ReadingAdmin):
    """Staff read; nothing is added, changed or deleted here."""

    exact: ClassVar[tuple[str, ...]] = ()  # the fields a search compares, each with an index

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Whole words as stored: parts of words would read the whole table."""
        word = search_term.strip().replace("\0", "")
        if not word:
            return queryset, False
        same = Q()
        for field in self.exact:
            same |= Q(**{field: word})
        return queryset.filter(same), False


@admin.register(OutgoingMail)
class OutgoingMailAdmin(RecordAdmin):
    """What was sent, to whom, and what became of it."""

    list_display = ("created_at", "kind", "recipient", "subject", "state", "tries", "accepted_at")
    list_filter = ("state",)
    search_fields = ("recipient",)
    search_help_text = gettext_lazy("A whole e-mail address, Message-ID or stream")
    exact = ("recipient__iexact", "message_id", "stream")
    page_template = "admin/records/mail.html"
    verbs = (
        Verb(
            "resend",
            gettext_lazy("Send once more"),
            ResendForm,
            gettext_lazy("Send once more"),
            hint=gettext_lazy("The same words go to the same address, as a new mail."),
        ),
    )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """To send a mail once more; its page has no form."""
        return bool(admin.ModelAdmin.has_change_permission(self, request, obj))

    def get_queryset(self, request: HttpRequest) -> QuerySet[OutgoingMail]:
        found: QuerySet[OutgoingMail] = super().get_queryset(request)
        on_a_list = request.resolver_match and request.resolver_match.url_name.endswith("list")
        return found.defer("text", "html") if on_a_list else found

    def page_context(self, request: HttpRequest, obj: OutgoingMail) -> dict[str, Any]:
        """The text without its private links; of a sensitive mail nothing."""
        conversation, link, code = _("the conversation"), _("private link"), _("private code")
        hidden = obj.sensitive or obj.erased_at is not None
        return {
            "mail": obj,
            "reply_to": replies.PLACEHOLDER.sub(f"[{conversation}]", obj.reply_to),
            "text": "" if hidden else codes.hide(links.hide(obj.text, f"[{link}]"), f"[{code}]"),
            "outcomes": list(obj.outcomes.all()),
            "can_resend": obj.next_try_at is None and obj.erased_at is None,
            "may_read_journal": request.user.has_perm("records.view_journalentry"),
        }


@admin.register(JournalEntry)
class JournalAdmin(RecordAdmin):
    """The journal, newest first; a search for a stream shows one chain."""

    list_display = ("at", "stream", "sequence", "event", "actor")
    ordering = ("-id",)
    search_fields = ("stream",)
    search_help_text = gettext_lazy("A whole stream, as in case:<id>")
    exact = ("stream",)
    page_template = "admin/records/entry.html"

    def page_context(self, request: HttpRequest, obj: JournalEntry) -> dict[str, Any]:
        return {"entry": obj, "facts": sorted(obj.facts.items())}


@admin.register(JournalSeal)
class SealAdmin(RecordAdmin):
    """One chained row a day."""

    list_display = ("date", "sealed_at", "hash")
    ordering = ("-date",)
    page_template = "admin/records/seal.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[JournalSeal]:
        return super().get_queryset(request).defer("heads")  # type: ignore[no-any-return]

    def page_context(self, request: HttpRequest, obj: JournalSeal) -> dict[str, Any]:
        heads, more = first(sorted(obj.heads.items()), SHOWN_HEADS)
        rows = [(stream, sequence, digest) for stream, (sequence, digest) in heads]
        return {"seal": obj, "heads": rows, "more": more}


@admin.register(StoredFile)
class StoredFileAdmin(RecordAdmin):
    """What is known of a file; its bytes are shown where it belongs, never here."""

    list_display = ("stored_at", "content_type", "size", "scan_state", "destroyed_at")
    list_filter = ("scan_state",)
    page_template = "admin/records/file.html"

    def page_context(self, request: HttpRequest, obj: StoredFile) -> dict[str, Any]:
        return {"file": obj, "openable": openable(obj)}
