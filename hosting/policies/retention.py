"""What personal data are kept for, on which ground, and how long (L1): one table, for staff and lawyers.

Pure data. A period is a number of days by the name of its setting, or words where another rule gives
it. `PROMISED` are the periods that the published notices on personal data name (N5): a setting that
differs from them needs a new version of the notice.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Kept:
    """One kind of data, in words that are translated when they are shown.

    `setting` names its days, `until` says from when they run, or when it ends.
    """

    what: object
    purpose: object
    ground: object
    until: object
    rules: str
    setting: str = ""


REQUEST = _("the request itself; legitimate interest: protection against the theft of a service")
CONTRACT = _("performance of the contract")
LAW = _("legal obligations of accounting and limitation periods")
EVIDENCE = _("legitimate interest: to show how it was decided")

TABLE = (
    Kept(
        _("Drafts and requests that were not confirmed, with their files"),
        _("to let the claimant finish them"),
        REQUEST,
        _("after they were begun or filed"),
        "T1",
        "CESSION_DRAFT_DAYS",
    ),
    Kept(
        _("Identity documents of a request, and what machines read in them"),
        _("to know who asks"),
        REQUEST,
        _("after the end of the case or of the lock, or once a refusal can be contested no more"),
        "D7",
        "IDENTITY_RETENTION_DAYS",
    ),
    Kept(
        _("File of a request: statements, other documents, messages, attempts, decisions"),
        _("to decide, and to show how it was decided"),
        EVIDENCE,
        _("after the end of the case"),
        "L1, L2",
        "CASE_RETENTION_DAYS",
    ),
    Kept(
        _("Archives of evidence"),
        _("to hand it to whoever may ask for it"),
        EVIDENCE,
        _("after they were made; earlier if the identity documents in them go"),
        "X6, D7",
        "EVIDENCE_EXPORT_DAYS",
    ),
    Kept(
        _("Identity copies with contracts and powers of attorney"),
        _("to know who signed"),
        CONTRACT,
        _("after the refusal of the paper; of one in force, until it ends"),
        "P3",
        "IDENTITY_RETENTION_DAYS",
    ),
    Kept(
        _("Access data of a client’s site"),
        _("to work on the site"),
        CONTRACT,
        _("until the backup of the intervention is destroyed, or the ticket closed"),
        "I3",
    ),
    Kept(
        _("Backups of interventions"),
        _("to put the site back"),
        CONTRACT,
        _("24 to 48 hours after the client could check the work"),
        "I8",
    ),
    Kept(
        _("Backups that clients start themselves"),
        _("to put the site back"),
        CONTRACT,
        _("after they were made; automatic ones as the plan says"),
        "N7",
        "MANUAL_BACKUP_DAYS",
    ),
    Kept(
        _("Calls for help that nobody confirmed, with their mails"),
        _("to let the client confirm his address"),
        CONTRACT,
        _("7 days; the mails go with the next sweep"),
        "I2, L1",
    ),
    Kept(
        _(
            "Calls for help: messages, files, reports, answers, complaints, looks at pages, mails, and "
            "quotes on them that were not accepted, but for their sums"
        ),
        _("to help, and to show what was agreed"),
        CONTRACT,
        _(
            "after they were closed; not while work, a quote or a contest on them waits. Notes about the "
            "client stay with his account"
        ),
        "L1, L2",
        "TICKET_RETENTION_DAYS",
    ),
    Kept(
        _("Accounts, their contacts, services and papers"),
        _("to provide the services, to reach the holder"),
        CONTRACT,
        _("as long as the contract, then as the law asks"),
        "A1, L4",
    ),
    Kept(
        _("Former addresses, telephones and names"),
        _("to seek a holder, to read older invoices"),
        EVIDENCE,
        _("12 months after the change"),
        "A4",
    ),
    Kept(
        _("Orders, their quotes and the mails about these; quotes that belong to no call for help"),
        _("to invoice"),
        LAW,
        _("as the law asks; the software does not erase them by itself"),
        "B4",
    ),
    Kept(
        _("Journal: dates, acts, hashes, numbers of people"),
        _("to prove what happened"),
        EVIDENCE,
        _("not erased: it holds no words of anybody"),
        "L2",
    ),
)

PROMISED: Mapping[str, int] = {
    "CESSION_DRAFT_DAYS": 30,
    "IDENTITY_RETENTION_DAYS": 30,
    "CASE_RETENTION_DAYS": 1826,
    "TICKET_RETENTION_DAYS": 1826,
}
"""Days that the notices name, "5 years" among them."""
