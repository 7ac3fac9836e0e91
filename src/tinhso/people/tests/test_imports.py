"""A list of officials in an Excel file: checked line by line, carried out whole, taken back, never done twice."""

import io
import zipfile
from datetime import date
from uuid import UUID

import pytest
from openpyxl import Workbook, load_workbook

from tinhso.kernel import clock, spreadsheets
from tinhso.kernel.errors import Conflict, Denied, Invalid, NotFound, Stale
from tinhso.kernel.events import history
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.policy import Actor, Grant
from tinhso.people import actions, lists
from tinhso.people.models import Account, ImportLine, ImportState, Official, OfficialImport, Person, Post, Role
from tinhso.people.tests.conftest import make_account
from tinhso.places import queries as places

pytestmark = pytest.mark.django_db

HEADER = [str(title) for title in lists.COLUMNS.values()]


def sheet(*lines: list, header: list | None = None) -> bytes:
    """An Excel file with those lines under the heading."""
    book = Workbook()
    for line in (header or HEADER, *lines):
        book.active.append(line)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


@pytest.fixture
def code(agency) -> str:
    return places.agency(agency).code


@pytest.fixture
def line(code):
    def make(number: int = 1, **changes: str) -> list:
        cells = {
            "login": f"hontre.nv{number}",
            "full_name": f"Lê Thị Số {number}",
            "title": "Công chức",
            "agency": code,
            "role": "Chuyên môn thụ lý",
            "valid_from": "",
            "valid_to": "",
            "email": "",
        }
        return list({**cells, **changes}.values())

    return make


@pytest.fixture
def admin(agency) -> Actor:
    account = make_account("hontre.qt")
    official = Official.objects.create(account=account, full_name="Phan Quốc Thái", title="Quản trị", home_id=agency)
    Post.objects.create(official=official, agency_id=agency, role=Role.AGENCY_ADMIN, valid_from=date(2020, 1, 1))
    grants = frozenset({Grant(Role.AGENCY_ADMIN, agency)})
    return Actor(account=account.pk, strong=True, grants=grants, name="Phan Quốc Thái")


@pytest.fixture
def province() -> Actor:
    account = make_account("tinh.qt")
    seat = places.agencies(clock.today(), "province_committee").first().pk
    grants = frozenset({Grant(Role.PROVINCE_ADMIN, seat)})
    return Actor(account=account.pk, strong=True, grants=grants, name="Lâm Chí Bền")


def checked(actor: Actor, content: bytes, **more) -> OfficialImport:
    batch = actions.upload_list(actor, name="can-bo.xlsx", content=content, **more)
    run_waiting()
    batch.refresh_from_db()
    return batch


def carried_out(actor: Actor, content: bytes, **more) -> OfficialImport:
    batch = checked(actor, content, **more)
    assert batch.state == ImportState.READY, [*batch.lines.values_list("number", "faults"), batch.fault]
    actions.confirm_import(actor, batch.pk, version=batch.version)
    run_waiting()
    batch.refresh_from_db()
    assert batch.state == ImportState.DONE
    return batch


def faults_of(batch: OfficialImport) -> dict[int, set[str]]:
    """Line → columns with something to put right."""
    rows = batch.lines.exclude(faults=[]).values_list("number", "faults")
    return {number: {fault["column"] for fault in faults} for number, faults in rows}


def test_a_checked_list_has_changed_nobody(admin, line):
    before = Account.objects.count()
    batch = checked(admin, sheet(line(1), line(2)))
    assert batch.state == ImportState.READY
    assert batch.counts["new"] == 2
    assert Account.objects.count() == before


def test_a_list_makes_accounts_with_their_posts_and_a_first_password_to_change(client, admin, line, agency):
    batch = carried_out(admin, sheet(line(1, valid_to="31/12/2030"), line(2)))
    account = Account.objects.get(login="hontre.nv1")
    post = account.official.posts.get()
    assert (post.agency_id, post.role, post.valid_to) == (agency, Role.SPECIALIST, date(2030, 12, 31))
    slips = {slip.login: slip.password for slip in actions.show_first_passwords(admin, batch.pk)}
    assert set(slips) == {"hontre.nv1", "hontre.nv2"}
    client.post("/dang-nhap/", {"login": "hontre.nv1", "password": slips["hontre.nv1"]})
    assert client.get("/ban-lam-viec/")["Location"].startswith("/tai-khoan/mat-khau/")


