"""Domain names: stored in A-label form, shown in U-label form (S2)."""

import idna


class NotADomainName(ValueError):
    """What was typed cannot be a domain name."""


def to_ascii(typed: str) -> str:
    """The A-label form of what somebody typed: a name or an address, in any case and form.

    Scheme, path, port, a trailing dot and a leading `www.` are dropped. Raises NotADomainName.
    """
    name = typed.strip().split("://")[-1].split("/")[0].split("?")[0].split("@")[-1]
    name = name.split(":")[0].strip().rstrip(".")
    if name.lower().startswith("www."):
        name = name[4:]
    try:
        ascii_name = idna.encode(name, uts46=True, transitional=False).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError) as error:
        raise NotADomainName(typed) from error
    if "." not in ascii_name or len(ascii_name) > 253:
        raise NotADomainName(typed)
    return ascii_name


def ascii_or_none(typed: str) -> str:
    """The same; empty where it is no domain name."""
    try:
        return to_ascii(typed)
    except NotADomainName:
        return ""


def to_unicode(name: str) -> str:
    """The U-label form of a stored name; what is no valid A-label is shown as it is."""
    try:
        return idna.decode(name)
    except (idna.IDNAError, UnicodeError):
        return name
