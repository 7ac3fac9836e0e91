"""The list of a whole province: 3,000 officials in one Excel file, sent and carried out through the page, as the
province's administrator does it."""

import io
import re
from dataclasses import dataclass, field
from typing import Any

import httpx
from openpyxl import Workbook

from tests.first_steps import TOKEN, send_form, sign_in
from tests.running import until
from tinhso.cli.touring.client import totp
from tinhso.kernel.samples import SampleAccount

LINES = 3000
#: The roles that a list may give, as the file calls them, and as the API does.
ROLES = {
    "Tiếp nhận và trả kết quả": "receiver",
    "Chuyên môn thụ lý": "specialist",
    "Văn thư": "clerk",
}
HEADER = (
    *("Tên đăng nhập", "Họ và tên", "Chức vụ, chức danh", "Mã cơ quan", "Vai trò"),
    *("Từ ngày", "Đến hết ngày (để trống nếu chưa biết)", "Thư điện tử (không bắt buộc)"),
)
_FAMILY, _GIVEN = ("Danh", "Lê", "Nguyễn", "Phạm", "Thị"), ("An", "Bình", "Châu", "Đào", "Én", "Phúc", "Tú")


@dataclass(frozen=True)
class Listed:
    """One official of the list."""

    login: str
    name: str
    agency: str
    role: str


def listed(agencies: list[str], count: int = LINES) -> list[Listed]:
    """Officials spread over the agencies (their codes) and roles."""
    roles = list(ROLES)
    return [
        Listed(
            f"danh.sach{number:04}",
            f"{_FAMILY[number % 5]} {_GIVEN[number % 7]} Số {number}",
            agencies[number % len(agencies)],
            roles[number % len(roles)],
        )
        for number in range(count)
    ]


def workbook(rows: list[Listed]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(HEADER)
    for one in rows:
        sheet.append([one.login, one.name, "Công chức", one.agency, one.role, "", "", ""])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


@dataclass
class Administrator:
    """The province's administrator at the page of lists."""

    http: httpx.Client
    address: str = ""
    seen: dict[str, Any] = field(default_factory=dict)

    def enter(self, account: SampleAccount) -> None:
        sign_in(self.http, account.login, account.password)
        answer = send_form(self.http, "/dang-nhap/ma/", code=totp(account.totp))
        assert answer.status_code == 302, answer.text[:2000]

    def agencies(self) -> list[str]:
        """The codes of all agencies of today."""
        items: list[dict[str, str]] = []
        query: dict[str, str] = {"limit": "100"}
        while True:
            page = self.http.get("/api/v1/agencies", params=query).raise_for_status().json()
            items += page["items"]
            if not page.get("next"):
                return [item["code"] for item in items]
            query["cursor"] = page["next"]

    def send(self, content: bytes) -> None:
        page = self.http.get("/can-bo/danh-sach/")
        found = TOKEN.search(page.text)
        assert found, page.text[:500]
        file = {"file": ("can-bo.xlsx", content, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")}
        sent = self.http.post(
            "/can-bo/danh-sach/",
            data={"csrfmiddlewaretoken": found[1]},
            files=file,
            headers={"Referer": str(page.url)},
        )
        assert sent.status_code == 302, sent.text[:2000]
        self.address = sent.headers["Location"]

    def becomes(self, state: str, patience: float = 300) -> dict[str, Any]:
        """Wait until the list is that far; what the API tells of it."""
        known = re.search(r"[0-9a-f-]{36}", self.address)
        assert known

        def there() -> bool:
            self.seen = self.http.get(f"/api/v1/official-lists/{known[0]}").raise_for_status().json()
            assert self.seen["state"] != "wrong", self.seen
            return bool(self.seen["state"] == state)

        until(there, patience, f"the list is {state}")
        return self.seen

    def press(self, act: str) -> None:
        page = self.http.get(self.address)
        version = re.search(r'name="version" value="(\d+)"', page.text)
        found = TOKEN.search(page.text)
        assert version, page.text[:2000]
        assert found
        done = self.http.post(
            f"{self.address}{act}",
            data={"csrfmiddlewaretoken": found[1], "version": version[1]},
            headers={"Referer": str(page.url)},
        )
        assert done.status_code == 302, done.text[:2000]
