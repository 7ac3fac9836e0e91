"""Where a row of the outbox and of the trail stands is a default that the app may not name, instead of a trigger.

The order is the database's word as before: the app's role has no right to write these columns. A trigger for each row
kept PostgreSQL from writing many rows of a COPY at once, and cost each act a little (decision 0227).
"""

from typing import ClassVar

from django.db import migrations

DEFAULTS = """
DROP TRIGGER kernel_event_place ON kernel_event;
DROP TRIGGER kernel_audit_place ON kernel_audit;
DROP FUNCTION kernel_place_event(), kernel_place_audit();
ALTER TABLE kernel_event ALTER COLUMN position SET DEFAULT nextval('kernel_event_position');
ALTER TABLE kernel_audit ALTER COLUMN position SET DEFAULT nextval('kernel_audit_position');
ALTER TABLE kernel_audit ALTER COLUMN xact SET DEFAULT pg_current_xact_id()::text::bigint;
REVOKE INSERT ON kernel_event, kernel_audit FROM tinhso_app;
GRANT INSERT (id, created_at, actor_account, actor_name, request_id, type, subject, data) ON kernel_event TO tinhso_app;
GRANT INSERT (id, created_at, actor_account, actor_name, request_id, act, subject, event, data)
    ON kernel_audit TO tinhso_app;
"""

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
ALTER TABLE kernel_event ALTER COLUMN position DROP DEFAULT;
ALTER TABLE kernel_audit ALTER COLUMN position DROP DEFAULT, ALTER COLUMN xact DROP DEFAULT;
GRANT INSERT ON kernel_event, kernel_audit TO tinhso_app;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("kernel", "0007_channels")]
    operations: ClassVar = [migrations.RunSQL(DEFAULTS, TRIGGERS)]
