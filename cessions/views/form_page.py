"""What the page of the form shows. Its inputs are written by hand in the template: Django's widgets
cost five times as much (PERFORMANCE)."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from cessions.enums import DocumentKind, EventKind
from cessions.forms import BOTH, KINDS, MOST_SERVICES, OWNER, FilingForm, ServiceRow
from cessions.models import Document, Filing
from cessions.views.links import address
from hosting.enums import ServiceKind
from hosting.lib import links
from hosting.lib.names import to_unicode
from hosting.models import Notice
from hosting.services.notices import shown

TOKEN_HERE, KEY_HERE = "@@csrf-token@@", "@@form-key@@"
MOST_DRAWN = 20
DRAWN: dict[Any, str] = {}
ANCHORS = {"is_registered_owner": "id_owner_yes"}
GROUPS = (
    (
        _("For a domain name"),
        (
            (
                DocumentKind.OWNER_IDENTITY,
                _("Identity card or passport of the registered owner"),
                _("A copy on which the owner has signed."),
            ),
            (
                DocumentKind.OWNER_AUTHORITY,
                _("Authority signed by the owner"),
                _(
                    "Only if you are not the owner: a dated letter in which the owner allows you to "
                    "ask for the transfer."
                ),
            ),
            (
                DocumentKind.REGISTER_EXTRACT,
                _("Register extract"),
                _("Only if a company or association is the owner; younger than 3 months."),
            ),
            (
                DocumentKind.REPRESENTATIVE_IDENTITY,
                _("Identity card or passport of its representative"),
                _("Only if a company or association is the owner."),
            ),
        ),
    ),
    (
        _("For a website or mailboxes"),
        (
            (
                DocumentKind.INVOICE,
                _("The last invoice of your reseller"),
                _("It should name the hosting or the domain, and its dates."),
            ),
            (
                DocumentKind.PAYMENT_PROOF,
                _("Proof that you paid it"),
                _("A bank statement or a card receipt, for instance."),
            ),
        ),
    ),
    (
        _("In every case, if you have it"),
        (
            (
                DocumentKind.CLAIMANT_IDENTITY,
                _("Your own identity card or passport"),
                _("Not needed twice if you are the registered owner."),
            ),
            (
                DocumentKind.CONTRACT,
                _("Signed transfer contract"),
                _("Some resellers sign one with their clients. It helps a lot."),
            ),
            (DocumentKind.OTHER, _("Anything else that helps"), ""),
        ),
    ),
)


@dataclass
class FileField:
    """One input for files, with what is kept already."""

    kind: str
    label: str
    help: str
    kept: list[Document] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def blank(
    request: HttpRequest,
    *,
    key: str,
    versions: tuple[tuple[str, int], ...],
    load: Callable[[], list[Notice]],
) -> HttpResponse:
    """A fresh form. It is the same for everybody but for two hidden values, so each process draws it
    once per language and version of the notices; `load` gives these when they are needed."""
    place = (get_language(), versions, settings.UPLOAD_MAX_FILES, settings.UPLOAD_MAX_BYTES)
    if place not in DRAWN:
        if len(DRAWN) >= MOST_DRAWN:
            DRAWN.clear()
        DRAWN[place] = render_to_string("cessions/form_body.html", blank_context(load()))
    hidden = {TOKEN_HERE: get_token(request), KEY_HERE: key}
    body = re.sub("|".join(hidden), lambda match: hidden[match[0]], DRAWN[place])
    return render(request, "cessions/form.html", {"body": mark_safe(body)})  # noqa: S308 (drawn by our own template)


def blank_context(notices: list[Notice]) -> dict[str, Any]:
    """An empty form with marks where its two hidden values belong."""
    return with_choices(
        {
            "action": reverse("cession_form"),
            "csrf_token": TOKEN_HERE,
            "key": KEY_HERE,
            "values": {},
            "rows": [ServiceRow()],
            "notices": notices,
            "groups": groups((), {}),
        }
    )


def of_draft(request: HttpRequest, filing: Filing, *, notices: list[Notice]) -> HttpResponse:
    """A draft as it was kept."""
    return page(
        request,
        action=address("cession_draft", filing),
        key="",
        filing=filing,
        values=values_of(filing),
        rows=rows_of(filing) or [ServiceRow()],
        notices=notices,
        groups=groups(filing.documents.select_related("file"), {}),
        private_link=links.url("cession_draft", filing.pk, filing.link_generation),
    )


def with_errors(
    request: HttpRequest,
    data: FilingForm,
    *,
    filing: Filing | None,
    do: str,
    refused: Mapping[str, list[str]],
    notices: list[Notice],
) -> HttpResponse:
    """The form as it was typed, with what is wrong, or with one line more for another service."""
    rows = data.rows or [ServiceRow()]
    if do == "add" and len(rows) < MOST_SERVICES:
        rows = [*rows, ServiceRow()]
    errors = errors_of(data, everything=do == "submit") if do in ("submit", "save") else {}
    kept = filing.documents.select_related("file") if filing else ()
    typed = {name: data.data.get(name, "") for name in data.fields}
    return page(
        request,
        action=address("cession_draft", filing) if filing else reverse("cession_form"),
        key=data.data.get("key", ""),
        filing=filing,
        values={name: text.replace("\0", "") for name, text in typed.items()},
        rows=rows,
        errors=errors,
        summary=summary(data, errors, rows, refused),
        notices=notices,
        groups=groups(kept, refused),
        warn_of_mailbox=data.warn_of_mailbox,
        private_link=links.url("cession_draft", filing.pk, filing.link_generation)
        if filing
        else "",
        status=422 if errors or refused else 200,
    )


def page(request: HttpRequest, *, status: int = 200, **context: Any) -> HttpResponse:
    """The page; `context` as the template wants it."""
    return render(request, "cessions/form.html", with_choices(context), status=status)


def with_choices(context: dict[str, Any]) -> dict[str, Any]:
    """`context` with what every form offers and says."""
    return {
        **context,
        "kinds": KINDS,
        "events": EventKind.choices,
        "most_files": settings.UPLOAD_MAX_FILES,
        "most_megabytes": settings.UPLOAD_MAX_BYTES // (1024 * 1024),
        "notices_shown": shown(context["notices"]),
    }


def errors_of(data: FilingForm, *, everything: bool) -> dict[str, list[str]]:
    """Messages per field; without those on what is only missing when a draft is saved."""
    found = {}
    for name, errors in data.errors.as_data().items():
        said = [
            str(message)
            for error in errors
            if everything or error.code != "required"
            for message in error.messages
        ]
        if said and (everything or name != "__all__"):
            found[name] = said
    return found


def summary(
    data: FilingForm,
    errors: Mapping[str, list[str]],
    rows: Iterable[ServiceRow],
    refused: Mapping[str, list[str]],
) -> list[tuple[str, str, str]]:
    """What is wrong, each with the anchor and the label of its field."""
    lines = []
    wrong_rows = [place for place, row in enumerate(rows) if row.error]
    for message in errors.get("__all__", ()):
        place = wrong_rows[0] if wrong_rows else 0
        lines.append((f"id_service_name_{place}", "", message))
    for name, messages in errors.items():
        if name != "__all__":
            anchor = ANCHORS.get(name, f"id_{name}")
            label = str(data.fields[name].label or "")
            lines += [(anchor, label, message) for message in messages]
    for kind, messages in refused.items():
        lines += [(f"id_document_{kind}", "", message) for message in messages]
    return lines


def groups(
    kept: Iterable[Document], refused: Mapping[str, list[str]]
) -> list[tuple[str, list[FileField]]]:
    """The inputs for files in their order, each with the files that lie there."""
    by_kind: dict[str, list[Document]] = {}
    for document in kept:
        by_kind.setdefault(document.kind, []).append(document)
    return [
        (
            str(title),
            [
                FileField(kind, label, text, by_kind.get(kind, []), refused.get(kind, []))
                for kind, label, text in fields
            ],
        )
        for title, fields in GROUPS
    ]


def values_of(filing: Filing) -> dict[str, Any]:
    """What a draft holds, as the inputs want it."""
    owner = next(key for key, value in OWNER.items() if value is filing.is_registered_owner)
    return {
        "full_name": filing.full_name,
        "organisation": filing.organisation,
        "email": filing.email,
        "telephone": filing.telephone,
        "postal_address": filing.postal_address,
        "is_registered_owner": owner,
        "silent_since": filing.silent_since.isoformat() if filing.silent_since else "",
        "already_tried": filing.already_tried,
        "event": filing.event,
        "event_details": filing.event_details,
    }


def rows_of(filing: Filing) -> list[ServiceRow]:
    """The lines of a draft's services; domain and hosting of one name are one line again."""
    both = {ServiceKind.DOMAIN.value, ServiceKind.HOSTING.value}
    kinds: dict[str, set[str]] = {}
    for service in filing.services.all():
        kinds.setdefault(service.name, set()).add(service.kind)
    rows = []
    for name, named in kinds.items():
        shown_name = to_unicode(name)
        if named >= both:
            rows.append(ServiceRow(shown_name, BOTH))
            named = named - both
        rows += [ServiceRow(shown_name, kind) for kind in sorted(named)]
    return rows
