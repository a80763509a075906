"""What staff do on an intervention: each verb has a page of its own (I3-I13)."""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from hosting.lib.admin import Verb
from interventions.admin import work_forms as forms
from interventions.models import Complaint, Intervention


def complaint_of(intervention: Intervention, pk: int) -> Complaint:
    """A complaint about the intervention; 404 otherwise."""
    return get_object_or_404(intervention.complaints.select_related("intervention"), pk=pk)


WORK_VERBS = (
    Verb(
        "take",
        _("I take it"),
        forms.Take,
        _("I take it"),
        hint=_("You alone can then start the work and see the access to the site."),
    ),
    Verb("assign", _("Give it to somebody"), forms.Assign, _("Give it to him")),
    Verb(
        "backup",
        _("Make the backup"),
        forms.Backup,
        _("Make the backup"),
        hint=_(
            "Files and database are read, kept encrypted, and checked. Without it no work starts."
        ),
    ),
    Verb(
        "start",
        _("Start the work"),
        forms.Start,
        _("I start now"),
        hint=_("From now on the site may be disturbed. End the work within 24 hours."),
    ),
    Verb(
        "end",
        _("End the work"),
        forms.End,
        _("The work is done"),
        hint=_("The client gets your report and the list of what he should check."),
    ),
    Verb(
        "told",
        _("Told by telephone"),
        forms.Told,
        _("I told him just now"),
        hint=_(
            "Tell him what was done, what he should check, and until when: 24 hours from now. Then"
            " record it at once: this instant is T0."
        ),
    ),
    Verb(
        "ask-again",
        _("Send the request again"),
        forms.AskAgain,
        _("Send it again"),
        hint=_("To the ticket’s present address. T0 is when the mail server accepts it."),
    ),
    Verb(
        "invalidate",
        _("The client says that something is wrong"),
        forms.Invalidate,
        _("Record it"),
        hint=_("As if he had pressed it himself: the backup is held until he decided."),
    ),
    Verb(
        "restore",
        _("Bring the site back, on his word"),
        forms.Restore,
        _("Bring the site back"),
        hint=_(
            "Files and database become what they were before the work. What has changed since then is"
            " lost: orders, comments, new articles. Tell him so first."
        ),
    ),
    Verb(
        "decline",
        _("Keep the site as it is, on his word"),
        forms.Decline,
        _("Keep it as it is"),
        hint=_("The backup is destroyed 24 to 48 hours later."),
    ),
    Verb(
        "cancel",
        _("Cancel the intervention"),
        forms.Cancel,
        _("Cancel it"),
        hint=_("A cancelled intervention does not come back; open another one if need be."),
    ),
    Verb(
        "purge",
        _("Destroy the backup by hand"),
        forms.Purge,
        _("Destroy it"),
        hint=_("For supervisors. The bytes do not come back, nor does the access to the site."),
    ),
    Verb(
        "complaint",
        _("Record a later complaint"),
        forms.RecordComplaint,
        _("Record it"),
        hint=_("A defect that the client blames us for. Whether anything follows, people decide."),
    ),
    Verb(
        "revoke",
        _("Revoke the eligibility"),
        forms.Revoke,
        _("Revoke it"),
        hint=_("The account gets no courtesy interventions until a later note gives it back."),
        part=complaint_of,
    ),
)
