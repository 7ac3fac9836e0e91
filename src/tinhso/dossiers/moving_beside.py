"""What a reorganisation of agencies moves beside dossiers: joined filings that are not over, questions for an opinion
that wait, shared views, and old papers that wait to be signed as scans.

All go to who keeps what an ending agency leaves. A part that is a dossier follows it; one that has not begun, or that
an agency outside does, goes with the office. A view whose name is taken at the new agency stays: who keeps what the old
one left still sees it. Exports stay with who asked, and expire. The words of the search follow the dossiers (trigger).

A batch of scans that is not over moves, and an order to sign it falls: nobody may sign for an agency that is gone, so
the new one's officer orders it. Its papers keep the agency in whose book they stand, for books of two agencies have the
same numbers; what is signed stays, in the keeper's custody (decision 0215).
"""

from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from tinhso.dossiers import opinions, warning
from tinhso.dossiers.models import Opinion
from tinhso.places.pack.reorganisations import Matter
from tinhso.places.reorganising import Carrying, Effect, Resolved

#: States of a batch of scans that is not over.
_GOING = "('checking', 'wrong', 'ready', 'signing')"
#: Questions whose answer is still of use.
_ASKED = """d.answered_at IS NULL AND d.taken_back_at IS NULL AND EXISTS (
    SELECT FROM dossiers_dossier f WHERE f.id = d.dossier_id AND f.closed_at IS NULL AND f.finished_at IS NULL)"""
#: Rows of an ending agency by kind of effect: the table, which rows, how one is shown.
_KINDS = {
    "dossiers.joints": ("dossiers_joint", "d.closed_at IS NULL", "coalesce(nullif(d.code, ''), d.id::text)", "d.key"),
    "dossiers.opinions": (
        "dossiers_opinion",
        _ASKED,
        "(SELECT f.code FROM dossiers_dossier f WHERE f.id = d.dossier_id)",
        "d.asked_by_name",
    ),
    "dossiers.views": ("dossiers_savedview", "true", "d.name", "d.account_name"),
    "dossiers.digitised": ("dossiers_digitisedbatch", f"d.state IN {_GOING}", "d.file_name", "d.made_by_name"),
}
#: For `moving`: the rows behind each number.
ROWS = {
    kind: f"SELECT d.id, {title}, {about} FROM {table} d WHERE {which} AND d.agency_id = ANY (%(ending)s)"
    " AND (%(only_old)s::uuid IS NULL OR d.agency_id = %(only_old)s) ORDER BY 2, d.id"
    for kind, (table, which, title, about) in _KINDS.items()
}

