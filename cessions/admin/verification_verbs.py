"""What staff do to verify a claimant, each with a form of its own (V1, V2)."""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from cessions.admin import verification_forms as forms
from cessions.enums import ChallengeKind
from cessions.models import Challenge, RequestedService, TransferRequest
from hosting.lib.admin import Verb

VIEW = "view"


def service_of(request: TransferRequest, pk: int) -> RequestedService:
    """A service of the request; 404 otherwise."""
    rows = RequestedService.objects.select_related("filing", "service__registration")
    return get_object_or_404(rows, pk=pk, request=request)


def challenge_of(request: TransferRequest, pk: int) -> Challenge:
    """A challenge on a service of the request; 404 otherwise."""
    rows = Challenge.objects.select_related("filing", "requested_service__filing")
    return get_object_or_404(rows, pk=pk, requested_service__request=request)


BEGIN_VERBS = (
    Verb(
        "verify-dns",
        _("Verify by a record in the DNS"),
        forms.BeginDns,
        _("Begin"),
        hint=_("He adds a TXT record with a code; a machine looks for it every hour."),
        part=service_of,
        permission=VIEW,
    ),
    Verb(
        "verify-file",
        _("Verify by a file on the website"),
        forms.BeginFile,
        _("Begin"),
        hint=_("He puts a small file with a code on the site; a machine looks for it every hour."),
        part=service_of,
        permission=VIEW,
    ),
    Verb(
        "verify-owner",
        _("Verify by e-mail to the registered owner"),
        forms.BeginOwner,
        _("Write to the owner"),
        hint=_(
            "The code goes to this address alone: never type in the one that the claimant gave, "
            "unless the registry has the same."
        ),
        part=service_of,
        permission=VIEW,
    ),
    Verb(
        "verify-call",
        _("Verify by a call to the published number"),
        forms.BeginCall,
        _("Begin"),
        hint=_("You call and read out a code; the claimant enters it on his private page."),
        part=service_of,
        permission=VIEW,
    ),
    Verb(
        "verify-letter",
        _("Verify by a letter to the published address"),
        forms.BeginLetter,
        _("Begin"),
        hint=_("You print and post a letter with a code; the claimant enters it."),
        part=service_of,
        permission=VIEW,
    ),
    Verb(
        "verify-question",
        _("Verify by a question"),
        forms.BeginQuestion,
        _("Ask it"),
        hint=_("The claimant answers on his private page; you judge the answer."),
        part=service_of,
        permission=VIEW,
    ),
)
SLUGS = {
    ChallengeKind.DNS: "verify-dns",
    ChallengeKind.FILE: "verify-file",
    ChallengeKind.OWNER_EMAIL: "verify-owner",
    ChallengeKind.CALL: "verify-call",
    ChallengeKind.LETTER: "verify-letter",
    ChallengeKind.QUESTION: "verify-question",
}

VERIFICATION_VERBS = (
    *BEGIN_VERBS,
    Verb(
        "verification-judge",
        _("Judge an answer"),
        forms.Judge,
        _("Judge it"),
        part=challenge_of,
        permission=VIEW,
    ),
    Verb(
        "verification-end",
        _("End a verification that is not passed"),
        forms.EndIt,
        _("End it"),
        hint=_("The claimant is told that it was not passed, and that another way is open."),
        part=challenge_of,
        permission=VIEW,
    ),
    Verb(
        "verification-replace",
        _("Replace a verification that cannot be done"),
        forms.Replace,
        _("Replace it"),
        part=challenge_of,
        permission=VIEW,
    ),
    Verb(
        "verification-code",
        _("Type in the claimant's code"),
        forms.TypeCode,
        _("Compare it"),
        hint=_("For a claimant who has no private page at hand. Let him say the code first."),
        part=challenge_of,
        permission=VIEW,
    ),
    Verb(
        "verification-called",
        _("What came of the call"),
        forms.NoteCall,
        _("Record it"),
        part=challenge_of,
        permission=VIEW,
    ),
    Verb(
        "verification-posted",
        _("The letter was posted"),
        forms.MarkPosted,
        _("It is in the post"),
        part=challenge_of,
        permission=VIEW,
    ),
    Verb(
        "verification-check",
        _("Look for the code now"),
        forms.CheckNow,
        _("Look now"),
        hint=_("It takes up to five seconds."),
        part=challenge_of,
        permission=VIEW,
    ),
)
