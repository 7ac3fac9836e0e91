"""The list of officials as an Excel file: its columns, its template, and what a line means.

The file speaks Vietnamese whatever language its reader has chosen: it goes from hand to hand.
"""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import BinaryIO
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from tinhso.kernel import clock, spreadsheets
from tinhso.kernel.errors import Invalid
from tinhso.people.contacts import normal_login
from tinhso.people.models import Role
from tinhso.people.models.officials import name_key
from tinhso.places import queries as places

MOST_LINES = 5000  #: a province has about 3,000 officials at its counters and desks
LARGEST = 5 * 1024 * 1024  #: bytes of the file

#: name → heading in the file; the order is that of the columns A, B, C …
COLUMNS = {
    "login": gettext_lazy("Tên đăng nhập"),
    "full_name": gettext_lazy("Họ và tên"),
    "title": gettext_lazy("Chức vụ, chức danh"),
    "agency": gettext_lazy("Mã cơ quan"),
    "role": gettext_lazy("Vai trò"),
    "valid_from": gettext_lazy("Từ ngày"),
    "valid_to": gettext_lazy("Đến hết ngày (để trống nếu chưa biết)"),
    "email": gettext_lazy("Thư điện tử (không bắt buộc)"),
}
LETTERS = dict(zip(COLUMNS, "ABCDEFGH", strict=True))
_WIDTHS = (24, 28, 30, 18, 26, 14, 24, 30)
_DAYS = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d")
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{2,49}")
#: Roles that a list may give; those above one agency need two people.
LISTED = tuple(role for role in Role if role not in (Role.PROVINCE_ADMIN, Role.AUDITOR))


@dataclass
class Line:
    """One line of the file. ``meant`` holds what could be read; ``faults`` says for each column what to do."""

    number: int
    typed: dict[str, str]
    meant: dict[str, str] = field(default_factory=dict)
    faults: list[dict[str, str]] = field(default_factory=list)

    def wrong(self, column: str, words: str) -> None:
        """Something in a column must be put right."""
        self.faults.append({"column": LETTERS.get(column, ""), "words": words})


@override("vi")
def template(scope: list[UUID] | None) -> bytes:
    """The file to fill in: headings, and beside it the roles and the agencies that may be written."""
    agencies = places.agencies(clock.today())
    if scope is not None:
        agencies = agencies.filter(pk__in=scope)
    roles = [(str(role.label),) for role in LISTED if scope is None or role != Role.AGENCY_ADMIN]
    return spreadsheets.workbook(
        {
            _("Cán bộ"): ([str(words) for words in COLUMNS.values()], [], _WIDTHS),
            _("Cách ghi"): ([_("Cột"), _("Cách ghi")], _advice(), (36, 90)),
            _("Vai trò"): ([_("Vai trò")], roles, (36,)),
            _("Cơ quan"): ([_("Mã cơ quan"), _("Tên cơ quan")], [(a.code, a.name) for a in agencies], (20, 60)),
        }
    )


def _advice() -> list[tuple[str, str]]:
    words = (
        _("Chữ thường không dấu, số, dấu chấm, gạch; 3 đến 50 ký tự. Ví dụ hontre.lvan. Mỗi người một tên."),
        _("Như in trên văn bản họ ký."),
        _("Ví dụ Công chức Tư pháp - Hộ tịch."),
        _("Chép từ trang “Cơ quan”."),
        _("Chép từ trang “Vai trò”. Người có hai vai trò thì ghi hai dòng, cùng tên đăng nhập."),
        _("Ghi như 05/09/2025. Để trống: từ hôm nay."),
        _("Ghi như 05/09/2025, hoặc để trống."),
        _("Có địa chỉ thì người đó tự đặt mật khẩu qua thư; không có thì nhận mật khẩu đầu trên giấy."),
    )
    return [(str(title), said) for title, said in zip(COLUMNS.values(), words, strict=True)]


@override("vi")
def read(content: BinaryIO) -> list[Line]:
    """The lines of a filled-in file. Raises Invalid when it is not the template or too long."""
    found = spreadsheets.rows(content, columns=len(COLUMNS), most=MOST_LINES + 1)
    _number, header = next(found, (0, []))
    for cell, (name, title) in zip(header, COLUMNS.items(), strict=False):
        if _plain(cell) != _plain(str(title)):
            raise Invalid(
                _("Ô %(cell)s1 phải là “%(title)s”. Hãy dùng đúng tệp mẫu và giữ nguyên dòng đầu.")
                % {"cell": LETTERS[name], "title": title}
            )
    lines = [Line(number, dict(zip(COLUMNS, cells, strict=True))) for number, cells in found]
    if not lines:
        raise Invalid(_("Tệp chưa có dòng nào dưới dòng tiêu đề. Hãy điền danh sách cán bộ rồi gửi lại."))
    return lines


