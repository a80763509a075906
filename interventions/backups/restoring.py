"""Give a site back: beside it first, compared, then exchanged; the original is kept until `finish` (I11).

The way of a restore on the site's server, with what is served meanwhile:

    none -> preparing -> prepared            the original
         -> forward                          the original, then a maintenance page, then the restored
         -> restored                         the restored site; the original lies beside it
         -> leaving -> none                  the same; what is not served is removed

Files and database cannot change in one step. Between their two exchanges the site's folder is a
maintenance page, so that nothing of the site runs and nobody meets a mix; it stands for a moment before
the database moves (DRAIN_SECONDS). All of that is one script
on the server which neither a cut connection nor the death of our process stops, and which takes
itself back when the database refuses. Only the death of the server itself leaves the page up: then
`restore` (the same as `resume`) completes, `roll_back` returns to the original. Both find out from
what lies there how far it came, and can themselves be interrupted and repeated.

What stays the original's: rights of a PostgreSQL database itself (GRANT ON DATABASE, ALTER DATABASE
SET), access control lists and extended attributes of files.
"""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from interventions.backups.archive import Fingerprint, Listing, in_nanoseconds
from interventions.backups.creating import give
from interventions.backups.databases import SCRIPTS, Databases, databases
from interventions.backups.errors import (
    BackupDamaged,
    CommandFailed,
    ConfigurationUnreadable,
    DatabaseRefused,
    DiskFullThere,
    NoRightBeside,
    RestoreDiffers,
    SwapFailed,
    WrongMoment,
)
from interventions.backups.looking import database_of, free_bytes, machine_of, user_id
from interventions.backups.machines import Answer, Machine, Running, quoted, trouble
from interventions.backups.stores import Store
from interventions.backups.streams import Teller, pieces, taken_back
from interventions.backups.values import (
    Database,
    Manifest,
    Member,
    Phase,
    Site,
    Standing,
    Tell,
)

BLOCK = 4096  # bytes that a small file takes on a disk
LOOKS = 3
DIFFERS, BUSY, TAKEN_BACK = 70, 75, 71
LISTED = r"%P\0%y\0%m\0%s\0%T@\0%U:%G\0%i\0%l\0"
FIELDS = 8
DRAIN_SECONDS = 3
"""How long the maintenance page stands before the database is exchanged: requests that began before are
over by then, and PHP looks at each file anew (opcache.revalidate_freq, 2 seconds unless it was set
higher). Without it, code of the one side would run on the database of the other."""
MAINTENANCE = (
    '<!doctype html><html lang="fr"><meta charset="utf-8"><title>Maintenance</title>'
    "<p>Ce site est en cours de restauration. Merci de revenir dans quelques minutes.</p>"
    '<p lang="de">Diese Website wird gerade wiederhergestellt. Bitte kommen Sie in einigen'
    " Minuten wieder.</p>"
    '<p lang="en">This site is being restored. Please come back in a few minutes.</p></html>'
)
CLOSED = {
    "CLOSED_HTML": MAINTENANCE,
    "CLOSED_PHP": (  # all in one file: PHP may remember it after the folder has gone
        f"<?php http_response_code(503); header('Retry-After: 120'); ?>{MAINTENANCE}"
    ),
    "CLOSED_HTACCESS": (
        "DirectoryIndex index.php index.html\n<IfModule mod_rewrite.c>\nRewriteEngine On\n"
        "RewriteCond %{REQUEST_URI} !/index\\.(php|html)$\nRewriteRule ^ index.php [L]\n</IfModule>"
    ),
}


@dataclass(frozen=True)
class Places:
    """Where things lie on the server: beside the site, under names that nobody guesses."""

    root: str
    backup_id: str

    def beside(self, what: str) -> str:
        name = f".easyhoster-{self.backup_id}"
        return str(PurePosixPath(self.root).parent / (f"{name}.{what}" if what else name))

    @property
    def new(self) -> str:
        return self.beside("new")

    @property
    def original(self) -> str:
        return self.beside("original")

    @property
    def closed(self) -> str:
        return self.beside("closed")

    @property
    def work(self) -> str:
        return self.beside("")


@dataclass(frozen=True)
class Scene:
    """One restore on its machine: the places, and the database if the site has one."""

    machine: Machine
    manifest: Manifest
    places: Places
    kind: Databases | None

    def script(self, words: str) -> str:
        places = self.places
        named = {
            "ROOT": places.root,
            "NEW": places.new,
            "ORIGINAL": places.original,
            "CLOSED": places.closed,
            "WORK": places.work,
            "DRAIN": str(DRAIN_SECONDS),
            **CLOSED,
        }
        assigned = "".join(f"{name}={quoted(value)}\n" for name, value in named.items())
        if self.kind:
            database = self.kind.preamble(len(self.manifest.tables))
        else:
            database = (SCRIPTS / "nothing.sh").read_text()
        return f"{assigned}{(SCRIPTS / 'restore.sh').read_text()}{database}\n{words}"

    def run(self, words: str) -> Answer:
        """Run a verb of restore.sh. Raises WrongMoment when the server is at another standing."""
        answer = self.machine.run(self.script(words), self.kind.secret if self.kind else b"")
        found = re.search(r"^standing:(\S+)$", answer.complaints, re.MULTILINE)
        if answer.status == DIFFERS and found:
            raise WrongMoment(standing=found[1])
        if answer.status == BUSY:
            raise WrongMoment(standing="busy")
        return answer

    def standing(self) -> Standing:
        return Standing(self.run("standing").checked().output.decode().strip())


