"""The conversation by mail: mails that come in, whose words they are, the files that came along."""

import django.db.models.deletion
from django.db import migrations, models

GUARD = """
CREATE OR REPLACE FUNCTION ticket_message_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.ticket_id, NEW.by_id, NEW.at, NEW.content_hash, NEW.came_by_mail, NEW.automatic{columns})
       IS DISTINCT FROM
       (OLD.ticket_id, OLD.by_id, OLD.at, OLD.content_hash, OLD.came_by_mail, OLD.automatic{old})
       OR (NEW.text <> OLD.text AND NEW.erased_at IS NULL) THEN
        RAISE EXCEPTION 'a message is never altered'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""
WHOSE = ", {row}.other_address = '' "
STAYS = GUARD.format(columns=WHOSE.format(row="NEW"), old=WHOSE.format(row="OLD"))
BEFORE = GUARD.format(columns="", old="")


class Migration(migrations.Migration):

    dependencies = [
        ('interventions', '0006_worklist'),
        ('records', '0009_conversations'),
    ]

    operations = [
        migrations.AddField(
            model_name='ticketmessage',
            name='other_address',
            field=models.CharField(blank=True, db_default='', help_text='Empty for the ticket’s own: what comes from another is not the client’s word.', max_length=254, verbose_name='from another address'),
        ),
        migrations.CreateModel(
            name='IncomingMail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('came_at', models.DateTimeField(verbose_name='came at')),
                ('way', models.CharField(choices=[('webhook', 'by the e-mail service'), ('pipe', 'by the mail server'), ('mailbox', 'from the mailbox')], max_length=10, verbose_name='way')),
                ('raw', models.BinaryField()),
                ('size', models.PositiveIntegerField(verbose_name='size')),
                ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='tries')),
                ('next_try_at', models.DateTimeField(blank=True, null=True, verbose_name='next try at')),
                ('done_at', models.DateTimeField(blank=True, null=True, verbose_name='done at')),
                ('outcome', models.CharField(blank=True, choices=[('kept', 'the client’s answer'), ('other', 'from another address'), ('automatic', 'automatic reply'), ('known', 'known already'), ('bounce', 'told of a bounce'), ('nobodys', 'belongs to no ticket'), ('too_many', 'too many on one ticket'), ('failed', 'could not be processed')], max_length=10, verbose_name='outcome')),
            ],
            options={
                'verbose_name': 'incoming mail',
                'verbose_name_plural': 'incoming mails',
                'ordering': ['-id'],
                'indexes': [models.Index(condition=models.Q(('next_try_at__isnull', False)), fields=['next_try_at'], name='incoming_mail_due'), models.Index(fields=['came_at'], name='incoming_mail_by_age')],
            },
        ),
        migrations.CreateModel(
            name='MessageFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('size', models.PositiveBigIntegerField(verbose_name='size')),
                ('file', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='records.storedfile')),
                ('message', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='interventions.ticketmessage')),
            ],
            options={
                'verbose_name': 'file of a message',
                'verbose_name_plural': 'files of messages',
                'ordering': ['id'],
            },
        ),
        migrations.RunSQL(STAYS, BEFORE),
    ]
