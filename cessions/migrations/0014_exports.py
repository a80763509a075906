
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('cessions', '0013_read_tries'),
        ('records', '0010_checked_files'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CaseExport',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('reason', models.TextField(verbose_name='for whom, and why')),
                ('language', models.CharField(choices=[('fr', 'French'), ('de', 'German'), ('en', 'English')], max_length=5, verbose_name='language of the report')),
                ('asked_at', models.DateTimeField(verbose_name='asked for at')),
                ('state', models.CharField(choices=[('queued', 'being made'), ('ready', 'ready'), ('failed', 'could not be made'), ('destroyed', 'destroyed'), ('written', 'written by a command')], default='queued', max_length=9, verbose_name='state')),
                ('tries', models.PositiveSmallIntegerField(default=0)),
                ('next_try_at', models.DateTimeField(blank=True, null=True)),
                ('sha256', models.CharField(blank=True, max_length=64, verbose_name='SHA-256')),
                ('size', models.PositiveBigIntegerField(blank=True, null=True, verbose_name='size')),
                ('made_at', models.DateTimeField(blank=True, null=True, verbose_name='made at')),
                ('destroy_at', models.DateTimeField(blank=True, null=True, verbose_name='to be destroyed at')),
                ('destroyed_at', models.DateTimeField(blank=True, null=True, verbose_name='destroyed at')),
                ('file', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.storedfile')),
                ('filing', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exports', to='cessions.filing', verbose_name='case')),
                ('requested_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked for by')),
            ],
            options={
                'verbose_name': 'archive of evidence',
                'verbose_name_plural': 'archives of evidence',
                'ordering': ['-asked_at', '-id'],
                'indexes': [models.Index(condition=models.Q(('next_try_at__isnull', False)), fields=['next_try_at'], name='export_due'), models.Index(condition=models.Q(('destroy_at__isnull', False)), fields=['destroy_at'], name='export_over')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'queued')), fields=('filing',), name='one_export_of_a_case_at_a_time'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='export_with_a_reason')],
            },
        ),
    ]
