"""A mark that changes with every change of the working calendar, so that a process may keep what it read.

The mark is random, not counted: a number taken in a transaction that was rolled back would come again and stand for
another calendar. The triggers see every way of writing, `COPY` and `TRUNCATE` included.
"""

from typing import ClassVar

from django.db import migrations

FORWARD = """
CREATE TABLE places_calendar_stamp (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    stamp uuid NOT NULL
);
INSERT INTO places_calendar_stamp (stamp) VALUES (gen_random_uuid());

CREATE FUNCTION places_calendar_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO places_calendar_stamp (stamp) VALUES (gen_random_uuid())
    ON CONFLICT (only_row) DO UPDATE SET stamp = excluded.stamp;
    RETURN NULL;
END $$;

CREATE TRIGGER calendar_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON places_workinghours
FOR EACH STATEMENT EXECUTE FUNCTION places_calendar_changed();
CREATE TRIGGER calendar_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON places_specialday
FOR EACH STATEMENT EXECUTE FUNCTION places_calendar_changed();
"""

BACKWARD = """
DROP TRIGGER calendar_changed ON places_specialday;
DROP TRIGGER calendar_changed ON places_workinghours;
DROP FUNCTION places_calendar_changed();
DROP TABLE places_calendar_stamp;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("places", "0001_initial")]
    operations: ClassVar = [migrations.RunSQL(FORWARD, BACKWARD)]
