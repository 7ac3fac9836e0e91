"""Computing a process map: one reading of the control sheets, in the database.

The sheet of each dossier becomes one row of arrays (its way, when each place began); ways, times, causes and lists are
made of those rows. Bounded by reading and sorting the steps once: see docs/performance. Nothing of it runs on a page.
"""

import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from tinhso.dossiers.events import MapMade
from tinhso.dossiers.mapping.reading import (
    ENDS,
    FIRST_STEP,
    OTHER,
    START,
    Edge,
    LateCause,
    MapResult,
    Place,
    Variant,
    again,
    goes,
    through,
    told,
    turns_back,
)
from tinhso.dossiers.models import Dossier, MapGroup, Phase, ProcessMap
from tinhso.dossiers.queries.filtering import not_own
from tinhso.kernel import clock
from tinhso.kernel.events import emit
from tinhso.kernel.policy import SYSTEM, Actor
from tinhso.people import queries as people
from tinhso.procedures import process
from tinhso.procedures import queries as procedures

#: Dossiers in one row of `MapGroup`.
CHUNK = 500
#: Ways that are kept one by one; what is rarer is in every sum, but opens to no list.
MOST_VARIANTS = 5000
#: Steps of one sheet, in the order of its numbers; what follows is left out.
MOST_STEPS = 4096
#: Memory of one sort; some run side by side.
SORT_MEMORY = "128MB"

#: Seconds since then fit four bytes until 2068: what is sorted and kept by the million is small.
BEGIN = datetime(2000, 1, 1, tzinfo=UTC).timestamp()
_AT = f"(date_part('epoch', {{}}) - {BEGIN:.0f})::int"
_CHOSEN = f"""
CREATE TEMP TABLE map_chosen ON COMMIT DROP AS
SELECT id, (row_number() OVER ())::int AS n, {_AT.format("submitted_at")} AS filed,
       CASE WHEN closed_at <= %(as_of)s THEN {_AT.format("closed_at")} END AS ended,
       CASE WHEN closed_at <= %(as_of)s THEN CASE phase {{ends}} END END AS ends,
       received_at IS NOT NULL AND due_at IS NOT NULL AND NOT procedure_version_id = ANY(%(untimed)s) AS timed,
       {_AT.format("due_at")} AS due, {_AT.format("least(finished_at, closed_at)")} AS done
FROM ({{chosen}}) AS chosen
"""  # noqa: S608  our own constants, values are parameters
_PATHS = f"""
CREATE TEMP TABLE map_path ON COMMIT DROP AS
WITH passed AS (
    SELECT sheet.id FROM (
        SELECT DISTINCT h.dossier_id FROM dossiers_step h JOIN map_chosen c ON c.id = h.dossier_id
        WHERE h.outcome = 'handed-over'
    ) AS handed, LATERAL (
        SELECT s.id, lag(s.outcome) OVER (PARTITION BY s.task ORDER BY s.number) AS before
        FROM dossiers_step s WHERE s.dossier_id = handed.dossier_id
    ) AS sheet
    WHERE before = 'handed-over'
), sheets AS (
    SELECT n, array_agg(way) AS way, array_agg(began) AS began, array_agg(held) AS held, array_agg(agency) AS agency
    FROM (
        SELECT c.n, s.number, coalesce(t.no, %(other)s) AS way, {_AT.format("s.began_at")} AS began,
               {_AT.format("s.held_at")} AS held, coalesce(a.no, 0) AS agency
        FROM dossiers_step s
        JOIN map_chosen c ON c.id = s.dossier_id
        LEFT JOIN map_task t ON t.task = s.task
        LEFT JOIN map_agency a ON a.id = s.agency_id
        WHERE s.began_at <= %(as_of)s AND s.number < {MOST_STEPS}
              AND NOT EXISTS (SELECT 1 FROM passed p WHERE p.id = s.id)
        ORDER BY c.n, s.number
    ) AS ordered
    GROUP BY n
), timed AS (
    SELECT *, CASE WHEN c.timed AND coalesce(c.done, %(now)s) > c.due THEN width_bucket(c.due, s.began) END AS at
    FROM sheets s JOIN map_chosen c USING (n)
)
SELECT id AS dossier, timed, filed, ended,
       ARRAY[%(start)s] || way || CASE WHEN ends IS NULL THEN '{{}}'::int[] ELSE ARRAY[ends] END AS path,
       ARRAY[filed] || began || CASE WHEN ends IS NULL THEN '{{}}'::int[] ELSE ARRAY[ended] END AS began,
       CASE WHEN at > 0 THEN agency[at] * 1000 + way[at] * 2 + CASE WHEN held[at] <= due THEN 1 ELSE 0 END END AS cause
FROM timed
"""  # noqa: S608  likewise
_VARIANTS = """
CREATE TEMP TABLE map_variant ON COMMIT DROP AS
SELECT path, row_number() OVER (ORDER BY dossiers DESC, path)::int AS no, dossiers, late, timed, open
FROM (
    SELECT path, count(*)::int AS dossiers, count(cause)::int AS late, count(*) FILTER (WHERE timed)::int AS timed,
           count(*) FILTER (WHERE ended IS NULL)::int AS open
    FROM map_path GROUP BY path
) AS gone
"""
#: Times are counted by the minute, and the minute at which half (nine of ten) are reached is looked up: sorting
#: millions of times is what would take long.
_LASTING = """
SELECT {keys}, sum(number)::bigint, min(minute) FILTER (WHERE up_to >= 0.5 * whole),
       min(minute) FILTER (WHERE up_to >= 0.9 * whole)
FROM (
    SELECT *, sum(number) OVER (PARTITION BY {keys} ORDER BY minute) AS up_to,
           sum(number) OVER (PARTITION BY {keys}) AS whole
    FROM (SELECT {keys}, minute, count(*) AS number FROM ({rows}) AS each GROUP BY {keys}, minute) AS counted
) AS summed GROUP BY {keys}
"""
_EDGES = _LASTING.format(
    keys="a, b",
    rows="SELECT a, b, (u - t) / 60 AS minute FROM ("
    "SELECT unnest(path) AS a, unnest(path[2:]) AS b, unnest(began) AS t, unnest(began[2:]) AS u FROM map_path"
    ") AS moves WHERE b IS NOT NULL",
)
_WHOLE = _LASTING.format(
    keys="no",
    rows="SELECT no, (coalesce(ended, %(now)s) - filed) / 60 AS minute FROM map_path JOIN map_variant USING (path)",
)
_GROUPS = """
INSERT INTO dossiers_mapgroup (map_id, variant, cause, chunk, dossiers)
SELECT %(map)s, no, cause, chunk, array_agg(dossier ORDER BY dossier DESC)
FROM (
    SELECT dossier, no, cause, ((row_number() OVER (PARTITION BY no, cause ORDER BY dossier DESC) - 1) / %(chunk)s)::int
    FROM (
        SELECT p.dossier, CASE WHEN v.no <= %(most)s THEN v.no ELSE 0 END AS no, coalesce(p.cause, -1) AS cause
        FROM map_path p JOIN map_variant v ON v.path = p.path
    ) AS gone
) AS numbered (dossier, no, cause, chunk)
GROUP BY no, cause, chunk
"""


