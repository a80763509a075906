"""When what a ticket holds goes (L1), and what of its evidence may then be emptied (L2).

A message, a sent quote and its lines are never altered as long as the ticket is kept; an accepted quote
never is. Once the ticket is erased, `ticket_erase` empties its mails and those of its quotes; it runs with
the rights of the tables' owner, so that the application's role still cannot touch them.
"""

from django.conf import settings
from django.db import migrations, models

STAYS = """
CREATE OR REPLACE FUNCTION ticket_message_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.ticket_id, NEW.by_id, NEW.at, NEW.content_hash, NEW.automatic, NEW.other_address = '')
       IS DISTINCT FROM
       (OLD.ticket_id, OLD.by_id, OLD.at, OLD.content_hash, OLD.automatic, OLD.other_address = '')
       OR (NEW.came_by_mail <> OLD.came_by_mail AND (NEW.came_by_mail <> '' OR NEW.erased_at IS NULL))
       OR (NEW.text <> OLD.text AND NEW.erased_at IS NULL) THEN
        RAISE EXCEPTION 'a message is never altered'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION quote_goes_with_its_ticket(quote uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM interventions_quote AS q JOIN interventions_ticket AS t ON t.id = q.ticket_id
                   WHERE q.id = quote AND q.state <> 'accepted' AND t.erased_at IS NOT NULL)
$$;

CREATE OR REPLACE FUNCTION quote_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> OLD.state AND OLD.state IN ('accepted', 'declined', 'expired', 'withdrawn')
       OR OLD.state NOT IN ('unconfirmed', 'draft') AND (
       (NEW.number, NEW.ticket_id, NEW.account_id, NEW.currency, NEW.language,
        NEW.valid_until, NEW.sent_at, NEW.sent_by_id, NEW.duties)
       IS DISTINCT FROM
       (OLD.number, OLD.ticket_id, OLD.account_id, OLD.currency, OLD.language,
        OLD.valid_until, OLD.sent_at, OLD.sent_by_id, OLD.duties)
       OR (NEW.introduction <> OLD.introduction
           AND NOT (NEW.introduction = '' AND quote_goes_with_its_ticket(OLD.id)))) THEN
        RAISE EXCEPTION 'a sent quote is never altered'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION quote_line_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE line interventions_quoteline := COALESCE(NEW, OLD);
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.text = '–'
       AND (NEW.id, NEW.quote_id, NEW.place, NEW.quantity, NEW.unit_price, NEW.tax, NEW.rate)
       IS NOT DISTINCT FROM
       (OLD.id, OLD.quote_id, OLD.place, OLD.quantity, OLD.unit_price, OLD.tax, OLD.rate)
       AND quote_goes_with_its_ticket(OLD.quote_id) THEN
        RETURN NEW;
    END IF;
    IF EXISTS (SELECT FROM interventions_quote AS quote
               WHERE quote.id = line.quote_id AND quote.state NOT IN ('unconfirmed', 'draft')) THEN
        RAISE EXCEPTION 'the lines of a sent quote are never altered'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN line;
END $$;

CREATE FUNCTION ticket_erase(erased uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE
    since timestamptz := (SELECT erased_at FROM interventions_ticket WHERE id = erased);
    streams text[] := ARRAY(
        SELECT 'ticket:' || erased
        UNION ALL SELECT 'quote:' || id FROM interventions_quote
        WHERE ticket_id = erased AND state <> 'accepted');
BEGIN
    IF since IS NULL THEN
        RAISE EXCEPTION 'the ticket is not erased' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    UPDATE records_outgoingmail SET erased_at = coalesce(erased_at, since), text = '', html = '',
        subject = '', recipient = '', reply_to = '', "references" = '' WHERE stream = ANY (streams);
    UPDATE records_mailoutcome o SET text = '' FROM records_outgoingmail m
        WHERE m.id = o.mail_id AND m.stream = ANY (streams) AND o.text <> '';
END $$;

-- A definer's function must not find a temporary table of its caller first.
DO $$ BEGIN
    EXECUTE format('ALTER FUNCTION ticket_erase(uuid) SET search_path = %I, pg_temp', current_schema());
END $$;
REVOKE EXECUTE ON FUNCTION ticket_erase(uuid) FROM PUBLIC;
"""

BACK = """
DROP FUNCTION ticket_erase(uuid);
CREATE OR REPLACE FUNCTION quote_line_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE line interventions_quoteline := COALESCE(NEW, OLD);
BEGIN
    IF EXISTS (SELECT FROM interventions_quote AS quote
               WHERE quote.id = line.quote_id AND quote.state NOT IN ('unconfirmed', 'draft')) THEN
        RAISE EXCEPTION 'the lines of a sent quote are never altered'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN line;
END $$;
CREATE OR REPLACE FUNCTION quote_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> OLD.state AND OLD.state IN ('accepted', 'declined', 'expired', 'withdrawn')
       OR OLD.state NOT IN ('unconfirmed', 'draft') AND
       (NEW.number, NEW.ticket_id, NEW.account_id, NEW.currency, NEW.language, NEW.introduction,
        NEW.valid_until, NEW.sent_at, NEW.sent_by_id, NEW.duties)
       IS DISTINCT FROM
       (OLD.number, OLD.ticket_id, OLD.account_id, OLD.currency, OLD.language, OLD.introduction,
        OLD.valid_until, OLD.sent_at, OLD.sent_by_id, OLD.duties) THEN
        RAISE EXCEPTION 'a sent quote is never altered'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
DROP FUNCTION quote_goes_with_its_ticket(uuid);
CREATE OR REPLACE FUNCTION ticket_message_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.ticket_id, NEW.by_id, NEW.at, NEW.content_hash, NEW.came_by_mail, NEW.automatic,
        NEW.other_address = '') IS DISTINCT FROM
       (OLD.ticket_id, OLD.by_id, OLD.at, OLD.content_hash, OLD.came_by_mail, OLD.automatic,
        OLD.other_address = '')
       OR (NEW.text <> OLD.text AND NEW.erased_at IS NULL) THEN
        RAISE EXCEPTION 'a message is never altered'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""

ENDED_ALREADY = """
UPDATE interventions_ticket SET erase_at = CASE state
    WHEN 'closed' THEN coalesce(closed_at, created_at) + %s * interval '24 hours' ELSE created_at END
WHERE state IN ('closed', 'expired')
"""


def plan_what_ended(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(ENDED_ALREADY, [settings.TICKET_RETENTION_DAYS])


class Migration(migrations.Migration):
    dependencies = [
        ("interventions", "0007_conversation"),
        ("records", "0012_destroyed_bytes"),
    ]
    operations = [
        migrations.AddField(
            model_name="ticket",
            name="erase_at",
            field=models.DateTimeField(
                blank=True,
                help_text="Years after its end (L1).",
                null=True,
                verbose_name="content goes at",
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="erased_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="erased at"),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("erase_at__isnull", False)),
                fields=["erase_at"],
                name="ticket_erasure_due",
            ),
        ),
        migrations.RunSQL(STAYS, BACK),
        migrations.RunPython(plan_what_ended, migrations.RunPython.noop, elidable=True),
    ]
