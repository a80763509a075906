"""Words of the courtesy interventions."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class TicketState(TextChoices):
    """Where a ticket is; a public one waits until its address is confirmed by POST."""

    UNCONFIRMED = "unconfirmed", _("address to be confirmed")
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")
    EXPIRED = "expired", _("never confirmed")


class OpenedAs(TextChoices):
    """Who may open a ticket: the account holder, or a person he authorised (I2)."""

    HOLDER = "holder", _("I hold the account")
    AUTHORISED = "authorised", _("The account holder authorised me")


class CredentialKind(TextChoices):
    CMS = "cms", _("Administration of the site (WordPress, …)")
    SFTP = "sftp", "SFTP"
    SSH = "ssh", "SSH"
    DATABASE = "database", _("Database")


class SiteKind(TextChoices):
    WORDPRESS = "wordpress", "WordPress"
    OTHER = "other", _("Other")


class DatabaseEngine(TextChoices):
    NONE = "", _("No database")
    MARIADB = "mariadb", "MariaDB / MySQL"
    POSTGRESQL = "postgresql", "PostgreSQL"


class InterventionState(TextChoices):
    """The way of an intervention; whether the backup's bytes are still there is the backup's own."""

    OPEN = "open", _("open")
    BACKING_UP = "backing_up", _("backup under way")
    READY = "ready", _("backup verified")
    STARTED = "started", _("work under way")
    ENDED = "ended", _("ended, client not told yet")
    ASKED = "asked", _("waiting for the client’s answer")
    VALIDATED = "validated", _("validated")
    INVALIDATED = "invalidated", _("invalidated")
    RESTORED = "restored", _("restored")
    DECLINED = "declined", _("not restored")
    UNANSWERED = "unanswered", _("unanswered")
    CANCELLED = "cancelled", _("cancelled")


LIVE_STATES = (
    InterventionState.ASKED,
    InterventionState.BACKING_UP,
    InterventionState.ENDED,
    InterventionState.INVALIDATED,
    InterventionState.OPEN,
    InterventionState.READY,
    InterventionState.STARTED,
)
"""States in which an intervention is not over, in the order that its index has."""


class Answer(TextChoices):
    """What the client says of the work (I5)."""

    NONE = "", _("no answer")
    VALIDATED = "validated", _("all is well")
    INVALIDATED = "invalidated", _("something is wrong")


class T0How(TextChoices):
    """What brought the request for validation to the client (I6)."""

    MAIL = "mail", _("accepted by his mail server")
    SPACE = "space", _("seen in his space")
    CALL = "call", _("told by telephone")
    ANSWER = "answer", _("he answered")


class T1How(TextChoices):
    """What ended the hold of an invalidation (I9)."""

    RESTORED = "restored", _("restored, and the client told")
    DECLINED = "declined", _("the client declined the restore")
    SILENCE = "silence", _("seven days without a word")


class BackupPurpose(TextChoices):
    INTERVENTION = "intervention", _("before an intervention")
    MANUAL = "manual", _("started by the client")
    AUTOMATIC = "automatic", _("automatic")
    SAFETY = "safety", _("before a restore")


class BackupState(TextChoices):
    """A purge and a restore take a backup out of READY by compare-and-set: never both (I10)."""

    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("under way")
    READY = "ready", _("verified")
    FAILED = "failed", _("failed")
    RESTORING = "restoring", _("being restored")
    PURGING = "purging", _("being destroyed")
    PURGED = "purged", _("destroyed")


class RestoreState(TextChoices):
    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("under way")
    DONE = "done", _("done and verified")
    ROLLED_BACK = "rolled_back", _("undone, as it was before")
    FAILED = "failed", _("failed")


class QuoteState(TextChoices):
    """The way of a quote for paid work; one from the public form waits for its address first (N6, B4)."""

    UNCONFIRMED = "unconfirmed", _("address to be confirmed")
    DRAFT = "draft", _("being written")
    SENT = "sent", pgettext_lazy("quote", "sent")
    ACCEPTED = "accepted", pgettext_lazy("quote", "accepted")
    DECLINED = "declined", pgettext_lazy("quote", "declined")
    EXPIRED = "expired", pgettext_lazy("quote", "expired")
    WITHDRAWN = "withdrawn", pgettext_lazy("quote", "withdrawn")


class Tax(TextChoices):
    """Kinds of tax on a line; their percents are a setting (TAX_RATES)."""

    FRANCE = "fr", _("VAT, France")
    GERMANY = "de", _("VAT, Germany")
    REVERSE = "reverse", _("Reverse charge")


class MailWay(TextChoices):
    """How a mail came in."""

    WEBHOOK = "webhook", _("by the e-mail service")
    PIPE = "pipe", _("by the mail server")
    MAILBOX = "mailbox", _("from the mailbox")


class Came(TextChoices):
    """What became of a mail that came in."""

    KEPT = "kept", _("the client’s answer")
    OTHER_ADDRESS = "other", _("from another address")
    AUTOMATIC = "automatic", _("automatic reply")
    KNOWN = "known", _("known already")
    BOUNCE = "bounce", _("told of a bounce")
    NOBODYS = "nobodys", _("belongs to no ticket")
    TOO_MANY = "too_many", _("too many on one ticket")
    FAILED = "failed", _("could not be processed")
