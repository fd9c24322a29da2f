"""The raw events: a table in daily partitions, which Django cannot make by itself, and a view of it for the admin.

Partitions are made by `metrics.partitions`, ahead of time and on demand.
"""

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

CREATE_EVENT = """
    CREATE TABLE metrics_event (
        program_id bigint NOT NULL,
        message_id text NOT NULL,
        day date NOT NULL,
        occurred_at timestamptz NOT NULL,
        received_at timestamptz NOT NULL DEFAULT statement_timestamp(),
        sent_at timestamptz,
        type text NOT NULL,
        name text NOT NULL DEFAULT '',
        user_id text NOT NULL DEFAULT '',
        anonymous_id text NOT NULL DEFAULT '',
        endpoint text,
        method text,
        status smallint,
        latency_ms double precision,
        severity text,
        props jsonb,
        context jsonb,
        PRIMARY KEY (program_id, message_id, day)
    ) PARTITION BY RANGE (day);
    CREATE INDEX event_by_program_time ON metrics_event (program_id, occurred_at);
    CREATE INDEX event_by_arrival ON metrics_event USING brin (received_at);
"""
CREATE_VIEW = """
    CREATE VIEW metrics_recentevent AS
    SELECT concat_ws('/', program_id, day, message_id) AS id, program_id, message_id, day, occurred_at, received_at, type,
           name, user_id, anonymous_id, endpoint, status, latency_ms, severity, props, context
    FROM metrics_event;
"""


class Migration(migrations.Migration):

    dependencies = [('metrics', '0001_initial')]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(CREATE_EVENT, 'DROP TABLE metrics_event')],
            state_operations=[
                migrations.CreateModel(
                    name='Event',
                    fields=[
                        ('pk', models.CompositePrimaryKey('program_id', 'message_id', 'day', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('message_id', models.TextField()),
                        ('day', models.DateField()),
                        ('occurred_at', models.DateTimeField()),
                        ('received_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                        ('sent_at', models.DateTimeField(null=True)),
                        ('type', models.TextField(choices=[('track', 'Track'), ('identify', 'Identify'), ('page', 'Page'), ('screen', 'Screen'), ('group', 'Group'), ('alias', 'Alias')])),
                        ('name', models.TextField(db_default='', help_text='The event of a track call, the name of a page or screen.')),
                        ('user_id', models.TextField(db_default='', help_text="The product's own id of the person.")),
                        ('anonymous_id', models.TextField(db_default='')),
                        ('endpoint', models.TextField(null=True)),
                        ('method', models.TextField(null=True)),
                        ('status', models.SmallIntegerField(null=True)),
                        ('latency_ms', models.FloatField(null=True)),
                        ('severity', models.TextField(null=True)),
                        ('props', models.JSONField(null=True)),
                        ('context', models.JSONField(null=True)),
                        ('program', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='programs.program')),
                    ],
                    options={
                        'indexes': [models.Index(fields=['program', 'occurred_at'], name='event_by_program_time'), django.contrib.postgres.indexes.BrinIndex(fields=['received_at'], name='event_by_arrival')],
                    },
                ),
            ],
        ),
        migrations.CreateModel(
            name='RecentEvent',
            fields=[
                ('id', models.TextField(primary_key=True, serialize=False)),
                ('message_id', models.TextField()),
                ('day', models.DateField(verbose_name="client's day (UTC)")),
                ('occurred_at', models.DateTimeField(verbose_name='when')),
                ('received_at', models.DateTimeField(verbose_name='received')),
                ('type', models.TextField(choices=[('track', 'Track'), ('identify', 'Identify'), ('page', 'Page'), ('screen', 'Screen'), ('group', 'Group'), ('alias', 'Alias')])),
                ('name', models.TextField(verbose_name='event')),
                ('user_id', models.TextField(verbose_name='user id')),
                ('anonymous_id', models.TextField(verbose_name='anonymous id')),
                ('endpoint', models.TextField()),
                ('status', models.SmallIntegerField()),
                ('latency_ms', models.FloatField(verbose_name='latency (ms)')),
                ('severity', models.TextField()),
                ('props', models.JSONField(verbose_name='properties')),
                ('context', models.JSONField()),
            ],
            options={
                'verbose_name': 'event',
                'db_table': 'metrics_recentevent',
                'ordering': ['-occurred_at'],
                'managed': False,
            },
        ),
        migrations.RunSQL(CREATE_VIEW, 'DROP VIEW metrics_recentevent'),
    ]
