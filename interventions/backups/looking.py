"""A look at a site on its machine: where it is, how large, what stands in the way of a restore."""

import contextlib
import re
import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from interventions.backups.databases import databases
from interventions.backups.databases.base import SCRIPTS
from interventions.backups.errors import (
    BackupError,
    CommandFailed,
    ConfigurationUnreadable,
    ForeignLink,
    SiteNotFound,
    ToolMissing,
)
from interventions.backups.machines import Answer, Machine, ThisMachine, quoted
from interventions.backups.values import Counts, Database, Probe, Server, Site, WordPress
from interventions.backups.wordpress import read_database

TOOLS = ("tar", "find", "flock", "mv", "readlink", "realpath", "sync", "sha256sum", "head", "sed")
MOST_CONFIGURATION = 1024 * 1024  # bytes of a wp-config.php
COUNT = r"find . -xdev \( -type f -o -type d -o -type l \) -printf '%y %n %s %i\n'"
TALLY = (
    'awk \'$1 == "d" { folders++; next } $2 > 1 && seen[$4]++ { again++; next }'
    ' $1 == "l" { links++; next } { files++; bytes += $3 }'
    ' END { printf "%d %d %d %d %.0f\\n", files, folders, links, again, bytes }\''
)


@contextlib.contextmanager
def machine_of(site: Site) -> Iterator[Machine]:
    """The machine where `site` lives: this one, or one behind SSH (I4)."""
    machine = _connected(site.server) if site.server else ThisMachine()
    try:
        yield machine
    finally:
        machine.close()


def _connected(server: Server) -> Machine:
    """asyncssh costs 20 MB and a third of a second: it is loaded by who needs it."""
    from interventions.backups.ssh import SSHMachine

    return SSHMachine(server)


def probe(site: Site) -> Probe:
    """Look at `site` without changing it. Raises what stands in the way of a backup."""
    with machine_of(site) as machine:
        root = real_root(machine, site)
        missing = _missing_tools(machine)
        if missing:
            raise ToolMissing(tool=", ".join(missing))
        versions = [("tar", _tar_version(machine))]
        hindrances = [_beside(machine, root)]
        database = database_of(machine, site, root)
        if database:
            kind = databases(database, "0" * 16)
            versions.append((database.engine.value, kind.version(machine)))
            hindrances.append(kind.hindrance(machine))
        return Probe(
            root=root,
            counts=count(machine, root),
            free_bytes=free_bytes(machine, root),
            database=database,
            versions=tuple(versions),
            hindrances=tuple(words for words in hindrances if words),
        )


def real_root(machine: Machine, site: Site) -> str:
    """The site's folder without symbolic links on the way to it. Raises SiteNotFound, ForeignLink."""
    script = f'way {quoted(site.root)} && cd -- "$path" && pwd -P && echo .'
    answer = machine.run(f"{_way()}\n{script}")
    _refuse_foreign(answer)
    root = answer.output.decode("utf-8", "surrogateescape").removesuffix("\n.\n")
    if answer.status or not root.startswith("/") or root == "/":
        raise SiteNotFound(root=site.root)
    return root


def lies_at(machine: Machine, site: Site) -> str:
    """Where the site's folder is or ought to be, without links on the way. Raises as `real_root`."""
    script = f'way {quoted(site.root)} && realpath -m -- "$path" && echo .'
    answer = machine.run(f"{_way()}\n{script}")
    _refuse_foreign(answer)
    if answer.status:
        raise SiteNotFound(root=site.root)
    return answer.output.decode("utf-8", "backslashreplace").removesuffix("\n.\n")


def database_of(machine: Machine, site: Site, root: str) -> Database | None:
    """The site's database; a WordPress' is read from its wp-config.php, there or one folder above.

    What stands there is its owner's word: it opens what he may open, not what our account may.
    """
    if not isinstance(site.database, WordPress):
        return site.database
    here, above = f"{root}/wp-config.php", f"{PurePosixPath(root).parent}/wp-config.php"
    script = (
        f'{{ way {quoted(here)} && cat -- "$path" 2>/dev/null; }}'
        f' || {{ way {quoted(above)} && cat -- "$path"; }}'
    )
    answer = machine.run(f"{_way()}\n{{ {script}; }} | head -c {MOST_CONFIGURATION}")
    _refuse_foreign(answer)
    if not answer.output:
        raise ConfigurationUnreadable(detail=answer.complaints.strip()[-200:])
    database = read_database(answer.output.decode("utf-8", "surrogateescape"))
    if database.user == user_name(machine) and _needs_no_password(machine, database):
        raise ConfigurationUnreadable(detail="DB_USER")
    return database


def _needs_no_password(machine: Machine, database: Database) -> bool:
    """Whether the server lets our own account in as who it is (unix_socket), whatever the password."""
    try:
        databases(replace(database, password=secrets.token_hex()), "0" * 16).version(machine)
    except BackupError:
        return False
    return True


def _way() -> str:
    return (SCRIPTS / "way.sh").read_text()


def _refuse_foreign(answer: Answer) -> None:
    found = re.search(r"^foreign link: (.*)$", answer.complaints, re.MULTILINE)
    if found:
        raise ForeignLink(link=found[1])


def count(machine: Machine, root: str) -> Counts:
    """What the tree holds now, counted by the machine. Raises SiteNotFound."""
    answer = machine.run(f"cd -- {quoted(root)} && {COUNT} | {TALLY}")
    if answer.status:
        raise SiteNotFound(root=root)
    files, folders, links, again, size = (int(word) for word in answer.output.split())
    return Counts(files, folders, links, again, size)


def free_bytes(machine: Machine, root: str) -> int:
    """How much fits beside the site."""
    place = quoted(str(PurePosixPath(root).parent))
    answer = machine.run(f"df -B1 --output=avail -- {place}").checked()
    return int(answer.output.split()[-1])


def user_name(machine: Machine) -> str:
    """Who our account is there."""
    return machine.run("id -un").checked().output.decode("utf-8", "replace").strip()


def user_id(machine: Machine) -> int:
    return int(machine.run("id -u").checked().output)


def tool_version(machine: Machine, tool: str) -> str:
    """The first line of what `tool` says of itself; empty where it is not."""
    answer = machine.run(f"{tool} --version | head -n 1")
    return answer.output.decode("utf-8", "replace").strip()


def _tar_version(machine: Machine) -> str:
    version = tool_version(machine, "tar")
    if not re.search(r"GNU tar", version):
        raise ToolMissing(tool="GNU tar")
    return version


def _missing_tools(machine: Machine) -> list[str]:
    script = f"for tool in {' '.join(TOOLS)}; do command -v $tool >/dev/null || echo $tool; done"
    return machine.run(script).output.decode().split()


def _beside(machine: Machine, root: str) -> str:
    """Why nothing can be moved beside the site; empty if it can."""
    parent = quoted(str(PurePosixPath(root).parent))
    script = (
        f"test -w {parent} || {{ echo {parent}: no right to write >&2; exit 1; }};"
        f' test "$(stat -c %d {parent})" = "$(stat -c %d {quoted(root)})"'
        f" || {{ echo {parent}: another file system >&2; exit 1; }}"
    )
    try:
        machine.run(script).checked()
    except CommandFailed as failed:
        return str(failed.facts["detail"])
    return ""
