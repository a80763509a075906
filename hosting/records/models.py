"""The tables that are evidence: journal, outgoing mail, stored files.

What must never change is refused by triggers in the migrations (DESIGN, principle 3).
"""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hosting.records.enums import FileProblem, MailOutcomeKind, MailState, ScanState


class JournalEntry(models.Model):
    """One fact of one stream (a case, an account). The database computes sequence and hashes."""

    stream = models.CharField(_("stream"), max_length=80)
    sequence = models.BigIntegerField(_("sequence"), editable=False, default=0)
    at = models.DateTimeField(_("at"))
    actor = models.CharField(_("actor"), max_length=80)
    event = models.CharField(_("event"), max_length=60)
    facts = models.JSONField(_("facts"), default=dict)
    previous_hash = models.CharField(max_length=64, editable=False, default="")
    hash = models.CharField(_("hash"), max_length=64, editable=False, default="")

    class Meta:
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal")
        ordering = ["stream", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["stream", "sequence"], name="journal_one_row_per_place")
        ]

    def __str__(self) -> str:
        return f"{self.stream} #{self.sequence} {self.event}"


class JournalHead(models.Model):
    """The last place of each stream, and the last one sealed; written by the database alone."""

    stream = models.CharField(primary_key=True, max_length=80)
    sequence = models.BigIntegerField()
    hash = models.CharField(max_length=64)
    sealed = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        verbose_name = _("journal head")
        indexes = [
            models.Index(
                fields=["stream"], name="head_not_sealed", condition=Q(sequence__gt=F("sealed"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.stream} #{self.sequence}"


class JournalSeal(models.Model):
    """The heads that moved since the last seal, in one chained row a day: a cut tail shows."""

    sealed_at = models.DateTimeField(_("sealed at"))
    date = models.DateField(_("date"), unique=True)
    heads = models.JSONField(_("heads"))
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(_("hash"), max_length=64)

    class Meta:
        verbose_name = _("journal seal")
        verbose_name_plural = _("journal seals")
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.hash[:12]}"


class MailQuerySet(models.QuerySet["OutgoingMail"]):
    def due(self, now: datetime) -> "MailQuerySet":
        """Mails to hand over now; served by a partial index."""
        return self.filter(next_try_at__lte=now)


class OutgoingMail(models.Model):
    """The outbox: written in the business transaction, sent by a sweep (DESIGN, principle 4)."""

    message_id = models.CharField(_("Message-ID"), max_length=200, unique=True)
    kind = models.CharField(_("kind"), max_length=60)
    stream = models.CharField(_("stream"), max_length=80, blank=True)
    language = models.CharField(_("language"), max_length=5)
    recipient = models.EmailField(_("recipient"))
    reply_to = models.CharField(_("reply to"), max_length=254, blank=True)
    references = models.TextField(
        _("answers"), blank=True, db_default="", help_text=_("Message-IDs, the last one answered.")
    )
    by_hand = models.BooleanField(_("written by a person"), default=False, db_default=False)
    subject = models.CharField(_("subject"), max_length=300)
    text = models.TextField(_("text"))
    html = models.TextField(_("HTML"), blank=True)
    content_hash = models.CharField(max_length=64)
    sensitive = models.BooleanField(
        _("sensitive"), default=False, help_text=_("Holds a link or code: never shown to staff.")
    )
    created_at = models.DateTimeField(_("created at"))
    state = models.CharField(
        _("state"), max_length=10, choices=MailState.choices, default=MailState.QUEUED
    )
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    next_try_at = models.DateTimeField(_("next try at"), null=True, blank=True)
    give_up_at = models.DateTimeField(_("give up at"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    bounced_at = models.DateTimeField(_("bounced at"), null=True, blank=True)
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mails")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["next_try_at"], name="mail_due", condition=Q(next_try_at__isnull=False)
            ),
            models.Index(fields=["stream"], name="mail_by_stream"),
            models.Index(
                fields=["state", "-id"],
                name="mail_not_sent",
                condition=~Q(state=MailState.SENT),
            ),
            models.Index(Upper("recipient"), name="mail_by_recipient"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.message_id}"


class MailOutcome(models.Model):
    """What a mail server answered, or a bounce told. Rows are only ever added (C5)."""

    mail = models.ForeignKey(OutgoingMail, models.PROTECT, related_name="outcomes")
    at = models.DateTimeField(_("at"))
    kind = models.CharField(_("outcome"), max_length=10, choices=MailOutcomeKind.choices)
    code = models.PositiveSmallIntegerField(_("SMTP code"), null=True, blank=True)
    text = models.CharField(_("answer"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("mail outcome")
        verbose_name_plural = _("mail outcomes")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.code or ''}".strip()


class StoredFile(models.Model):
    """Bytes in private storage under a random name. Not checked is not safe (D6).

    Photos are written anew by their check, without GPS and the like: `received_sha256` is the hash of
    the bytes as they came, `sha256` of those that are kept.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    storage_name = models.CharField(max_length=120, unique=True)
    original_name = models.CharField(_("name"), max_length=200)
    content_type = models.CharField(_("type"), max_length=60)
    size = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField("SHA-256", max_length=64)
    received_sha256 = models.CharField(_("SHA-256 as received"), max_length=64, blank=True)
    scan_state = models.CharField(
        _("scan"), max_length=12, choices=ScanState.choices, default=ScanState.NOT_SCANNED
    )
    problem = models.CharField(_("problem"), max_length=16, choices=FileProblem.choices, blank=True)
    found = models.CharField(_("malware found"), max_length=120, blank=True)
    pages = models.PositiveSmallIntegerField(_("pages"), null=True, blank=True)
    checked_at = models.DateTimeField(_("checked at"), null=True, blank=True)
    next_check_at = models.DateTimeField(null=True, blank=True)
    check_tries = models.PositiveSmallIntegerField(default=0)
    stored_at = models.DateTimeField(_("stored at"))
    destroyed_at = models.DateTimeField(_("destroyed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("stored file")
        verbose_name_plural = _("stored files")
        ordering = ["-stored_at", "-id"]
        indexes = [
            models.Index(fields=["-stored_at", "-id"], name="file_newest"),
            models.Index(
                fields=["next_check_at"],
                name="file_to_check",
                condition=Q(next_check_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.original_name

    @property
    def state_words(self) -> str:
        """The state of its check, with what was found, for staff."""
        return state_words(self.scan_state, self.problem, self.found)

    @property
    def closed_words(self) -> str:
        """Why nobody will ever open it, for the one who sent it; "" where that is not so."""
        return closed_words(self.scan_state, self.problem)


def state_words(scan_state: str, problem: str, found: str) -> str:
    """The state of a file's check, with what was found, for staff."""
    state = ScanState(scan_state).label
    more = FileProblem(problem).label if problem else ""
    return ": ".join(str(part) for part in (state, more, found) if part)


def closed_words(scan_state: str, problem: str) -> str:
    """Why nobody will ever open a file, for the one who sent it; "" where that is not so (D6)."""
    if scan_state == ScanState.INFECTED:
        return gettext("Our scanner found malware in it.")
    if scan_state == ScanState.REFUSED:
        return (
            str(FileProblem(problem).label) if problem else gettext("It cannot be opened safely.")
        )
    return ""
