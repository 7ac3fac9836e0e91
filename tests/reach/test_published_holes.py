"""Holes that were published of systems like ours (open-zaak), each tried here at the place that resembles it."""

import contextlib
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.reach.actors import ELSEWHERE
from tests.reach.filled import CANARIES, picture
from tests.reach.routes import Route
from tests.reach.world import World
from tinhso.dossiers.queries import Filters, inbox
from tinhso.kernel import clock
from tinhso.kernel.expressions import ExpressionError, parse
from tinhso.kernel.http import encode_cursor
from tinhso.places import queries as places
from tinhso.procedures.results import TemplateError, compiled

LIST = Route("GET", "/api/v1/dossiers")


def seen(world: World, actor: str, address: str) -> tuple[int, str]:
    """The answer to a GET of that very address."""
    answer = world.ask(Route("GET", address), actor)
    return answer.status_code, answer.content.decode()  # type: ignore[attr-defined]


# CVE-2026-54657: a search endpoint did not apply the filters of the caller's authorisation.


@pytest.mark.parametrize("actor", ["receiver_elsewhere", "leader_elsewhere", "stranger", "unverified"])
@pytest.mark.parametrize(
    "question",
    [
        "view=inbox&agency={agency}",
        "view=inbox&due=none&agency={agency}",
        "view=inbox&unassigned=true",
        "view=mine&agency={agency}",
        "view=mine&cursor={cursor}",
        "view=inbox&cursor={cursor2}",
        "q={code}",
        "applicant={owner}&view=mine",
    ],
)
def test_cve_2026_54657_no_question_of_a_list_finds_what_the_reader_may_not_see(
    world: World, actor: str, question: str
) -> None:
    filled = question.format(
        agency=world.things["agency"],
        code=world.things["code"],
        owner=world.accounts["owner"].pk,
        cursor=encode_cursor("ffffffff-ffff-7fff-bfff-ffffffffffff"),
        cursor2=encode_cursor("2000-01-01T00:00:00+00:00", "00000000-0000-7000-8000-000000000000"),
    )
    status, body = seen(world, actor, f"/api/v1/dossiers?{filled}")
    assert status in {200, 403}
    assert str(world.things["code"]) not in body
    assert [word for word in CANARIES if word in body] == []


def test_cve_2026_54657_the_lists_do_find_it_for_those_who_may(world: World) -> None:
    """So that the test above can fail."""
    assert world.things["code"] in seen(world, "receiver", "/api/v1/dossiers?view=inbox")[1]
    assert world.things["code"] in seen(world, "owner", "/api/v1/dossiers?view=mine")[1]


def test_cve_2026_54657_an_agency_in_the_address_of_the_desk_widens_nothing(world: World) -> None:
    status, page = seen(world, "receiver_elsewhere", f"/ban-lam-viec/?co-quan={world.things['agency']}")
    assert (status, str(world.things["code"]) in page) == (200, False)
    rows, _next = inbox(world.actor("receiver_elsewhere"), Filters(agency=world.things["agency"]))
    assert rows == []


# GHSA-v9vp-r9j9-9889: `expand` put related objects into an answer without asking whether the reader may see them.


@pytest.mark.parametrize(
    "more", ["expand=steps,proposals", "include=internal", "fields=*", "internal=true", "_expand=1"]
)
def test_ghsa_v9vp_r9j9_9889_an_applicant_sees_no_internal_note_whatever_the_address_asks(
    world: World, more: str
) -> None:
    for part in ("", "/timeline"):
        address = f"/api/v1/dossiers/{world.things['proposed']}{part}"
        plain, asked = seen(world, "owner", address), seen(world, "owner", f"{address}?{more}")
        assert plain == asked
        assert "Zqnote" not in plain[1]
        assert "Zqnote" in seen(world, "specialist", address)[1]


# GHSA-vpvj-hgh4-8389: a right over one catalogue counted for objects of another.


