"""Reception never changes (T3), evidence of contact is only added to (C5), no approval before its
time (K1)."""

from django.db import migrations

RECEPTION = """
CREATE FUNCTION reception_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.received_at, NEW.filing_id, NEW.account_id) IS DISTINCT FROM
       (OLD.received_at, OLD.filing_id, OLD.account_id) THEN
        RAISE EXCEPTION 'reception never changes (T3)'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER reception_stays BEFORE UPDATE ON cessions_transferrequest
    FOR EACH ROW EXECUTE FUNCTION reception_stays();
"""

NOT_EARLY = """
CREATE FUNCTION approval_not_early() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.kind = 'approval' AND NEW.decided_at IS NOT NULL AND NEW.decided_at <
       (SELECT received_at + interval '240 hours' FROM cessions_transferrequest
        WHERE id = NEW.request_id) THEN
        RAISE EXCEPTION 'no approval within 240 hours of reception (K1)'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER approval_not_early BEFORE INSERT OR UPDATE ON cessions_decision
    FOR EACH ROW EXECUTE FUNCTION approval_not_early();
"""

ATTEMPT = """
CREATE TRIGGER only_added BEFORE DELETE ON cessions_contactattempt
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE FUNCTION attempt_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.request_id, NEW.at, NEW.local_date, NEW.channel, NEW.address, NEW.text, NEW.by_id,
        NEW.mail_id) IS DISTINCT FROM
       (OLD.request_id, OLD.at, OLD.local_date, OLD.channel, OLD.address, OLD.text, OLD.by_id,
        OLD.mail_id) THEN
        RAISE EXCEPTION 'a contact attempt is never altered (C5)'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER attempt_stays BEFORE UPDATE ON cessions_contactattempt
    FOR EACH ROW EXECUTE FUNCTION attempt_stays();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON cessions_contactattempt
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE ON cessions_attemptoutcome
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON cessions_attemptoutcome
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""

NUMBER = "CREATE SEQUENCE cessions_case_number;"

BACK = """
DROP SEQUENCE cessions_case_number;
DROP TRIGGER never_truncated ON cessions_attemptoutcome;
DROP TRIGGER only_added ON cessions_attemptoutcome;
DROP TRIGGER never_truncated ON cessions_contactattempt;
DROP TRIGGER attempt_stays ON cessions_contactattempt;
DROP TRIGGER only_added ON cessions_contactattempt;
DROP FUNCTION attempt_stays();
DROP TRIGGER approval_not_early ON cessions_decision;
DROP FUNCTION approval_not_early();
DROP TRIGGER reception_stays ON cessions_transferrequest;
DROP FUNCTION reception_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("cessions", "0001_initial"), ("records", "0002_guards")]
    operations = [migrations.RunSQL(RECEPTION + NOT_EARLY + ATTEMPT + NUMBER, BACK)]
