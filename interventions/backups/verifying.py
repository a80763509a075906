"""Read a backup back from where it lies; only then it is one (I4)."""

from interventions.backups.archive import Listing
from interventions.backups.creating import DumpLook
from interventions.backups.databases import KINDS
from interventions.backups.errors import BackupDamaged, CountsDiffer, DumpIncomplete
from interventions.backups.stores import Store
from interventions.backups.streams import Looker, Teller, taken_back
from interventions.backups.values import Counts, Engine, Manifest, Member, Phase, Tell, Verified


def verify(manifest: Manifest, store: Store, *, key: bytes, tell: Tell | None = None) -> Verified:
    """Read, decrypt, decompress and list the whole backup; compare hashes, counts and closing lines.

    Raises BackupDamaged, ArchiveRefused, CountsDiffer or DumpIncomplete. Needs nothing of the site.
    """
    teller = Teller(
        tell, Phase.READING_BACK, sum(member.plain_bytes for member in manifest.members)
    )
    tables = 0
    if manifest.member("files") is None or (manifest.engine and not manifest.member("database")):
        raise BackupDamaged(detail="a part of it is missing")
    for member in manifest.members:
        if member.name == "files":
            listing = Listing()
            _look_through(manifest, member, store, key, listing, teller)
            listing.close()
            _compare(listing.counts, manifest)
            continue
        dump = DumpLook(KINDS[Engine(manifest.engine)].end_marker)
        _look_through(manifest, member, store, key, dump, teller)
        if not dump.ended or not manifest.dump_ended:
            raise DumpIncomplete
        tables += dump.tables if member.name == "database" else 0
    if manifest.engine == Engine.MARIADB and tables != len(manifest.tables):
        raise CountsDiffer(held=tables, kind="tables", source=len(manifest.tables))
    return Verified(manifest.counts, teller.done, tables)


def _look_through(
    manifest: Manifest, member: Member, store: Store, key: bytes, look: Looker, teller: Teller
) -> None:
    with taken_back(store, key, manifest.backup_id, member) as pieces:
        for piece in pieces:
            look.feed(piece)
            teller.add(len(piece))


def _compare(held: Counts, manifest: Manifest) -> None:
    """No fewer entries than the site had, before or after the reading, but for those named as gone."""
    if held != manifest.counts:
        raise BackupDamaged(detail="other entries than were taken in")
    before, after = manifest.source
    for kind in ("files", "folders", "links", "hard_links"):
        number, least = getattr(held, kind), min(getattr(before, kind), getattr(after, kind))
        if number + len(manifest.warnings) < least:
            raise CountsDiffer(held=number, kind=kind, source=least)
