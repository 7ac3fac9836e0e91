"""What a reorganisation of agencies moves of the counter: appointments to come, copies that nobody signed yet.

Both go to who keeps what an ending agency leaves, for neither belongs to one procedure. A copy that has its number
is signed and sealed under the old name. Whoever stands at a counter is identified anew by the new agency's official.
Numbers drawn stay: they last a day, and the plan names those that wait.
"""

from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from tinhso.kernel import clock
from tinhso.places.pack.reorganisations import Matter
from tinhso.places.reorganising import Carrying, Effect, Resolved

_BOOKED = "d.state = 'booked' AND d.starts_at > %(at)s"
_WAITING = "d.state IN ('waiting', 'called') AND d.day = %(today)s"

#: Rows of an ending agency by kind of effect: the table, which rows, how one is shown.
_KINDS = {
    "dossiers.appointments": (
        "dossiers_appointment",
        _BOOKED,
        "to_char(d.starts_at AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYY-MM-DD HH24:MI')",
        "d.procedure_name",
    ),
    "dossiers.copies": ("dossiers_certifiedcopy", "d.state = 'attested'", "d.title", "d.attested_by_name"),
    "dossiers.copies_signing": (
        "dossiers_certifiedcopy",
        "d.state IN ('signing', 'signed', 'sealing')",
        "d.title",
        "d.number",
    ),
    "dossiers.presences": ("dossiers_presence", "d.ended_at IS NULL", "d.id::text", "d.seen_by_name"),
    "dossiers.tickets": ("dossiers_ticket", _WAITING, "d.window || lpad(d.number::text, 3, '0')", "d.state"),
}
#: For `moving`: the rows behind each number.
ROWS = {
    kind: f"SELECT d.id, {title}, {about} FROM {table} d WHERE {which} AND d.agency_id = ANY (%(ending)s)"
    " AND (%(only_old)s::uuid IS NULL OR d.agency_id = %(only_old)s) ORDER BY 2, d.id"
    for kind, (table, which, title, about) in _KINDS.items()
}

#: Places behind those taken at the new agency; whoever was reminded is reminded again, with the new agency's name.
_APPOINTMENTS = """
WITH pair AS (
    SELECT * FROM unnest(%(old)s::uuid[], %(new)s::uuid[]) AS p (old, new)
), taken AS (
    SELECT agency_id, starts_at, max(seat) AS seat FROM dossiers_appointment
    WHERE agency_id = ANY (%(new)s) AND state <> 'cancelled' AND starts_at > %(at)s GROUP BY agency_id, starts_at
), going AS (
    SELECT d.id, pair.old, pair.new, coalesce(taken.seat, 0)
           + row_number() OVER (PARTITION BY pair.new, d.starts_at ORDER BY d.created_at, d.id) AS seat
    FROM dossiers_appointment d JOIN pair ON pair.old = d.agency_id
    LEFT JOIN taken ON taken.agency_id = pair.new AND taken.starts_at = d.starts_at
    WHERE d.state = 'booked' AND d.starts_at > %(at)s
)
UPDATE dossiers_appointment a SET agency_id = going.new, seat = going.seat, reminded_at = NULL
FROM going WHERE going.id = a.id RETURNING going.old, going.new
"""
_COPIES = """
UPDATE dossiers_certifiedcopy c SET agency_id = pair.new
FROM unnest(%(old)s::uuid[], %(new)s::uuid[]) AS pair (old, new)
WHERE c.agency_id = pair.old AND c.state = 'attested' RETURNING pair.old, pair.new
"""
_PRESENCES = """
UPDATE dossiers_presence SET ended_at = %(at)s WHERE agency_id = ANY (%(old)s) AND ended_at IS NULL
RETURNING agency_id
"""


def values() -> dict[str, object]:
    """What `ROWS` asks for besides the agencies."""
    return {"at": clock.now(), "today": clock.today()}


def effects(plan: Resolved) -> list[Effect]:
    """Of every counter that ends."""
    if not plan.speaks_of(Matter.DOSSIERS):
        return []
    words = {
        "dossiers.appointments": _("Lịch hẹn sắp tới chuyển sang, nhắc lại người hẹn với tên cơ quan mới"),
        "dossiers.copies": _("Bản sao chứng thực chưa ký chuyển sang"),
        "dossiers.copies_signing": _("Bản sao chứng thực đã có số, ký xong dưới tên cơ quan cũ"),
        "dossiers.presences": _("Lượt tiếp người tại quầy kết thúc, cơ quan mới đối chiếu lại"),
        "dossiers.tickets": _("Số thứ tự đang chờ tại quầy"),
    }
    alarms = {"dossiers.tickets": _("Số thứ tự không chuyển. Thực hiện ngoài giờ tiếp dân, hoặc gọi hết số trước.")}
    here = not plan.verified(Matter.DOSSIERS)
    found = []
    for kind, (table, which, _title, _about) in _KINDS.items():
        statement = f"SELECT d.agency_id, count(*) FROM {table} d WHERE {which} AND d.agency_id = ANY (%(ending)s)"
        rows = _run(f"{statement} GROUP BY d.agency_id", ending=list(plan.keepers), **values())
        found += [Effect(kind, words[kind], o, plan.keepers[o], n, here, alarms.get(kind, "")) for o, n in rows]
    return found


def move(plan: Resolved, act: Carrying) -> None:
    """Three statements."""
    pairs = {"old": list(plan.keepers), "new": list(plan.keepers.values()), "at": act.at}
    for old, new in _run(_APPOINTMENTS, **pairs):
        act.note(old, "appointments", new, 1)
    for old, new in _run(_COPIES, **pairs):
        act.note(old, "copies", new, 1)
    for (old,) in _run(_PRESENCES, **pairs):
        act.note(old, "presences_ended", None, 1)


def _run(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []
