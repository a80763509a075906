"""The provider's time zone, handed into the policies by the services."""

from functools import cache
from zoneinfo import ZoneInfo

from django.conf import settings


@cache
def zone_named(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def provider_zone() -> ZoneInfo:
    """The zone that the rules call "local" (setting TIME_ZONE)."""
    return zone_named(settings.TIME_ZONE)
