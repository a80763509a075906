"""The database of a WordPress, read out of wp-config.php without executing it.

PHP is cut into strings, comments and the rest; then `define('DB_NAME', 'value')` with plain strings
is looked for. What is computed (`getenv(...)`, a variable) is not guessed.
"""

import re
from collections.abc import Iterator

from interventions.backups.errors import ConfigurationUnreadable
from interventions.backups.values import Database, Engine

TOKEN = re.compile(
    r"""(?P<comment>/\*.*?\*/|//[^\n]*?(?=\n|\?>|\Z)|\#(?!\[)[^\n]*?(?=\n|\?>|\Z))
    | (?P<single>'(?:[^'\\]|\\.)*')
    | (?P<double>"(?:[^"\\]|\\.)*")
    | (?P<word>[A-Za-z_\x80-\U0010ffff][\w\x80-\U0010ffff]*)
    | (?P<space>\s+)
    | (?P<sign>.)""",
    re.VERBOSE | re.DOTALL,
)
OPENING = re.compile(r"<\?(?:php\b|=)", re.IGNORECASE)
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "v": "\v", "e": "\x1b", "f": "\f"}
DOUBLE_ESCAPE = re.compile(r"\\(?:u\{([0-9A-Fa-f]+)\}|x([0-9A-Fa-f]{1,2})|([0-7]{1,3})|(.))", re.S)


def read_database(text: str) -> Database:
    """The database that `text`, the content of wp-config.php, names. Raises ConfigurationUnreadable."""
    found = _constants(text)
    name, user, password, where = (
        _wanted(found, constant) for constant in ("DB_NAME", "DB_USER", "DB_PASSWORD", "DB_HOST")
    )
    host, port, socket = split_host(where)
    return Database(Engine.MARIADB, name, user, password, host, port, socket)


def split_host(where: str) -> tuple[str, int | None, str]:
    """Host, port and socket out of WordPress' DB_HOST: `host`, `host:port`, `host:/socket`, `[::1]:port`."""
    host, _, rest = where.partition(":/")
    if rest:
        return host or "localhost", None, f"/{rest}"
    match = re.fullmatch(
        r"\[?([0-9A-Fa-f:]*:[0-9A-Fa-f:.]*)\]?|\[(.+)\]:(\d+)|([^:]*)(?::(\d+))?", where
    )
    if match is None:
        raise ConfigurationUnreadable(detail="DB_HOST")
    address, bracketed, bracket_port, plain, port = match.groups()
    number = bracket_port or port
    return address or bracketed or plain or "localhost", int(number) if number else None, ""


def _wanted(found: dict[str, str | None], constant: str) -> str:
    value = found.get(constant)
    if value is None:
        raise ConfigurationUnreadable(detail=constant)
    return value


def _constants(text: str) -> dict[str, str | None]:
    """Constant to value; None where it is not a plain string. The first definition counts, as in PHP."""
    tokens = [token for token in _tokens(text) if token[0] not in {"space", "comment"}]
    found: dict[str, str | None] = {}
    for at, (kind, word) in enumerate(tokens):
        if kind != "word" or word.lower() != "define" or _text(tokens, at + 1) != "(":
            continue
        name = _string(tokens, at + 2)
        if name is None or _text(tokens, at + 3) != ",":
            continue
        plain = _text(tokens, at + 5) in {")", ","}
        found.setdefault(name, _string(tokens, at + 4) if plain else None)
    return found


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """(kind, text) of what stands between `<?php` and `?>`."""
    opening = OPENING.search(text)
    at = opening.end() if opening else len(text)
    while at < len(text):
        if text.startswith("?>", at):
            opening = OPENING.search(text, at)
            if opening is None:
                return
            at = opening.end()
            continue
        match = TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            return
        yield match.lastgroup, match.group()
        at = match.end()


def _text(tokens: list[tuple[str, str]], at: int) -> str:
    return tokens[at][1] if at < len(tokens) else ""


def _string(tokens: list[tuple[str, str]], at: int) -> str | None:
    """The value of a string literal; None for anything else, also for one with a variable in it."""
    kind, text = tokens[at] if at < len(tokens) else ("", "")
    if kind == "single":
        return re.sub(r"\\([\\'])", r"\1", text[1:-1])
    if kind == "double" and not re.search(r"(?<!\\)(?:\\\\)*(?:\$[A-Za-z_{]|\{\$)", text):
        return DOUBLE_ESCAPE.sub(_unescaped, text[1:-1])
    return None


def _unescaped(match: re.Match[str]) -> str:
    point, hexadecimal, octal, letter = match.groups()
    if point or hexadecimal:
        return chr(int(point or hexadecimal, 16))
    if octal:
        return chr(int(octal, 8) & 0xFF)
    if letter in ESCAPES:
        return ESCAPES[letter]
    return letter if letter in {"\\", "$", '"'} else f"\\{letter}"
