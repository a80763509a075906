"""What staff decide on a case: each verb has a form of its own (D4, T6, X1, X5)."""

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _

from cessions.admin import case_forms as forms
from cessions.models import CaseMessage, Decision, Document, TransferRequest, TwoPersonAct
from hosting.lib.admin import Verb

VIEW = "view"


def document_of(request: TransferRequest, pk: int) -> Document:
    """A document of the request's filing; 404 otherwise."""
    rows = Document.objects.select_related("filing", "file")
    return get_object_or_404(rows, pk=pk, filing=request.filing_id)


def message_of(request: TransferRequest, pk: int) -> CaseMessage:
    """A message of the request's filing; 404 otherwise."""
    rows = CaseMessage.objects.select_related("filing")
    return get_object_or_404(rows, pk=pk, filing=request.filing_id)


def decision_of(request: TransferRequest, pk: int) -> Decision:
    """A decision of the request; 404 otherwise."""
    return get_object_or_404(Decision.objects.select_related("request"), pk=pk, request=request)


def act_of(request: TransferRequest, pk: int) -> TwoPersonAct:
    """An act of two people on the request; 404 otherwise."""
    rows = TwoPersonAct.objects.select_related("request")
    return get_object_or_404(rows, pk=pk, request=request)


REVERSAL_VERBS = (
    Verb(
        "reverse",
        _("Reverse the transfer"),
        forms.ProposeReversal,
        _("I propose to reverse it"),
        hint=_("A second person, a supervisor, confirms; then everything goes back at once."),
        part=decision_of,
        permission=VIEW,
    ),
    Verb(
        "reverse-confirm",
        _("Confirm the reversal"),
        forms.ConfirmReversal,
        _("Put everything back"),
        hint=_("Ownership and access go back at once; both sides get a mail and a letter."),
        part=act_of,
        permission=VIEW,
    ),
    Verb(
        "reverse-drop",
        _("Drop the proposal"),
        forms.DropReversal,
        _("Drop it"),
        part=act_of,
        permission=VIEW,
    ),
)
"""Propose, confirm, drop (X5)."""

DECISION_VERBS = (
    Verb(
        "equivalent",
        _("Accept a document as an equivalent"),
        forms.Equivalent,
        _("Accept it as an equivalent"),
        hint=_("Supervisors only, with a reason; never for an identity document."),
        part=document_of,
        permission=VIEW,
    ),
    Verb("comment", _("Write a comment"), forms.Comment, _("Keep it"), permission=VIEW),
    Verb("assign", _("Assign the case"), forms.Assign, _("Assign it"), permission=VIEW),
    Verb(
        "ask",
        _("Ask the claimant"),
        forms.Ask,
        _("Send the question"),
        hint=_("Two reminders follow; without an answer the request lapses."),
        permission=VIEW,
    ),
    Verb(
        "message",
        _("Write to the claimant"),
        forms.Message,
        _("Send the message"),
        hint=_("He gets it by e-mail and on his page. It is no question: nothing lapses."),
        permission=VIEW,
    ),
    Verb(
        "read",
        _("The claimant's messages are read"),
        forms.Read,
        _("I have read them"),
        permission=VIEW,
    ),
    Verb(
        "erase-message",
        _("Erase the words of a message"),
        forms.EraseMessage,
        _("Erase them"),
        hint=_("Supervisors only. The words cannot be brought back; their hash stays."),
        part=message_of,
        permission=VIEW,
    ),
    Verb(
        "advice",
        _("Record the advice taken"),
        forms.Advice,
        _("Record it"),
        hint=_("A death, a guardianship or a liquidation is known: ask before you go on."),
        permission=VIEW,
    ),
    Verb(
        "recommend",
        _("Recommend the transfer"),
        forms.Recommend,
        _("I recommend it"),
        hint=_("You looked at every document, every attempt and every warning sign."),
        permission=VIEW,
    ),
    Verb(
        "send-back",
        _("Take a recommendation back"),
        forms.SendBack,
        _("Take it back"),
        part=decision_of,
        permission=VIEW,
    ),
    Verb(
        "approve",
        _("Approve the transfer"),
        forms.Approve,
        _("I approve it"),
        hint=_(
            "You looked at everything yourself. After the hold the services move to the claimant; "
            "present and former contacts of the holder are told now."
        ),
        part=decision_of,
        permission=VIEW,
    ),
    Verb(
        "refuse-request",
        _("Refuse the request"),
        forms.RefuseRequest,
        _("I refuse it"),
        hint=_("The attempts to reach the holder stop for what you refuse."),
        permission=VIEW,
    ),
    Verb(
        "contest",
        _("Decide on a contested refusal"),
        forms.DecideContest,
        _("Decide"),
        part=decision_of,
        permission=VIEW,
    ),
    *REVERSAL_VERBS,
)
