"""Refusals at start-up: each bad or unsafe setting stops the process with one clear line."""

import base64
import ipaddress
import re
import sys
import warnings
import zoneinfo
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

import environ

ON = {"on", "true", "yes", "y", "1"}
OFF = {"off", "false", "no", "n", "0", ""}
SECRET = re.compile(r"_URL|WEBHOOKS|KEY|SECRET|ANYMAIL|PASSWORD")
SHORTEST_SECRET_KEY = 32
LONGEST_LOCAL_PART = 64
REPLY_TOKEN = 42
DOMAIN = re.compile(r"[\w-]+(\.[\w-]+)+\Z")
ENVELOPE_KEY_BYTES = 32
LOCAL = re.compile(r"https?://(127\.|localhost|\[::1\])")


class Env(environ.Env):
    """django-environ, but a switch that is neither on nor off is an error, not off."""

    def bool(self, var: str, default: bool) -> bool:
        value = str(self.str(var, default="on" if default else "off")).strip().lower()
        if value not in ON | OFF:
            raise ValueError(f"{value!r} is neither on nor off")
        return value in ON

    def lines(self, var: str, default: str) -> str:
        """A text in which \\n stands for a new line."""
        return str(self.str(var, default=default, multiline=True))


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
        with warnings.catch_warnings(action="error"):
            value = reader(name, default=default)
    except Exception as error:  # django-environ raises whatever the cast raises
        stop(f"setting {name} is not readable{'' if SECRET.search(name) else f': {error}'}")
    if minimum is not None and value < minimum:
        stop(f"setting {name} is {value}; the minimum is {minimum}")
    if maximum is not None and value > maximum:
        stop(f"setting {name} is {value}; the maximum is {maximum}")
    if pattern is not None and not re.fullmatch(pattern, value):
        shown = "" if SECRET.search(name) else f" is {value!r};"
        stop(f"setting {name}{shown} must look like {pattern}")
    return value


def zone(name: str, value: str) -> str:
    """`value` of the setting `name`, a time zone's name; another one stops the start."""
    if value not in zoneinfo.available_timezones():
        stop(f"setting {name} is {value!r}; it must be a time zone such as Europe/Paris")
    return value


def tax_rates(name: str, values: Any, kinds: frozenset[str]) -> dict[str, Decimal]:
    """`values` of the setting `name`: percent per kind of `kinds`, as texts; a bad one stops the start."""
    if not isinstance(values, dict) or values.keys() != kinds:
        stop(f"setting {name} must be a JSON object with {', '.join(sorted(kinds))}")
    try:
        rates = {kind: Decimal(str(value)) for kind, value in values.items()}
    except InvalidOperation:
        stop(f"setting {name} must hold percents, such as 20 or 5.5")
    for kind, rate in rates.items():
        if not (rate.is_finite() and 0 <= rate < 100 and rate == round(rate, 2)):
            stop(f"setting {name} holds {rate} for {kind}, no percent with 2 places at most")
    return rates


def postgresql(name: str, database: dict[str, Any]) -> dict[str, Any]:
    """The database of the setting `name`; anything but PostgreSQL stops the start."""
    if database.get("ENGINE") != "django.db.backends.postgresql" or not database.get("NAME"):
        stop(f"setting {name} must look like postgresql://user:password@host:5432/name")
    return database


def networks(name: str, values: list[str]) -> list[str]:
    """`values` of the setting `name`, each an address or a network; a bad one stops the start."""
    for value in values:
        try:
            ipaddress.ip_network(value)
        except ValueError as error:
            stop(f"setting {name} holds {value!r}, no address or network: {error}")
    return values


CHALLENGES = {
    "domain": ["owner_email", "dns", "file", "call", "letter", "question"],
    "hosting": ["file", "dns", "owner_email", "call", "letter", "question"],
    "other": ["dns", "owner_email", "file", "call", "letter", "question"],
}
"""The ways to verify a claimant per kind of service, those that show most first (V2)."""


def challenges(name: str, values: Any, required: int) -> dict[str, list[str]]:
    """`values` of the setting `name`: per kind of service, the ways that are admitted; kinds that are
    not named keep theirs. A bad one, or fewer ways than are `required`, stops the start."""
    known = set(CHALLENGES["domain"])
    if not isinstance(values, dict) or not values.keys() <= CHALLENGES.keys():
        stop(f"setting {name} must be a JSON object with {', '.join(CHALLENGES)}")
    for kind, ways in values.items():
        if not isinstance(ways, list) or not set(ways) <= known or len(set(ways)) != len(ways):
            stop(f"setting {name} must list for {kind} some of {', '.join(sorted(known))}")
    found = CHALLENGES | values
    for kind, ways in found.items():
        if len(ways) < required:
            stop(f"setting {name} admits fewer ways for {kind} than have to be passed: {required}")
    return found


def resolvers(name: str, values: list[str]) -> list[tuple[str, int]]:
    """`values` of the setting `name`: addresses, with a port where it is not 53 (`127.0.0.1:5353`,
    `[::1]:5353`); a bad one stops the start."""
    found = []
    for value in values:
        address, port = value, "53"
        if match := re.fullmatch(r"\[(.+)\](?::(\d+))?|([\d.]+):(\d+)", value):
            address, port = match[1] or match[3], match[2] or match[4] or "53"
        try:
            ipaddress.ip_address(address)
        except ValueError as error:
            stop(f"setting {name} holds {value!r}, no address: {error}")
        if not 0 < int(port) < 65536:
            stop(f"setting {name} holds {value!r}, no port")
        found.append((address, int(port)))
    return found