def test_first_passwords_are_shown_once_and_only_to_the_uploader(admin, province, line):
    batch = carried_out(admin, sheet(line(1)))
    with pytest.raises(Denied):
        actions.show_first_passwords(province, batch.pk)
    password = actions.show_first_passwords(admin, batch.pk)[0].password
    with pytest.raises(Conflict):
        actions.show_first_passwords(admin, batch.pk)
    assert not OfficialImport.objects.exclude(password_seed=b"").exists()
    assert password not in str(list(ImportLine.objects.values()))


def test_whoever_has_an_address_sets_the_password_by_mail_and_gets_no_slip(admin, line, mailoutbox):
    batch = carried_out(admin, sheet(line(1, email="Mot@vidu.vn"), line(2)), by_mail=True)
    run_waiting()
    assert [mail.to for mail in mailoutbox] == [["mot@vidu.vn"]]
    assert "Quên mật khẩu" in mailoutbox[0].body
    assert [slip.login for slip in actions.show_first_passwords(admin, batch.pk)] == ["hontre.nv2"]
    assert not Account.objects.get(login="hontre.nv1").has_usable_password()


def test_every_line_error_is_named_with_line_and_column(admin, line):
    batch = checked(
        admin,
        sheet(
            line(1),
            line(2, login="Tên Có Dấu"),
            line(3, full_name=""),
            line(4, agency="Z99"),
            line(5, role="Vua"),
            line(6, valid_from="31/02/2026"),
            line(7, valid_from="01/02/2030", valid_to="01/01/2030"),
            line(8, email="không phải thư"),
            line(1, full_name="Người Khác"),
            line(9, title='=HYPERLINK("http://x")'),
            line(10, valid_to="01/01/2001"),
        ),
    )
    assert batch.state == ImportState.WRONG
    assert faults_of(batch) == {
        3: {"A"},
        4: {"B"},
        5: {"D"},
        6: {"E"},
        7: {"F"},
        8: {"G"},
        9: {"H"},
        10: {"B", "E"},
        11: {"C"},
        12: {"G"},
    }
    with pytest.raises(Conflict):
        actions.confirm_import(admin, batch.pk)


def test_an_agency_admin_lists_nobody_elsewhere_and_no_administrator(admin, line):
    elsewhere = places.agency_of_unit("30742", clock.today()).code
    batch = checked(admin, sheet(line(1, agency=elsewhere), line(2, role="Quản trị cơ quan")))
    assert faults_of(batch) == {2: {"D"}, 3: {"E"}}


def test_no_list_gives_a_role_above_one_agency(province, line):
    batch = checked(province, sheet(line(1, role="Quản trị cấp tỉnh"), line(2, role="auditor")))
    assert faults_of(batch) == {2: {"E"}, 3: {"E"}}


def test_the_log_in_name_of_a_citizen_or_of_another_agency_is_simply_taken(admin, province, line):
    make_account("0912000111")
    elsewhere = places.agency_of_unit("30742", clock.today()).code
    carried_out(province, sheet(line(1, agency=elsewhere)))
    batch = checked(admin, sheet(line(2, login="0912000111"), line(1)))
    words = {fault["words"] for faults in batch.lines.values_list("faults", flat=True) for fault in faults}
    assert faults_of(batch) == {2: {"A"}, 3: {"A"}}
    assert words == {"Tên đăng nhập này đã có người dùng. Hãy chọn tên khác."}


def test_the_same_file_again_changes_nothing(admin, line):
    content = sheet(line(1), line(2))
    carried_out(admin, content)
    again = carried_out(admin, content)
    assert (again.counts["same"], again.counts["new"]) == (2, 0)
    assert Post.objects.filter(official__account__login="hontre.nv1").count() == 1


def test_the_same_file_sent_twice_at_once_is_one_list(admin, line):
    content = sheet(line(1))
    assert actions.upload_list(admin, name="a.xlsx", content=content).pk == (
        actions.upload_list(admin, name="b.xlsx", content=content).pk
    )


