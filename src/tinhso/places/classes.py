"""Nothing about places is personal: the map of the province is public, the way of a plan is the office's own."""

from tinhso.kernel.classes import FieldClass, declare

PUBLIC, INTERNAL = FieldClass.PUBLIC, FieldClass.INTERNAL

declare(
    "places.Unit",
    code=PUBLIC,
    name=PUBLIC,
    level=PUBLIC,
    kind=PUBLIC,
    province_code=PUBLIC,
    valid_from=PUBLIC,
    valid_to=PUBLIC,
    since_known=PUBLIC,
    island=PUBLIC,
    boundary=PUBLIC,
    boundary_approximate=PUBLIC,
    boundary_source=PUBLIC,
    source=PUBLIC,
)
declare("places.Succession", on=PUBLIC, source=PUBLIC)
declare(
    "places.Agency",
    code=PUBLIC,
    name=PUBLIC,
    kind=PUBLIC,
    valid_from=PUBLIC,
    valid_to=PUBLIC,
    code_verified=PUBLIC,
    source=PUBLIC,
)
declare("places.WorkingHours", sessions=PUBLIC, weekend=PUBLIC, valid_from=PUBLIC, valid_to=PUBLIC, source=PUBLIC)
declare("places.SpecialDay", day=PUBLIC, working=PUBLIC, name=PUBLIC, certain=PUBLIC, source=PUBLIC)
declare(
    "places.Reorganisation",
    name=PUBLIC,
    title=PUBLIC,
    on=PUBLIC,
    fingerprint=INTERNAL,
    plan=PUBLIC,
    effects=INTERNAL,
    outcome=INTERNAL,
    state=INTERNAL,
    proposed_by=INTERNAL,
    proposed_by_name=INTERNAL,
    decided_by=INTERNAL,
    decided_by_name=INTERNAL,
    decided_at=INTERNAL,
    done_at=INTERNAL,
    fault=INTERNAL,
)
declare(
    "places.ReorganisationPart",
    rank=PUBLIC,
    procedures=PUBLIC,
    fields=PUBLIC,
    units=PUBLIC,
    codes=INTERNAL,
    source=PUBLIC,
)
