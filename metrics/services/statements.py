"""The SQL of the daily aggregation. Each statement reads a day's events once and writes only what differs.

Partitions are no help here: they follow the client's own UTC day, while a local day is bounds on `occurred_at`, which
the index (program, occurred_at) of every partition answers.
"""

# One row a person; events without any person are in the totals only. Returns the day's totals.
ACTIVITY = """
    WITH named AS (
        SELECT CASE WHEN user_id <> '' THEN user_id ELSE anonymous_id END AS person,
            CASE WHEN type = 'track' THEN name ELSE '' END AS event,
            user_id <> '' AS is_known
        FROM metrics_event
        WHERE program_id = %(program)s AND occurred_at >= %(start)s AND occurred_at < %(end)s
    ), per_person AS MATERIALIZED (
        SELECT person,
            bool_or(is_known OR event <> ALL(%(machine_events)s)) AS is_active,
            count(*) AS events,
            count(*) FILTER (WHERE event = %(signed_up)s) AS signups,
            count(*) FILTER (WHERE event = %(email_verified)s) AS verifications,
            count(*) FILTER (WHERE event = %(session_started)s) AS sessions,
            count(*) FILTER (WHERE event = %(message_sent)s) AS messages,
            count(*) FILTER (WHERE event = %(conversation_started)s) AS conversations,
            count(*) FILTER (WHERE event = %(api_request)s) AS requests,
            count(*) FILTER (WHERE event = %(error)s) AS errors
        FROM named GROUP BY person
    ), gone AS (
        DELETE FROM metrics_dailyactivity old
        WHERE program_id = %(program)s AND day = %(day)s
            AND NOT EXISTS (SELECT FROM per_person WHERE per_person.person = old.person)
    ), written AS (
        INSERT INTO metrics_dailyactivity AS old (
            program_id, day, person, participant_id, is_active, events, signups, verifications, sessions, messages,
            conversations, requests, errors
        )
        SELECT %(program)s, %(day)s, person, coalesce(by_id.id, by_mail.id), is_active, events, signups, verifications,
            sessions, messages, conversations, requests, errors
        FROM per_person
        LEFT JOIN participants_participant by_id
            ON by_id.program_id = %(program)s AND by_id.external_id = per_person.person
        LEFT JOIN participants_participant by_mail
            ON by_mail.program_id = %(program)s AND lower(by_mail.email) = lower(per_person.person)
        WHERE person <> ''
        ON CONFLICT (program_id, day, person) DO UPDATE
        SET participant_id = excluded.participant_id, is_active = excluded.is_active, events = excluded.events,
            signups = excluded.signups, verifications = excluded.verifications, sessions = excluded.sessions,
            messages = excluded.messages, conversations = excluded.conversations, requests = excluded.requests,
            errors = excluded.errors
        WHERE (old.participant_id, old.is_active, old.events, old.signups, old.verifications, old.sessions,
                old.messages, old.conversations, old.requests, old.errors)
            IS DISTINCT FROM (excluded.participant_id, excluded.is_active, excluded.events, excluded.signups,
                excluded.verifications, excluded.sessions, excluded.messages, excluded.conversations,
                excluded.requests, excluded.errors)
    )
    SELECT coalesce(sum(events), 0)::bigint AS events,
        coalesce(sum(signups), 0)::bigint AS signups,
        coalesce(sum(verifications), 0)::bigint AS verifications,
        coalesce(sum(sessions), 0)::bigint AS sessions,
        coalesce(sum(messages), 0)::bigint AS messages,
        coalesce(sum(conversations), 0)::bigint AS conversations
    FROM per_person
"""

PEOPLE = """
    SELECT count(DISTINCT who) FILTER (WHERE is_active) AS active_users,
        count(DISTINCT who) FILTER (WHERE signups > 0) AS signups,
        count(DISTINCT who) FILTER (WHERE verifications > 0) AS verified_users
    FROM (
        SELECT coalesce('participant ' || participant_id, 'person ' || person) AS who, is_active, signups, verifications
        FROM metrics_dailyactivity WHERE program_id = %(program)s AND day = %(day)s
    ) people
"""

