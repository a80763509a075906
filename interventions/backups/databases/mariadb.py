"""MariaDB and MySQL: tables change places by one RENAME TABLE, definitions are made anew (I11)."""

from interventions.backups.databases.base import SCRIPTS, Databases, Dump, assigned, literal
from interventions.backups.errors import DatabaseRefused
from interventions.backups.machines import Machine, quoted

IS_TABLE = "table_type NOT LIKE '%VIEW%'"


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
        return assigned(words) + (SCRIPTS / "mariadb.sh").read_text()

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
        tables = f"dump --skip-triggers {without} -- {quoted(name)}"
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
        return f"{self.preamble()}\nloaded {quoted(self.fresh)} >/dev/null"

    @property
    def fingerprint(self) -> str:
        cut = quoted(f"1,/^{self.last_of_head.decode()}/d")
        return f"dump --skip-triggers -- {quoted(self.fresh)} | sed {cut} | sha256sum"

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
        rest = f"dump {how} --no-data --no-create-info --triggers --routines --events {without} -- {name}"
        if not views:
            return rest
        return f"dump {how} --no-data --skip-triggers -- {name} {' '.join(map(quoted, views))} && {rest}"

    def _names(self, machine: Machine, condition: str) -> tuple[str, ...]:
        query = (
            "SELECT HEX(table_name) FROM information_schema.tables"
            f" WHERE {condition} ORDER BY table_name"
        )
        lines = self.run(machine, f"said {quoted(query)}").split()
        return tuple(bytes.fromhex(line).decode() for line in lines)


def _option(value: str) -> str:
    """A value of an option file, quoted."""
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return '"' + "".join(escapes.get(character, character) for character in value) + '"'


def _name(text: str) -> str:
    return "`" + text.replace("`", "``") + "`"


def _of(schema: str) -> str:
    return f"table_schema = {literal(schema)}"


def _charset(schema: str) -> str:
    return (
        "SELECT default_character_set_name, default_collation_name"
        f" FROM information_schema.schemata WHERE schema_name = {literal(schema)}"
    )


def _dropped(kind: str, table: str, column: str, condition: str) -> str:
    return (
        f"SELECT CONCAT('DROP {kind} IF EXISTS `', REPLACE({column}, '`', '``'), '`;')"
        f" FROM information_schema.{table} WHERE {condition}"
    )


def _drop_triggers(schema: str) -> str:
    return _dropped("TRIGGER", "triggers", "trigger_name", f"trigger_schema = {literal(schema)}")


def _drop_definitions(schema: str) -> str:
    of_routines = f"routine_schema = {literal(schema)} AND routine_type"
    return " UNION ALL ".join(
        (
            _drop_triggers(schema),
            _dropped("VIEW", "views", "table_name", _of(schema)),
            _dropped("PROCEDURE", "routines", "routine_name", f"{of_routines} = 'PROCEDURE'"),
            _dropped("FUNCTION", "routines", "routine_name", f"{of_routines} = 'FUNCTION'"),
            _dropped("EVENT", "events", "event_name", f"event_schema = {literal(schema)}"),
        )
    )


def _step(turn: int, source: str, target: str, condition: str) -> str:
    name = "REPLACE(table_name, '`', '``')"
    return (
        f"SELECT {turn} AS turn, CONCAT({literal(_name(source))}, '.`', {name}, '` TO ',"
        f" {literal(_name(target))}, '.`', {name}, '`') AS step FROM information_schema.tables"
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
