"""The two kinds of database: which commands dump, load and exchange them (I4, I11).

Each gives scripts for the site's server. Passwords come first on standard input, in the length that
the script knows; they are in no word of a command and in no file.
"""

import hashlib
import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path

from interventions.backups.errors import (
    BackupError,
    CommandFailed,
    DatabaseLoginRefused,
    DatabaseRefused,
    DiskFullThere,
    ToolMissing,
)
from interventions.backups.machines import FULL, Machine, quoted
from interventions.backups.values import Database, Engine

SCRIPTS = Path(__file__).with_name("scripts")
NAME_ROOM = 40  # of 63 characters of an identifier, 16 are the backup's id
HEAD = 64 * 1024


class Body:
    """SHA-256 of a dump without its head, which names the server and the database."""

    def __init__(self, last_of_head: bytes) -> None:
        self._sha = hashlib.sha256()
        self._last = last_of_head
        self._head: bytes | None = b"" if last_of_head else None

    def update(self, piece: bytes) -> None:
        if self._head is None:
            self._sha.update(piece)
            return
        self._head += piece
        found = re.search(rb"^" + re.escape(self._last) + rb"[^\n]*\n", self._head, re.MULTILINE)
        if found:
            self._sha.update(self._head[found.end() :])
            self._head = None
        elif len(self._head) > HEAD:
            self._sha.update(self._head)
            self._head = None

    def hexdigest(self) -> str:
        if self._head:
            self._sha.update(self._head)
            self._head = None
        return self._sha.hexdigest()


@dataclass(frozen=True)
class Dump:
    """One stream to be kept: its name in the backup, and the script that writes it."""

    name: str
    script: str


class Databases(ABC):
    """The database of one site during one backup or restore."""

    end_marker: bytes
    last_of_head = b""

    def __init__(self, database: Database, backup_id: str) -> None:
        self.database = database
        self.backup_id = backup_id
        self.fresh = f"{database.name[:NAME_ROOM]}_new_{backup_id}"
        self.aside = f"{database.name[:NAME_ROOM]}_old_{backup_id}"

    @property
    @abstractmethod
    def secret(self) -> bytes:
        """What every script of ours reads first from its input."""

    @abstractmethod
    def preamble(self, tables: int = 0) -> str:
        """Variables and functions in front of a script; `tables` are in the backup."""

    @abstractmethod
    def version(self, machine: Machine) -> str:
        """Log in, and tell the server's version."""

    @abstractmethod
    def hindrance(self, machine: Machine) -> str:
        """Why no second database can be made beside this one; empty if it can."""

    @abstractmethod
    def tables(self, machine: Machine) -> tuple[str, ...]: ...

    @abstractmethod
    def dumps(self, machine: Machine) -> tuple[Dump, ...]: ...

    @abstractmethod
    def make_fresh(self, machine: Machine) -> None:
        """An empty database beside the live one, as it; whatever had that name before is dropped."""

    @property
    @abstractmethod
    def load(self) -> str:
        """Script: the rest of its input goes into the fresh database."""

    @property
    @abstractmethod
    def fingerprint(self) -> str:
        """Script: SHA-256 of a dump of the fresh database, without its head."""

    @abstractmethod
    def keep_definitions(self, machine: Machine, work: str) -> None:
        """Write what the exchange drops into `work` on the server, so that it can be made anew."""

    def run(self, machine: Machine, script: str) -> str:
        """Run a script that asks or changes something small. Raises as `said` tells."""
        answer = machine.run(f"{self.preamble()}\n{script}", self.secret)
        if answer.status:
            raise self.said(answer.status, answer.complaints)
        return answer.output.decode("utf-8", "surrogateescape")

    def said(self, status: int, complaints: str) -> BackupError:
        """The error for what a database tool complained of."""
        words = complaints.strip()[-600:]
        if any(sign in complaints for sign in (*FULL, "Errcode: 28", "error 28")):
            return DiskFullThere(detail=words)
        refused = re.search(r"ERROR 1045|error: 1045:|password authentication failed", words)
        if refused:
            return DatabaseLoginRefused(user=self.database.user)
        if status == 127:
            return ToolMissing(tool=words or "database client")
        if words:
            return DatabaseRefused(detail=words)
        return CommandFailed(status=status, detail=words)


