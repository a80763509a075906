"""What a browser posts of a passkey (WebAuthn): read with suspicion, for anybody can post anything.

allauth and fido2 raise whatever Python raises on rubbish; here all of it is one refusal in words.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from allauth.mfa.webauthn.internal import auth
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

AT_MOST = 64 * 1024
"""Characters: an answer with a large attestation has some thousand."""
RUBBISH = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    NotImplementedError,
    RecursionError,
    TypeError,
    ValueError,
)
REFUSED = _("That did not work, or it was cancelled. Please try again, or take another way.")


@contextmanager
def rubbish_refused() -> Iterator[None]:
    """What is no passkey's answer is refused like a wrong one. Raises ValidationError."""
    try:
        yield
    except RUBBISH as error:
        raise ValidationError(REFUSED, code="rubbish") from error


def confirms(user: Any, answer: Any) -> bool:
    """Whether `answer` is that of a passkey of `user` to the question his page asked last; each question
    is answered once."""
    try:
        with rubbish_refused():
            auth.parse_authentication_response(answer)
            auth.complete_authentication(user, answer).record_usage()
    except ValidationError:
        return False
    return True


class PasskeyWidget(forms.Widget):
    """A button that asks the browser for a passkey of `user` and then sends the form."""

    template_name = "widgets/passkey.html"
    use_fieldset = True

    def __init__(self, user: Any) -> None:
        super().__init__()
        self.user = user

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """With a new question, which the session keeps."""
        context = super().get_context(name, None, attrs)
        options = {"request_options": auth.begin_authentication(self.user)}
        return context | {"options": options, "options_id": f"{name}_options"}


class PasskeyField(forms.JSONField):
    """The answer of an authenticator: an object in JSON that PostgreSQL can keep, of decent size."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"widget": forms.HiddenInput, **options})

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and len(value) > AT_MOST:
            raise ValidationError(REFUSED, code="rubbish")
        with rubbish_refused():
            found = super().to_python(value)
            if found is not None and not isinstance(found, dict):
                raise ValueError("no object")
            kept = json.dumps(found, ensure_ascii=False)
            kept.encode()  # half a character would be no text
        if "\\u0000" in kept:
            raise ValidationError(REFUSED, code="rubbish")
        return found

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Rubbish is not shown again; an answer is good once anyway."""
        return None
