"""What must never be (I8, I13, A5): bytes purged before their time, a message altered. And numbers."""

from django.db import migrations

NOT_EARLY = """
CREATE FUNCTION purge_not_early() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state IN ('purging', 'purged') AND OLD.state NOT IN ('purging', 'purged') AND EXISTS (
        SELECT FROM interventions_intervention AS work
        WHERE work.backup_id = NEW.id AND (
            work.state IN ('open', 'backing_up', 'ready', 'started', 'invalidated')
            OR (work.state <> 'cancelled' AND work.t0_at IS NOT NULL AND NEW.purge_after IS DISTINCT FROM
                COALESCE(work.t1_at, work.t0_at) + interval '24 hours'))) THEN
        RAISE EXCEPTION 'no purge in a hold, nor before its time (I8, I9)'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER purge_not_early BEFORE UPDATE ON interventions_sitebackup
    FOR EACH ROW EXECUTE FUNCTION purge_not_early();
"""

MESSAGE = """
CREATE FUNCTION ticket_message_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.ticket_id, NEW.by_id, NEW.at, NEW.content_hash, NEW.came_by_mail, NEW.automatic)
       IS DISTINCT FROM
       (OLD.ticket_id, OLD.by_id, OLD.at, OLD.content_hash, OLD.came_by_mail, OLD.automatic)
       OR (NEW.text <> OLD.text AND NEW.erased_at IS NULL) THEN
        RAISE EXCEPTION 'a message is never altered'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ticket_message_stays BEFORE UPDATE ON interventions_ticketmessage
    FOR EACH ROW EXECUTE FUNCTION ticket_message_stays();
CREATE TRIGGER only_added BEFORE DELETE ON interventions_ticketmessage
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON interventions_ticketmessage
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

NUMBERS = """
CREATE SEQUENCE interventions_ticket_number;
CREATE SEQUENCE interventions_number;
"""

BACK = """
DROP SEQUENCE interventions_number;
DROP SEQUENCE interventions_ticket_number;
DROP TRIGGER never_truncated ON interventions_ticketmessage;
DROP TRIGGER only_added ON interventions_ticketmessage;
DROP TRIGGER ticket_message_stays ON interventions_ticketmessage;
DROP FUNCTION ticket_message_stays();
DROP TRIGGER purge_not_early ON interventions_sitebackup;
DROP FUNCTION purge_not_early();
"""


class Migration(migrations.Migration):
    dependencies = [("interventions", "0001_initial"), ("records", "0002_guards")]
    operations = [migrations.RunSQL(NOT_EARLY + MESSAGE + NUMBERS, BACK)]