class MariaDB(Databases):
    end_marker = b"-- Dump completed"
    last_of_head = b"-- Server version"

    @property
    def secret(self) -> bytes:
        database = self.database
        lines = ["[client]", f"user={_option(database.user)}"]
        lines += [f"password={_option(database.password)}", f"host={_option(database.host)}"]
        if database.socket:
            lines += [f"socket={_option(database.socket)}", "protocol=socket"]
        elif database.port:
            lines += [f"port={database.port}", "protocol=tcp"]
        return "\n".join(lines).encode()

    def preamble(self, tables: int = 0) -> str:
        live, fresh, aside = self.database.name, self.fresh, self.aside
        words = {
            "OPTIONS_SIZE": str(len(self.secret)),
            "LIVE": live,
            "SQL_DROP_TRIGGERS": _drop_triggers(live),
            "SQL_DROP_DEFINITIONS": _drop_definitions(live),
            "SQL_FORWARD": _renames(fresh, tables, ((live, aside), (fresh, live))),
            "SQL_BACK": _renames_back(fresh, tables, live, aside),
            "SQL_LEAVE": f"DROP DATABASE IF EXISTS {_name(fresh)};"
            f"DROP DATABASE IF EXISTS {_name(aside)}",
        }
        return _assigned(words) + (SCRIPTS / "mariadb.sh").read_text()

    def version(self, machine: Machine) -> str:
        return self.run(machine, 'said "SELECT VERSION()"').strip()

    def hindrance(self, machine: Machine) -> str:
        trial = _name(self.fresh)
        try:
            self.run(machine, f"db -e {quoted(f'CREATE DATABASE {trial}; DROP DATABASE {trial}')}")
        except DatabaseRefused as refused:
            return str(refused.facts["detail"])
        return ""

    def tables(self, machine: Machine) -> tuple[str, ...]:
        return self._names(machine, f"{_of(self.database.name)} AND {IS_TABLE}")

    def dumps(self, machine: Machine) -> tuple[Dump, ...]:
        views = self._names(machine, f"{_of(self.database.name)} AND NOT {IS_TABLE}")
        name = self.database.name
        without = " ".join(quoted(f"--ignore-table={name}.{view}") for view in views)
        tables = f"dump --skip-triggers {without} {quoted(name)}"
        return (
            Dump("database", f"{self.preamble()}\n{tables}"),
            Dump("definitions", f"{self.preamble()}\n{self._definitions(views)}"),
        )

    def make_fresh(self, machine: Machine) -> None:
        how = self.run(machine, f"said {quoted(_charset(self.database.name))}").split()
        if len(how) != 2:
            raise DatabaseRefused(detail=self.database.name)
        made = f"CHARACTER SET {how[0]} COLLATE {how[1]}"
        statements = [
            f"DROP DATABASE IF EXISTS {_name(self.fresh)}",
            f"CREATE DATABASE {_name(self.fresh)} {made}",
            f"CREATE DATABASE IF NOT EXISTS {_name(self.aside)} {made}",
        ]
        self.run(machine, f"db -e {quoted('; '.join(statements))}")

    @property
    def load(self) -> str:
        return f"{self.preamble()}\ndb {quoted(self.fresh)} >/dev/null"

    @property
    def fingerprint(self) -> str:
        cut = quoted(f"1,/^{self.last_of_head.decode()}/d")
        return f"dump --skip-triggers {quoted(self.fresh)} | sed {cut} | sha256sum"

    def keep_definitions(self, machine: Machine, work: str) -> None:
        views = self._names(machine, f"{_of(self.database.name)} AND NOT {IS_TABLE}")
        part, kept = quoted(f"{work}/definitions.part"), quoted(f"{work}/definitions.old.sql")
        into = f">{part} && mv -fT {part} {kept}"
        try:
            self.run(machine, f"umask 077; {{ {self._definitions(views)}; }} {into}")
        except DatabaseRefused:  # a view whose table is gone: what can be read is kept
            forced = self._definitions(views, "--force").replace(" && ", "; ")
            self.run(machine, f"umask 077; {{ {forced}; true; }} {into}")

    def _definitions(self, views: tuple[str, ...], how: str = "") -> str:
        """Views first, for a routine or trigger is looked at only when it runs."""
        name = quoted(self.database.name)
        without = " ".join(quoted(f"--ignore-table={self.database.name}.{view}") for view in views)
        rest = (
            f"dump {how} --no-data --no-create-info --triggers --routines --events {without} {name}"
        )
        if not views:
            return rest
        return (
            f"dump {how} --no-data --skip-triggers {name} {' '.join(map(quoted, views))} && {rest}"
        )

    def _names(self, machine: Machine, condition: str) -> tuple[str, ...]:
        query = (
            "SELECT HEX(table_name) FROM information_schema.tables"
            f" WHERE {condition} ORDER BY table_name"
        )
        lines = self.run(machine, f"said {quoted(query)}").split()
        return tuple(bytes.fromhex(line).decode() for line in lines)


