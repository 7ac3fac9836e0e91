"""Who looks: people of this small world, those of her agency, those of another one, and strangers."""

MONDAY = "2026-11-09T08:00:00+07:00"
#: Where the mother lives and files; where nobody has anything to do with her.
HERS, ELSEWHERE = "31108", "30742"

OFFICIALS = {
    "receiver": "hontre.tiepnhan",
    "specialist": "hontre.hotich",
    "leader": "hontre.phochutich",
    "clerk": "hontre.vanthu",
    "agency_admin": "hontre.quantri",
    "receiver_elsewhere": "rachgia.tiepnhan",
    "specialist_elsewhere": "rachgia.hotich",
    "leader_elsewhere": "rachgia.phochutich",
    "clerk_elsewhere": "rachgia.vanthu",
    "agency_admin_elsewhere": "rachgia.quantri",
    "province_admin": "tinh.quantri",
    "auditor": "tinh.kiemtra",
}
#: Columns of the table, in its order. ``weak_leader``: hers, without a second factor in this session.
ACTORS = ("anonymous", "unverified", "owner", "stranger", *OFFICIALS, "weak_leader")
#: Who may see what she wrote: herself, and those who work on dossiers at her agency.
RELATED = frozenset({"owner", "receiver", "specialist", "leader", "clerk"})
UNRELATED = tuple(actor for actor in ACTORS if actor not in RELATED)
