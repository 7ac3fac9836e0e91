"""What a reorganisation of agencies moves of dossiers: those that are open, with their steps, to the new agency.

The code, the happenings of the legal time and all that was done stay as they are. A dossier whose result is being
signed is finished under the old agency's name. What is closed stays with the old agency, in another's custody.
The tables of dossiers and numbers stand still for everybody who writes until the plan's transaction ends.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.dossiers import clocks, flow, moving_beside, moving_counter
from tinhso.dossiers.models import Dossier, Phase, Step, with_procedure
from tinhso.kernel.ids import NEW_ID, ids_of_now
from tinhso.people.moving import on_duty
from tinhso.places import queries as places
from tinhso.places.pack.reorganisations import Matter
from tinhso.places.reorganising import Carrying, Effect, Resolved, Shown, as_table, movers
from tinhso.procedures import queries as procedures

#: Dossiers whose due time is computed anew at a time, where working calendars differ.
BATCH = 500

#: As the index `dossier_open_at_agency` says it.
_OPEN = "NOT (d.phase IN ('returned', 'not_accepted', 'refused', 'withdrawn'))"
_SIGNING = "EXISTS (SELECT FROM dossiers_result r WHERE r.dossier_id = d.id AND r.state IN ('preparing', 'signing'))"
#: Open dossiers of the old agencies, each with the first share that fits.
_CHOSEN = f"""
SELECT DISTINCT ON (d.id) d.id, d.code, d.phase, d.version, d.agency_id AS old, share.new
FROM dossiers_dossier d
JOIN jsonb_to_recordset(%(shares)s::jsonb)
     AS share (old uuid, new uuid, rank int, versions uuid[], units text[], codes text[]) ON share.old = d.agency_id