class PostgreSQL(Databases):
    end_marker = b"-- PostgreSQL database dump complete"

    @property
    def secret(self) -> bytes:
        return self.database.password.encode()

    def preamble(self, tables: int = 0) -> str:
        live, fresh, aside = self.database.name, self.fresh, self.aside
        words = {
            "OPTIONS_SIZE": str(len(self.secret)),
            "PGHOST": self.database.socket or self.database.host,
            "PGPORT": str(self.database.port or 5432),
            "PGUSER": self.database.user,
            "RESTRICT_KEY": self.backup_id,
            "SQL_FORWARD": _moves(fresh, ((live, aside), (fresh, live))),
            "SQL_BACK": _moves(aside, ((live, fresh), (aside, live))),
            "SQL_LEAVE": "".join(
                f"{_send_away(name)}DROP DATABASE IF EXISTS {_identifier(name)};\n"
                for name in (fresh, aside)
            ),
        }
        exported = "export PGHOST PGPORT PGUSER\n"
        return _assigned(words) + exported + (SCRIPTS / "postgresql.sh").read_text()

    def version(self, machine: Machine) -> str:
        return self._asked(machine, "SHOW server_version").strip()

    def hindrance(self, machine: Machine) -> str:
        query = (
            "SELECT (rolcreatedb OR rolsuper)"
            " AND pg_has_role((SELECT datdba FROM pg_database WHERE datname = current_database()),"
            " 'USAGE') FROM pg_roles WHERE rolname = current_user"
        )
        if self._asked(machine, query).strip() == "t":
            return ""
        return f"{self.database.user}: CREATEDB, OWNER OF {self.database.name}"

    def tables(self, machine: Machine) -> tuple[str, ...]:
        query = (
            "SELECT encode(convert_to(schemaname || '.' || tablename, 'UTF8'), 'hex')"
            " FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
            " ORDER BY schemaname, tablename"
        )
        return tuple(bytes.fromhex(line).decode() for line in self._asked(machine, query).split())

    def dumps(self, machine: Machine) -> tuple[Dump, ...]:
        return (Dump("database", f"{self.preamble()}\ndump {quoted(self.database.name)}"),)

    def make_fresh(self, machine: Machine) -> None:
        query = (
            "SELECT encode(convert_to(concat_ws(E'\\t', pg_get_userbyid(datdba),"
            " pg_encoding_to_char(encoding), datcollate, datctype, to_jsonb(d) ->> 'datlocprovider',"
            " coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale', '')), 'UTF8'),"
            " 'hex') FROM pg_database d WHERE datname = current_database()"
        )
        fields = bytes.fromhex(self._asked(machine, query).strip()).decode().split("\t")
        owner, encoding, collate, ctype, provider, locale = fields
        made = (
            f"CREATE DATABASE {_identifier(self.fresh)} TEMPLATE template0"
            f" OWNER {_identifier(owner)} ENCODING {_literal(encoding)}"
            f" LC_COLLATE {_literal(collate)} LC_CTYPE {_literal(ctype)}"
        )
        if provider == "i":
            made += f" LOCALE_PROVIDER icu ICU_LOCALE {_literal(locale)}"
        elif provider == "b":
            made += f" LOCALE_PROVIDER builtin BUILTIN_LOCALE {_literal(locale)}"
        statements = (
            f"{_send_away(self.fresh)}DROP DATABASE IF EXISTS {_identifier(self.fresh)};\n{made};"
        )
        self.run(machine, f"printf '%s\\n' {quoted(statements)} | db -d postgres >/dev/null")

    @property
    def load(self) -> str:
        return f"{self.preamble()}\ndb --single-transaction -d {quoted(self.fresh)} >/dev/null"

    @property
    def fingerprint(self) -> str:
        return f"dump {quoted(self.fresh)} | sha256sum"

    def keep_definitions(self, machine: Machine, work: str) -> None:
        """Nothing is dropped: the whole database changes its name."""

    def _asked(self, machine: Machine, query: str) -> str:
        return self.run(machine, f"db -At -d {quoted(self.database.name)} -c {quoted(query)}")


KINDS: dict[Engine, type[Databases]] = {Engine.MARIADB: MariaDB, Engine.POSTGRESQL: PostgreSQL}
IS_TABLE = "table_type NOT LIKE '%VIEW%'"


def databases(database: Database, backup_id: str) -> Databases:
    return KINDS[database.engine](database, backup_id)


