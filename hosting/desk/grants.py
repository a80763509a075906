"""What the application's role may do in production: it owns nothing, and evidence is beyond it.

The role works on rows; migrations are made by the owner. Triggers refuse the same things, but an
owner could switch them off; who owns nothing cannot (DESIGN, principle 3).
"""

from collections.abc import Iterator

from django.db import connection, transaction

READ_ONLY = ("django_migrations", "records_journalhead", "records_journalseal")
PAPER = ("account_id", "reference", "context", "drafted_at")
KEPT_COLUMNS = {  # never updated, and rows of these tables are never deleted
    "accounts_internalnote": ("account_id", "author_id", "created_at", "kind", "content_hash"),
    "accounts_powerofattorney": PAPER,
    "cessions_contactattempt": (
        *("request_id", "at", "local_date", "channel"),
        *("address", "text", "by_id", "mail_id"),
    ),
    "cessions_transfercontract": PAPER,
    "cessions_transferrequest": ("filing_id", "account_id", "received_at"),
    "records_outgoingmail": (
        *("message_id", "kind", "stream", "recipient"),
        *("content_hash", "created_at"),
    ),
}
FUNCTIONS = (
    "journal_seal(date, timestamptz)",
    "case_erase(uuid)",
    "ticket_erase(uuid)",
    "quote_goes_with_its_ticket(uuid)",
)

ONLY_ADDED = """
SELECT DISTINCT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
JOIN pg_proc ON pg_proc.oid = tgfoid
WHERE proname = 'refuse_change' AND tgtype & 16 > 0 AND relnamespace = current_schema()::regnamespace
"""  # 16: fires on UPDATE
TABLES = """
SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')
AND relnamespace = current_schema()::regnamespace
AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e') ORDER BY relname
"""
COLUMNS = """
SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
AND attgenerated = '' ORDER BY attnum
"""
OWNED = """
SELECT count(*) FROM pg_class JOIN pg_roles ON pg_roles.oid = relowner
WHERE rolname = %s AND relnamespace = current_schema()::regnamespace
"""


class NotGrantable(ValueError):
    """The role cannot be the application's; the words say why."""


def grant_to(role: str) -> int:
    """Give `role` what the application needs and take everything else from it; the tables' number.

    To be repeated after each migration. Raises NotGrantable for a role that does not exist, is a
    superuser, owns tables here, or could change evidence by another way.
    """
    with transaction.atomic():
        refuse_unfit(role)
        quoted = connection.ops.quote_name(role)
        schema = connection.ops.quote_name(str(_value("SELECT current_schema()")))
        tables = [str(name) for name in _column(TABLES)]
        with connection.cursor() as cursor:
            for statement in statements(quoted, schema, tables):
                cursor.execute(statement)
        refuse_leaks(role)
    return len(tables)


def statements(role: str, schema: str, tables: list[str]) -> Iterator[str]:
    """The statements for `role` (quoted); what was granted before is taken away first."""
    for kind in ("TABLES", "SEQUENCES", "FUNCTIONS"):
        yield f"REVOKE ALL ON ALL {kind} IN SCHEMA {schema} FROM {role}"
    yield f"REVOKE ALL ON SCHEMA {schema} FROM {role}"
    yield f"GRANT USAGE ON SCHEMA {schema} TO {role}"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {role}"
    for function in FUNCTIONS:
        yield f"GRANT EXECUTE ON FUNCTION {function} TO {role}"
    added = set(_column(ONLY_ADDED))
    for table in tables:
        yield f"GRANT {rights(table, added)} ON {connection.ops.quote_name(table)} TO {role}"


def rights(table: str, only_added: set[object]) -> str:
    """What the application may do with the rows of `table`."""
    if table in READ_ONLY:
        return "SELECT"
    if table in KEPT_COLUMNS:
        free = [name for name in _column(COLUMNS, table) if name not in KEPT_COLUMNS[table]]
        columns = ", ".join(connection.ops.quote_name(str(name)) for name in free)
        return f"SELECT, INSERT, UPDATE ({columns})"
    if table in only_added:
        return "SELECT, INSERT"
    return "SELECT, INSERT, UPDATE, DELETE"


def refuse_unfit(role: str) -> None:
    """Raises NotGrantable for what no grant can mend."""
    mighty = _value("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = %s", role)
    if mighty is None:
        raise NotGrantable(f"there is no role {role}; create it first: CREATE ROLE {role} LOGIN")
    if mighty:
        raise NotGrantable(f"{role} is a superuser: nothing can be kept from it")
    if _value(OWNED, role):
        raise NotGrantable(f"{role} owns tables here; migrate with another role")


def refuse_leaks(role: str) -> None:
    """Raises NotGrantable when `role` can change evidence nevertheless, by membership or PUBLIC."""
    for table in [*map(str, _column(ONLY_ADDED)), "records_journalhead"]:
        for right in ("UPDATE", "DELETE", "TRUNCATE", "TRIGGER"):
            if _value("SELECT has_table_privilege(%s, %s, %s)", role, table, right):
                raise NotGrantable(f"{role} may still {right} {table}, by another role or PUBLIC")
    if _value("SELECT has_schema_privilege(%s, current_schema(), 'CREATE')", role):
        raise NotGrantable(
            f"{role} may create tables here: REVOKE CREATE ON SCHEMA ... FROM PUBLIC"
        )


def _column(query: str, *values: str) -> list[object]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return [row[0] for row in cursor.fetchall()]


def _value(query: str, *values: str) -> object:
    found = _column(query, *values)
    return found[0] if found else None
