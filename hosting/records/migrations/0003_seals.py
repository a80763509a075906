"""Sealing the journal's heads is done by the database, which alone may write heads (DESIGN 7)."""

from django.db import migrations, models
from django.db.models import F, Q

SEAL = """
CREATE FUNCTION seal_hash(previous text, day date, at timestamptz, heads jsonb)
RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT encode(sha256(convert_to(concat_ws(E'\\n', previous, to_char(day, 'YYYY-MM-DD'),
        to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), heads::text), 'UTF8')), 'hex')
$$;

CREATE FUNCTION journal_seal(day date, at timestamptz) RETURNS text LANGUAGE plpgsql
SECURITY DEFINER AS $$
DECLARE
    moved jsonb;
    previous text;
    sealed_hash text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('journal_seal'));
    IF EXISTS (SELECT FROM records_journalseal WHERE date >= day) THEN
        RETURN NULL;
    END IF;
    WITH waiting AS (
        SELECT stream FROM records_journalhead WHERE sequence > sealed FOR UPDATE SKIP LOCKED
    ), taken AS (
        UPDATE records_journalhead AS head SET sealed = head.sequence FROM waiting
        WHERE head.stream = waiting.stream RETURNING head.stream, head.sequence, head.hash
    )
    SELECT coalesce(jsonb_object_agg(stream, jsonb_build_array(sequence, hash)), '{}')
        INTO moved FROM taken;
    SELECT hash INTO previous FROM records_journalseal ORDER BY date DESC LIMIT 1;
    sealed_hash := seal_hash(coalesce(previous, ''), day, at, moved);
    INSERT INTO records_journalseal (sealed_at, date, heads, previous_hash, hash)
        VALUES (at, day, moved, coalesce(previous, ''), sealed_hash);
    RETURN sealed_hash;
END $$;

-- A definer's function must not find a temporary table of its caller first.
DO $$ BEGIN
    EXECUTE format('ALTER FUNCTION journal_append() SET search_path = %I, pg_temp', current_schema());
    EXECUTE format('ALTER FUNCTION journal_seal(date, timestamptz) SET search_path = %I, pg_temp',
                   current_schema());
END $$;
REVOKE EXECUTE ON FUNCTION journal_seal(date, timestamptz) FROM PUBLIC;
"""

BACK = """
DROP FUNCTION journal_seal(date, timestamptz);
DROP FUNCTION seal_hash(text, date, timestamptz, jsonb);
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0002_guards")]
    operations = [
        migrations.AddField(
            model_name="journalhead",
            name="sealed",
            field=models.BigIntegerField(db_default=0, default=0),
        ),
        migrations.AddIndex(
            model_name="journalhead",
            index=models.Index(
                condition=Q(("sequence__gt", F("sealed"))),
                fields=["stream"],
                name="head_not_sealed",
            ),
        ),
        migrations.RunSQL(SEAL, BACK),
    ]
