"""The provider's identity, for every page."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def provider(request: HttpRequest) -> dict[str, Any]:
    """Template context: who the hosting provider is, and whether unscanned files may be opened."""
    return {
        "provider": identity(),
        "scan_bypass": settings.SCAN_BYPASS,
        "development": settings.DEVELOPMENT,
    }


def identity() -> dict[str, str]:
    """The provider's settings, with its telephone as a `tel:` link needs it."""
    telephone = settings.PROVIDER["telephone"]
    digits = "".join(sign for sign in telephone if sign.isdigit())
    return {
        **settings.PROVIDER,
        "telephone_link": f"+{digits}" if telephone.startswith("+") else digits,
    }