def test_a_second_list_adds_roles_and_corrects_facts(admin, line):
    carried_out(admin, sheet(line(1)))
    batch = carried_out(admin, sheet(line(1, role="Văn thư", title="Văn thư trưởng")))
    official = Official.objects.get(account__login="hontre.nv1")
    assert set(official.posts.values_list("role", flat=True)) == {"specialist", "clerk"}
    assert official.title == "Văn thư trưởng"
    assert batch.counts["post"] == 1


def test_a_list_is_one_event_with_everybody_in_it(admin, line):
    batch = carried_out(admin, sheet(*(line(n) for n in range(1, 6))))
    told = [step for step in history(f"official-list:{batch.pk}") if step.envelope.type.endswith("officials_imported")]
    assert len(told) == 1
    assert len(told[0].event.made) == len(told[0].event.posts) == 5


def test_when_the_house_changed_since_the_check_nothing_is_half_done(admin, line):
    batch = checked(admin, sheet(line(1), line(2)))
    make_account("hontre.nv2")
    actions.confirm_import(admin, batch.pk)
    run_waiting()
    batch.refresh_from_db()
    assert batch.state == ImportState.WRONG
    assert faults_of(batch) == {3: {"A"}}
    assert not Account.objects.filter(login="hontre.nv1").exists()


def test_a_list_is_undone_whole(admin, line):
    carried_out(admin, sheet(line(9)))
    batch = carried_out(admin, sheet(line(1), line(1, role="Văn thư"), line(2), line(9, title="Chức vụ mới")))
    actions.undo_import(admin, batch.pk, version=batch.version)
    run_waiting()
    batch.refresh_from_db()
    assert batch.state == ImportState.UNDONE
    assert not Account.objects.filter(login__in=["hontre.nv1", "hontre.nv2"]).exists()
    assert Official.objects.get(account__login="hontre.nv9").title == "Công chức"
    assert batch.lines.exclude(left="").count() == 0


def test_who_was_used_since_stays_and_is_named(admin, line, agency):
    batch = carried_out(admin, sheet(*(line(n) for n in range(1, 5))))
    Account.objects.filter(login="hontre.nv1").update(last_login=clock.real())
    third = Official.objects.get(account__login="hontre.nv3")
    actions.grant_post(admin, third.pk, agency_id=agency, role=Role.CLERK)
    actions.undo_import(admin, batch.pk)
    run_waiting()
    batch.refresh_from_db()
    assert set(batch.lines.exclude(left="").values_list("meant__login", flat=True)) == {"hontre.nv1", "hontre.nv3"}
    assert Account.objects.filter(login__startswith="hontre.nv").count() == 2
    told = list(history(f"official-list:{batch.pk}"))[-1].event
    assert len(told.removed) == 2
    assert third.pk in told.left


def test_a_list_is_its_uploaders(admin, line):
    batch = checked(admin, sheet(line(1)))
    other = Actor(account=make_account("ai.do").pk, grants=admin.grants, strong=True)
    for act in (actions.confirm_import, actions.drop_import, actions.undo_import, actions.show_first_passwords):
        with pytest.raises(NotFound):
            act(other, batch.pk)


def test_two_who_confirm_at_once_do_it_once(admin, line):
    batch = checked(admin, sheet(line(1)))
    actions.confirm_import(admin, batch.pk, version=batch.version)
    with pytest.raises(Stale):
        actions.confirm_import(admin, batch.pk, version=batch.version)


def test_a_confirmed_list_needs_the_right_still(admin, line):
    batch = checked(admin, sheet(line(1)))
    elsewhere = places.agency_of_unit("30742", clock.today()).pk
    moved = Actor(account=admin.account, strong=True, grants=frozenset({Grant(Role.AGENCY_ADMIN, elsewhere)}))
    with pytest.raises(Denied):
        actions.confirm_import(moved, batch.pk)


def test_a_list_is_not_undone_by_who_moved_to_another_agency(admin, line):
    batch = carried_out(admin, sheet(line(1)))
    elsewhere = places.agency_of_unit("30742", clock.today()).pk
    moved = Actor(account=admin.account, strong=True, grants=frozenset({Grant(Role.AGENCY_ADMIN, elsewhere)}))
    with pytest.raises(Denied):
        actions.undo_import(moved, batch.pk)


