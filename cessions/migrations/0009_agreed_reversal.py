"""An executed agreed transfer can be put back by two people, and by them only (X5); who spoke against one."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

BY_TWO = """
CREATE FUNCTION agreed_reversed_by_two() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'executed' OR NOT EXISTS (
        SELECT FROM cessions_agreedreversal
        WHERE transfer_id = NEW.id AND confirmed_by_id IS NOT NULL AND confirmed_at IS NOT NULL
          AND dropped_at IS NULL
    ) THEN
        RAISE EXCEPTION 'two people reverse an executed transfer (X5)'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER agreed_reversed_by_two BEFORE UPDATE ON cessions_agreedtransfer
    FOR EACH ROW WHEN (NEW.state = 'reversed' AND OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION agreed_reversed_by_two();
"""

NO_BY_TWO = """
DROP TRIGGER agreed_reversed_by_two ON cessions_agreedtransfer;
DROP FUNCTION agreed_reversed_by_two();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0008_paper_guards'),
        ('cessions', '0008_to_do_counts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='agreedletter',
            name='kind',
            field=models.CharField(choices=[('executed', 'handed over'), ('reversed', 'reversed')], default='executed', max_length=10, verbose_name='kind'),
        ),
        migrations.AlterField(
            model_name='agreedtransfer',
            name='state',
            field=models.CharField(choices=[('proposed', 'waits for the new holder'), ('accepted', 'accepted, takes effect soon'), ('executed', 'carried out'), ('withdrawn', 'withdrawn'), ('declined', 'declined'), ('expired', 'not accepted in time'), ('stopped', 'stopped before it took effect'), ('reversed', 'reversed')], default='proposed', max_length=10, verbose_name='state'),
        ),
        migrations.CreateModel(
            name='AgreedReversal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField(verbose_name='reason')),
                ('proposed_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(blank=True, null=True)),
                ('dropped_at', models.DateTimeField(blank=True, null=True)),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('transfer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reversals', to='cessions.agreedtransfer')),
            ],
            options={
                'verbose_name': 'reversal of an agreed transfer',
                'verbose_name_plural': 'reversals of agreed transfers',
                'ordering': ['id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('confirmed_by__isnull', True), models.Q(('confirmed_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='two_different_people_reverse', violation_error_message='A second person must confirm.'), models.UniqueConstraint(condition=models.Q(('confirmed_at__isnull', True), ('dropped_at__isnull', True)), fields=('transfer',), name='one_reversal_at_a_time')],
            },
        ),
        migrations.CreateModel(
            name='AgreedSign',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('objection', 'objection'), ('agreement', 'agreement to a transfer'), ('theft', 'says this is theft'), ('message', 'message or call recorded by staff'), ('sign_in', 'signed in')], max_length=10, verbose_name='kind')),
                ('at', models.DateTimeField(verbose_name='at')),
                ('seen_at', models.DateTimeField(blank=True, null=True)),
                ('emergency_contact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.emergencycontact')),
                ('seen_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('transfer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signs', to='cessions.agreedtransfer')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'sign about an agreed transfer',
                'verbose_name_plural': 'signs about agreed transfers',
                'ordering': ['id'],
                'indexes': [models.Index(condition=models.Q(('seen_at__isnull', True)), fields=['transfer'], name='agreed_sign_unseen')],
                'constraints': [models.UniqueConstraint(fields=('transfer', 'kind', 'user'), name='one_sign_of_a_kind_each')],
            },
        ),
        migrations.RunSQL(BY_TWO, NO_BY_TWO),
    ]
