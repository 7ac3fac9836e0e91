"""The queue at size, as pages: filters, kept views, bulk acts, search, the board, files."""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest

from tinhso.desk.tests.test_desk import DESK, address, desk_of
from tinhso.dossiers import actions, exporting
from tinhso.dossiers.models import BulkAct, Dossier, Export, SavedView, Step
from tinhso.dossiers.tests.conftest import (  # noqa: F401  fixtures
    agency,
    cast,
    fill,
    monday,
    mother,
    now_at,
    receiver,
    sent,
    specialist,
)
from tinhso.kernel import clock, files
from tinhso.kernel.disclosure import seen_by_others
from tinhso.kernel.disclosure_loading import take_disclosures
from tinhso.kernel.errors import NotFound
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.models import Notification
from tinhso.kernel.policy import Actor
from tinhso.people.models import Account


@pytest.fixture
def waiting(sent: Dossier, receiver: Actor) -> Dossier:  # noqa: F811
    """Received: at the specialists."""
    actions.receive(receiver, sent.id, version=now_at(sent))
    sent.refresh_from_db()
    return sent


def pick(dossier: Dossier) -> str:
    return f"{dossier.id}:{now_at(dossier)}"


def html(login: str, path: str = "", **asked: str) -> str:
    return desk_of(login).get(DESK + path, asked).content.decode()


def test_filters_by_role_field_step_and_whole_agency(waiting: Dossier) -> None:
    step = Step.objects.get(dossier=waiting, ended_at=None)
    field = waiting.procedure_version.field
    for asked, there in (
        ({"linh-vuc": field}, True),
        ({"linh-vuc": "Đất đai"}, False),
        ({"vai-tro": "specialist"}, True),
        ({"vai-tro": "leader"}, False),
        ({"buoc": step.title}, True),
        ({"buoc": "Bước khác"}, False),
        ({"thu-tuc": "1.001193"}, True),
        ({"nguoi": str(uuid4())}, False),
        ({"han": "khong-co", "co-quan": "x", "vi-sao": "y"}, True),  # no filters: left out
    ):
        assert (waiting.code in html("hontre.hotich", **asked)) is there, asked
    assert waiting.code not in html("hontre.vanthu")
    assert waiting.code in html("hontre.vanthu", **{"pham-vi": "co-quan"})
    assert waiting.code not in html("rachgia.vanthu", **{"pham-vi": "co-quan", "co-quan": str(waiting.agency_id)})


def test_a_view_is_kept_shared_and_removed(waiting: Dossier) -> None:
    mine, colleague, elsewhere = "hontre.hotich", "hontre.tiepnhan", "rachgia.hotich"
    save = {"name": "Trễ của tôi", "han": "late", "nguoi": "toi"}
    assert desk_of(mine).post(f"{DESK}bo-loc", save).status_code == 302
    shared = {"name": "Chưa ai nhận", "nguoi": "chua", "chia-se": str(waiting.agency_id)}
    desk_of(mine).post(f"{DESK}bo-loc", shared)
    assert "Trễ của tôi" in html(mine)
    assert "Trễ của tôi" not in html(colleague)
    assert re.search(r'href="\?nguoi=chua"[^>]*>(?:(?!</a>).)*Chưa ai nhận', html(colleague), re.DOTALL)
    assert SavedView.objects.count() == 2
    theirs = SavedView.objects.get(agency__isnull=False)
    for login in (colleague, elsewhere):
        assert desk_of(login).post(f"{DESK}bo-loc/{theirs.id}/xoa").status_code == 404, login
    assert desk_of(elsewhere).post(f"{DESK}bo-loc", shared).status_code == 404
    desk_of(mine).post(f"{DESK}bo-loc", {**save, "name": "x" * 61})
    desk_of(mine).post(f"{DESK}bo-loc", save)  # the name is taken
    assert SavedView.objects.count() == 2
    assert desk_of(mine).post(f"{DESK}bo-loc/{theirs.id}/xoa").status_code == 302
    assert SavedView.objects.count() == 1


def test_many_are_previewed_done_and_undone(waiting: Dossier) -> None:
    desk = desk_of("hontre.hotich")
    page = desk.post(f"{DESK}hang-loat", {"do": "claim", "pick": [pick(waiting), f"{uuid4()}:1"]}).content.decode()
    assert "chưa có gì thay đổi" in page
    assert waiting.code in page
    assert "Không tìm thấy" in page
    assert not BulkAct.objects.exists()
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key is not None
    body = {"do": "claim", "pick": pick(waiting), "key": key.group(1), "confirm": "1"}
    result = desk.post(f"{DESK}hang-loat", body)
    assert result["Location"] == f"{DESK}hang-loat/{key.group(1)}"
    assert "Hoàn tác" in desk.get(result["Location"]).content.decode()
    assert desk_of("hontre.tiepnhan").get(result["Location"]).status_code == 404
    desk.post(result["Location"])
    assert Step.objects.get(dossier=waiting, ended_at=None).holder_id is None
    assert desk.post(f"{DESK}hang-loat", {"do": "refuse", "pick": pick(waiting)}).status_code == 302
    assert desk.post(f"{DESK}hang-loat", {"do": "claim", "pick": "x:y"}).status_code == 302


def test_search_opens_a_code_and_lists_the_rest(waiting: Dossier, mother: Actor) -> None:  # noqa: F811
    assert desk_of("hontre.hotich").get(f"{DESK}tim", {"q": waiting.code})["Location"] == address(waiting)
    assert waiting.code in html("hontre.vanthu", "tim", q="be ba")
    assert waiting.code not in html("rachgia.vanthu", "tim", q="be ba")
    assert waiting.code not in html("hontre.vanthu", "tim", q="be ba", **{"linh-vuc": "Đất đai"})


