"""The provider's identity, for every page."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def provider(request: HttpRequest) -> dict[str, Any]:
    """Template context: who the hosting provider is, and whether unscanned files may be opened."""
    return {
        "provider": settings.PROVIDER,
        "scan_bypass": settings.SCAN_BYPASS,
        "development": settings.DEVELOPMENT,
    }
