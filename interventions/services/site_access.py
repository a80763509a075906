"""From the row of a site to what the backup engine works on; secrets are read from their folder here."""

from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from interventions import backups
from interventions.enums import DatabaseEngine, SiteKind
from interventions.models import HostingServer, Site


class SecretMissing(backups.BackupError):
    """The file of a secret is not there, or may not be read."""

    words = _("The secret “%(name)s” is not in the folder of secrets (SITE_SECRETS_DIR).")


def engine_site(site: Site) -> backups.Site:
    """What the engine needs of `site`. Raises SecretMissing."""
    return backups.Site(
        root=site.root,
        server=_server(site.server) if site.server else None,
        database=_database(site),
    )


def _server(server: HostingServer) -> backups.Server:
    return backups.Server(
        host=server.host,
        port=server.port,
        user=server.user,
        host_key=server.host_key,
        private_key=secret(server.secret),
    )


def _database(site: Site) -> backups.Database | backups.WordPress | None:
    if site.database_engine == DatabaseEngine.NONE:
        return backups.WordPress() if site.kind == SiteKind.WORDPRESS else None
    return backups.Database(
        engine=backups.Engine(site.database_engine),
        name=site.database_name,
        user=site.database_user,
        password=secret(site.database_secret).decode().strip() if site.database_secret else "",
        host=site.database_host or "localhost",
    )


def secret(name: str) -> bytes:
    """The bytes of the secret `name` (letters, digits, hyphens). Raises SecretMissing."""
    if not settings.SITE_SECRETS_DIR or "/" in name or name.startswith("."):
        raise SecretMissing(name=name)
    try:
        return (Path(settings.SITE_SECRETS_DIR) / name).read_bytes()
    except OSError as error:
        raise SecretMissing(name=name) from error
