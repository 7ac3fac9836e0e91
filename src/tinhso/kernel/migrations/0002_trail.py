"""Events, audit trail, disclosures: partitioned by month, and the app's role can only add to them.

Written by hand: Django knows neither partitions nor privileges. `kernel_open_month` runs as the owner, because the
app's role may not make tables; it makes the partitions of one month and takes over what the default partition
caught meanwhile.
"""

from typing import ClassVar

from django.db import migrations

TABLES = """
CREATE SEQUENCE kernel_event_position;
CREATE TABLE kernel_event (
    id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    actor_account uuid,
    actor_name text NOT NULL,
    request_id text NOT NULL,
    position bigint NOT NULL,
    type text NOT NULL,
    subject text NOT NULL,
    data jsonb NOT NULL,
    PRIMARY KEY (id, created_at)
) PARTITION BY RANGE (created_at);
CREATE INDEX kernel_event_history ON kernel_event (subject, position);

CREATE SEQUENCE kernel_audit_position;
CREATE TABLE kernel_audit (
    id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    actor_account uuid,
    actor_name text NOT NULL,
    request_id text NOT NULL,
    position bigint NOT NULL,
    xact bigint NOT NULL,
    act text NOT NULL,
    subject text NOT NULL,
    event uuid,
    data jsonb NOT NULL,
    PRIMARY KEY (id, created_at)
) PARTITION BY RANGE (created_at);
CREATE INDEX kernel_audit_order ON kernel_audit (xact, position);
CREATE INDEX kernel_audit_subject ON kernel_audit (subject, id);
CREATE INDEX kernel_audit_actor ON kernel_audit (actor_account, id);
CREATE INDEX kernel_audit_event ON kernel_audit (event);

CREATE TABLE kernel_disclosure (
    id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    actor_account uuid,
    actor_name text NOT NULL,
    request_id text NOT NULL,
    batch uuid NOT NULL,
    person uuid NOT NULL,
    record text NOT NULL,
    fields text[] NOT NULL,
    purpose text NOT NULL,
    PRIMARY KEY (id, created_at)
) PARTITION BY RANGE (created_at);
CREATE INDEX kernel_disclosure_person ON kernel_disclosure (person, id);
CREATE INDEX kernel_disclosure_batch ON kernel_disclosure (batch);

CREATE TABLE kernel_event_default PARTITION OF kernel_event DEFAULT;
CREATE TABLE kernel_audit_default PARTITION OF kernel_audit DEFAULT;
CREATE TABLE kernel_disclosure_default PARTITION OF kernel_disclosure DEFAULT;

CREATE TABLE kernel_seal (
    number bigint PRIMARY KEY,
    since bigint NOT NULL,
    until bigint NOT NULL,
    rows bigint NOT NULL,
    members bytea NOT NULL,
    statement text NOT NULL,
    signature bytea NOT NULL
);
"""

#: The order of rows is the database's word, not the writer's: the sealer takes whole transactions by `xact`.
TRIGGERS = """
CREATE FUNCTION kernel_place_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.position := nextval('kernel_event_position');
    RETURN NEW;
END $$;
CREATE FUNCTION kernel_place_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.position := nextval('kernel_audit_position');
    NEW.xact := pg_current_xact_id()::text::bigint;
    RETURN NEW;
END $$;
CREATE TRIGGER kernel_event_place BEFORE INSERT ON kernel_event
    FOR EACH ROW EXECUTE FUNCTION kernel_place_event();
CREATE TRIGGER kernel_audit_place BEFORE INSERT ON kernel_audit
    FOR EACH ROW EXECUTE FUNCTION kernel_place_audit();
"""

#: ATTACH instead of CREATE … PARTITION OF: it does not lock out writers of other months.
#: Rows that move out of the default partition keep position and xact: the triggers are on the parent's clones,
#: so they are copied before the new table is attached.
MONTHS = """
CREATE FUNCTION kernel_open_month(instant timestamptz) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    first timestamptz := date_trunc('month', instant, 'UTC');
    next timestamptz := date_trunc('month', first + interval '32 days', 'UTC');
    parent text;
    part text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('kernel_open_month'));
    FOREACH parent IN ARRAY ARRAY['kernel_event', 'kernel_audit', 'kernel_disclosure'] LOOP
        part := parent || to_char(first AT TIME ZONE 'UTC', '"_"YYYY"_"MM');
        CONTINUE WHEN to_regclass(part) IS NOT NULL;
        EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', parent || '_default');
        EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING INDEXES)', part, parent);
        EXECUTE format('REVOKE ALL ON %I FROM PUBLIC, tinhso_app, tinhso_gateway, tinhso_reader', part);
        EXECUTE format('WITH moved AS (DELETE FROM %I WHERE created_at >= %L AND created_at < %L RETURNING *) '
            'INSERT INTO %I SELECT * FROM moved', parent || '_default', first, next, part);
        EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, part, first, next);
    END LOOP;
END $$;
REVOKE ALL ON FUNCTION kernel_open_month(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kernel_open_month(timestamptz) TO tinhso_app;
"""

PRIVILEGES = """
REVOKE ALL ON kernel_event, kernel_audit, kernel_disclosure, kernel_seal,
    kernel_event_default, kernel_audit_default, kernel_disclosure_default
    FROM PUBLIC, tinhso_app, tinhso_gateway, tinhso_reader;
GRANT SELECT, INSERT ON kernel_event, kernel_audit, kernel_disclosure, kernel_seal TO tinhso_app;
"""

UNDO = """
DROP TABLE kernel_seal, kernel_disclosure, kernel_audit, kernel_event;
DROP FUNCTION kernel_open_month(timestamptz), kernel_place_event(), kernel_place_audit();
DROP SEQUENCE kernel_event_position, kernel_audit_position;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("kernel", "0001_initial")]
    operations: ClassVar = [migrations.RunSQL([TABLES, TRIGGERS, MONTHS, PRIVILEGES], [UNDO])]