def make(map_id: UUID) -> None:
    """Compute a map, once. What its asker may no longer see is left out. Slow."""
    kept = ProcessMap.objects.filter(id=map_id, state=ProcessMap.State.WAITING).first()
    if kept is None:
        return
    began = time.monotonic()
    with transaction.atomic():
        locked = ProcessMap.objects.select_for_update().get(id=map_id)
        if locked.state != ProcessMap.State.WAITING:
            return
        as_of = clock.now()
        MapGroup.objects.filter(map=locked).delete()
        result = _computed(locked, as_of)
        locked.result, locked.as_of, locked.state = told(result), as_of, ProcessMap.State.READY
        locked.took_ms = round((time.monotonic() - began) * 1000)
        locked.save()
        emit(SYSTEM, MapMade(locked.id, result.dossiers, locked.took_ms), subject=f"process-map:{locked.id}")


def _computed(asked: ProcessMap, as_of: datetime) -> MapResult:
    versions = procedures.versions(set(procedures.versions_of(code=asked.procedure)))
    specs = [version.spec for version in versions.values()]
    steps = {s.step_id: (s.name, process.role_of(spec, s.step_id)) for spec in specs for s in process.steps(spec)}
    tasks = {task: number for number, task in enumerate(sorted(steps), FIRST_STEP)}
    words = {tasks[task]: said for task, said in steps.items()}
    agencies = {agency: number for number, agency in enumerate(sorted(asked.agencies), 1)}
    values: dict[str, Any] = {
        "other": OTHER,
        "start": START,
        "as_of": as_of,
        "now": int(as_of.timestamp() - BEGIN),
        "untimed": list(procedures.untimed_versions()),
        "map": asked.id,
        "chunk": CHUNK,
        "most": MOST_VARIANTS,
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('work_mem', %s, true), set_config('jit', 'off', true)", [SORT_MEMORY])
        cursor.execute("CREATE TEMP TABLE map_task (task text, no int) ON COMMIT DROP")
        cursor.executemany("INSERT INTO map_task VALUES (%s, %s)", list(tasks.items()))
        cursor.execute("CREATE TEMP TABLE map_agency (id uuid, no int) ON COMMIT DROP")
        cursor.executemany("INSERT INTO map_agency VALUES (%s, %s)", list(agencies.items()))
        cursor.execute("ANALYZE map_task, map_agency")  # else a sort of every step for each of them
        chosen, chosen_values = _chosen(asked, versions).query.sql_with_params()
        named = {f"c{n}": value for n, value in enumerate(chosen_values)}
        ends = " ".join(f"WHEN '{phase}' THEN {number}" for phase, number in ENDS.items())
        where = chosen % tuple(f"%(c{n})s" for n in range(len(chosen_values)))
        cursor.execute(_CHOSEN.format(ends=ends, chosen=where), values | named)
        cursor.execute("ANALYZE map_chosen")
        cursor.execute("SET LOCAL enable_hashagg = off")  # the arrays of a million sheets would not fit
        cursor.execute(_PATHS, values)
        cursor.execute("SET LOCAL enable_hashagg = on")
        cursor.execute("ANALYZE map_path (path, cause)")
        cursor.execute(_VARIANTS, values)
        cursor.execute(_GROUPS, values)
        cursor.execute(_EDGES)
        moves = cursor.fetchall()
        cursor.execute(_WHOLE, values)
        lasting = {no: 60 * half for no, _number, half, _ninety in cursor.fetchall()}
        cursor.execute("SELECT no, path, dossiers, late, timed, open FROM map_variant ORDER BY no")
        ways = cursor.fetchall()
        cursor.execute("SELECT cause, count(*) FROM map_path WHERE cause IS NOT NULL GROUP BY cause ORDER BY 2 DESC, 1")
        late = cursor.fetchall()
        for table in ("map_chosen", "map_path", "map_variant", "map_task", "map_agency"):
            cursor.execute(f"DROP TABLE {table}")
    every = [Variant(no, tuple(path), dossiers, late, lasting[no]) for no, path, dossiers, late, _timed, _open in ways]
    by_number = {number: str(agency) for agency, number in agencies.items()}
    return MapResult(
        dossiers=sum(v.dossiers for v in every),
        visits=sum(sum(n >= OTHER and n not in ENDS.values() for n in v.path) * v.dossiers for v in every),
        open=sum(row[5] for row in ways),
        timed=sum(row[4] for row in ways),
        late=sum(v.late for v in every),
        reworked=sum(v.dossiers for v in every if again(v.path)),
        supplemented=sum(v.dossiers for v in every if any(words.get(n, ("", ""))[1] == "applicant" for n in v.path)),
        kept=sum(v.dossiers for v in every[:MOST_VARIANTS]),
        places=_places(every, words),
        edges=_edges(every, moves),
        variants=every[:MOST_VARIANTS],
        causes=[
            LateCause(cause, by_number.get(cause // 1000, ""), cause % 1000 // 2, bool(cause % 2), number)
            for cause, number in late
        ],
    )


def _chosen(asked: ProcessMap, versions: Iterable[UUID]) -> Any:
    """The dossiers that a map is about: of those agencies, filed in those days, none of the asker's own."""
    first, last = clock.midnight(asked.since), clock.night(asked.until)
    person = people.person_of(asked.account_id)
    asker = Actor(account=asked.account_id, subject=person.pk if person else None, assured=person is not None)
    of = Q(agency__in=asked.agencies, procedure_version__in=list(versions))
    rows = Dossier.objects.filter(of, not_own(asker), submitted_at__gte=first, submitted_at__lt=last)
    of_it = ("id", "submitted_at", "received_at", "due_at", "finished_at", "closed_at", "phase", "procedure_version_id")
    return rows.order_by().values(*of_it)


def _places(every: list[Variant], words: dict[int, tuple[str, str]]) -> list[Place]:
    visits: dict[int, int] = {}
    for variant in every:
        for number in variant.path:
            visits[number] = visits.get(number, 0) + variant.dossiers
    phases = {number: str(Phase(phase).label) for phase, number in ENDS.items()}
    found = []
    for number in sorted(visits):
        name, role = words.get(number, ("", ""))
        kind = "start" if number == START else "end" if number in phases else "step"
        kind = "applicant" if role == "applicant" else kind
        words_of = name or phases.get(number, "")
        found.append(Place(number, words_of, kind, visits[number], through(every, number)))
    return found


def _edges(every: list[Variant], moves: list[tuple[int, int, int, int, int]]) -> list[Edge]:
    found = []
    for start, end, count, half, ninety in moves:
        on_it = [v for v in every if goes(v.path, start, end)]
        back = sum(turns_back(v.path, start, end) * v.dossiers for v in on_it)
        found.append(Edge(start, end, count, sum(v.dossiers for v in on_it), 60 * half, 60 * ninety, back))
    return sorted(found, key=lambda edge: (-edge.count, edge.start, edge.end))
