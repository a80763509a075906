"""Words of the records: states of mails and files."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MailState(TextChoices):
    QUEUED = "queued", _("queued")
    SENT = "sent", _("sent")
    DEFERRED = "deferred", _("deferred")
    FAILED = "failed", _("failed")
    BOUNCED = "bounced", _("bounced")
    WITHDRAWN = "withdrawn", _("withdrawn before it was sent")


class MailOutcomeKind(TextChoices):
    ACCEPTED = "accepted", _("accepted")
    DEFERRED = "deferred", _("deferred")
    REFUSED = "refused", _("refused")
    UNREACHED = "unreached", _("server not reached")
    BOUNCED = "bounced", _("bounced")


class ScanState(TextChoices):
    NOT_SCANNED = "not_scanned", _("not scanned yet")
    CLEAN = "clean", _("scanned, nothing found")
    INFECTED = "infected", _("malware found")
    REFUSED = "refused", _("cannot be opened safely")


NEVER_OPENED = (ScanState.INFECTED, ScanState.REFUSED)


class FileProblem(TextChoices):
    """Why a file that came in cannot be opened safely (D6)."""

    ENCRYPTED = "encrypted", _("It is protected by a password.")
    SCRIPTS = "scripts", _("It contains a script or starts a program.")
    EMBEDDED = "embedded", _("It carries another file that may be a program.")
    DISGUISED = "disguised", _("It is two kinds of file in one.")
    DAMAGED = "damaged", _("It is damaged or not complete.")
    TOO_MANY_PAGES = "too_many_pages", _("It has too many pages.")
    TOO_MANY_PIXELS = "too_many_pixels", _("The picture is too large to be opened.")
    TOO_HEAVY = "too_heavy", _("It takes too long or too much memory to be opened.")
