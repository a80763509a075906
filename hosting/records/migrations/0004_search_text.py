"""Searching without accents and case, by index: `search_text` may stand in a stored column.

Neither `upper` nor `unaccent` may by themselves: PostgreSQL takes them for changeable. With the
dictionary named, they change only when the server's `unaccent` rules do.
"""

from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations

FORWARD = """
DO $do$
DECLARE home text;
BEGIN
    SELECT quote_ident(nspname) INTO home FROM pg_extension
        JOIN pg_namespace ON pg_namespace.oid = extnamespace WHERE extname = 'unaccent';
    EXECUTE format($make$
        CREATE FUNCTION search_text(VARIADIC parts text[]) RETURNS text
        LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $body$
            SELECT ' ' || upper(%1$s.unaccent('%1$s.unaccent', array_to_string(parts, ' '))) || ' '
        $body$
    $make$, home);
END $do$;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0003_seals")]
    operations = [
        TrigramExtension(),
        UnaccentExtension(),
        migrations.RunSQL(FORWARD, "DROP FUNCTION search_text(VARIADIC text[])"),
    ]