@override("vi")
def understand(lines: list[Line], scope: list[UUID] | None) -> None:
    """Read each cell and note what is wrong. ``scope``: the agencies of the uploader; None: the whole province."""
    agencies = {agency.code.upper(): agency.pk for agency in places.agencies(clock.today())}
    own = None if scope is None else set(scope)
    roles = {_plain(str(role.label)): role for role in Role} | {str(role): role for role in Role}
    for line in lines:
        _name(line)
        _where(line, agencies, own)
        _role(line, roles, own)
        _days(line)
        _mail(line)
    _compare(lines)


def _name(line: Line) -> None:
    login = normal_login(line.typed["login"])
    if not login:
        line.wrong("login", _("Hãy ghi tên đăng nhập."))
    elif not _LOGIN.fullmatch(login):
        line.wrong("login", _("Tên đăng nhập chỉ gồm chữ thường không dấu, số, dấu chấm, gạch; từ 3 ký tự."))
    line.meant["login"] = login
    for name, words in (("full_name", _("Hãy ghi họ và tên.")), ("title", _("Hãy ghi chức vụ, chức danh."))):
        line.meant[name] = line.typed[name]
        if not line.typed[name]:
            line.wrong(name, words)
        elif len(line.typed[name]) > 200 or line.typed[name].startswith(("=", "@")):
            line.wrong(name, _("Ghi bằng chữ, không quá 200 ký tự, không phải công thức."))


def _where(line: Line, agencies: dict[str, UUID], own: set[UUID] | None) -> None:
    code = line.typed["agency"].upper()
    agency = agencies.get(code)
    if not code:
        line.wrong("agency", _("Hãy ghi mã cơ quan, chép từ trang “Cơ quan” của tệp mẫu."))
    elif agency is None:
        line.wrong("agency", _("Hôm nay không có cơ quan nào mang mã này. Hãy chép mã từ tệp mẫu."))
    elif own is not None and agency not in own:
        line.wrong("agency", _("Cơ quan này không thuộc phạm vi bạn quản trị. Hãy bỏ dòng này hoặc nhờ cấp tỉnh nhập."))
    else:
        line.meant["agency"] = str(agency)


def _role(line: Line, roles: dict[str, Role], own: set[UUID] | None) -> None:
    role = roles.get(_plain(line.typed["role"]))
    if role is None:
        line.wrong("role", _("Hãy ghi đúng một vai trò có trong trang “Vai trò” của tệp mẫu."))
    elif role not in LISTED:
        line.wrong("role", _("Vai trò cấp tỉnh cần hai người duyệt: hãy lập đề nghị riêng, bỏ dòng này."))
    elif role == Role.AGENCY_ADMIN and own is not None:
        line.wrong("role", _("Vai trò này do quản trị cấp tỉnh giao. Hãy bỏ dòng này."))
    else:
        line.meant["role"] = str(role)


def _days(line: Line) -> None:
    first, last = _day(line, "valid_from") or clock.today(), _day(line, "valid_to")
    if last is not None and last < first:
        line.wrong("valid_to", _("Ngày cuối phải từ ngày đầu trở đi."))
    if last is not None and last < clock.today():
        line.wrong("valid_to", _("Ngày cuối đã qua. Hãy bỏ dòng này hoặc sửa ngày."))
    line.meant["valid_from"], line.meant["valid_to"] = first.isoformat(), last.isoformat() if last else ""


def _day(line: Line, column: str) -> date | None:
    text = line.typed[column]
    if not text:
        return None
    for shape in _DAYS:
        try:
            day = datetime.strptime(text, shape).date()
        except ValueError:
            continue
        if 1990 <= day.year <= 2100:
            return day
    line.wrong(column, _("Hãy ghi ngày, tháng, năm như 05/09/2025."))
    return None


def _mail(line: Line) -> None:
    mail = line.typed["email"].lower()
    line.meant["email"] = mail
    if mail:
        try:
            validate_email(mail)
        except ValidationError:
            line.wrong("email", _("Hãy ghi thư điện tử như ten@vidu.vn, hoặc để trống."))


def _compare(lines: list[Line]) -> None:
    """What only shows between lines: one person with two names, one post written twice, one address for two."""
    first: dict[str, Line] = {}
    posts: dict[tuple[str, str, str], int] = {}
    mails: dict[str, str] = {}
    for line in lines:
        meant = line.meant
        known = first.setdefault(meant["login"], line)
        for name in ("full_name", "title", "email"):
            if known.meant[name] != meant[name]:
                words = _("Khác với dòng %(n)s của cùng tên đăng nhập. Hãy ghi giống nhau, hoặc đổi tên đăng nhập.")
                line.wrong(name, words % {"n": known.number})
        key = (meant["login"], meant.get("agency", ""), meant.get("role", ""))
        if all(key) and posts.setdefault(key, line.number) != line.number:
            line.wrong("role", _("Vai trò này đã ghi ở dòng %(n)s. Hãy bỏ một dòng.") % {"n": posts[key]})
        if meant["email"] and mails.setdefault(meant["email"], meant["login"]) != meant["login"]:
            line.wrong("email", _("Thư điện tử này đã ghi cho người khác trong tệp."))


def _plain(text: str) -> str:
    return name_key(text).split("(")[0].strip()
