"""What must never be: a sent quote altered, paid work and courtesy on one ticket (I1). And numbers, and the
first version of the terms that a client accepts (N5); lawyers change them in the database."""

from datetime import UTC, datetime

from django.db import migrations

STAYS = """
CREATE FUNCTION quote_stays() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER quote_stays BEFORE UPDATE ON interventions_quote
    FOR EACH ROW EXECUTE FUNCTION quote_stays();

CREATE FUNCTION quote_line_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE line interventions_quoteline := COALESCE(NEW, OLD);
BEGIN
    IF EXISTS (SELECT FROM interventions_quote AS quote
               WHERE quote.id = line.quote_id AND quote.state NOT IN ('unconfirmed', 'draft')) THEN
        RAISE EXCEPTION 'the lines of a sent quote are never altered'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN line;
END $$;
CREATE TRIGGER quote_line_stays BEFORE INSERT OR UPDATE OR DELETE ON interventions_quoteline
    FOR EACH ROW EXECUTE FUNCTION quote_line_stays();
"""

APART = """
CREATE FUNCTION paid_or_courtesy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'interventions_intervention' THEN
        IF EXISTS (SELECT FROM interventions_quote AS quote WHERE quote.ticket_id = NEW.ticket_id
                   AND quote.state IN ('draft', 'sent', 'accepted')) THEN
            RAISE EXCEPTION 'paid work gets no courtesy intervention (I1)'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    ELSIF EXISTS (SELECT FROM interventions_intervention AS work WHERE work.ticket_id = NEW.ticket_id) THEN
        RAISE EXCEPTION 'a courtesy intervention is never quoted (I1)'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER paid_or_courtesy BEFORE INSERT OR UPDATE OF ticket_id ON interventions_intervention
    FOR EACH ROW EXECUTE FUNCTION paid_or_courtesy();
CREATE TRIGGER paid_or_courtesy BEFORE INSERT OR UPDATE OF ticket_id ON interventions_quote
    FOR EACH ROW EXECUTE FUNCTION paid_or_courtesy();
"""

NUMBERS = """
CREATE SEQUENCE interventions_quote_number;
CREATE SEQUENCE interventions_order_number;
"""

BACK = """
DROP SEQUENCE interventions_order_number;
DROP SEQUENCE interventions_quote_number;
DROP TRIGGER paid_or_courtesy ON interventions_quote;
DROP TRIGGER paid_or_courtesy ON interventions_intervention;
DROP FUNCTION paid_or_courtesy();
DROP TRIGGER quote_line_stays ON interventions_quoteline;
DROP FUNCTION quote_line_stays();
DROP TRIGGER quote_stays ON interventions_quote;
DROP FUNCTION quote_stays();
"""

PUBLISHED = datetime(2026, 1, 1, tzinfo=UTC)
CODE = "quote-terms"
TERMS = {
    "en": (
        "Terms of paid work on your site",
        """By accepting this quote you order the work that its lines describe, at the price they name. We begin when we have your order.

The price covers these lines and nothing else. If more turns out to be needed, we stop, tell you, and write another quote; nothing is added by itself.

Before we touch your site we make a backup of it and check it. Tell us beforehand what must not be interrupted, and when.

The work is to be paid within two months of your acceptance, or of the deposit if one was agreed.

This is paid work. It is separate from our courtesy interventions, which are free, at our discretion and never invoiced; one never turns into the other.

What your hosting plan includes does not change: the annex to the quote says who does what. We answer for our work; keeping the site, its extensions and its backups in order afterwards is up to whoever the annex names.

If you order as a consumer, you may withdraw within 14 days, unless the work was completed before then at your express wish.""",
    ),
    "fr": (
        "Conditions des travaux payants sur votre site",
        """En acceptant ce devis, vous commandez les travaux décrits par ses lignes, au prix qu’elles indiquent. Nous commençons dès que nous avons votre commande.

Le prix couvre ces lignes et rien d’autre. S’il apparaît qu’il faut davantage, nous nous arrêtons, nous vous le disons et nous établissons un autre devis ; rien ne s’ajoute de soi-même.

Avant de toucher à votre site, nous en faisons une sauvegarde et nous la vérifions. Dites-nous au préalable ce qui ne doit pas être interrompu, et quand.

Les travaux sont à régler dans les deux mois suivant votre acceptation, ou suivant l’acompte s’il en a été convenu un.

Il s’agit de travaux payants. Ils sont distincts de nos interventions à titre gracieux, laissées à notre appréciation et jamais facturées ; les unes ne se transforment jamais en les autres.

Ce que comprend votre formule d’hébergement ne change pas : l’annexe du devis dit qui fait quoi. Nous répondons de notre travail ; entretenir ensuite le site, ses extensions et ses sauvegardes revient à celui que l’annexe désigne.

Si vous commandez en qualité de consommateur, vous pouvez vous rétracter dans les 14 jours, sauf si les travaux ont été achevés avant à votre demande expresse.""",
    ),
    "de": (
        "Bedingungen für bezahlte Arbeiten an Ihrer Website",
        """Mit der Annahme dieses Angebots beauftragen Sie die Arbeiten, die seine Positionen beschreiben, zu dem dort genannten Preis. Wir beginnen, sobald uns Ihr Auftrag vorliegt.

Der Preis gilt für diese Positionen und für nichts anderes. Stellt sich heraus, dass mehr nötig ist, so halten wir an, sagen es Ihnen und schreiben ein weiteres Angebot; von selbst kommt nichts hinzu.

Bevor wir Ihre Website anrühren, sichern wir sie und prüfen die Sicherung. Sagen Sie uns vorher, was nicht unterbrochen werden darf und wann.

Die Arbeiten sind innerhalb von zwei Monaten nach Ihrer Annahme zu bezahlen oder, falls eine Anzahlung vereinbart ist, nach dieser.

Es handelt sich um bezahlte Arbeiten. Sie sind von unseren Kulanzeinsätzen getrennt, die kostenlos sind, in unserem Ermessen liegen und nie berechnet werden; das eine wird nie zum anderen.

Was Ihr Hosting-Tarif enthält, ändert sich nicht: Der Anhang des Angebots sagt, wer was übernimmt. Wir stehen für unsere Arbeit ein; die Website, ihre Erweiterungen und ihre Sicherungen danach in Ordnung zu halten, ist Sache dessen, den der Anhang nennt.

Wenn Sie als Verbraucher bestellen, können Sie innerhalb von 14 Tagen widerrufen, es sei denn, die Arbeiten wurden auf Ihren ausdrücklichen Wunsch vorher vollständig ausgeführt.""",
    ),
}


def publish(apps, schema_editor):
    notice = apps.get_model("hosting", "Notice")
    notice.objects.bulk_create(
        notice(
            code=CODE,
            version=1,
            language=language,
            title=title,
            body=body,
            published_at=PUBLISHED,
        )
        for language, (title, body) in TERMS.items()
    )


def take_back(apps, schema_editor):
    apps.get_model("hosting", "Notice").objects.filter(code=CODE, version=1).delete()


class Migration(migrations.Migration):
    dependencies = [("interventions", "0004_quotes"), ("hosting", "0002_notices")]
    operations = [
        migrations.RunSQL(STAYS + APART + NUMBERS, BACK),
        migrations.RunPython(publish, take_back),
    ]
