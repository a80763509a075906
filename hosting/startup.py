"""Refusals at start-up: each bad or unsafe setting stops the process with one clear line."""

import ipaddress
import re
import sys
from collections.abc import Callable, Mapping
from typing import Any, NoReturn


def stop(message: str) -> NoReturn:
    """End the process with one line on standard error and exit code 1."""
    sys.exit(f"easyhoster: {message}")


def checked(
    reader: Callable[..., Any],
    name: str,
    default: Any,
    *,
    minimum: int | None = None,
    maximum: int | None = None,
    pattern: str | None = None,
) -> Any:
    """The setting `name` as `reader` understands it; a bad value stops the start."""
    try:
        value = reader(name, default=default)
    except Exception as error:  # django-environ raises whatever the cast raises
        stop(f"setting {name} is not readable: {error}")
    if minimum is not None and value < minimum:
        stop(f"setting {name} is {value}; the minimum is {minimum}")
    if maximum is not None and value > maximum:
        stop(f"setting {name} is {value}; the maximum is {maximum}")
    if pattern is not None and not re.fullmatch(pattern, value):
        stop(f"setting {name} is {value!r}; it must look like {pattern}")
    return value


def networks(name: str, values: list[str]) -> list[str]:
    """`values` of the setting `name`, each an address or a network; a bad one stops the start."""
    for value in values:
        try:
            ipaddress.ip_network(value)
        except ValueError as error:
            stop(f"setting {name} holds {value!r}, no address or network: {error}")
    return values


def refuse_unsafe_production(settings: Mapping[str, Any]) -> None:
    """Outside development, refuse what would make the installation unsafe."""
    if settings["DEVELOPMENT"]:
        return
    if settings["DEBUG"]:
        stop("DEBUG is on; it is allowed with DEVELOPMENT=on only")
    if settings["SECRET_KEY"] == settings["DEMO_SECRET_KEY"]:
        stop("SECRET_KEY is missing (the demo key is for DEVELOPMENT=on only)")
    if not settings["ALLOWED_HOSTS"]:
        stop("ALLOWED_HOSTS is empty; name the hosts this installation answers for")
    if settings["CLOCK_OFFSET_FILE"]:
        stop("CLOCK_OFFSET_FILE moves the clock; it is allowed with DEVELOPMENT=on only")
    if not settings["RATELIMIT_ENABLE"]:
        stop("RATE_LIMITS is off; it is allowed with DEVELOPMENT=on only")
    if settings["SCAN_BYPASS"]:
        stop("SCAN_BYPASS opens unscanned files; it is allowed with DEVELOPMENT=on only")
