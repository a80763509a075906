"""Destroyed is said of bytes that are gone (D7); an erased mail names nobody (L2).

What a mail server answered is only ever added, but its words often name the address: they may be
emptied with the erased mail, by the tables' owner alone (`cessions`, `case_erase`).
"""

from django.db import migrations, models

MAIL = """
CREATE OR REPLACE FUNCTION mail_content_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'outgoing mail is evidence: it is not deleted'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (NEW.message_id, NEW.kind, NEW.stream, NEW.content_hash, NEW.created_at) IS DISTINCT FROM
       (OLD.message_id, OLD.kind, OLD.stream, OLD.content_hash, OLD.created_at)
       OR (OLD.erased_at IS NOT NULL AND NEW.erased_at IS NULL)
       OR (NEW.erased_at IS NULL AND (NEW.recipient, NEW.subject, NEW.text, NEW.html)
           IS DISTINCT FROM (OLD.recipient, OLD.subject, OLD.text, OLD.html))
       OR (NEW.erased_at IS NOT NULL AND (NEW.text <> '' OR NEW.html <> ''
           OR NEW.recipient NOT IN ('', OLD.recipient) OR NEW.subject NOT IN ('', OLD.subject))) THEN
        RAISE EXCEPTION 'outgoing mail is evidence: its content does not change'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""

OUTCOME = """
CREATE FUNCTION mail_answer_goes_with_its_mail() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM records_outgoingmail
                   WHERE id = OLD.mail_id AND erased_at IS NOT NULL) THEN
        RAISE EXCEPTION '% on % is refused: rows of this table are only ever added', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER only_added ON records_mailoutcome;
CREATE TRIGGER only_added BEFORE DELETE ON records_mailoutcome
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER only_emptied BEFORE UPDATE ON records_mailoutcome FOR EACH ROW
    WHEN (NEW.text <> '' OR (NEW.id, NEW.mail_id, NEW.at, NEW.kind, NEW.code)
          IS DISTINCT FROM (OLD.id, OLD.mail_id, OLD.at, OLD.kind, OLD.code))
    EXECUTE FUNCTION refuse_change();
CREATE TRIGGER goes_with_its_mail BEFORE UPDATE ON records_mailoutcome
    FOR EACH ROW EXECUTE FUNCTION mail_answer_goes_with_its_mail();
"""

BACK = """
DROP TRIGGER goes_with_its_mail ON records_mailoutcome;
DROP TRIGGER only_emptied ON records_mailoutcome;
DROP TRIGGER only_added ON records_mailoutcome;
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE ON records_mailoutcome
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
DROP FUNCTION mail_answer_goes_with_its_mail();
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0011_check_what_waits")]
    operations = [
        migrations.AddField(
            model_name="storedfile",
            name="delete_at",
            field=models.DateTimeField(
                blank=True,
                help_text="When deleting its bytes is tried next; empty once they are gone.",
                null=True,
            ),
        ),
        migrations.AddIndex(
            model_name="storedfile",
            index=models.Index(
                condition=models.Q(("delete_at__isnull", False)),
                fields=["delete_at"],
                name="file_to_delete",
            ),
        ),
        migrations.RunSQL(MAIL, migrations.RunSQL.noop),
        migrations.RunSQL(OUTCOME, BACK),
    ]