def _assigned(words: dict[str, str]) -> str:
    return "".join(f"{name}={quoted(value)}\n" for name, value in words.items())


def _option(value: str) -> str:
    """A value of an option file, quoted."""
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return '"' + "".join(escapes.get(character, character) for character in value) + '"'


def _name(text: str) -> str:
    return "`" + text.replace("`", "``") + "`"


def _literal(text: str) -> str:
    """A string of SQL that holds in MariaDB whatever its modes, and in PostgreSQL."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"


def _identifier(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _of(schema: str) -> str:
    return f"table_schema = {_literal(schema)}"


def _charset(schema: str) -> str:
    return (
        "SELECT default_character_set_name, default_collation_name"
        f" FROM information_schema.schemata WHERE schema_name = {_literal(schema)}"
    )


def _dropped(kind: str, table: str, column: str, condition: str) -> str:
    return (
        f"SELECT CONCAT('DROP {kind} IF EXISTS `', REPLACE({column}, '`', '``'), '`;')"
        f" FROM information_schema.{table} WHERE {condition}"
    )


def _drop_triggers(schema: str) -> str:
    return _dropped("TRIGGER", "triggers", "trigger_name", f"trigger_schema = {_literal(schema)}")


def _drop_definitions(schema: str) -> str:
    of_routines = f"routine_schema = {_literal(schema)} AND routine_type"
    return " UNION ALL ".join(
        (
            _drop_triggers(schema),
            _dropped("VIEW", "views", "table_name", _of(schema)),
            _dropped("PROCEDURE", "routines", "routine_name", f"{of_routines} = 'PROCEDURE'"),
            _dropped("FUNCTION", "routines", "routine_name", f"{of_routines} = 'FUNCTION'"),
            _dropped("EVENT", "events", "event_name", f"event_schema = {_literal(schema)}"),
        )
    )


def _step(turn: int, source: str, target: str, condition: str) -> str:
    name = "REPLACE(table_name, '`', '``')"
    return (
        f"SELECT {turn} AS turn, CONCAT({_literal(_name(source))}, '.`', {name}, '` TO ',"
        f" {_literal(_name(target))}, '.`', {name}, '`') AS step FROM information_schema.tables"
        f" WHERE {_of(source)} AND {IS_TABLE} AND {condition}"
    )


def _executed(fresh: str, steps: str) -> str:
    """All steps as one RENAME TABLE. @waiting: how many of the backup's tables are not live."""
    return (
        "SET SESSION group_concat_max_len = 4294967295, lock_wait_timeout = 60;"
        "SELECT COUNT(*) INTO @waiting FROM information_schema.tables"
        f" WHERE {_of(fresh)} AND {IS_TABLE};"
        "SELECT CONCAT('RENAME TABLE ', GROUP_CONCAT(step ORDER BY turn SEPARATOR ', '))"
        f" INTO @renames FROM ({steps}) AS steps;"
        "SET @renames = COALESCE(@renames, 'DO 0');"
        "PREPARE renames FROM @renames; EXECUTE renames;"
    )


def _renames(fresh: str, tables: int, moves: tuple[tuple[str, str], ...]) -> str:
    """Old tables leave only while all new ones wait: afterwards what is live is new."""
    (live, aside), (_, target) = moves
    steps = (
        _step(1, live, aside, f"@waiting >= {tables}"),
        _step(2, fresh, target, "TRUE"),
    )
    return _executed(fresh, " UNION ALL ".join(steps))


def _renames_back(fresh: str, tables: int, live: str, aside: str) -> str:
    steps = (
        _step(1, live, fresh, f"@waiting < {tables}"),
        _step(2, aside, live, "TRUE"),
    )
    return _executed(fresh, " UNION ALL ".join(steps))


def _send_away(name: str) -> str:
    return (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        f" WHERE datname = {_literal(name)} AND pid <> pg_backend_pid();\n"
    )


def _moves(witness: str, moves: tuple[tuple[str, str], ...]) -> str:
    """All renames in one transaction, or none: `witness` has its name until they are done."""
    there = f"WHERE EXISTS (SELECT FROM pg_database WHERE datname = {_literal(witness)})"
    renames = "".join(
        f"SELECT {_literal(f'ALTER DATABASE {_identifier(old)} RENAME TO {_identifier(new)}')}"
        f" {there} \\gexec\n"
        for old, new in moves
    )
    return _send_away(moves[0][0]) + _send_away(moves[1][0]) + f"BEGIN;\n{renames}COMMIT;\n"
