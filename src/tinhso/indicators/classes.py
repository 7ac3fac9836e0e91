"""The strategy and its numbers are public; who wrote what, and remarks among officials, are for officials."""

from tinhso.kernel.classes import FieldClass, declare

PUBLIC, INTERNAL = FieldClass.PUBLIC, FieldClass.INTERNAL

declare("indicators.Clause", key=PUBLIC, title=PUBLIC, position=PUBLIC)
declare(
    "indicators.Target",
    key=PUBLIC,
    clause=PUBLIC,
    position=PUBLIC,
    sentence=PUBLIC,
    part=PUBLIC,
    title=PUBLIC,
    year=PUBLIC,
    value=PUBLIC,
    unit=PUBLIC,
    direction=PUBLIC,
    series=PUBLIC,
    owner=PUBLIC,
    measure=PUBLIC,
    note=PUBLIC,
    unverified=PUBLIC,
    source=PUBLIC,
    listed=PUBLIC,
    search_text=PUBLIC,
)
declare(
    "indicators.Undertaking",
    key=PUBLIC,
    kind=PUBLIC,
    clause=PUBLIC,
    position=PUBLIC,
    sentence=PUBLIC,
    sector=PUBLIC,
    owner=PUBLIC,
    measure=PUBLIC,
    source=PUBLIC,
    listed=PUBLIC,
    search_text=PUBLIC,
)
declare("indicators.Plan", number=PUBLIC, text=PUBLIC, due=PUBLIC, progress=PUBLIC, by_name=INTERNAL)
declare("indicators.Evidence", title=PUBLIC, url=PUBLIC, removed_at=INTERNAL, by_name=INTERNAL)
declare("indicators.Comment", text=INTERNAL, by_name=INTERNAL)
declare(
    "indicators.Snapshot",
    year=PUBLIC,
    number=PUBLIC,
    taken_at=PUBLIC,
    ordered_by_name=INTERNAL,
    data=PUBLIC,
    data_digest=PUBLIC,
    state=PUBLIC,
    signer_name=PUBLIC,
    signer_form=PUBLIC,
    signer_for=PUBLIC,
    signer_position=PUBLIC,
    prepared=INTERNAL,
    fault=INTERNAL,
    digest=PUBLIC,
    issued_at=PUBLIC,
)
