"""Mails that come in, until they are read, and the files that came with them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hosting.records.models import StoredFile
from interventions.enums import Came, MailWay
from interventions.models.tickets import TicketMessage


class IncomingMail(models.Model):
    """A mail as it came, kept before it is read: record, then act. Its bytes go once that is done."""

    came_at = models.DateTimeField(_("came at"))
    way = models.CharField(_("way"), max_length=10, choices=MailWay.choices)
    raw = models.BinaryField()
    size = models.PositiveIntegerField(_("size"))
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    next_try_at = models.DateTimeField(_("next try at"), null=True, blank=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Came.choices, blank=True)

    class Meta:
        verbose_name = _("incoming mail")
        verbose_name_plural = _("incoming mails")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                name="incoming_mail_due",
                condition=Q(next_try_at__isnull=False),
            ),
            models.Index(fields=["came_at"], name="incoming_mail_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.get_way_display()} {self.came_at:%Y-%m-%d %H:%M}"


class MessageFile(models.Model):
    """A file that came with a mail; without `file` it was not taken (too many, wrong type, stranger)."""

    message = models.ForeignKey(TicketMessage, models.PROTECT, related_name="files")
    name = models.CharField(_("name"), max_length=200)
    size = models.PositiveBigIntegerField(_("size"))
    file = models.OneToOneField(StoredFile, models.PROTECT, null=True, blank=True)

    class Meta:
        verbose_name = _("file of a message")
        verbose_name_plural = _("files of messages")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name
