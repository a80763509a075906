"""The verbs of the records: append to the journal, put mail into the outbox, keep a file."""

from hosting.records.services.files import UploadRefused, store_upload
from hosting.records.services.journal import Entry, journal, journal_many
from hosting.records.services.mail import queue_mail

__all__ = [
    "Entry",
    "UploadRefused",
    "journal",
    "journal_many",
    "queue_mail",
    "store_upload",
]
