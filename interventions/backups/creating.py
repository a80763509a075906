"""Take a backup: the files as a tar stream, the database as a dump, straight into the store (I4).

Nothing is written on the site's server. What changes while it is read is named in the manifest's
warnings; what cannot be read at all stops the backup.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from interventions.backups.archive import Listing
from interventions.backups.databases import Body, Databases, Dump, databases
from interventions.backups.errors import (
    BackupError,
    CountsDiffer,
    DumpIncomplete,
    FilesUnreadable,
)
from interventions.backups.looking import (
    count,
    database_of,
    machine_of,
    real_root,
    tool_version,
    user_id,
)
from interventions.backups.machines import Answer, Machine, Running, quoted, trouble
from interventions.backups.stores import Store
from interventions.backups.streams import Teller, keep, stored_name
from interventions.backups.values import Manifest, Member, Phase, Site, Tell

MEMBERS = ("files", "database", "definitions")
MOST_NAMES = 50
TAR = (
    "tar -C {root} --blocking-factor=512 --format=posix --sort=name --numeric-owner --one-file-system"
    " --pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime -cf - ."
)
CHANGED = re.compile(
    r"^tar: (?P<name>.*): (?:file changed as we read it|File removed before we read it"
    r"|File shrank by \d+ bytes; padding with zeros|socket ignored"
    r"|file is on a different filesystem; not dumped|contains a cache directory tag.*)$"
)
EXIT = re.compile(r"^tar: (?:Exiting with failure status|Error exit delayed)")


def create(
    site: Site, store: Store, *, backup_id: str, key: bytes, tell: Tell | None = None
) -> Manifest:
    """Back up `site` into `store`; the manifest tells what was kept. Leaves nothing when it fails.

    It is no backup before `verify` has read it back. `key` comes from `new_key`, for this backup only.
    """
    try:
        with machine_of(site) as machine:
            return _create(machine, site, store, backup_id, key, tell)
    except BaseException:
        delete(backup_id, store)
        raise


def delete(backup_id: str, store: Store) -> None:
    """Remove the bytes of a backup, whole or begun; no error if there are none (I8)."""
    for name in MEMBERS:
        store.delete(stored_name(backup_id, name))


def _create(
    machine: Machine, site: Site, store: Store, backup_id: str, key: bytes, tell: Tell | None
) -> Manifest:
    root = real_root(machine, site)
    database = database_of(machine, site, root)
    before = count(machine, root)
    listing = Listing(owner=user_id(machine))
    teller = Teller(tell, Phase.FILES, before.bytes)
    warnings: list[str] = []
    with machine.start(TAR.format(root=quoted(root))) as running:
        running.end_of_input()
        closing = partial(_files_ended, running, listing, warnings)
        files = keep(running, store, key, backup_id, "files", listing, teller.add, closing)
    manifest = Manifest(
        backup_id=backup_id,
        root=root,
        members=(files,),
        counts=listing.counts,
        source=(before, count(machine, root)),
        foreign_owners=listing.foreign_owners,
        versions=(("tar", tool_version(machine, "tar")),),
        warnings=tuple(warnings),
    )
    if database is None:
        return manifest
    kind = databases(database, backup_id)
    return _with_database(machine, kind, manifest, partial(_dumped, store, key, backup_id, tell))


Taken = Callable[[Machine, Databases, Dump], tuple[Member, "DumpLook"]]


def _with_database(machine: Machine, kind: Databases, manifest: Manifest, take: Taken) -> Manifest:
    version = kind.version(machine)
    tables = kind.tables(machine)
    taken = [take(machine, kind, dump) for dump in kind.dumps(machine)]
    held = taken[0][1].tables
    if kind.database.engine == "mariadb" and held != len(tables):
        raise CountsDiffer(held=held, kind="tables", source=len(tables))
    return replace(
        manifest,
        members=(*manifest.members, *(member for member, _ in taken)),
        engine=kind.database.engine.value,
        tables=tables,
        dump_ended=all(look.ended for _, look in taken),
        versions=(*manifest.versions, (kind.database.engine.value, version)),
    )


def _dumped(
    store: Store,
    key: bytes,
    backup_id: str,
    tell: Tell | None,
    machine: Machine,
    kind: Databases,
    dump: Dump,
) -> tuple[Member, "DumpLook"]:
    look = DumpLook(kind.end_marker, kind.last_of_head)
    teller = Teller(tell, Phase.DATABASE)
    with machine.start(dump.script) as running:
        give(running, kind.secret)
        running.end_of_input()
        closing = partial(_dump_ended, running, look, kind)
        member = keep(running, store, key, backup_id, dump.name, look, teller.add, closing)
    return replace(member, body_sha256=look.body.hexdigest()), look


class DumpLook:
    """Looks at a dump as it passes: its tables, its body's hash, its closing line."""

    CREATING = (b"\nCREATE TABLE ", b"\nCREATE UNLOGGED TABLE ")
    TAIL = 256

    def __init__(self, end_marker: bytes, last_of_head: bytes = b"") -> None:
        self.body = Body(last_of_head)
        self.tables = 0
        self._marker = b"\n" + end_marker
        self._tail = b"\n"

    @property
    def ended(self) -> bool:
        return self._marker in self._tail

    def feed(self, piece: bytes) -> None:
        self.body.update(piece)
        for words in self.CREATING:
            self.tables += (self._tail[-(len(words) - 1) :] + piece).count(words)
        self._tail = (self._tail + piece[-self.TAIL :])[-self.TAIL :]


def give(running: Running, secret: bytes) -> None:
    """Write what a script reads first; a command that ended already tells why when it is finished."""
    try:
        running.write(secret)
    except BrokenPipeError:
        return


def _dump_ended(running: Running, look: DumpLook, kind: Databases) -> None:
    answer = running.finish()
    if answer.status:
        raise kind.said(answer.status, answer.complaints)
    if not look.ended:
        raise DumpIncomplete


def _files_ended(running: Running, listing: Listing, warnings: list[str]) -> None:
    answer = running.finish()
    error, changed = read_complaints(answer)
    if error:
        raise error
    listing.close()
    warnings.extend(changed)


def read_complaints(answer: Answer) -> tuple[BackupError | None, list[str]]:
    """What tar's complaints mean: an error, or the names of files that changed while it read."""
    lines = [line for line in answer.complaints.splitlines() if not EXIT.match(line)]
    found = [CHANGED.match(line) for line in lines]
    changed = [match["name"] for match in found if match]
    if answer.status in {0, 1} and len(changed) == len(lines):
        return None, changed[:MOST_NAMES]
    others = [line for line, match in zip(lines, found, strict=True) if not match]
    unreadable = [line.removeprefix("tar: ") for line in others if ": Cannot " in line]
    if answer.status == 2 and unreadable:
        return FilesUnreadable(names="; ".join(unreadable[:MOST_NAMES])), changed
    if answer.status:
        return trouble(answer.status, answer.complaints), changed
    return None, [*changed, *others][:MOST_NAMES]
