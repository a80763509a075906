"""Backup and restore of a site, on this machine or behind SSH, without an agent there (I4, I8-I11).

    key, backup_id = new_key(), new_backup_id()
    manifest = create(site, store, backup_id=backup_id, key=key)
    verify(manifest, store, key=key)                # only now it is a backup
    restore(site, manifest, store, key=key)         # beside, compared, exchanged
    finish(site, manifest)                          # or roll_back(site, manifest)
    delete(backup_id, store)                        # and forget the key

No table is known here and no setting read but the default storage. The caller keeps the manifest
(`as_json`), keeps the key apart from it, sees to it that one backup has one verb at a time (I10), and
shows a BackupError in the reader's language.
"""

from interventions.backups.creating import create, delete
from interventions.backups.errors import BackupError
from interventions.backups.looking import probe
from interventions.backups.restoring import finish, restore, resume, roll_back, standing
from interventions.backups.stores import FolderStore, StorageStore, Store, default_store
from interventions.backups.values import (
    Counts,
    Database,
    Engine,
    Manifest,
    Member,
    Phase,
    Probe,
    Progress,
    Server,
    Site,
    Standing,
    Verified,
    WordPress,
    new_backup_id,
    new_key,
)
from interventions.backups.verifying import verify

__all__ = [
    "BackupError",
    "Counts",
    "Database",
    "Engine",
    "FolderStore",
    "Manifest",
    "Member",
    "Phase",
    "Probe",
    "Progress",
    "Server",
    "Site",
    "Standing",
    "StorageStore",
    "Store",
    "Verified",
    "WordPress",
    "create",
    "default_store",
    "delete",
    "finish",
    "new_backup_id",
    "new_key",
    "probe",
    "restore",
    "resume",
    "roll_back",
    "standing",
    "verify",
]
