"""How protected each field of a holding is."""

from tinhso.kernel.classes import FieldClass, declare

declare(
    "vault.Holding",
    kind=FieldClass.PERSONAL,
    title=FieldClass.PERSONAL,
    number=FieldClass.PERSONAL,
    issued_at=FieldClass.PERSONAL,
    state=FieldClass.PERSONAL,
    ended_at=FieldClass.PERSONAL,
    dossier=FieldClass.INTERNAL,
    origin=FieldClass.INTERNAL,
)
declare(
    "vault.DataRequest",
    kind=FieldClass.PERSONAL,
    state=FieldClass.INTERNAL,
    asked_by_name=FieldClass.PERSONAL,
    reason=FieldClass.PERSONAL,
    answer_by=FieldClass.INTERNAL,
    done_by=FieldClass.INTERNAL,
    decided_by_name=FieldClass.INTERNAL,
    decided_at=FieldClass.INTERNAL,
    answer=FieldClass.PERSONAL,
    finished_at=FieldClass.INTERNAL,
    expires_at=FieldClass.INTERNAL,
    outcome=FieldClass.INTERNAL,
)
