"""A client who asks for help through the form, follows the links in his mails, and reads his page."""

import re
from typing import Any

from django.test import Client

from hosting.lib import links
from hosting.records.models import OutgoingMail

CANARY = "canary-7fd1c2-password"
HIDDEN = re.compile(r'name="(key|notices|service)" value="([^"]*)"')
ANSWERS = {
    "what": "The cart is empty.",
    "changed": "Since an update on Monday.",
    "pages": "example.fr\nhttps://example.fr/cart",
    "areas": "purchase path\ncontact form",
    "telephone": "+33 6 12 34 56 78",
    "time_zone": "America/New_York",
    "accept_access": "on",
    "accept_notices": "on",
}
PUBLIC = {
    **ANSWERS,
    "site": "https://www.Café.fr/contact",
    "full_name": "Dominique Martin",
    "email": "dominique@mail.example",
    "opened_as": "holder",
}


def hidden(client: Client, query: str = "") -> dict[str, str]:
    """The hidden fields of a page just opened."""
    return dict(HIDDEN.findall(client.get(f"/assistance/{query}").content.decode()))


def answers(client: Client, **changes: Any) -> dict[str, Any]:
    """A complete public form; `changes` replace answers."""
    return {**PUBLIC, **hidden(client), **changes}


def member_answers(client: Client, service: Any, **changes: Any) -> dict[str, Any]:
    """A complete form of a member of the service's account."""
    return {**ANSWERS, **hidden(client, f"?service={service.pk}"), **changes}


def link_in(mail: OutgoingMail) -> str:
    """The path of the one private link in a mail, as its recipient gets it."""
    (found,) = set(re.findall(r"http://testserver(/assistance/\S+)", links.fill(mail.text)))
    return found


def last_mail(kind: str) -> OutgoingMail:
    return OutgoingMail.objects.filter(kind=kind).latest("pk")


def asked_and_confirmed(client: Client, **changes: Any) -> str:
    """Ask through the public form and confirm it; the path of the ticket's page."""
    sent = client.post("/assistance/", answers(client, **changes))
    assert sent.status_code == 302, sent.content.decode()
    confirm = link_in(last_mail("ticket_confirm"))
    assert client.get(confirm).status_code == 200
    return client.post(confirm)["location"]
