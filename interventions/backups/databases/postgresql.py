"""PostgreSQL: the whole database changes its name in one transaction (I11)."""

from interventions.backups.databases.base import SCRIPTS, Databases, Dump, assigned, literal
from interventions.backups.machines import Machine, quoted


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
        return assigned(words) + exported + (SCRIPTS / "postgresql.sh").read_text()

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
        return (Dump("database", f"{self.preamble()}\ndump -- {quoted(self.database.name)}"),)

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
            f" OWNER {_identifier(owner)} ENCODING {literal(encoding)}"
            f" LC_COLLATE {literal(collate)} LC_CTYPE {literal(ctype)}"
        )
        if provider == "i":
            made += f" LOCALE_PROVIDER icu ICU_LOCALE {literal(locale)}"
        elif provider == "b":
            made += f" LOCALE_PROVIDER builtin BUILTIN_LOCALE {literal(locale)}"
        statements = (
            f"{_send_away(self.fresh)}DROP DATABASE IF EXISTS {_identifier(self.fresh)};\n{made};"
        )
        self.run(machine, f"printf '%s\\n' {quoted(statements)} | db -d postgres >/dev/null")

    @property
    def load(self) -> str:
        return f"{self.preamble()}\ndb --single-transaction -d {quoted(self.fresh)} >/dev/null"

    @property
    def fingerprint(self) -> str:
        return f"dump -- {quoted(self.fresh)} | sha256sum"

    def keep_definitions(self, machine: Machine, work: str) -> None:
        """Nothing is dropped: the whole database changes its name."""

    def _asked(self, machine: Machine, query: str) -> str:
        return self.run(machine, f"db -At -d {quoted(self.database.name)} -c {quoted(query)}")


def _identifier(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _send_away(name: str) -> str:
    return (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        f" WHERE datname = {literal(name)} AND pid <> pg_backend_pid();\n"
    )


def _moves(witness: str, moves: tuple[tuple[str, str], ...]) -> str:
    """All renames in one transaction, or none: `witness` has its name until they are done."""
    there = f"WHERE EXISTS (SELECT FROM pg_database WHERE datname = {literal(witness)})"
    renames = "".join(
        f"SELECT {literal(f'ALTER DATABASE {_identifier(old)} RENAME TO {_identifier(new)}')}"
        f" {there} \\gexec\n"
        for old, new in moves
    )
    return _send_away(moves[0][0]) + _send_away(moves[1][0]) + f"BEGIN;\n{renames}COMMIT;\n"
