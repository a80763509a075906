"""One restore on the site's server: where things lie, how its script is run, how far it is (I11)."""

import re
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from interventions.backups.databases import Databases, databases
from interventions.backups.databases.base import SCRIPTS
from interventions.backups.errors import ConfigurationUnreadable, DatabaseRefused, WrongMoment
from interventions.backups.looking import database_of
from interventions.backups.machines import Answer, Machine, quoted
from interventions.backups.values import Database, Manifest, Site, Standing

DIFFERS, BUSY, TAKEN_BACK = 70, 75, 71
"""Exit codes of restore.sh, besides those of the commands in it."""
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


def bare(machine: Machine, manifest: Manifest) -> Scene:
    return Scene(machine, manifest, Places(manifest.root, manifest.backup_id), None)


def with_database(scene: Scene, site: Site) -> Scene:
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
