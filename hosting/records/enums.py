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
