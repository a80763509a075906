"""The journal's chain is computed by the database, and evidence refuses to change (DESIGN 3, 7)."""

from django.db import migrations

REFUSE = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: rows of this table are only ever added', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""

CHAIN = """
CREATE FUNCTION journal_hash(previous text, stream text, sequence bigint, at timestamptz,
                             actor text, event text, facts jsonb)
RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT encode(sha256(convert_to(concat_ws(E'\\n', previous, stream, sequence::text,
        to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        actor, event, facts::text), 'UTF8')), 'hex')
$$;

CREATE FUNCTION journal_append() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO records_journalhead AS head (stream, sequence, hash) VALUES (NEW.stream, 1, '')
        ON CONFLICT (stream) DO UPDATE SET sequence = head.sequence + 1
        RETURNING sequence, hash INTO NEW.sequence, NEW.previous_hash;
    NEW.hash := journal_hash(NEW.previous_hash, NEW.stream, NEW.sequence, NEW.at,
                             NEW.actor, NEW.event, NEW.facts);
    UPDATE records_journalhead SET hash = NEW.hash WHERE stream = NEW.stream;
    RETURN NEW;
END $$;

ALTER TABLE records_journalentry ADD CONSTRAINT journal_fields_in_one_line
    CHECK (stream !~ E'\\n' AND actor !~ E'\\n' AND event !~ E'\\n');
CREATE TRIGGER journal_append BEFORE INSERT ON records_journalentry
    FOR EACH ROW EXECUTE FUNCTION journal_append();
"""

ONLY_ADDED = "".join(
    f"""
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
    for table in ("records_journalentry", "records_journalseal", "records_mailoutcome")
)

MAIL = """
CREATE FUNCTION mail_content_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'outgoing mail is evidence: it is not deleted'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (NEW.message_id, NEW.kind, NEW.stream, NEW.recipient, NEW.content_hash, NEW.created_at)
        IS DISTINCT FROM
       (OLD.message_id, OLD.kind, OLD.stream, OLD.recipient, OLD.content_hash, OLD.created_at)
       OR (NEW.erased_at IS NULL AND (NEW.subject, NEW.text, NEW.html)
            IS DISTINCT FROM (OLD.subject, OLD.text, OLD.html)) THEN
        RAISE EXCEPTION 'outgoing mail is evidence: its content does not change'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER content_stays BEFORE UPDATE OR DELETE ON records_outgoingmail
    FOR EACH ROW EXECUTE FUNCTION mail_content_stays();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON records_outgoingmail
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

BACK = """
DROP TRIGGER content_stays ON records_outgoingmail;
DROP TRIGGER journal_append ON records_journalentry;
ALTER TABLE records_journalentry DROP CONSTRAINT journal_fields_in_one_line;
DROP FUNCTION journal_append();
DROP FUNCTION journal_hash(text, text, bigint, timestamptz, text, text, jsonb);
DROP FUNCTION mail_content_stays();
DROP FUNCTION refuse_change() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]
    operations = [migrations.RunSQL(REFUSE + CHAIN + ONLY_ADDED + MAIL, BACK)]
