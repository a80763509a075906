"""The two kinds of database that a site may have."""

from interventions.backups.databases.base import Body, Databases, Dump
from interventions.backups.databases.mariadb import MariaDB
from interventions.backups.databases.postgresql import PostgreSQL
from interventions.backups.values import Database, Engine

KINDS: dict[Engine, type[Databases]] = {Engine.MARIADB: MariaDB, Engine.POSTGRESQL: PostgreSQL}

__all__ = ["KINDS", "Body", "Databases", "Dump", "databases"]


def databases(database: Database, backup_id: str) -> Databases:
    """The database of a site during one backup or restore."""
    return KINDS[database.engine](database, backup_id)