def standing(site: Site, manifest: Manifest) -> Standing:
    """How far a restore of this backup is on the site's server."""
    with machine_of(site) as machine:
        return _bare(machine, manifest).standing()


def restore(
    site: Site, manifest: Manifest, store: Store, *, key: bytes, tell: Tell | None = None
) -> None:
    """Bring `site` back to the backup. Afterwards `finish` or `roll_back`, when the client has looked.

    Can be repeated after any interruption and goes on where it can. When it raises anything but
    SwapFailed, the original is served, untouched.
    """
    with _scene(site, manifest) as scene:
        for _ in range(LOOKS - 1):  # what a killed process had begun there may go on meanwhile
            with contextlib.suppress(WrongMoment):
                _go_on(scene, site, store, key, tell)
                return
        _go_on(scene, site, store, key, tell)


def _go_on(scene: Scene, site: Site, store: Store, key: bytes, tell: Tell | None) -> None:
    at = scene.standing()
    if at == Standing.RESTORED:
        return
    if at in {Standing.BACK, Standing.LEAVING}:
        raise WrongMoment(standing=at.value)
    if at in {Standing.NONE, Standing.PREPARING}:
        scene = _prepared(scene, site, store, key, tell)
    _exchange(scene, tell)


resume = restore


def roll_back(site: Site, manifest: Manifest) -> None:
    """Return to the original from any standing before `finish`, and remove what was restored.

    The database that was live meanwhile goes with it. Can be repeated after any interruption.
    """
    with _scene(site, manifest) as scene, _unless_gone():
        answer = scene.run("back")
        if answer.status:
            raise SwapFailed(detail=answer.complaints.strip()[-600:])
        _left(scene, scene.run("leave preparing prepared"))


def finish(site: Site, manifest: Manifest) -> None:
    """The restored site is right: remove the original. Can be repeated after any interruption."""
    with _scene(site, manifest) as scene, _unless_gone():
        _left(scene, scene.run("leave restored"))


@contextlib.contextmanager
def _unless_gone() -> Iterator[None]:
    """Nothing of a restore is on the server, or not any more: there is nothing to do."""
    try:
        yield
    except WrongMoment as error:
        if error.facts["standing"] != Standing.NONE:
            raise


@contextlib.contextmanager
def _scene(site: Site, manifest: Manifest) -> Iterator[Scene]:
    with machine_of(site) as machine:
        scene = _bare(machine, manifest)
        try:
            scene = _with_database(scene, site)
        except ConfigurationUnreadable:
            # Before the files are there no database was made; at the end it is gone before the files.
            if scene.standing() not in {Standing.NONE, Standing.PREPARING, Standing.LEAVING}:
                raise
        yield scene


def _bare(machine: Machine, manifest: Manifest) -> Scene:
    return Scene(machine, manifest, Places(manifest.root, manifest.backup_id), None)


def _with_database(scene: Scene, site: Site) -> Scene:
    """The scene with the database that the backup was taken of.

    A WordPress' is read from the restored wp-config.php: the site's own may be what is broken.
    """
    if not scene.manifest.engine:
        return scene
    database = _database(scene, site)
    if database is None or database.engine != scene.manifest.engine:
        raise DatabaseRefused(detail=f"{scene.manifest.engine} -> {database and database.engine}")
    return replace(scene, kind=databases(database, scene.manifest.backup_id))


def _database(scene: Scene, site: Site) -> Database | None:
    try:
        return database_of(scene.machine, site, scene.places.new)
    except ConfigurationUnreadable:
        return database_of(scene.machine, site, scene.places.root)


def _prepared(scene: Scene, site: Site, store: Store, key: bytes, tell: Tell | None) -> Scene:
    """Everything beside the site, compared with the backup. The site itself is not touched."""
    scene = replace(scene, kind=None)
    _refuse_small_disk(scene)
    begun = scene.run("begin")
    if begun.status:
        error = trouble(begun.status, begun.complaints)
        if isinstance(error, CommandFailed):
            raise NoRightBeside(root=scene.places.root, detail=begun.complaints.strip()[-300:])
        raise error
    _bring_files(scene, store, key, tell)
    scene = _with_database(scene, site)
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


def _exchange(scene: Scene, tell: Tell | None) -> None:
    Teller(tell, Phase.SWAPPING)
    if scene.kind and scene.standing() == Standing.PREPARED:
        scene.kind.keep_definitions(scene.machine, scene.places.work)
    answer = scene.run("forward")
    if answer.status == TAKEN_BACK and scene.kind:
        raise scene.kind.said(answer.status, answer.complaints)
    if answer.status:
        raise SwapFailed(detail=answer.complaints.strip()[-600:])


def _left(scene: Scene, answer: Answer) -> None:
    if answer.status and scene.kind:
        raise scene.kind.said(answer.status, answer.complaints)
    answer.checked()


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
