"""Reading TXT records of a client's name (V2): the resolvers of the setting DNS_RESOLVERS, or of this
machine; limits of time and number. Whoever runs the zone is never talked to directly (V3)."""

import dns.exception
import dns.nameserver
import dns.resolver
from django.conf import settings

SECONDS = 5.0
MOST_RECORDS = 50
LONGEST = 255


class NotResolved(Exception):
    """No answer could be had; `code` says why: name, time, refused."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def txt_records(name: str, *, seconds: float = SECONDS) -> list[str]:
    """The TXT records of `name` (A-labels), each as one text; none where the name or record does not
    exist. Raises NotResolved."""
    try:
        answer = _resolver().resolve(name, "TXT", lifetime=seconds, search=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except dns.exception.Timeout as error:
        raise NotResolved("time") from error
    except (dns.exception.SyntaxError, ValueError) as error:
        raise NotResolved("name") from error
    except (dns.exception.DNSException, OSError) as error:
        raise NotResolved("refused") from error
    texts = [b"".join(record.strings).decode("utf-8", "replace") for record in answer]
    return [text[:LONGEST] for text in texts[:MOST_RECORDS]]


def _resolver() -> dns.resolver.Resolver:
    """A fresh one, without a cache: a record is set and looked for within minutes."""
    if not settings.DNS_RESOLVERS:
        return dns.resolver.Resolver()
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers = [
        dns.nameserver.Do53Nameserver(address, port) for address, port in settings.DNS_RESOLVERS
    ]
    return resolver
