"""Codes of the journal and of voided decisions in words that staff read."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cessions.enums import TwoPersonKind
from cessions.policies import Basis, BlockerCode, Topic, may_tell
from cessions.snapshot import ActRow

EVENTS = {
    "absence_lifted": gettext_noop("An emergency contact lifted the announced absence"),
    "filing_submitted": gettext_noop("The claimant filed the request"),
    "filing_entered": gettext_noop("Entered by staff"),
    "received": gettext_noop("Received: the clocks run"),
    "recommended": gettext_noop("Recommended"),
    "approved": gettext_noop("Approved: the hold runs"),
    "approval_voided": gettext_noop("The approval was voided, the search goes on"),
    "decision_voided": gettext_noop("Recommendation or approval voided"),
    "approval_ended_by_agreement": gettext_noop("The holder agrees: the approval ended"),
    "approval_ended_by_extension": gettext_noop("The search was made longer: the approval ended"),
    "closed_as_wrong_entry": gettext_noop("Closed as a wrong entry"),
    "executed": gettext_noop("Executed: the services moved"),
    "refused": gettext_noop("Refused"),
    "refusal_contested": gettext_noop("The claimant contests the refusal"),
    "contest_decided": gettext_noop("The contest was decided"),
    "received_again": gettext_noop("Received again, with a new run"),
    "reversal_proposed": gettext_noop("Reversal proposed"),
    "reversal_confirmed": gettext_noop("Reversal confirmed"),
    "reversal_dropped": gettext_noop("Proposal to reverse dropped"),
    "reversed": gettext_noop("Reversed: the services are back"),
    "withdrawn": gettext_noop("Withdrawn by the claimant"),
    "lapsed": gettext_noop("Lapsed without an answer"),
    "holder_reached": gettext_noop("The holder was reached"),
    "holder_reached_undone": gettext_noop("Holder reached: undone by two people"),
    "sign_of_life": gettext_noop("Sign of life"),
    "sign_judged": gettext_noop("Sign of life judged"),
    "document_added": gettext_noop("Document handed in"),
    "document_replaced": gettext_noop("Document replaced"),
    "document_accepted": gettext_noop("Document accepted"),
    "document_refused": gettext_noop("Document refused"),
    "document_checked": gettext_noop("File checked for malware and scripts"),
    "document_destroyed": gettext_noop("Document destroyed"),
    "legal_hold_set": gettext_noop("Legal hold set"),
    "legal_hold_lifted": gettext_noop("Legal hold lifted"),
    "words_erased": gettext_noop("Words erased, their hashes kept"),
    "case_erased": gettext_noop("The file was erased"),
    "document_kind_changed": gettext_noop("A document turned out to be of another kind"),
    "document_opened": gettext_noop("Document opened"),
    "document_original_taken": gettext_noop("Original of an identity document taken"),
    "commented": gettext_noop("Comment written"),
    "assigned": gettext_noop("Assigned"),
    "advice_recorded": gettext_noop("Advice taken, recorded"),
    "claimant_asked": gettext_noop("Question to the claimant"),
    "claimant_answered": gettext_noop("The claimant answered"),
    "message_received": gettext_noop("Message of the claimant"),
    "message_sent": gettext_noop("Message to the claimant"),
    "message_erased": gettext_noop("The words of a message were erased"),
    "effects_accepted": gettext_noop("The claimant accepted the effects"),
    "letter_made": gettext_noop("Letter made"),
    "search_waits": gettext_noop("The search waits for an agreed transfer"),
    "search_resumed": gettext_noop("The search goes on, with a new run"),
    "undo_proposed": gettext_noop('Undoing "holder reached" proposed'),
    "undo_dropped": gettext_noop('Proposal to undo "holder reached" dropped'),
    "registered_letter_written": gettext_noop("Registered letter written"),
    "period_extended": gettext_noop("The search was made longer"),
    "period_extension_withdrawn": gettext_noop("A longer search was taken back"),
    "notices_accepted": gettext_noop("The claimant accepted the terms"),
    "link_sent_again": gettext_noop("Private link sent again"),
    "filing_withdrawn": gettext_noop("Withdrawn by the claimant"),
    "filing_expired": gettext_noop("The filing expired unconfirmed"),
    "contact_attempted": gettext_noop("E-mail to the holder queued"),
    "mail.accepted": gettext_noop("The mail server accepted a mail"),
    "mail.deferred": gettext_noop("The mail server put a mail off"),
    "mail.refused": gettext_noop("The mail server refused a mail"),
    "mail.unreached": gettext_noop("The mail server was not reached"),
    "mail.bounced": gettext_noop("A mail came back"),
    "mail.withdrawn": gettext_noop("A mail was withdrawn before it was sent"),
    "mail.resent": gettext_noop("A mail is sent again"),
    "contact_outcome": gettext_noop("Attempt by a person noted"),
    "confirmation_sent_again": gettext_noop("Confirmation sent again"),
    "claimant_reminded": gettext_noop("The claimant was reminded"),
    "alarm_acknowledged": gettext_noop("Somebody takes care of the alarm"),
    "address_corrected": gettext_noop("The claimant's address was corrected"),
    "factor_refused": gettext_noop("A password or code was wrong"),
    "claimant_domain_looked_up": gettext_noop(
        "The age of the claimant's e-mail domain was looked up"
    ),
    "challenge_begun": gettext_noop("Verification of the claimant begun"),
    "challenge_passed": gettext_noop("Verification passed"),
    "challenge_failed": gettext_noop("Verification not passed"),
    "challenge_expired": gettext_noop("Verification: its time is over"),
    "challenge_dropped": gettext_noop("Verification given up, or replaced by another"),
    "challenge_looked": gettext_noop("Verification: a machine looked for the code"),
    "challenge_wrong_code": gettext_noop("Verification: a wrong code was typed"),
    "challenge_answered": gettext_noop("Verification: the claimant answered a question"),
    "challenge_script_opened": gettext_noop("Verification: the code of a call was opened"),
    "challenge_called": gettext_noop("Verification: the published number was called"),
    "challenge_letter_made": gettext_noop("Verification: the letter was made"),
    "challenge_letter_opened": gettext_noop("Verification: the letter was opened"),
    "challenge_letter_posted": gettext_noop("Verification: the letter was posted"),
    "document_read": gettext_noop("A document was read by machine"),
    "evidence_asked": gettext_noop("The evidence was asked for"),
    "evidence_exported": gettext_noop("The evidence was put into an archive"),
    "evidence_failed": gettext_noop("The archive of the evidence could not be made"),
    "evidence_fetched": gettext_noop("The archive of the evidence was fetched"),
    "evidence_destroyed": gettext_noop("The archive of the evidence was destroyed"),
    "bounce_in_the_lock": gettext_noop("A mail to the holder came back during the lock"),
}
ACTORS = {
    "system": gettext_noop("system"),
    "claimant": gettext_noop("claimant"),
    "holder": gettext_noop("holder"),
    "registered_owner": gettext_noop("registered owner"),
}
VOIDED = {
    "holder_reached": gettext_noop("the holder was reached"),
    "withdrawn": gettext_noop("the claimant withdrew"),
    "closed_as_wrong_entry": gettext_noop("the entry was wrong"),
    "lapsed": gettext_noop("the claimant did not answer in time"),
    "refused": gettext_noop("the request was refused"),
    "approval_ended_by_extension": gettext_noop("the holder is sought longer"),
    "approval_ended_by_agreement": gettext_noop("the holder agrees to a transfer"),
    BlockerCode.SERVICE_UNKNOWN: gettext_noop("the service is no longer in the holder's account"),
    BlockerCode.TOO_EARLY: gettext_noop("the ten days were not over"),
    BlockerCode.PERIOD_RUNNING: gettext_noop("a date of the search no longer counts"),
    BlockerCode.LETTER_MISSING: gettext_noop("a registered letter is missing"),
    BlockerCode.OTHER_CHANNEL_MISSING: gettext_noop("another channel has to be tried"),
    BlockerCode.DEPENDENT_CHANNELS_ONLY: gettext_noop("only dependent channels were tried"),
    BlockerCode.MEANS_UNTRIED: gettext_noop("not every way to reach the holder was tried"),
    BlockerCode.DOCUMENT_MISSING: gettext_noop("a document is missing"),
    BlockerCode.DOCUMENT_TO_REVIEW: gettext_noop("a document waits to be checked"),
    BlockerCode.DOCUMENT_REFUSED: gettext_noop("a document was refused"),
    BlockerCode.NOT_SCANNED: gettext_noop("a file was not scanned"),
    BlockerCode.FILE_CLOSED: gettext_noop("a file cannot be opened safely"),
    BlockerCode.CHALLENGE_MISSING: gettext_noop("the claimant was not verified"),
    BlockerCode.EFFECTS_NOT_ACCEPTED: gettext_noop("terms or effects were not accepted"),
    BlockerCode.SIGN_OF_LIFE: gettext_noop("the holder gave a sign of life"),
    BlockerCode.SIGN_OF_LIFE_TO_JUDGE: gettext_noop("a sign of life waits to be judged"),
    BlockerCode.HOLDER_AGREES: gettext_noop("the holder agrees to a transfer"),
    BlockerCode.HOLDER_ABSENT: gettext_noop("the holder had told of an absence"),
    BlockerCode.REPRESENTATIVE_UNRESOLVED: gettext_noop("somebody says he represents the holder"),
    BlockerCode.EVENT_UNRESOLVED: gettext_noop("a grave event is known"),
    BlockerCode.RIVALS: gettext_noop("somebody else asks for the same service"),
    BlockerCode.LOCKED: gettext_noop("the service is locked"),
}


TOPICS = {
    Topic.OWN_FILE: gettext_noop("his own file: documents, questions, what is missing"),
    Topic.DATES: gettext_noop("the dates: received, sought since, earliest decision"),
    Topic.OUTCOME: gettext_noop("the outcome"),
    Topic.HOLDER_ANSWERED: gettext_noop("that the holder answered, and nothing more of it"),
    Topic.SEARCH_DETAILS: gettext_noop("how, where and how often the holder was sought"),
    Topic.HOLDER_IDENTITY: gettext_noop("who the holder is, his addresses and numbers"),
    Topic.ACCOUNT: gettext_noop("the account: services, invoices, even that it exists"),
    Topic.OTHER_CLAIMANTS: gettext_noop("that somebody else asks, too"),
}


def telling(basis: Basis) -> tuple[list[str], list[str]]:
    """What may be told on the ground of `basis`, and what not (A10)."""
    allowed = [_(words) for topic, words in TOPICS.items() if may_tell(topic, basis)]
    return allowed, [_(words) for topic, words in TOPICS.items() if not may_tell(topic, basis)]


def event_words(line: dict[str, Any]) -> dict[str, Any]:
    """A line of the journal as it is shown: instant, actor, words."""
    event, actor = line["event"], line["actor"]
    return {
        "sequence": line["sequence"],
        "at": datetime.fromisoformat(line["at"]),
        "actor": _(ACTORS[actor]) if actor in ACTORS else line["who"] or actor,
        "words": _(EVENTS[event]) if event in EVENTS else event.replace("_", " "),
    }


def void_words(reason: str) -> str:
    """Why a decision was voided: known codes in words, a person's own words as they are."""
    codes = reason.split(",")
    if all(code in VOIDED for code in codes):
        return "; ".join(_(VOIDED[code]) for code in codes)
    return reason


def kind_of_act(act: ActRow) -> str:
    """What a first person proposed."""
    words = {"name": act.proposed_by.name}
    if act.kind == TwoPersonKind.REVERSE:
        return _("%(name)s proposes to reverse the transfer.") % words
    return _('%(name)s says that "holder reached" is a mistake.') % words