def rdap(name: str, values: Any) -> dict[str, str]:
    """`values` of the setting `name`: the address of a registry's directory per top-level domain, "*"
    for all others; a bad one stops the start."""
    if not isinstance(values, dict):
        stop(f'setting {name} must look like {{"fr": "https://rdap.nic.fr/", "*": "https://..."}}')
    for ending, url in values.items():
        if not re.fullmatch(r"https?://[^\s?#]+/", str(url)):
            stop(f"setting {name} needs for {ending} an address that ends with a slash")
    return values


def envelope_keys(name: str, values: list[str]) -> list[str]:
    """`values` of the setting `name`, each 32 bytes in base64; a bad one stops the start."""
    for place, value in enumerate(values, start=1):
        try:
            size = len(base64.b64decode(value, validate=True))
        except ValueError:
            size = 0
        if size != ENVELOPE_KEY_BYTES:
            stop(f"setting {name}, key {place} must be {ENVELOPE_KEY_BYTES} random bytes in base64")
    return values


def reply_address(name: str, value: str) -> str:
    """`value` of the setting `name`: empty, or an address with a place for the token that still fits
    into 64 characters before the @; another one stops the start."""
    local, _at, domain = value.partition("@")
    before, place, after = local.partition("{token}")
    if value and not (place and re.fullmatch(r"[\w.+-]*", before + after) and DOMAIN.match(domain)):
        stop(f"setting {name} is {value!r}; it must look like assistance+{{token}}@example.org")
    if value and len(before + after) > LONGEST_LOCAL_PART - REPLY_TOKEN:
        stop(
            f"setting {name} leaves no room: {LONGEST_LOCAL_PART - REPLY_TOKEN} characters besides"
        )
    return value


def mailbox(name: str, value: str) -> str:
    """`value` of the setting `name`: empty, or imaps:// (imap:// for this machine, imap+tls:// for
    STARTTLS) with user, password, host; another one stops the start. It is not shown."""
    if value and not re.fullmatch(r"imap(s|\+tls)?://[^\s:@/]+:[^\s@/]+@[^\s@/]+(/\S*)?", value):
        stop(f"setting {name} must look like imaps://user:password@mail.example.org/INBOX")
    if value.startswith("imap://") and not re.search(r"@(127\.|localhost|\[::1\])", value):
        stop(f"setting {name} sends a password in the clear; use imaps:// or imap+tls://")
    return value


def webhooks(name: str, values: Any, *, development: bool) -> list[dict[str, str]]:
    """`values` of the setting `name`, a list of receivers, each with a name, an address and a secret
    of its own; a bad one stops the start. Neither address nor secret is shown: both may be secret."""
    known = {"name", "url", "secret"}
    if not isinstance(values, list):
        stop(f"setting {name} must be a JSON list of objects with name, url, secret")
    for place, value in enumerate(values, start=1):
        words = f"setting {name}, receiver {place}"
        is_object = isinstance(value, dict) and value.keys() == known
        if not is_object or not all(isinstance(part, str) for part in value.values()):
            stop(f"{words} must be an object with name, url, secret, each a text")
        if not re.fullmatch(r"[a-z0-9-]{1,40}", value["name"]):
            stop(f"{words} needs a name of 1 to 40 small letters, digits and hyphens")
        if not re.fullmatch(r"https?://[^\s/]+(/\S*)?", value["url"]):
            stop(f"{words} needs an address with https://")
        if not development and not value["url"].startswith("https://"):
            stop(f"{words} has no https:// address; http is allowed with DEVELOPMENT=on only")
        if len(value["secret"]) < SHORTEST_SECRET_KEY:
            stop(f"{words} has a secret that is too short: {SHORTEST_SECRET_KEY} characters")
    if len({value["name"] for value in values}) != len(values):
        stop(f"setting {name} names a receiver twice")
    return values


def refuse_unsafe_production(settings: Mapping[str, Any]) -> None:
    """Outside development, refuse what would make the installation unsafe."""
    if settings["DEVELOPMENT"]:
        return
    if settings["DEBUG"]:
        stop("DEBUG is on; it is allowed with DEVELOPMENT=on only")
    if settings["SECRET_KEY"] in ("", settings["DEMO_SECRET_KEY"]):
        stop("SECRET_KEY is missing (the demo key is for DEVELOPMENT=on only)")
    if len(settings["SECRET_KEY"]) < SHORTEST_SECRET_KEY:
        stop(f"SECRET_KEY is too short: private links hang on it; {SHORTEST_SECRET_KEY} characters")
    if settings["ENVELOPE_KEYS"] in ([], [settings["DEMO_ENVELOPE_KEY"]]):
        stop("ENVELOPE_KEYS is missing: 32 random bytes in base64; site credentials hang on it")
    if not settings["ALLOWED_HOSTS"]:
        stop("ALLOWED_HOSTS is empty; name the hosts this installation answers for")
    if LOCAL.match(settings["SITE_URL"]):
        stop("SITE_URL is missing; links in mails begin with it, as https://backoffice.example.org")
    if settings["CLOCK_OFFSET_FILE"]:
        stop("CLOCK_OFFSET_FILE moves the clock; it is allowed with DEVELOPMENT=on only")
    if not settings["RATELIMIT_ENABLE"]:
        stop("RATE_LIMITS is off; it is allowed with DEVELOPMENT=on only")
    if settings["SCAN_BYPASS"]:
        stop("SCAN_BYPASS opens unscanned files; it is allowed with DEVELOPMENT=on only")
