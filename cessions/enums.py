"""Words of the transfer requests, and the groups of states that rules speak of."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class FilingState(TextChoices):
    """Where a claimant's filing is before it is received (T7)."""

    DRAFT = "draft", _("draft")
    UNCONFIRMED = "unconfirmed", _("waiting for confirmation")
    CONFIRMED = "confirmed", _("received")
    EXPIRED = "expired", _("expired")


class RequestState(TextChoices):
    """Where a service's request is from its reception on (T7)."""

    RECEIVED = "received", _("received")
    APPROVED = "approved", _("approved")
    EXECUTED = "executed", _("executed")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")
    LAPSED = "lapsed", _("lapsed")
    HOLDER_REACHED = "holder_reached", _("holder reached")
    REVERSED = "reversed", _("reversed")


OPEN_STATES = (RequestState.RECEIVED, RequestState.APPROVED)


class FilingOrigin(TextChoices):
    FORM = "form", _("public form")
    EMAIL = "email", _("e-mail")
    LETTER = "letter", _("letter")


class ConfirmedHow(TextChoices):
    LINK = "link", _("by the link in his mailbox")
    TELEPHONE = "telephone", _("by telephone")
    POST = "post", _("by post")
    ENTRY = "entry", _("entered by staff")


class EventKind(TextChoices):
    """What the claimant believes happened to the reseller (T1)."""

    UNKNOWN = "unknown", _("I do not know")
    ACCIDENT = "accident", _("Accident")
    ILLNESS = "illness", _("Illness")
    DEATH = "death", _("Death")
    GUARDIANSHIP = "guardianship", _("Guardianship")
    LIQUIDATION = "liquidation", _("Closed or in liquidation")
    OTHER = "other", _("Something else")


class DocumentKind(TextChoices):
    OWNER_IDENTITY = "owner_identity", _("Identity document of the registered owner, signed copy")
    CLAIMANT_IDENTITY = "claimant_identity", _("Your identity card or passport")
    OWNER_AUTHORITY = "owner_authority", _("Signed authority of the registered owner")
    REGISTER_EXTRACT = "register_extract", _("Register extract, younger than 3 months")
    REPRESENTATIVE_IDENTITY = (
        "representative_identity",
        _("Identity document of the organisation's representative"),
    )
    INVOICE = "invoice", _("Last invoice of the reseller")
    PAYMENT_PROOF = "payment_proof", _("Proof of payment of the last term")
    CONTRACT = "contract", _("Signed transfer contract")
    OTHER = "other", _("Other document")


class DocumentState(TextChoices):
    TO_REVIEW = "to_review", _("to be checked")
    ACCEPTED = "accepted", _("accepted")
    REFUSED = "refused", _("refused")
    REPLACED = "replaced", _("replaced")


class RefusalReason(TextChoices):
    INCORRECT = "incorrect", _("incorrect")
    INCOMPLETE = "incomplete", _("incomplete")
    OUTDATED = "outdated", _("outdated")


class ConsentCode(TextChoices):
    """Codes of the notices that the claimant accepts beforehand (X4)."""

    TERMS = "filing-terms", _("terms of the transfer request")
    PRIVACY = "privacy", _("use of personal data")
    EFFECTS = "transfer-effects", _("effects of a transfer")


class OutcomeKind(TextChoices):
    """What came of an attempt by a channel that a person used (C5, C8)."""

    SPOKEN_TO_OTHER = "spoken_to_other", _("somebody else answered")
    NO_ANSWER = "no_answer", _("nobody answered")
    VOICEMAIL = "voicemail", _("message left")
    MESSAGE_SENT = "message_sent", _("message sent")
    LETTER_POSTED = "letter_posted", _("registered letter posted")
    INVALID = "invalid", _("number or address does not exist")
    HOLDER_ANSWERED = "holder_answered", _("the holder answered")


