"""The conversation on staff's pages: shown, continued by a verb, its files opened once scanned.

An admin of tickets or interventions takes the verb (`verbs = (..., WRITE)`), puts `conversation(obj)`
into its `page_context`, and inherits `ConversationFiles` for the files.
"""

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.roles import is_support
from hosting.lib import clock
from hosting.lib.admin import ReadingAdmin, Verb, VerbForm
from hosting.lib.downloads import send_file
from hosting.records.services import NotOpenable, journal, open_file
from interventions.models import Intervention, MessageFile, Ticket
from interventions.services.conversation import LONGEST_TEXT, conversation_of, write_to_client


class WriteForm(VerbForm):
    """What the client will read, by mail and on his page. `target` is a ticket or an intervention."""

    text = forms.CharField(
        label=gettext_lazy("Message"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=gettext_lazy("Greeting and signature included; your name is put below."),
    )

    def perform(self, *, at: datetime, user: User) -> str:
        ticket = ticket_of(self.target)
        write_to_client(ticket, text=self.cleaned_data["text"], by=user, now=at)
        return _("The message is on its way to %(email)s.") % {"email": ticket.email}


WRITE = Verb(
    "write",
    gettext_lazy("Write to the client"),
    WriteForm,
    gettext_lazy("Send"),
    hint=gettext_lazy("It goes by mail and stands on his page; his answer comes back here."),
)


def ticket_of(obj: Ticket | Intervention) -> Ticket:
    """The ticket on which `obj` is talked about."""
    return obj.ticket if isinstance(obj, Intervention) else obj


def conversation(obj: Ticket | Intervention) -> dict[str, Any]:
    """The context of `admin/interventions/parts/conversation.html`."""
    ticket = ticket_of(obj)
    return {"ticket": ticket, "conversation": conversation_of(ticket, for_client=False)}


class ConversationFiles(ReadingAdmin):
    """Adds the address `<object>/message-file/<file>/` to an admin of tickets."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.open_message_file)
        route = path("message-file/<int:pk>/", view, name="interventions_message_file")
        return [route, *super().get_urls()]

    def open_message_file(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """A file of a client's mail, once it was scanned; each look is journalled (D6, L1)."""
        if not is_support(request.user):
            raise PermissionDenied
        found = get_object_or_404(
            MessageFile.objects.select_related("file", "message__ticket"), pk=pk, file__isnull=False
        )
        file = found.file
        try:
            content = open_file(file) if file else None
        except NotOpenable as closed:
            raise Http404("not scanned, or destroyed") from closed
        if file is None or content is None:
            raise Http404("not taken")
        stream, actor = found.message.ticket.stream, f"user:{request.user.pk}"
        journal(stream, "message_file.opened", at=clock.now(), actor=actor, file=found.pk)
        return send_file(
            content, name=file.original_name, content_type=file.content_type, inline=True
        )
