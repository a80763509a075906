"""When a case's file goes (L1), and what of its evidence may then be emptied (L2).

Attempts and their outcomes are never altered (C5) as long as the case is kept. Once its filing is
erased, `case_erase` empties their words and addresses, and those of the case's mails; it runs with the
rights of the tables' owner, so that the application's role still cannot touch them.
"""

from django.conf import settings
from django.db import migrations, models

ATTEMPT = """
CREATE OR REPLACE FUNCTION attempt_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.request_id, NEW.at, NEW.local_date, NEW.channel, NEW.by_id, NEW.mail_id)
       IS DISTINCT FROM
       (OLD.request_id, OLD.at, OLD.local_date, OLD.channel, OLD.by_id, OLD.mail_id)
       OR ((NEW.address, NEW.text) IS DISTINCT FROM (OLD.address, OLD.text) AND NOT (
           NEW.address = '#' || OLD.id AND NEW.text = '' AND EXISTS (
               SELECT FROM cessions_transferrequest r JOIN cessions_filing f ON f.id = r.filing_id
               WHERE r.id = OLD.request_id AND f.erased_at IS NOT NULL))) THEN
        RAISE EXCEPTION 'a contact attempt is never altered (C5)'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION outcome_goes_with_its_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM cessions_contactattempt t JOIN cessions_transferrequest r ON r.id = t.request_id
        JOIN cessions_filing f ON f.id = r.filing_id
        WHERE t.id = OLD.attempt_id AND f.erased_at IS NOT NULL) THEN
        RAISE EXCEPTION '% on % is refused: rows of this table are only ever added', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER only_added ON cessions_attemptoutcome;
CREATE TRIGGER only_added BEFORE DELETE ON cessions_attemptoutcome
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER only_emptied BEFORE UPDATE ON cessions_attemptoutcome FOR EACH ROW
    WHEN (NEW.text <> '' OR (NEW.id, NEW.attempt_id, NEW.at, NEW.kind, NEW.by_id)
          IS DISTINCT FROM (OLD.id, OLD.attempt_id, OLD.at, OLD.kind, OLD.by_id))
    EXECUTE FUNCTION refuse_change();
CREATE TRIGGER goes_with_its_case BEFORE UPDATE ON cessions_attemptoutcome
    FOR EACH ROW EXECUTE FUNCTION outcome_goes_with_its_case();

CREATE FUNCTION case_erase(erased uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    since timestamptz := (SELECT erased_at FROM cessions_filing WHERE id = erased);
BEGIN
    IF since IS NULL THEN
        RAISE EXCEPTION 'the case is not erased' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    UPDATE records_outgoingmail SET erased_at = coalesce(erased_at, since), text = '', html = '',
        subject = '', recipient = '', reply_to = '' WHERE stream = 'case:' || erased;
    UPDATE records_mailoutcome o SET text = '' FROM records_outgoingmail m
        WHERE m.id = o.mail_id AND m.stream = 'case:' || erased AND o.text <> '';
    UPDATE cessions_attemptoutcome o SET text = ''
        FROM cessions_contactattempt t JOIN cessions_transferrequest r ON r.id = t.request_id
        WHERE t.id = o.attempt_id AND r.filing_id = erased AND o.text <> '';
    UPDATE cessions_contactattempt t SET text = '', address = '#' || t.id
        FROM cessions_transferrequest r WHERE r.id = t.request_id AND r.filing_id = erased;
END $$;

-- A definer's function must not find a temporary table of its caller first.
DO $$ BEGIN
    EXECUTE format('ALTER FUNCTION case_erase(uuid) SET search_path = %I, pg_temp', current_schema());
END $$;
REVOKE EXECUTE ON FUNCTION case_erase(uuid) FROM PUBLIC;
"""

BACK = """
DROP FUNCTION case_erase(uuid);
DROP TRIGGER goes_with_its_case ON cessions_attemptoutcome;
DROP TRIGGER only_emptied ON cessions_attemptoutcome;
DROP TRIGGER only_added ON cessions_attemptoutcome;
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE ON cessions_attemptoutcome
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP FUNCTION outcome_goes_with_its_case();
"""

ENDED_ALREADY = """
UPDATE cessions_filing f SET destroy_identity_at = g.goes, erase_at = greatest(g.goes, g.ended + %s)
FROM (
    SELECT filing_id, max(ended) AS ended, greatest(max(ended) + %s, max(contestable)) AS goes
    FROM (
        SELECT s.filing_id, s.state, r.ended_at, d.contested_at IS NOT NULL
                   AND d.contest_decided_at IS NULL AS contested,
               CASE WHEN d.contested_at IS NULL THEN d.decided_at + interval '720 hours' END
                   AS contestable,
               greatest(r.ended_at,
                   CASE WHEN s.state = 'executed' THEN upper(s.locked) END,
                   CASE WHEN s.state = 'reversed' THEN coalesce(t.confirmed_at, upper(s.locked)) END,
                   d.contest_decided_at) AS ended
        FROM cessions_requestedservice s
        JOIN cessions_transferrequest r ON r.id = s.request_id
        LEFT JOIN LATERAL (
            SELECT d.* FROM cessions_decision d
            JOIN cessions_decision_services l ON l.decision_id = d.id
            WHERE l.requestedservice_id = s.id AND d.kind = 'refusal' AND s.state = 'refused'
            ORDER BY d.id DESC LIMIT 1) d ON true
        LEFT JOIN LATERAL (
            SELECT a.confirmed_at FROM cessions_twopersonact a
            JOIN cessions_decision_services l ON l.decision_id = a.decision_id
            WHERE l.requestedservice_id = s.id AND a.kind = 'reverse'
            AND a.confirmed_at IS NOT NULL ORDER BY a.id DESC LIMIT 1) t ON true
    ) service
    GROUP BY filing_id
    HAVING bool_and(state NOT IN ('received', 'approved') AND ended_at IS NOT NULL AND NOT contested)
) g
WHERE g.filing_id = f.id AND f.identity_destroyed_at IS NULL
"""


def plan_what_ended(apps, schema_editor):
    days = (settings.CASE_RETENTION_DAYS, settings.IDENTITY_RETENTION_DAYS)
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(ENDED_ALREADY.replace("%s", "%s * interval '24 hours'"), days)


class Migration(migrations.Migration):
    dependencies = [
        ("cessions", "0014_exports"),
        ("records", "0012_destroyed_bytes"),
    ]
    operations = [
        migrations.AddField(
            model_name="filing",
            name="erase_at",
            field=models.DateTimeField(
                blank=True,
                help_text="Years after its end (L1).",
                null=True,
                verbose_name="file goes at",
            ),
        ),
        migrations.AddField(
            model_name="filing",
            name="erased_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="erased at"),
        ),
        migrations.AddIndex(
            model_name="filing",
            index=models.Index(
                condition=models.Q(("erase_at__isnull", False)),
                fields=["erase_at"],
                name="filing_file_due",
            ),
        ),
        migrations.RunSQL(ATTEMPT, BACK),
        migrations.RunPython(plan_what_ended, migrations.RunPython.noop, elidable=True),
    ]
