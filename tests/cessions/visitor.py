"""A visitor who fills in the form, follows the links in his mails and reads his status page."""

import re
from typing import Any

from django.test import Client

from hosting.lib import links
from hosting.records.models import OutgoingMail

HIDDEN = re.compile(r'name="(key|notices)" value="([^"]*)"')
ANSWERS = {
    "service_name": ["example.fr"],
    "service_kind": ["domain"],
    "full_name": "Dominique Martin",
    "email": "dominique@mail.example",
    "is_registered_owner": "yes",
    "silent_since": "2026-01-15",
    "already_tried": "I called every week.",
    "event": "unknown",
    "accept_terms": "on",
    "accept_privacy": "on",
}


def answers(client: Client, **changes: Any) -> dict[str, Any]:
    """A complete form with the hidden fields of a page just opened; `changes` replace answers."""
    page = client.get("/cession/").content.decode()
    return {**ANSWERS, **dict(HIDDEN.findall(page)), **changes}


def link_in(mail: OutgoingMail) -> str:
    """The path of the one private link in a mail, as its recipient gets it."""
    (found,) = set(re.findall(r"http://testserver(/cession/\S+)", links.fill(mail.text)))
    return found


def last_mail(kind: str) -> OutgoingMail:
    return OutgoingMail.objects.filter(kind=kind).latest("pk")


def file_and_confirm(client: Client, **changes: Any) -> str:
    """File a request and confirm it; the path of its status page."""
    sent = client.post("/cession/", answers(client, **changes))
    assert sent.status_code == 302, sent.content.decode()
    confirm = link_in(last_mail("cession_confirm"))
    assert client.get(confirm).status_code == 200
    return client.post(confirm)["location"]
