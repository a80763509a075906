"""The verbs of the records: append to the journal, put mail into the outbox, keep a file."""

from hosting.records.services.destroying import destroy_files, destroy_now
from hosting.records.services.files import (
    NotOpenable,
    UploadRefused,
    open_file,
    openable,
    openable_files,
    store_upload,
)
from hosting.records.services.journal import Entry, journal, journal_many
from hosting.records.services.made import store_made
from hosting.records.services.mail import (
    build_mail,
    queue_mail,
    queue_mails,
    render_mail,
    withdraw_mails,
)

__all__ = [
    "Entry",
    "NotOpenable",
    "UploadRefused",
    "build_mail",
    "destroy_files",
    "destroy_now",
    "journal",
    "journal_many",
    "open_file",
    "openable",
    "openable_files",
    "queue_mail",
    "queue_mails",
    "render_mail",
    "store_made",
    "store_upload",
    "withdraw_mails",
]
