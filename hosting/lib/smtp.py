"""Django's SMTP backend, keeping what the server said when it took the mail: that is evidence."""

import smtplib
from collections.abc import Sequence
from typing import Any

from django.core.mail.backends import smtp


class _Watched(smtplib.SMTP):
    """Knows how far the last mail came, and the reply to the end of its DATA."""

    data_begun = False
    accepted_with: tuple[int, bytes] | None = None

    def mail(self, sender: str, options: Sequence[str] = ()) -> tuple[int, bytes]:
        self.data_begun, self.accepted_with = False, None
        return super().mail(sender, options)

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.data_begun = True
        code, text = super().data(msg)
        self.accepted_with = code, text
        return code, text


class _WatchedOverTls(_Watched, smtplib.SMTP_SSL):
    pass


class EmailBackend(smtp.EmailBackend):
    """Tells `accepted_with`, the code and text with which the server took the last mail, and
    `data_begun`: after a lost connection, whether the server may have it nevertheless."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _WatchedOverTls if self.use_ssl else _Watched

    @property
    def accepted_with(self) -> tuple[int, bytes] | None:
        return getattr(self.connection, "accepted_with", None)

    @property
    def data_begun(self) -> bool:
        return getattr(self.connection, "data_begun", False)
