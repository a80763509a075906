"""What can go wrong with a backup or a restore, in words that tell staff what to do.

The words are translated when they are read: keep `code` and `facts`, and show them in the reader's
language. No fact holds a password or a key.
"""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class BackupError(Exception):
    """Something stood in the way. `code` names the kind, `facts` fill in the words."""

    words: str | Promise = _("The backup or restore failed: %(detail)s")

    def __init__(self, **facts: Any) -> None:
        self.facts = {"detail": "", **facts}
        super().__init__(self.code, self.facts)

    @property
    def code(self) -> str:
        return type(self).__name__

    def __str__(self) -> str:
        return str(self.words) % self.facts


class Unreachable(BackupError):
    words = _("The server %(host)s cannot be reached: %(detail)s")


class UnknownHostKey(BackupError):
    words = _(
        "The server %(host)s shows the host key %(offered)s, but %(pinned)s is on file. Nothing was "
        "sent to it. Find out why it changed before you record the new one."
    )


class LoginRefused(BackupError):
    words = _("The server %(host)s does not accept our key for the user %(user)s.")


class ConnectionCut(BackupError):
    words = _("The connection to the server was cut: %(detail)s")


class ToolMissing(BackupError):
    words = _("The server has no %(tool)s.")


class SiteNotFound(BackupError):
    words = _("There is no folder %(root)s on the server, or it may not be read.")


class ForeignLink(BackupError):
    words = _(
        "%(link)s is a link, and what it leads to has another owner. It was not followed. Find out who "
        "made it, or enter the path it should lead to."
    )


class SiteMoved(BackupError):
    words = _(
        "The backup was taken at %(taken)s, but the site lies at %(now)s. Nothing was restored, because "
        "the former folder may be another site's."
    )


class NoRightBeside(BackupError):
    words = _(
        "Beside %(root)s nothing can be written, so a restore could not be prepared there: %(detail)s"
    )


class FilesUnreadable(BackupError):
    words = _("Files of the site could not be read: %(names)s")


class DiskFullHere(BackupError):
    words = _("The store of backups is full: %(detail)s")


class DiskFullThere(BackupError):
    words = _("The disk of the site's server is full, or too small: %(detail)s")


class StoreFailed(BackupError):
    words = _("The store of backups failed: %(detail)s")


class ConfigurationUnreadable(BackupError):
    words = _(
        "wp-config.php does not tell the database plainly (%(detail)s). Please enter the database "
        "by hand."
    )


class DatabaseLoginRefused(BackupError):
    words = _("The database does not accept the user %(user)s with this password.")


class DatabaseRefused(BackupError):
    words = _("The database refused: %(detail)s")


class DumpIncomplete(BackupError):
    words = _("The copy of the database is incomplete: its closing line is missing.")


class CountsDiffer(BackupError):
    words = _("The backup holds %(held)s %(kind)s, the site had %(source)s. Please make it anew.")


class BackupDamaged(BackupError):
    words = _("The stored backup is damaged and must not be used: %(detail)s")


class ArchiveRefused(BackupError):
    words = _("The archive holds an entry that no site needs and that could do harm: %(detail)s")


class RestoreDiffers(BackupError):
    words = _(
        "What was restored beside the site is not what the backup holds (%(detail)s). The site was "
        "not touched."
    )


class SwapFailed(BackupError):
    words = _(
        "The exchange stopped in the middle (%(detail)s). The site shows a maintenance page and no "
        "mix of old and new. Complete it or take it back."
    )


class WrongMoment(BackupError):
    words = _("This is not possible now: the restore on the server is at “%(standing)s”.")


class CommandFailed(BackupError):
    words = _("A command on the server failed (exit code %(status)s): %(detail)s")
