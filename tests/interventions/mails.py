"""Mails as clients' programs make them."""

from email.message import EmailMessage

from hosting.lib import replies
from interventions.models import Ticket


def reply(ticket: Ticket, text: str = "It is still empty.", **headers: str) -> EmailMessage:
    """An answer from the ticket's own address to its reply address; `headers` replace or add."""
    message = EmailMessage()
    words = {
        "From": f"{ticket.full_name} <{ticket.email}>",
        "To": replies.address("ticket", ticket.pk, ticket.link_generation),
        "Subject": "Re: Your site",
        "Message-ID": "<answer-1@bakery.example>",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in words.items():
        if value:
            message[name] = value
    message.set_content(text)
    return message