def test_ghsa_vpvj_hgh4_8389_a_role_at_one_agency_is_none_at_another(world: World) -> None:
    elsewhere = str(places.agency_of_unit(ELSEWHERE, clock.today()).pk)
    appoint = Route("POST", "/api/v1/officials")
    request = world.request(appoint)
    moved = request | {"data": request["data"].replace(str(world.things["agency"]), elsewhere)}
    assert world.ask(appoint, "agency_admin", request).status_code == 201
    assert world.ask(appoint, "agency_admin", moved).status_code == 404
    verify = Route("POST", "/api/v1/identity-verifications")
    request = world.request(verify)
    moved = request | {"data": request["data"].replace(str(world.things["agency"]), elsewhere)}
    assert world.ask(verify, "receiver", request).status_code == 201
    assert world.ask(verify, "receiver", moved).status_code in {403, 404}


def test_ghsa_vpvj_hgh4_8389_a_paper_opens_only_below_its_own_dossier(world: World) -> None:
    """The dossier in the address is one she may read, the paper belongs to another one."""
    paper, other = world.things["dossier_paper"], world.things["working"]
    for actor, address in (("owner", "ho-so"), ("receiver", "ban-lam-viec/ho-so")):
        assert seen(world, actor, f"/{address}/{other}/giay-to/{paper}")[0] == 404
    assert seen(world, "owner", f"/to-khai/{world.things['draft_id']}/giay-to/{paper}")[0] == 404


# CVE-2026-55836: names inside an imported archive led out of the folder.


@pytest.mark.parametrize(
    "name",
    ["../../../../etc/cron.d/x.png", "..\\..\\x.png", "/etc/x.png", "a/../../x.png", "....//x.png", "%2e%2e%2fx.png"],
)
def test_cve_2026_55836_the_name_of_an_upload_leads_nowhere(world: World, name: str) -> None:
    route = Route("POST", "/api/v1/drafts/{draft_id}/files")
    body = {"component": "birth_paper", "file": SimpleUploadedFile("x.png", picture())}
    sent = encode_multipart(BOUNDARY, body).replace(b'filename="x.png"', f'filename="{name}"'.encode())
    answer = world.ask(route, "owner", {"data": sent, "content_type": MULTIPART_CONTENT})
    assert answer.status_code == 201
    kept = answer.json()["name"]  # type: ignore[attr-defined]
    assert "/" not in kept
    assert "\\" not in kept


@pytest.mark.parametrize(
    "source",
    [
        '{% extends "../../../../etc/passwd" %}',
        '{% include "/etc/passwd" %}',
        '{% extends "print/../../people/account.html" %}',
        "{% extends data.child.given_name %}",
    ],
)
def test_cve_2026_55836_a_template_of_a_pack_reads_no_file_outside_the_paper(source: str) -> None:
    with pytest.raises(TemplateError):
        compiled(source)


def test_cve_2026_55836_stored_files_lie_where_the_house_puts_them(world: World) -> None:
    """Stored by content under opaque names: nothing of a typed name is a path."""
    from tinhso.config import instance

    stored = [p for p in (instance().home / "files").rglob("*") if p.is_file()]
    assert stored
    assert [p for p in stored if Path(p.name).suffix in {".png", ".pdf"}] == []


# GHSA-57hf-x26f-5cmh: an expression given by a configurator took all of a worker.


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5000 + "true" + ")" * 5000,
        "not " * 5000 + "true",
        "true and " * 5000 + "true",
        "a." * 5000 + "a",
        "[" * 500 + "]" * 500,
        "1 + " * 200 + "1",
        "'" + "a" * 100_000 + "' = 'b'",
        "range(1000000000) = 1",
        "def f: f; f",
    ],
)
def test_ghsa_57hf_x26f_5cmh_an_expression_without_end_is_refused_before_it_runs(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse(text)


def test_ghsa_57hf_x26f_5cmh_a_number_without_end_gives_nothing_or_a_refusal() -> None:
    with contextlib.suppress(ExpressionError):
        assert parse("2025-01-01 + 999999 years").evaluate({}) is None