_PAIR = "unnest(%(old)s::uuid[], %(new)s::uuid[]) AS pair (old, new)"
_JOINTS = f"""
UPDATE dossiers_joint j SET agency_id = pair.new FROM {_PAIR}
WHERE j.agency_id = pair.old AND j.closed_at IS NULL RETURNING pair.old, pair.new
"""
#: A part that could never begin may yet be filed by itself.
_PARTS = f"""
UPDATE dossiers_jointpart p SET agency_id = pair.new FROM {_PAIR}
WHERE p.agency_id = pair.old AND p.dossier_id IS NULL AND p.state IN ('waiting', 'open', 'dropped')
"""
_PARTS_WITH_DOSSIERS = """
UPDATE dossiers_jointpart p SET agency_id = m.to_agency_id FROM dossiers_agencymove m
WHERE m.reorganisation_id = %(plan)s AND m.dossier_id = p.dossier_id
"""
#: Whoever is asked now hears of it (`warning`); that a share was over already is not told again. Where the dossier
#: comes to the same agency its own people answer.
_OPINIONS = f"""
UPDATE dossiers_opinion d
SET agency_id = pair.new,
    warned = jsonb_build_array(%(moved)s::text)
             || CASE WHEN d.warned ? %(over)s::text THEN jsonb_build_array(%(over)s::text) ELSE '[]' END
FROM {_PAIR}
WHERE d.agency_id = pair.old AND {_ASKED} RETURNING d.id, pair.old, pair.new
"""
_VIEWS = f"""
WITH going AS (
    SELECT v.id, pair.old, pair.new,
           row_number() OVER (PARTITION BY pair.new, v.name ORDER BY v.created_at, v.id) AS nth
    FROM dossiers_savedview v JOIN {_PAIR} ON pair.old = v.agency_id
)
UPDATE dossiers_savedview v SET agency_id = going.new FROM going
WHERE going.id = v.id AND going.nth = 1
  AND NOT EXISTS (SELECT FROM dossiers_savedview t WHERE t.agency_id = going.new AND t.name = v.name)
RETURNING going.old, going.new
"""
_FILTERS = f"""
UPDATE dossiers_savedview v SET filters = jsonb_set(v.filters, '{{agency}}', to_jsonb(pair.new::text)) FROM {_PAIR}
WHERE v.filters ->> 'agency' = pair.old::text
"""
#: A batch before its papers, as everybody locks them.
_HELD = f"SELECT id FROM dossiers_digitisedbatch d WHERE d.agency_id = ANY (%(old)s) AND d.state IN {_GOING} FOR UPDATE"
_SCANS = f"""
UPDATE dossiers_digitised s SET prepared = NULL
FROM dossiers_digitisedbatch d, {_PAIR}
WHERE s.batch_id = d.id AND s.state = 'ready' AND d.agency_id = pair.old AND d.state IN {_GOING}
"""
_BATCHES = f"""
UPDATE dossiers_digitisedbatch d
SET agency_id = pair.new, version = d.version + 1,
    state = CASE WHEN d.state <> 'signing' THEN d.state
                 WHEN EXISTS (SELECT FROM dossiers_digitised s WHERE s.batch_id = d.id AND s.state = 'wrong')
                 THEN 'wrong'
                 ELSE 'ready' END,
    signer_id = CASE d.state WHEN 'signing' THEN NULL ELSE d.signer_id END,
    signer_name = CASE d.state WHEN 'signing' THEN '' ELSE d.signer_name END,
    ordered_at = CASE d.state WHEN 'signing' THEN NULL ELSE d.ordered_at END
FROM {_PAIR} WHERE d.agency_id = pair.old AND d.state IN {_GOING} RETURNING pair.old, pair.new
"""


def effects(plan: Resolved) -> list[Effect]:
    """Of every office that ends."""
    if not plan.speaks_of(Matter.DOSSIERS):
        return []
    words = {
        "dossiers.joints": _("Hồ sơ liên thông chưa xong chuyển sang"),
        "dossiers.opinions": _("Câu hỏi lấy ý kiến chưa trả lời chuyển sang"),
        "dossiers.views": _("Bộ lọc dùng chung chuyển sang; tên đã có ở cơ quan mới thì ở lại"),
        "dossiers.digitised": _("Danh sách bản giấy đang số hóa chuyển sang; đang ký thì cơ quan mới ra lệnh ký lại"),
    }
    here = not plan.verified(Matter.DOSSIERS)
    found = []
    for kind, (table, which, _title, _about) in _KINDS.items():
        statement = f"SELECT d.agency_id, count(*) FROM {table} d WHERE {which} AND d.agency_id = ANY (%(ending)s)"
        rows = _run(f"{statement} GROUP BY d.agency_id", ending=list(plan.keepers))
        found += [Effect(kind, words[kind], o, plan.keepers[o], n, here) for o, n in rows]
    return found


def move(plan: Resolved, act: Carrying) -> None:
    """Eleven statements, after the dossiers have moved."""
    pairs = {"old": list(plan.keepers), "new": list(plan.keepers.values())}
    _run(_PARTS_WITH_DOSSIERS, plan=act.id)
    _run(_PARTS, **pairs)
    for old, new in _run(_JOINTS, **pairs):
        act.note(old, "joints", new, 1)
    asked = _run(_OPINIONS, moved=warning.MOVED, over=warning.OVERDUE, **pairs)
    for _id, old, new in asked:
        act.note(old, "opinions", new, 1)
    rows = opinions.prepared(Opinion.objects.select_related("dossier").filter(id__in=[id for id, _old, _new in asked]))
    for row in rows:
        row.due_at = row.due
    Opinion.objects.bulk_update(rows, ["due_at"], batch_size=500)
    for old, new in _run(_VIEWS, **pairs):
        act.note(old, "views", new, 1)
    _run(_FILTERS, **pairs)
    _run(_HELD, **pairs)
    _run(_SCANS, **pairs)
    for old, new in _run(_BATCHES, **pairs):
        act.note(old, "digitised", new, 1)


def _run(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []
