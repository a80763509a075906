"""What staff should look at twice before they accept a signed paper: shown, never decided on (V4)."""

from django.utils.translation import gettext as _

from accounts.models import SignedPaper
from accounts.services.papers import same_file
from accounts.services.transferor import changed_since
from cessions.models import TransferRequest


def signs_of(paper: SignedPaper) -> list[str]:
    """Warnings, in words."""
    return [
        *_sent_late(paper),
        *_changed(paper),
        *_another_code(paper),
        *_several_in_one_file(paper),
        *_broken_signatures(paper),
    ]


def _sent_late(paper: SignedPaper) -> list[str]:
    """V4: a paper that arrives once somebody already claims a service."""
    if paper.uploaded_at is None:
        return []
    earlier = TransferRequest.objects.open().filter(
        account_id=paper.account_id, received_at__lte=paper.uploaded_at
    )
    words = _("Sent after the request %(number)s was received.")
    numbers = earlier.order_by("received_at").values_list("number", flat=True)[:5]
    return [words % {"number": number} for number in numbers]


def _changed(paper: SignedPaper) -> list[str]:
    fields = changed_since(paper.context.get("transferor", {}), paper.account)
    if not fields:
        return []
    names = ", ".join(str(paper.account._meta.get_field(name).verbose_name) for name in fields)
    return [_("The account changed since the draft: %(fields)s.") % {"fields": names}]


def _another_code(paper: SignedPaper) -> list[str]:
    if paper.code_read in ("", paper.reference):
        return []
    return [_("The code read from the copy is %(code)s.") % {"code": paper.code_read}]


def _several_in_one_file(paper: SignedPaper) -> list[str]:
    others = same_file(paper)
    if not others:
        return []
    words = _("The same file was sent for other papers, too: %(codes)s. Look for this one's pages.")
    return [words % {"codes": ", ".join(others)}]


def _broken_signatures(paper: SignedPaper) -> list[str]:
    found = paper.signatures or ()
    if any(signature.get("unreadable") for signature in found):
        return [_("It could not be found out whether this PDF is signed electronically.")]
    words = _("The electronic signature of %(signer)s does not hold for the whole document.")
    return [
        words % {"signer": signature.get("signer") or "?"}
        for signature in found
        if not (signature.get("intact") and signature.get("whole"))
    ]