class SignKind(TextChoices):
    """Signs of life (C9, C10)."""

    OBJECTION = "objection", _("objection")
    AGREEMENT = "agreement", _("agreement to a transfer")
    THEFT = "theft", _("says this is theft")
    MESSAGE = "message", _("message or call recorded by staff")
    SIGN_IN = "sign_in", _("signed in")


class SignJudgement(TextChoices):
    PENDING = "pending", _("to be judged")
    CONFIRMED = "confirmed", _("it was the holder")
    DISMISSED = "dismissed", _("it was not the holder")


class DecisionKind(TextChoices):
    APPROVAL = "approval", _("approval")
    REFUSAL = "refusal", _("refusal")


class DecisionState(TextChoices):
    RECOMMENDED = "recommended", _("recommended")
    APPROVED = "approved", _("approved, in the hold")
    EXECUTED = "executed", _("executed")
    VOIDED = "voided", _("voided")
    REFUSED = "refused", _("refused")
    REVERSED = "reversed", _("reversed")


class TwoPersonKind(TextChoices):
    UNDO_REACHED = "undo_reached", _("undo a mistaken 'holder reached'")
    REVERSE = "reverse", _("reverse an executed transfer")


class LetterKind(TextChoices):
    REGISTERED = "registered", _("registered letter to the holder")
    EXECUTED_ASSIGNEE = "executed_assignee", _("letter to the assignee: transferred")
    EXECUTED_HOLDER = "executed_holder", _("letter to the holder: transferred")
    REFUSED = "refused", _("letter to the claimant: refused")
    REVERSED_ASSIGNEE = "reversed_assignee", _("letter to the assignee: reversed")
    REVERSED_HOLDER = "reversed_holder", _("letter to the holder: reversed")


class ChallengeKind(TextChoices):
    """The ways to verify a claimant (V1, V2)."""

    DNS = "dns", _("record in the DNS")
    FILE = "file", _("file on the website")
    OWNER_EMAIL = "owner_email", _("e-mail to the registered owner")
    CALL = "call", _("call to the published number")
    LETTER = "letter", _("letter to the published address")
    QUESTION = "question", _("question on the service")


class ChallengeState(TextChoices):
    OPEN = "open", _("to be done")
    PASSED = "passed", _("passed")
    FAILED = "failed", _("failed")
    EXPIRED = "expired", _("expired")
    DROPPED = "dropped", _("replaced by another")


class PackState(TextChoices):
    """Where a pack of contracts is on its way through the worker (P2)."""

    QUEUED = "queued", _("waiting")
    MAKING = "making", _("being made")
    READY = "ready", _("ready")
    FAILED = "failed", _("could not be made")


class ScanFiling(TextChoices):
    """What became of a file that was sent without saying which paper it is (P3)."""

    WAITING = "waiting", _("being looked at")
    FILED = "filed", _("filed by itself")
    UNREAD = "unread", _("no code could be read")
    FOREIGN = "foreign", _("not a paper of this account")
    SORTED = "sorted", _("sorted by hand")
    CLOSED = "closed", _("this paper takes no copy now")
    ASIDE = "aside", _("set aside by us")
    INFECTED = "infected", _("malware found, not opened")
    UNSAFE = "unsafe", _("cannot be opened safely")


class AgreedState(TextChoices):
    """Where an agreed transfer is (X7)."""

    PROPOSED = "proposed", _("waits for the new holder")
    ACCEPTED = "accepted", _("accepted, takes effect soon")
    EXECUTED = "executed", _("carried out")
    WITHDRAWN = "withdrawn", _("withdrawn")
    DECLINED = "declined", _("declined")
    EXPIRED = "expired", _("not accepted in time")
    STOPPED = "stopped", _("stopped before it took effect")
    REVERSED = "reversed", _("reversed")


class AgreedLetterKind(TextChoices):
    """What a letter about an agreed transfer tells (X5)."""

    EXECUTED = "executed", _("handed over")
    REVERSED = "reversed", _("reversed")
