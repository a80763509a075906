"""The mails that the product would have sent, as their reader sees them."""

import re

from hosting.lib.links import fill
from hosting.records.models import OutgoingMail


def last_mail(kind: str) -> str:
    """The text of the latest mail of this kind, its private links filled in."""
    return fill(OutgoingMail.objects.filter(kind=kind).latest("id").text)


def link_in(kind: str) -> str:
    """The first address in it."""
    found = re.search(r"http\S+", last_mail(kind))
    assert found is not None, f"no link in the mail {kind}"
    return found[0]


def code_in(kind: str) -> str:
    """The code that stands alone on its line."""
    found = re.search(r"\n\n(\S{4,})\n\n", last_mail(kind))
    assert found is not None, f"no code in the mail {kind}"
    return found[1]
