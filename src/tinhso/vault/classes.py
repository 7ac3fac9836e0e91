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
