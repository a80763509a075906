"""Where sites are: the provider's servers, and the folder and database of each site (I4, S4)."""

import posixpath
from collections.abc import Sequence
from datetime import datetime

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_ssh_public_key
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from hosting.enums import ServiceKind
from hosting.records.services import journal
from hosting.services.roles import require_supervisor
from interventions.enums import DatabaseEngine, SiteKind
from interventions.models import HostingServer, Site

KEY_TYPES = frozenset(
    {
        "ecdsa-sha2-nistp256",
        "ecdsa-sha2-nistp384",
        "ecdsa-sha2-nistp521",
        "ssh-ed25519",
        "ssh-rsa",
    }
)


@transaction.atomic
def keep_server(
    server: HostingServer, *, changed: Sequence[str], by: User, now: datetime
) -> HostingServer:
    """Save a server that a supervisor filled in; journal which fields changed, never their content.

    Raises ValidationError for a host key that is none, and for what the table refuses.
    """
    require_supervisor(by)
    try:
        server.host_key = clean_host_key(server.host_key)
    except ValidationError as error:
        raise ValidationError({"host_key": error}) from error
    server.full_clean()
    server.save()
    _journal(f"server:{server.pk}", "server.saved", changed, by, now)
    return server


@transaction.atomic
def keep_site(site: Site, *, changed: Sequence[str], by: User, now: datetime) -> Site:
    """Save where a web hosting lies; as `keep_server`."""
    require_supervisor(by)
    try:
        site.root = clean_root(site.root)
    except ValidationError as error:
        raise ValidationError({"root": error}) from error
    check_site(site)
    site.full_clean()
    site.save()
    _journal(f"site:{site.pk}", "site.saved", changed, by, now)
    return site


def clean_host_key(typed: str) -> str:
    """A server's public key as `type key`; a line of known_hosts may be pasted whole.

    Raises ValidationError for anything else: a wrong key would refuse the right server.
    """
    words = typed.split()
    at = next((n for n, word in enumerate(words) if word in KEY_TYPES), None)
    if "\n" in typed.strip() or at is None or len(words) < at + 2:
        raise ValidationError(_("Please paste one line: the type of the key, then the key."))
    key = " ".join(words[at : at + 2])
    try:
        load_ssh_public_key(key.encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ValidationError(_("This is no public key of a server.")) from error
    return key


def clean_root(typed: str) -> str:
    """A site's folder: absolute, no way up, not the whole disk. Raises ValidationError."""
    path = typed.strip()
    parts = path.split("/")
    if not path.startswith("/") or not path.isprintable():
        raise ValidationError(_("Please give the whole path, as /srv/www/example."))
    if ".." in parts:
        raise ValidationError(_("The path must not lead upwards (..)."))
    root = "/" + posixpath.normpath(path).lstrip("/")
    if root == "/":
        raise ValidationError(_("The whole disk is no site."))
    return root


def check_site(site: Site) -> None:
    """Only web hosting has a site, in a folder of its own; a database that is not WordPress's must be
    named."""
    if site.service.kind != ServiceKind.HOSTING:
        raise ValidationError({"service": _("Only web hosting has a site.")})
    _refuse_anothers_folder(site)
    known_by_itself = site.kind == SiteKind.WORDPRESS
    if site.database_engine != DatabaseEngine.NONE and not known_by_itself:
        needed = ("database_name", "database_user", "database_secret")
        missing = [name for name in needed if not getattr(site, name)]
        if missing:
            words = _("Needed to back the database up; only WordPress says it by itself.")
            raise ValidationError(dict.fromkeys(missing, words))


def _refuse_anothers_folder(site: Site) -> None:
    """A folder is one site's: a restore of one would overwrite the other. A site inside another one of
    the same account is a usual thing."""
    others = Site.objects.filter(server=site.server).exclude(pk=site.pk)
    mine = f"{site.root}/"
    for other in others.select_related("service").only("root", "service__account"):
        theirs = f"{other.root}/"
        nested = mine.startswith(theirs) or theirs.startswith(mine)
        stranger = other.service.account_id != site.service.account_id
        if mine == theirs or (nested and stranger):
            raise ValidationError({"root": _("This folder is another site’s already.")})


def _journal(stream: str, event: str, changed: Sequence[str], by: User, now: datetime) -> None:
    journal(stream, event, at=now, actor=f"user:{by.pk}", fields=sorted(changed))