def test_every_number_of_the_board_opens_to_its_dossiers(
    waiting: Dossier,
    mother: Actor,  # noqa: F811
    fill: Any,  # noqa: F811
) -> None:
    actions.submit(mother, fill(mother).id, "second")
    with clock.pinned("2026-11-12T08:00:00+07:00"):
        desk = desk_of("hontre.hotich")
        page = desk.get(f"{DESK}bang").content.decode()
        links = re.findall(r'href="(/ban-lam-viec/\?[^"]+)"[^>]*>(?:<b[^>]*>)?(\d+)', page)
        assert len(links) >= 9
        for url, number in links:
            opened = desk.get(url.replace("&amp;", "&")).content.decode()
            assert len(re.findall(r'name="pick"', opened)) == int(number), url
        assert "Trễ ở bước này, chưa ai nhận" in page
    assert "Không hồ sơ nào đang chờ" in html("rachgia.vanthu", "bang")


def test_a_list_becomes_a_file_for_the_agency_and_is_noted(
    waiting: Dossier,
    mother: Actor,  # noqa: F811
) -> None:
    asker, colleague = desk_of("hontre.hotich"), desk_of("hontre.vanthu")
    asker.post(f"{DESK}xuat", {"format": "csv", "name": "=Của tôi", "vai-tro": "specialist"})
    export = Export.objects.get()
    assert asker.get(f"{DESK}xuat/{export.id}")["Location"] == f"{DESK}xuat"  # not ready yet
    run_waiting(1000)
    assert Notification.objects.filter(account=Account.objects.get(login="hontre.hotich").pk).exists()
    assert "=Của tôi" in colleague.get(f"{DESK}xuat").content.decode()
    file = colleague.get(f"{DESK}xuat/{export.id}")
    assert waiting.code in file.content.decode("utf-8-sig")
    assert desk_of("rachgia.vanthu").get(f"{DESK}xuat/{export.id}").status_code == 404
    run_waiting(1000)
    take_disclosures()
    readers = {seen.reader_name: seen.purpose for seen in seen_by_others(mother.subject)}
    assert readers[Account.objects.get(login="hontre.vanthu").full_name] == "Xuất danh sách hồ sơ ra tệp"
    with clock.pinned("2026-11-20T08:00:00+07:00"):
        assert colleague.get(f"{DESK}xuat/{export.id}")["Location"] == f"{DESK}xuat"  # expired
        export.refresh_from_db()
        held = export.file_id
        assert exporting.let_go(export.expires_at, 10) == 0, "not a moment early"
        assert exporting.let_go(clock.now(), 10) == 1
    export.refresh_from_db()
    assert (export.state, export.file_id, export.dossiers) == ("expired", None, [])
    with pytest.raises(NotFound):
        files.read(held)


def test_an_excel_list_opens(waiting: Dossier) -> None:
    from io import BytesIO

    from openpyxl import load_workbook

    desk = desk_of("hontre.hotich")
    desk.post(f"{DESK}xuat", {"format": "xlsx", "co-quan": str(waiting.agency_id)})
    run_waiting(1000)
    sheet = load_workbook(BytesIO(desk.get(f"{DESK}xuat/{Export.objects.get().id}").content)).worksheets[0]
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == [waiting.code]
    assert desk.post(f"{DESK}xuat", {"format": "exe", "co-quan": str(waiting.agency_id)}).status_code == 302
    assert desk.post(f"{DESK}xuat", {"format": "csv", "co-quan": str(UUID(int=1))}).status_code == 404
    assert Export.objects.count() == 1


def test_a_file_with_a_colleagues_own_dossier_is_not_shown_to_them(waiting: Dossier) -> None:
    clerk = Account.objects.get(login="hontre.vanthu")
    Dossier.objects.filter(id=waiting.id).update(applicant_account_id=clerk.pk)
    desk_of("hontre.hotich").post(f"{DESK}xuat", {"format": "csv", "name": "Bảng tháng 11"})
    run_waiting(1000)
    export = Export.objects.get()
    assert "Bảng tháng 11" not in desk_of("hontre.vanthu").get(f"{DESK}xuat").content.decode()
    assert desk_of("hontre.vanthu").get(f"{DESK}xuat/{export.id}").status_code == 404
    assert desk_of("hontre.tiepnhan").get(f"{DESK}xuat/{export.id}").status_code == 200


def test_whoever_came_after_the_file_was_made_does_not_take_their_own_dossier_in_it(waiting: Dossier) -> None:
    desk_of("hontre.hotich").post(f"{DESK}xuat", {"format": "csv", "name": "Bảng tháng 11"})
    run_waiting(1000)
    export = Export.objects.get()
    clerk = Account.objects.get(login="hontre.vanthu")
    Dossier.objects.filter(id=waiting.id).update(applicant_account_id=clerk.pk)
    assert desk_of("hontre.vanthu").get(f"{DESK}xuat/{export.id}").status_code == 404
    assert desk_of("hontre.tiepnhan").get(f"{DESK}xuat/{export.id}").status_code == 200


def test_the_board_and_a_search_stay_within_their_queries(waiting: Dossier, django_assert_max_num_queries: Any) -> None:
    desk = desk_of("hontre.hotich")
    for url, most in ((f"{DESK}bang", 11), (f"{DESK}tim?q=be+ba", 12), (f"{DESK}xuat", 5)):
        desk.get(url)
        with django_assert_max_num_queries(most):
            desk.get(url)
