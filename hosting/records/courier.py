"""One connection to the mail server, reused; what it answered to each mail, told as a value."""

import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

import structlog
from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.urls import NoReverseMatch

from hosting.lib import codes, links, replies
from hosting.lib.redact import without_addresses
from hosting.records.enums import MailOutcomeKind
from hosting.records.models import OutgoingMail
from hosting.records.policies import outcome_of_api_error, outcome_of_refusal

LONGEST_ANSWER = 500
SHUTTING_DOWN = 421
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Answer:
    """What came of handing one mail over, at the instant it was known."""

    kind: MailOutcomeKind
    at: datetime
    code: int | None = None
    text: str = ""


class Refusal(Exception):
    """The server, or the e-mail service, did not take this mail."""

    def __init__(self, kind: MailOutcomeKind, code: int | None, text: str) -> None:
        super().__init__(text)
        self.kind, self.code, self.text = kind, code, text


class ConnectionHadEnded(Exception):
    """The server had closed a used connection before this mail was begun: a new one will do."""


class Courier:
    """Hands mails over one by one on one connection; opens it when needed, reopens it after trouble."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._backend: BaseEmailBackend | None = None

    def deliver(self, mail: OutgoingMail) -> Answer:
        """Hand `mail` over. Never raises for what a mail or a mail server can do wrong."""
        try:
            message = compose(mail, self._clock())
            try:
                code, text = self._hand_over(message)
            except ConnectionHadEnded:
                code, text = self._hand_over(message)
        except Refusal as refusal:
            return self._answer(refusal.kind, refusal.code, refusal.text)
        except (ValueError, TypeError, NoReverseMatch) as error:
            log.exception("mail_not_composed", mail=mail.pk)
            return self._answer(MailOutcomeKind.REFUSED, None, f"not composed: {error}")
        return self._answer(MailOutcomeKind.ACCEPTED, code, text)

    def close(self) -> None:
        """Say goodbye, if the connection still stands."""
        backend, self._backend = self._backend, None
        if backend is None:
            return
        try:
            backend.close()
        except (smtplib.SMTPException, OSError) as error:
            log.info("mail_connection_ended", error=type(error).__name__)

    def _hand_over(self, message: EmailMultiAlternatives) -> tuple[int | None, str]:
        """The server's word of acceptance. Raises Refusal, or ConnectionHadEnded."""
        reused = self._backend is not None
        try:
            backend = self._open()
            if not backend.send_messages([message]):
                raise Refusal(MailOutcomeKind.UNREACHED, None, "not taken, without a reason")
        except (smtplib.SMTPException, OSError, AnymailError) as error:
            refusal = read_refusal(error)
            lost = isinstance(error, smtplib.SMTPServerDisconnected)
            untouched = not getattr(self._backend, "data_begun", True)
            if lost or refusal.kind == MailOutcomeKind.UNREACHED or refusal.code == SHUTTING_DOWN:
                self.close()
            if reused and (refusal.code == SHUTTING_DOWN or (lost and untouched)):
                raise ConnectionHadEnded from error
            raise refusal from error
        return _acceptance(backend, message)

    def _open(self) -> BaseEmailBackend:
        if self._backend is None:
            backend = get_connection()
            backend.open()
            self._backend = backend
        return self._backend

    def _answer(self, kind: MailOutcomeKind, code: int | None, text: str) -> Answer:
        words = without_addresses(" ".join(text.split()).replace("\0", ""))
        return Answer(kind, self._clock(), code, words[:LONGEST_ANSWER])


def compose(mail: OutgoingMail, at: datetime) -> EmailMultiAlternatives:
    """The message as it leaves, its private links put in. `at` becomes its Date.

    A second try is the same message with the same Message-ID. Raises ValueError for what cannot
    stand in a header.
    """
    headers = {
        "Message-ID": mail.message_id,
        "Date": format_datetime(at),
        "X-Auto-Response-Suppress": "OOF, AutoReply",
    }
    if not mail.by_hand:
        headers["Auto-Submitted"] = "auto-generated"
    if mail.references:
        headers["References"] = mail.references
        headers["In-Reply-To"] = mail.references.split()[-1]
    if settings.BOUNCE_ADDRESS:
        headers["From"] = settings.DEFAULT_FROM_EMAIL
    reply_to = replies.fill(mail.reply_to)
    message = EmailMultiAlternatives(
        subject=mail.subject,
        body=codes.fill(links.fill(mail.text)),
        from_email=settings.BOUNCE_ADDRESS or settings.DEFAULT_FROM_EMAIL,
        to=[mail.recipient],
        reply_to=[reply_to] if reply_to else None,
        headers=headers,
    )
    if mail.html:
        message.attach_alternative(codes.fill(links.fill(mail.html)), "text/html")
    message.metadata = {"message_id": mail.message_id}  # type: ignore[attr-defined]
    message.track_opens = message.track_clicks = False  # type: ignore[attr-defined]
    return message


def read_refusal(error: Exception) -> Refusal:
    """What an exception of smtplib or anymail says of the mail, or of the way to the server."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
        return Refusal(outcome_of_refusal(code), code, _words(text))
    if isinstance(error, smtplib.SMTPDataError):
        code = error.smtp_code
        return Refusal(outcome_of_refusal(code), code, _words(error.smtp_error))
    if isinstance(error, smtplib.SMTPResponseException):
        # Greeting, sign-in or sender refused: our own trouble, whoever the recipient is.
        return Refusal(MailOutcomeKind.UNREACHED, error.smtp_code, _words(error.smtp_error))
    if isinstance(error, AnymailRecipientsRefused):
        return Refusal(MailOutcomeKind.REFUSED, None, "the e-mail service refused the recipient")
    if isinstance(error, AnymailAPIError):
        kind = outcome_of_api_error(error.status_code)
        return Refusal(kind, error.status_code, str(error.args[0]) if error.args else "")
    words = f"{type(error).__name__}: {error}"
    of_the_mail = isinstance(error, AnymailError) and isinstance(error, ValueError | TypeError)
    return Refusal(
        MailOutcomeKind.REFUSED if of_the_mail else MailOutcomeKind.UNREACHED, None, words
    )


def _acceptance(
    backend: BaseEmailBackend, message: EmailMultiAlternatives
) -> tuple[int | None, str]:
    said = getattr(backend, "accepted_with", None)
    if said:
        return said[0], _words(said[1])
    status = getattr(message, "anymail_status", None)
    return None, f"taken as {status.message_id}" if status else "taken"


def _words(text: bytes | str) -> str:
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