WHERE {_OPEN} AND d.agency_id = ANY (%(old)s) AND NOT {_SIGNING}
  AND (share.versions IS NULL OR d.procedure_version_id = ANY (share.versions))
  AND (share.codes IS NULL OR d.code = ANY (share.codes))
  AND (share.units IS NULL OR EXISTS (
      SELECT FROM jsonb_to_recordset(%(answers)s::jsonb) AS answer (version uuid, path text[])
      WHERE answer.version = d.procedure_version_id AND d.data #>> answer.path = ANY (share.units)))
ORDER BY d.id, share.rank
"""
_MOVES = f"""
INSERT INTO dossiers_agencymove (id, created_at, dossier_id, from_agency_id, to_agency_id, reorganisation_id, moved_at,
                                 version)
SELECT {NEW_ID}, %(at)s, chosen.id, chosen.old, chosen.new, %(plan)s, %(at)s, chosen.version + 1
FROM ({_CHOSEN}) AS chosen
"""
_DOSSIERS = """
UPDATE dossiers_dossier d
SET agency_id = m.to_agency_id, version = m.version, last_actor = %(name)s, last_act = %(act)s
FROM dossiers_agencymove m WHERE m.reorganisation_id = %(plan)s AND m.dossier_id = d.id
"""
_END_STEPS = """
UPDATE dossiers_step s
SET ended_at = %(at)s, ended_version = m.version, ended_by_name = %(name)s, outcome = %(outcome)s,
    note = concat_ws(E'\\n', nullif(s.note, ''), %(note)s)
FROM dossiers_agencymove m
WHERE m.reorganisation_id = %(plan)s AND s.dossier_id = m.dossier_id AND s.agency_id = m.from_agency_id
  AND s.ended_at IS NULL
"""
#: The same steps open anew at the new agency, with whoever held them if they hold the role there too. They begin as
#: any hand-over does: the step's own time runs on (`flow.step_due_at`).
_OPEN_STEPS = f"""
WITH ended AS (
    SELECT s.*, m.to_agency_id FROM dossiers_agencymove m
    JOIN dossiers_step s ON s.dossier_id = m.dossier_id AND s.ended_version = m.version AND s.outcome = %(outcome)s
    WHERE m.reorganisation_id = %(plan)s
), last AS (
    SELECT s.dossier_id, max(s.number) AS number FROM dossiers_step s
    WHERE s.dossier_id IN (SELECT dossier_id FROM ended) GROUP BY s.dossier_id
), opened AS (
    INSERT INTO dossiers_step (id, created_at, dossier_id, task, title, role, agency_id, number, began_at, holder_id,
                               holder_name, held_at, due_at, sort_at, ended_by_name, outcome, note)
    SELECT {NEW_ID}, %(at)s, e.dossier_id, e.task, e.title, e.role, e.to_agency_id,
           last.number + row_number() OVER (PARTITION BY e.dossier_id ORDER BY e.number), %(at)s,
           duty.account, CASE WHEN duty.account IS NULL THEN '' ELSE e.holder_name END,
           CASE WHEN duty.account IS NULL THEN NULL ELSE %(at)s::timestamptz END, e.due_at, e.sort_at, '', '', ''
    FROM ended e JOIN last ON last.dossier_id = e.dossier_id
    LEFT JOIN (
        SELECT DISTINCT account, agency, role
        FROM jsonb_to_recordset(%(duties)s::jsonb) AS d (account uuid, agency uuid, role text)
    ) duty ON duty.account = e.holder_id AND duty.agency = e.to_agency_id AND duty.role = e.role
    RETURNING id, dossier_id, task, agency_id, holder_id
), warned AS (
    INSERT INTO dossiers_warned (id, created_at, step_id, rule, due_at)
    SELECT {NEW_ID}, w.created_at, opened.id, w.rule, w.due_at
    FROM ended e JOIN dossiers_warned w ON w.step_id = e.id
    JOIN opened ON opened.dossier_id = e.dossier_id AND opened.task = e.task
)
SELECT e.agency_id, opened.agency_id, count(*), count(opened.holder_id)
FROM ended e JOIN opened ON opened.dossier_id = e.dossier_id AND opened.task = e.task
GROUP BY e.agency_id, opened.agency_id
"""
_LISTS = """
SELECT from_agency_id, to_agency_id, count(*) FROM dossiers_agencymove WHERE reorganisation_id = %(plan)s
GROUP BY from_agency_id, to_agency_id
"""
_DIGESTS = """
SELECT from_agency_id, encode(sha256(convert_to(string_agg(dossier_id::text, ',' ORDER BY dossier_id), 'UTF8')), 'hex')
FROM dossiers_agencymove WHERE reorganisation_id = %(plan)s GROUP BY from_agency_id
"""


class _Dossiers:
    title: str | Promise = gettext_lazy("hồ sơ, bước đang chờ, sổ")

    def effects(self, plan: Resolved) -> list[Effect]:
        """What moves, what stays and why, what is kept, what whoever approves must settle."""
        return [
            *_moving(plan),
            *_staying(plan),
            *_left(plan),
            *_kept(plan),
            *_drafts(plan),
            *_books(plan),
            *moving_counter.effects(plan),
            *moving_beside.effects(plan),
        ]

    def rows(self, plan: Resolved, kind: str, old: UUID | None, new: UUID | None, done: UUID | None) -> Iterator[Shown]:
        """Dossiers by code and phase: no name. Of a plan that was carried out: those that moved."""
        statements = _ROWS if done is None else _DONE
        if kind not in statements:
            return
        narrowed = {"only_old": old, "only_new": new, "plan": done, **_choice(plan)}
        narrowed |= {"stays": list(plan.stays), "ending": list(plan.keepers), **moving_counter.values()}
        for id, title, about in _run(statements[kind], **narrowed):
            yield Shown(id, title, str(Phase(about).label) if about in Phase.values else about)

    def move(self, plan: Resolved, act: Carrying) -> None:
        """All of it in statements over whole sets."""
        if not plan.speaks_of(Matter.DOSSIERS):
            return
        # joined filings first: whoever changes one locks its row before any dossier
        _run(
            "LOCK TABLE dossiers_joint, dossiers_dossiercounter, dossiers_dossier, dossiers_step, dossiers_book"
            " IN EXCLUSIVE MODE"
        )
        common: dict[str, object] = {
            "plan": act.id,
            "at": act.at,
            "ids": ids_of_now(),
            "name": act.actor.name[:255],
            "act": _("sắp xếp cơ quan")[:100],
            "outcome": flow.HANDED_OVER,
            "note": _("Sắp xếp cơ quan: %(title)s") % {"title": plan.plan.title},
        }
        _run(_MOVES, **common, **_choice(plan))
        _run(_DOSSIERS, **common)
        _run(_END_STEPS, **common)
        duties = [{"account": a, "agency": g, "role": r} for a, g, r in on_duty([new for _old, new in plan.pairs])]
        # no statistics know the rows of this transaction: nested loops over them would take hours
        _run("SET LOCAL enable_nestloop = off")
        opened = _run(_OPEN_STEPS, **common, duties=as_table(duties))
        _run("SET LOCAL enable_nestloop = on")
        for old, new, steps, held in opened:
            act.note(old, "steps", new, steps)
            act.note(old, "steps_held", new, held)
        for old, new, count in _run(_LISTS, **common):
            act.note(old, "dossiers", new, count)
        act.lists.update(_run(_DIGESTS, **common))
        for old, new in _other_calendars(plan):
            _reckon_anew(act.id, old, new)
        moving_counter.move(plan, act)
        moving_beside.move(plan, act)
        if plan.speaks_of(Matter.BOOKS):
            closed = _run(
                "UPDATE dossiers_book SET closed_at = %(at)s WHERE agency_id = ANY (%(ending)s) AND closed_at IS NULL"
                " RETURNING agency_id",
                at=act.at,
                ending=list(plan.keepers),
            )
            for (old,) in closed:
                act.note(old, "books_closed", None, 1)


def _choice(plan: Resolved) -> dict[str, object]:
    """The shares as a table: procedures and fields as the versions that they mean, answers that name a unit."""
    known = procedures.codes_and_fields()

    def meant(codes: tuple[str, ...], fields: tuple[str, ...]) -> list[str] | None:
        if not codes and not fields:
            return None
        wanted = {procedures.plain(field) for field in fields}
        return [
            str(id)
            for id, code, field in known
            if (not codes or code in codes) and (not fields or procedures.plain(field) in wanted)
        ]

    shares = [
        {
            "old": share.old,
            "new": share.new,
            "rank": share.rank,
            "versions": meant(share.procedures, share.fields),
            "units": list(share.units) or None,
            "codes": list(share.codes) or None,
        }
        for share in plan.shares
    ]
    by_unit = any(share.units for share in plan.shares)
    answers = procedures.unit_answers(id for id, _code, _field in known) if by_unit else []
    return {
        "shares": as_table(shares),
        "answers": as_table([{"version": version, "path": path} for version, path in answers]),
        "old": plan.old,
    }


def _moving(plan: Resolved) -> list[Effect]:
    if not plan.speaks_of(Matter.DOSSIERS):
        return []
    here = not plan.verified(Matter.DOSSIERS)
    rows = _run(f"SELECT old, new, count(*) FROM ({_CHOSEN}) AS c GROUP BY old, new", **_choice(plan))
    found = [Effect("dossiers.open", _("Hồ sơ đang giải quyết chuyển sang"), o, n, count, here) for o, n, count in rows]
    other = _other_calendars(plan)
    alarm = _("Hai cơ quan có lịch làm việc khác nhau: hạn trả tính lại theo lịch của cơ quan mới. Đối chiếu quy định.")
    words = _("Hồ sơ phải tính lại hạn trả")
    found += [Effect("dossiers.clocks", words, o, n, count, True, alarm) for o, n, count in rows if (o, n) in other]
    fees = _run(
        f"SELECT c.old, c.new, count(*) FROM ({_CHOSEN}) AS c JOIN dossiers_pause p ON p.dossier_id = c.id"
        " WHERE p.cause = 'fee' AND p.ended_at IS NULL GROUP BY c.old, c.new",
        **_choice(plan),
    )
    words = _("Khoản phí, lệ phí đang chờ nộp, giữ nguyên")
    here = not plan.verified(Matter.FEES)
    return found + [Effect("dossiers.fees", words, o, n, count, here) for o, n, count in fees]


def _staying(plan: Resolved) -> list[Effect]:
    rows = _run(
        f"SELECT d.agency_id, count(*) FROM dossiers_dossier d"
        f" WHERE {_OPEN} AND d.agency_id = ANY (%(old)s) AND {_SIGNING} GROUP BY d.agency_id",
        old=plan.old,
    )
    words = _("Hồ sơ đang ký, ký xong dưới tên cơ quan cũ")
    return [Effect("dossiers.signing", words, old, plan.keepers.get(old), n, True) for old, n in rows]


def _left(plan: Resolved) -> list[Effect]:
    rows = _run(
        f"SELECT d.agency_id, count(*) FROM dossiers_dossier d WHERE {_OPEN} AND d.agency_id = ANY (%(stays)s)"
        " GROUP BY d.agency_id",
        stays=list(plan.stays),
    )
    words = _("Hồ sơ đang giải quyết ở cơ quan kết thúc mà không có cơ quan kế tiếp")
    return [Effect("dossiers.left", words, old, None, n, True, plan.stays[old]) for old, n in rows]


def _kept(plan: Resolved) -> list[Effect]:
    """What is closed: all of an agency's without the open ones, so that no row is read."""
    rows = _run(
        "SELECT t.agency_id, t.n - coalesce(o.n, 0) FROM"
        " (SELECT agency_id, count(*) AS n FROM dossiers_dossier WHERE agency_id = ANY (%(ending)s) GROUP BY 1) t"
        f" LEFT JOIN (SELECT d.agency_id, count(*) AS n FROM dossiers_dossier d WHERE {_OPEN}"
        " AND d.agency_id = ANY (%(ending)s) GROUP BY 1) o ON o.agency_id = t.agency_id",
        ending=list(plan.keepers),
    )
    words = _("Hồ sơ đã xong, giữ tên cơ quan cũ, do cơ quan mới quản lý")
    return [Effect("dossiers.closed", words, old, plan.keepers[old], n) for old, n in rows if n]


def _drafts(plan: Resolved) -> list[Effect]:
    rows = _run(
        "SELECT agency_id, count(*) FROM dossiers_draft WHERE submitted_at IS NULL AND agency_id = ANY (%(old)s)"
        " GROUP BY agency_id",
        old=plan.old,
    )
    words = _("Hồ sơ người dân đang soạn, đổi nơi nhận ở lần lưu tới")
    return [Effect("dossiers.drafts", words, old, plan.keepers.get(old), n, True) for old, n in rows]


def _books(plan: Resolved) -> list[Effect]:
    if not plan.speaks_of(Matter.BOOKS):
        return []
    rows = _run(
        "SELECT agency_id, count(*) FROM dossiers_book WHERE closed_at IS NULL AND agency_id = ANY (%(ending)s)"
        " GROUP BY agency_id",
        ending=list(plan.keepers),
    )
    words, here = _("Sổ khóa lại; cơ quan mới mở sổ từ số 1"), not plan.verified(Matter.BOOKS)
    return [Effect("dossiers.books", words, old, plan.keepers[old], n, here) for old, n in rows]


_ONLY_OLD = "(%(only_old)s::uuid IS NULL OR d.agency_id = %(only_old)s)"
_ONLY = "(%(only_old)s::uuid IS NULL OR c.old = %(only_old)s) AND (%(only_new)s::uuid IS NULL OR c.new = %(only_new)s)"
_OF_CHOSEN = f"SELECT c.id, c.code, c.phase FROM ({_CHOSEN}) AS c WHERE {_ONLY} ORDER BY c.code"
_ROWS = {
    "dossiers.open": _OF_CHOSEN,
    "dossiers.clocks": _OF_CHOSEN,
    "dossiers.fees": f"SELECT c.id, c.code, c.phase FROM ({_CHOSEN}) AS c JOIN dossiers_pause p ON p.dossier_id = c.id"
    f" WHERE p.cause = 'fee' AND p.ended_at IS NULL AND {_ONLY} ORDER BY c.code",
    "dossiers.signing": f"SELECT d.id, d.code, d.phase FROM dossiers_dossier d WHERE {_OPEN}"
    f" AND d.agency_id = ANY (%(old)s) AND {_ONLY_OLD} AND {_SIGNING} ORDER BY d.code",
    "dossiers.left": f"SELECT d.id, d.code, d.phase FROM dossiers_dossier d WHERE {_OPEN}"
    f" AND d.agency_id = ANY (%(stays)s) AND {_ONLY_OLD} ORDER BY d.code",
    "dossiers.closed": f"SELECT d.id, d.code, d.phase FROM dossiers_dossier d WHERE NOT {_OPEN}"
    f" AND d.agency_id = ANY (%(ending)s) AND {_ONLY_OLD} ORDER BY d.code",
    "dossiers.drafts": "SELECT d.id, d.id::text, to_char(d.saved_at, 'YYYY-MM-DD') FROM dossiers_draft d"
    f" WHERE d.submitted_at IS NULL AND d.agency_id = ANY (%(old)s) AND {_ONLY_OLD} ORDER BY d.id",
    "dossiers.books": "SELECT d.id, d.kind || ' ' || d.year, d.last::text FROM dossiers_book d"
    f" WHERE d.closed_at IS NULL AND d.agency_id = ANY (%(ending)s) AND {_ONLY_OLD} ORDER BY d.kind, d.year",
    **moving_counter.ROWS,
    **moving_beside.ROWS,
}
_DONE = {
    "dossiers.open": "SELECT d.id, d.code, d.phase FROM dossiers_agencymove m JOIN dossiers_dossier d"
    " ON d.id = m.dossier_id WHERE m.reorganisation_id = %(plan)s"
    " AND (%(only_old)s::uuid IS NULL OR m.from_agency_id = %(only_old)s)"
    " AND (%(only_new)s::uuid IS NULL OR m.to_agency_id = %(only_new)s) ORDER BY d.code",
}


def _other_calendars(plan: Resolved) -> list[tuple[UUID, UUID]]:
    """The pairs whose working calendars are not the same."""
    known = places.calendars_for({agency for pair in plan.pairs for agency in pair})
    return [(old, new) for old, new in plan.pairs if known[old] != known[new]]


def _reckon_anew(plan: UUID, old: UUID, new: UUID) -> None:
    """Due times by the new agency's calendar, as the next act would compute them."""
    moved = with_procedure(Dossier.objects.filter(moves__reorganisation=plan, moves__from_agency=old, agency=new))
    ids = list(moved.order_by("id").values_list("id", flat=True))
    for start in range(0, len(ids), BATCH):
        batch = list(moved.filter(id__in=ids[start : start + BATCH]).prefetch_related("steps"))
        steps: list[Step] = []
        for dossier in batch:
            dossier.calendar = places.calendar_for(new)
            dossier.sheet = sorted(dossier.steps.all(), key=lambda step: step.number)
            dossier.due_at, place = clocks.due_at(dossier), clocks.queue_at(dossier)
            flow.move_dues(dossier)
            for step in flow.open_steps(dossier):
                step.sort_at = place
                steps.append(step)
        Dossier.objects.bulk_update(batch, ["due_at"])
        Step.objects.bulk_update(steps, ["due_at", "sort_at"])


def _run(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchall() if cursor.description else []


movers.register("2 dossiers", _Dossiers())