def test_the_template_is_understood_when_it_comes_back_filled_in(admin, line, agency):
    book = load_workbook(io.BytesIO(lists.template([agency])))
    assert [cell.value for cell in book.worksheets[0][1]] == HEADER
    codes = [row[0].value for row in book["Cơ quan"].iter_rows(min_row=2)]
    assert codes == [places.agency(agency).code]
    book.worksheets[0].append(line(1))
    kept = io.BytesIO()
    book.save(kept)
    assert checked(admin, kept.getvalue()).counts["new"] == 1


def test_days_written_as_days_are_read(admin, line):
    batch = checked(admin, sheet(line(1, valid_from=date(2030, 1, 2), valid_to=date(2030, 12, 31))))
    assert batch.lines.get().meant["valid_from"] == "2030-01-02"


def test_another_heading_is_refused_in_words(admin, line):
    batch = checked(admin, sheet(line(1), header=["Tên", *HEADER[1:]]))
    assert batch.state == ImportState.WRONG
    assert "A1" in batch.fault


@pytest.mark.parametrize("content", [b"", b"not a file", b"PK\x03\x04 broken", b"%PDF-1.4 x"])
def test_what_is_no_excel_file_is_refused(admin, content):
    with pytest.raises(Invalid):
        actions.upload_list(admin, name="can-bo.xlsx", content=content)


def bomb() -> bytes:
    """A small file that unpacks to hundreds of megabytes."""
    good = io.BytesIO(sheet(["x"]))
    kept = io.BytesIO()
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as made:
        for part in source.infolist():
            if not part.filename.endswith("sheet1.xml"):
                made.writestr(part, source.read(part))
        with made.open("xl/worksheets/sheet1.xml", "w") as out:
            for _block in range(80):
                out.write(b" " * 1024 * 1024)
    return kept.getvalue()


def test_a_zip_bomb_is_refused_before_it_is_unpacked(admin):
    batch = checked(admin, bomb())
    assert batch.state == ImportState.WRONG
    assert "quá lớn" in batch.fault


def test_too_many_lines_are_refused(admin, line, monkeypatch):
    monkeypatch.setattr(lists, "MOST_LINES", 3)
    batch = checked(admin, sheet(*(line(n) for n in range(5))))
    assert "3" in batch.fault


@pytest.mark.parametrize("cell", ["=1+1", "+84912", "-2", "@SUM(A1)", "\tx", "\rx"])
def test_no_cell_that_we_write_is_a_formula(cell):
    assert spreadsheets.harmless(cell).startswith("'")
    assert b"'" in spreadsheets.csv_bytes(["a"], [[cell]])


def test_a_list_put_aside_forgets_its_lines(admin, line):
    batch = checked(admin, sheet(line(1)))
    actions.drop_import(admin, batch.pk)
    assert not batch.lines.exists()


def test_the_uploaded_file_itself_is_not_kept(admin, line):
    batch = checked(admin, sheet(line(1)))
    assert batch.file.state == "erased"


def test_ids_in_the_scope_are_those_of_the_admin(admin, line, agency):
    assert [UUID(place) for place in checked(admin, sheet(line(1))).scope] == [agency]


def test_nobody_gives_themselves_a_role_by_a_list(admin, line):
    batch = checked(admin, sheet(line(login="hontre.qt", full_name="Phan Quốc Thái", title="Quản trị", role="leader")))
    assert batch.state == ImportState.WRONG
    assert faults_of(batch) == {2: {"E"}}


def test_a_list_moves_no_letter_that_opens_what_its_maker_may_not_open(admin, province, line, agency):
    """Whose e-mail it is sets a new password ("Quên mật khẩu")."""
    carried_out(admin, sheet(line(1), line(2)))
    person = Person.objects.create(full_name="Lê Thị Số 1", source="test")
    Account.objects.filter(login="hontre.nv1").update(person=person, assurance="verified", verified_at=clock.now())
    second = Official.objects.get(account__login="hontre.nv2")
    Post.objects.create(official=second, agency_id=agency, role=Role.PROVINCE_ADMIN, valid_from=date(2020, 1, 1))
    assert faults_of(checked(admin, sheet(line(1, email="ke.gian@vidu.vn")))) == {2: {"H"}}
    assert faults_of(checked(province, sheet(line(2, email="ke.gian@vidu.vn")))) == {2: {"H"}}
