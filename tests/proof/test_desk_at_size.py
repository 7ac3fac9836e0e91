"""The queue, the search and the board on generated rows: which index the database uses, and how much it reads."""

from uuid import UUID

import pytest
from django.db import connection

from tinhso.dossiers.models import Dossier, Step
from tinhso.dossiers.queries.filtering import Filters, narrowed
from tinhso.dossiers.queries.inbox import ORDER
from tinhso.dossiers.searching import expression, words_of
from tinhso.dossiers.tests.conftest import (  # noqa: F401  fixtures
    agency,
    cast,
    fill,
    monday,
    mother,
    receiver,
    sent,
    specialist,
)
from tinhso.kernel.policy import Actor

pytestmark = [pytest.mark.proof, pytest.mark.django_db]

DOSSIERS = 20_000
_DOSSIERS = """
SET LOCAL tinhso.words_later = 'on';
CREATE TEMP TABLE made ON COMMIT DROP AS
    SELECT gen_random_uuid() AS id, gen_random_uuid() AS draft, n,
        (SELECT array_agg(id ORDER BY id) FROM places_agency)[1 + n %% 40] AS agency
    FROM generate_series(1, %(many)s) n;
INSERT INTO dossiers_draft (id, created_at, account_id, procedure_version_id, agency_id, data, sources, version,
    topic_versions, saved_at, submission_key, submitted_at)
SELECT m.draft, r.created_at, r.account_id, r.procedure_version_id, m.agency, '{}', '{}', 1, '{}', r.saved_at, '',
    r.submitted_at
FROM made m, dossiers_draft r WHERE r.id = %(draft)s;
INSERT INTO dossiers_dossier (id, created_at, code, draft_id, applicant_account_id, applicant_person_id,
    applicant_name, subject_name, tracking_digits, procedure_version_id, agency_id, channel, data, sources, phase,
    version, last_actor, last_act, submitted_at, received_at, happenings)
SELECT m.id, r.created_at, 'X-' || m.n, m.draft, r.applicant_account_id, r.applicant_person_id,
    'Nguyễn Văn ' || chr(65 + m.n %% 26) || m.n %% 500, '', '{}', r.procedure_version_id, m.agency, '2',
    jsonb_build_object('a', jsonb_build_object('b', 'Ấp ' || m.n %% 900 || ' xã Thổ Châu')), '{}', 'received', 1, '',
    '', r.submitted_at - m.n * interval '1 minute', r.submitted_at, '[]'
FROM made m, dossiers_dossier r WHERE r.id = %(dossier)s;
INSERT INTO dossiers_step (id, created_at, dossier_id, task, title, role, agency_id, number, began_at, holder_name,
    sort_at, ended_by_name, outcome, note)
SELECT gen_random_uuid(), now(), m.id, 'check', 'Thẩm định', 'specialist', m.agency, 1, now(), '',
    now() + m.n * interval '1 minute', '', '', ''
FROM made m;
"""


@pytest.fixture
def large(sent: Dossier) -> UUID:  # noqa: F811
    """Twenty thousand open dossiers at forty agencies; one of them."""
    from tinhso.dossiers import searching

    with connection.cursor() as cursor:
        cursor.execute(_DOSSIERS, {"many": DOSSIERS, "draft": sent.draft_id, "dossier": sent.id})
        searching.fill()
        for table in ("dossiers_dossier", "dossiers_step", "dossiers_searchwords"):
            cursor.execute(f"ANALYZE {table}")
    return Step.objects.filter(role="specialist").values_list("agency_id", flat=True)[0]


def plan(sql: str, params: object) -> str:
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, BUFFERS OFF, TIMING OFF, SUMMARY OFF) " + sql, params)
        return "\n".join(row[0] for row in cursor.fetchall())


def test_a_lane_is_read_in_the_order_of_its_index_and_only_as_far_as_the_page(
    large: UUID,
    specialist: Actor,  # noqa: F811
) -> None:
    lane = narrowed(specialist, Filters()).filter(agency_id=large, role="specialist").order_by(*ORDER)[:21]
    said = plan(*lane.query.sql_with_params())
    assert "step_queue" in said
    assert "Seq Scan on dossiers_step" not in said
    assert "Sort" not in said, said


def test_a_search_meets_its_agency_within_the_index(large: UUID) -> None:
    words = expression(words_of("nguyen van tho chau"), frozenset({large}))
    sql = "SELECT dossier_id FROM dossiers_searchwords WHERE words @@ to_tsquery('simple', %s) LIMIT 2000"
    said = plan(sql, [words])
    assert "dossier_words" in said
    rows = Dossier.objects.filter(agency_id=large, code__startswith="X-").count()
    assert f"actual rows={rows}" in said.replace(".00", ""), said  # nothing of the other 39 agencies was a candidate