# One row an endpoint, with the histogram of its latencies; the row without endpoint holds all that are not named.
REQUESTS = """
    WITH cells AS MATERIALIZED (
        SELECT endpoint,
            CASE WHEN latency_ms >= %(smallest)s THEN ceil(ln(latency_ms) / %(ln_gamma)s)::int END AS bucket,
            count(*) AS requests,
            count(*) FILTER (WHERE status >= 500) AS failed,
            count(latency_ms) AS timed,
            sum(floor(latency_ms * 1000 + 0.5)::bigint) AS thousandths,
            min(latency_ms) AS low,
            max(latency_ms) AS high
        FROM metrics_event
        WHERE program_id = %(program)s AND occurred_at >= %(start)s AND occurred_at < %(end)s
            AND type = 'track' AND name = %(api_request)s
        GROUP BY 1, 2
    ), busiest AS (
        SELECT endpoint FROM cells WHERE endpoint <> ''
        GROUP BY endpoint ORDER BY sum(requests) DESC, endpoint LIMIT %(max_dimensions)s
    ), named AS (
        SELECT busiest.endpoint, bucket, sum(requests) AS requests, sum(failed) AS failed, sum(timed) AS timed,
            sum(thousandths) AS thousandths, min(low) AS low, max(high) AS high
        FROM cells LEFT JOIN busiest USING (endpoint)
        GROUP BY 1, 2
    )
    SELECT coalesce(endpoint, '') AS endpoint, sum(requests)::bigint AS requests, sum(failed)::bigint AS failed,
        coalesce(jsonb_object_agg(bucket, timed) FILTER (WHERE bucket IS NOT NULL), '{}')::text AS buckets,
        coalesce(sum(timed) FILTER (WHERE bucket IS NULL), 0)::bigint AS tiny,
        coalesce(sum(thousandths), 0)::bigint AS thousandths,
        min(low) AS low, max(high) AS high
    FROM named GROUP BY 1
"""

ERRORS = """
    SELECT coalesce(severity, '') AS severity, count(*) AS errors, (sum(count(*)) OVER ())::bigint AS total
    FROM metrics_event
    WHERE program_id = %(program)s AND occurred_at >= %(start)s AND occurred_at < %(end)s
        AND type = 'track' AND name = %(error)s
    GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %(max_dimensions)s
"""

WRITE_METRICS = """
    WITH fresh AS (
        SELECT * FROM jsonb_to_recordset(%(rows)s::jsonb) AS fresh (
            metric text, dimension text, value numeric, count bigint, definition_version smallint, histogram jsonb
        )
    ), gone AS (
        DELETE FROM metrics_dailymetric old
        WHERE program_id = %(program)s AND day = %(day)s AND source = %(source)s AND NOT EXISTS (
            SELECT FROM fresh WHERE fresh.metric = old.metric AND fresh.dimension = old.dimension
        )
    )
    INSERT INTO metrics_dailymetric AS old (
        program_id, day, metric, dimension, value, count, histogram, source, definition_version, coverage, computed_at
    )
    SELECT %(program)s, %(day)s, metric, dimension, value, count, histogram, %(source)s, definition_version,
        %(coverage)s, %(now)s
    FROM fresh
    ON CONFLICT (program_id, metric, dimension, day, source) DO UPDATE
    SET value = excluded.value, count = excluded.count, histogram = excluded.histogram, coverage = excluded.coverage,
        definition_version = excluded.definition_version, computed_at = excluded.computed_at
    WHERE (old.value, old.count, old.histogram, old.coverage, old.definition_version)
        IS DISTINCT FROM (excluded.value, excluded.count, excluded.histogram, excluded.coverage,
            excluded.definition_version)
"""

WRITE_DAY = """
    INSERT INTO metrics_aggregatedday (program_id, day, events, coverage, computed_at)
    VALUES (%(program)s, %(day)s, %(events)s, %(coverage)s, %(now)s)
    ON CONFLICT (program_id, day) DO UPDATE
    SET events = excluded.events, coverage = excluded.coverage, computed_at = excluded.computed_at
"""

FORGET_DAY = "DELETE FROM metrics_aggregatedday WHERE program_id = %(program)s AND day = %(day)s"
