"""Bring a backup beside the site and compare it there; the site itself is not touched (I11)."""

from collections.abc import Iterator
from dataclasses import replace

from interventions.backups.archive import Fingerprint, Listing, in_nanoseconds
from interventions.backups.creating import give
from interventions.backups.databases import Databases
from interventions.backups.errors import (
    BackupDamaged,
    CommandFailed,
    DiskFullThere,
    NoRightBeside,
    RestoreDiffers,
    SiteMoved,
)
from interventions.backups.looking import free_bytes, lies_at, user_id
from interventions.backups.machines import Running, quoted, trouble
from interventions.backups.scene import Scene, with_database
from interventions.backups.stores import Store
from interventions.backups.streams import Teller, pieces, taken_back
from interventions.backups.values import Manifest, Member, Phase, Site, Tell

BLOCK = 4096  # bytes that a small file takes on a disk
LISTED = r"%P\0%y\0%m\0%s\0%T@\0%U:%G\0%i\0%l\0"
FIELDS = 8


def prepare(scene: Scene, site: Site, store: Store, key: bytes, tell: Tell | None) -> Scene:
    """Everything beside the site, compared with the backup. The site itself is not touched."""
    scene = replace(scene, kind=None)
    here = lies_at(scene.machine, site)
    if here != scene.places.root:
        raise SiteMoved(taken=scene.places.root, now=here)
    _refuse_small_disk(scene)
    begun = scene.run("begin")
    if begun.status:
        error = trouble(begun.status, begun.complaints)
        if isinstance(error, CommandFailed):
            raise NoRightBeside(root=scene.places.root, detail=begun.complaints.strip()[-300:])
        raise error
    _bring_files(scene, store, key, tell)
    scene = with_database(scene, site)
    if scene.kind:
        _bring_database(scene, scene.kind, store, key, tell)
    scene.run("prepared").checked()
    return scene


def _refuse_small_disk(scene: Scene) -> None:
    counts = scene.manifest.counts
    database = scene.manifest.member("database")
    entries = counts.files + counts.folders + counts.links
    needed = counts.bytes + entries * BLOCK + (database.plain_bytes if database else 0)
    free = free_bytes(scene.machine, scene.places.root)
    if needed > free:
        raise DiskFullThere(detail=f"{needed} > {free}")


def _bring_files(scene: Scene, store: Store, key: bytes, tell: Tell | None) -> None:
    """Each header is looked at before tar gets it; the hash of the whole before anything is used."""
    manifest, new = scene.manifest, quoted(scene.places.new)
    owned = not manifest.foreign_owners or user_id(scene.machine) == 0
    listing = Listing(owners=owned)
    owner = "--same-owner" if owned else "--no-same-owner"
    extract = (
        f"one_at_a_time; tar -C {new} --numeric-owner {owner} -p"
        " --blocking-factor=512 --delay-directory-restore -xf -"
    )
    member = _member(manifest, "files")
    teller = Teller(tell, Phase.EXTRACTING, member.plain_bytes)
    with scene.machine.start(scene.script(extract)) as running:
        with taken_back(store, key, manifest.backup_id, member) as incoming:
            for piece in incoming:
                listing.feed(piece)
                if not _written(running, piece):
                    break
                teller.add(len(piece))
        answer = running.finish()
    answer.checked()
    listing.close()
    if listing.counts != manifest.counts:
        raise BackupDamaged(detail="other entries than were taken in")
    _compare(scene, listing, owned=owned, tell=tell)


def _compare(scene: Scene, listing: Listing, *, owned: bool, tell: Tell | None) -> None:
    """Name, kind, size, mode, time to the nanosecond, owner and links of all that was extracted."""
    teller = Teller(tell, Phase.COMPARING)
    found = Fingerprint()
    inodes: dict[bytes, bytes] = {}
    wanted = {*listing.hard_links, *listing.hard_links.values()}
    script = f"cd -- {quoted(scene.places.new)} && find . -printf {quoted(LISTED)}"
    with scene.machine.start(script) as running:
        running.end_of_input()
        for entry in _entries(running, teller):
            path, kind, mode, size, moment, owner, inode, target = entry
            if path in wanted:
                inodes[path] = inode
            if path in listing.hard_links:
                found.add(path, b"h", listing.hard_links[path])
                continue
            nanoseconds = b"%d" % in_nanoseconds(moment)
            extra = {b"f": (size,), b"l": (target,)}.get(kind, ())
            found.add(path, kind, *extra, mode, nanoseconds, owner if owned else b"")
        running.finish().checked()
    if found != listing.fingerprint:
        raise RestoreDiffers(detail=f"files: {found.entries} / {listing.fingerprint.entries}")
    if any(inodes.get(name) != inodes.get(to) for name, to in listing.hard_links.items()):
        raise RestoreDiffers(detail="hard links")


def _entries(running: Running, teller: Teller) -> Iterator[tuple[bytes, ...]]:
    held: list[bytes] = []
    rest = b""
    for piece in pieces(running):
        teller.add(len(piece))
        fields = (rest + piece).split(b"\0")
        rest = fields.pop()
        held += fields
        whole = len(held) - len(held) % FIELDS
        for at in range(0, whole, FIELDS):
            yield tuple(held[at : at + FIELDS])
        held = held[whole:]


def _bring_database(
    scene: Scene, kind: Databases, store: Store, key: bytes, tell: Tell | None
) -> None:
    manifest = scene.manifest
    member = _member(manifest, "database")
    kind.make_fresh(scene.machine)
    teller = Teller(tell, Phase.LOADING, member.plain_bytes)
    _sent(scene, kind, store, key, member, kind.load, teller)
    definitions = manifest.member("definitions")
    if definitions:
        part, kept = (f"{scene.places.work}/definitions.{end}" for end in ("part", "new.sql"))
        script = f"{kind.preamble()}\numask 077; cat >{quoted(part)} && mv -fT {quoted(part)} {quoted(kept)}"
        _sent(scene, kind, store, key, definitions, script, teller)
    Teller(tell, Phase.COMPARING)
    shown = kind.run(scene.machine, kind.fingerprint).split()[0]
    if shown != member.body_sha256:
        raise RestoreDiffers(detail=f"database: {shown} / {member.body_sha256}")


def _sent(
    scene: Scene,
    kind: Databases,
    store: Store,
    key: bytes,
    member: Member,
    script: str,
    teller: Teller,
) -> None:
    with scene.machine.start(script) as running:
        give(running, kind.secret)
        with taken_back(store, key, scene.manifest.backup_id, member) as incoming:
            for piece in incoming:
                if not _written(running, piece):
                    break
                teller.add(len(piece))
        answer = running.finish()
    if answer.status:
        raise kind.said(answer.status, answer.complaints)


def _member(manifest: Manifest, name: str) -> Member:
    member = manifest.member(name)
    if member is None:
        raise BackupDamaged(detail=f"{name}: missing")
    return member


def _written(running: Running, piece: bytes) -> bool:
    """False when the command reads no more; `finish` tells why."""
    try:
        running.write(piece)
    except BrokenPipeError:
        return False
    return True
