from tinhso.kernel.classes import FieldClass, declare

PUBLIC = FieldClass.PUBLIC

declare(
    "procedures.ProcedureVersion",
    code=PUBLIC,
    name=PUBLIC,
    field=PUBLIC,
    level=PUBLIC,
    agency_level=PUBLIC,
    valid_from=PUBLIC,
    valid_to=PUBLIC,
    revision=PUBLIC,
    content_hash=PUBLIC,
    definition=PUBLIC,
    complete=PUBLIC,
    generic=PUBLIC,
    agency_levels=PUBLIC,
    online_level=PUBLIC,
    online_verified=PUBLIC,
    keywords=PUBLIC,
)
declare(
    "procedures.Guide",
    only=PUBLIC,
    stamp=PUBLIC,
    synonyms=PUBLIC,
    life_events=PUBLIC,
    suffixes=PUBLIC,
)
