import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('participants', '0001_initial'),
        ('programs', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='DirtyDay',
            fields=[
                ('pk', models.CompositePrimaryKey('program_id', 'day', 'is_taken', blank=True, editable=False, primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('is_taken', models.BooleanField(db_default=False)),
                ('program', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='programs.program')),
            ],
        ),
        migrations.CreateModel(
            name='AggregatedDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('events', models.PositiveBigIntegerField()),
                ('coverage', models.DecimalField(decimal_places=4, help_text='Share of the day that had passed when it was computed.', max_digits=5)),
                ('computed_at', models.DateTimeField()),
                ('program', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='programs.program')),
            ],
            options={
                'ordering': ['-day'],
                'constraints': [models.UniqueConstraint(fields=('program', 'day'), name='aggregated_day_once'), models.CheckConstraint(condition=models.Q(('coverage__gte', 0), ('coverage__lte', 1)), name='aggregated_day_coverage', violation_error_message='Coverage is a share between 0 and 1.')],
            },
        ),
        migrations.CreateModel(
            name='DailyActivity',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('person', models.TextField(help_text='The user id that the product sent, else the anonymous id.')),
                ('is_active', models.BooleanField(help_text='Did something; a request or error counts only with a user id.')),
                ('events', models.PositiveIntegerField()),
                ('signups', models.PositiveIntegerField()),
                ('verifications', models.PositiveIntegerField()),
                ('sessions', models.PositiveIntegerField()),
                ('messages', models.PositiveIntegerField()),
                ('conversations', models.PositiveIntegerField()),
                ('requests', models.PositiveIntegerField()),
                ('errors', models.PositiveIntegerField()),
                ('participant', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='activity', to='participants.participant')),
                ('program', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='programs.program')),
            ],
            options={
                'verbose_name_plural': 'daily activity',
                'ordering': ['-day', 'person'],
                'constraints': [models.UniqueConstraint(fields=('program', 'day', 'person'), name='activity_once_a_day')],
            },
        ),
        migrations.CreateModel(
            name='DailyMetric',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('metric', models.CharField(max_length=60)),
                ('dimension', models.CharField(blank=True, max_length=200)),
                ('value', models.DecimalField(blank=True, decimal_places=6, help_text='Empty where only the histogram says it.', max_digits=24, null=True)),
                ('count', models.PositiveBigIntegerField(help_text='How many inputs the value stands on.')),
                ('histogram', models.JSONField(blank=True, null=True)),
                ('source', models.CharField(choices=[('events', 'Events')], default='events', max_length=20)),
                ('definition_version', models.PositiveSmallIntegerField()),
                ('coverage', models.DecimalField(decimal_places=4, max_digits=5)),
                ('computed_at', models.DateTimeField(help_text='When this value was found. Finding the same one again changes nothing.')),
                ('program', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='programs.program')),
            ],
            options={
                'verbose_name': 'daily figure',
                'ordering': ['-day', 'metric', 'dimension'],
                'indexes': [models.Index(fields=['program', 'day'], name='metric_by_day')],
                'constraints': [models.UniqueConstraint(fields=('program', 'metric', 'dimension', 'day', 'source'), name='metric_once_a_day'), models.CheckConstraint(condition=models.Q(('value__isnull', False), ('histogram__isnull', False), _connector='OR'), name='metric_says_something', violation_error_message='A daily row has a value or a histogram.')],
            },
        ),
        migrations.CreateModel(
            name='RejectedItems',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(help_text="The program's day on which they arrived.")),
                ('reason', models.CharField(choices=[('too_large', 'Larger than 32 KB'), ('wrong_type', 'A field has the wrong type'), ('missing_field', 'A required field is missing'), ('unknown_type', 'Not a type of message that is known'), ('too_long', 'A text is too long'), ('nul_byte', 'A text holds a NUL character'), ('too_deep', 'Nested too deep'), ('not_a_number', 'NaN or infinite'), ('out_of_range', 'A number is out of range'), ('too_old', 'Older than events are kept'), ('in_the_future', 'More than a day in the future'), ('not_storable', 'The database cannot store it')], max_length=20)),
                ('count', models.PositiveBigIntegerField()),
                ('example', models.TextField(help_text='What the client was told about the latest one.')),
                ('last_at', models.DateTimeField()),
                ('program', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='programs.program')),
            ],
            options={
                'verbose_name_plural': 'rejected items',
                'ordering': ['-day', 'reason'],
                'constraints': [models.UniqueConstraint(fields=('program', 'day', 'reason'), name='rejected_once_a_day')],
            },
        ),
    ]
