"""The way of one birth registration: each step is one method, printed with its time."""

import io
import json
import secrets
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from tinhso.cli.touring.client import StepFailed, Visitor
from tinhso.kernel.samples import SampleAccount

#: The procedure that the tour looks for in people's words, by the name that the pack gives it.
PROCEDURE = "Đăng ký khai sinh"
#: Hòn Tre has kept its code in both worlds: a commune of Kiên Hải in 2022, the special zone of Kiên Hải since 2025.
HON_TRE = "31108"
MOTHER, RECEIVER, SPECIALIST = "me.hontre@vidu.vn", "hontre.tiepnhan", "hontre.hotich"
LEADER, CLERK, STRANGER = "hontre.phochutich", "hontre.vanthu", "chua.xacminh@vidu.vn"

_MIDDLE = ("Minh", "Ngọc", "Bảo", "Gia", "Khánh", "Hải", "Thanh", "Kim", "Hoàng", "Mỹ")
_GIVEN = ("An", "Bình", "Châu", "Duyên", "Giang", "Hân", "Khang", "Linh", "Nghi", "Phúc", "Quân", "Thảo", "Vy", "Đảo")


class Journey:
    """One run of the tour against a running instance; ``home`` gives the sample accounts that `tinhso up` printed."""

    def __init__(self, url: str, home: Path, keep: Path | None = None) -> None:
        self.url, self.home, self.keep = url, home, keep
        self.accounts = self._accounts()
        self.anyone = Visitor(url)
        self.visitors: dict[str, Visitor] = {}
        self.child = {
            "family_name": "Lê",
            "middle_name": secrets.choice(_MIDDLE),
            "given_name": secrets.choice(_GIVEN),
        }
        self.draft: dict[str, Any] = {}
        self.dossier: dict[str, Any] = {}
        self.pdf = b""

    def go(self) -> None:
        """All steps in order. Raises StepFailed."""
        began = time.monotonic()
        steps: tuple[tuple[str, Callable[[], str]], ...] = (
            ("Đếm hồ sơ trước", self.count_before),
            ("Mẹ tìm thủ tục khai sinh", self.find_procedure),
            ("Mẹ bắt đầu điền, dữ liệu đã biết được điền sẵn", self.start),
            ("Mẹ điền từng mục, mỗi mục được lưu", self.fill),
            ("Mẹ chụp giấy chứng sinh", self.photograph),
            ("Mẹ nộp; bấm hai lần vẫn một hồ sơ", self.submit),
            ("Tra cứu bằng mã và 4 số cuối, không hiện tên", self.track),
            ("Người khác mở hồ sơ: không thấy", self.stranger),
            ("Cán bộ một cửa tiếp nhận", self.receive),
            ("Hộ tịch thẩm định, yêu cầu bổ sung một lần", self.ask_supplement),
            ("Mẹ bổ sung", self.answer_supplement),
            ("Hộ tịch thẩm định lại, trình ký", self.propose),
            ("Phó Chủ tịch ký thay, có mã xác thực", self.sign),
            ("Văn thư đóng dấu", self.seal),
            ("Trả kết quả", self.give_back),
            ("Giấy khai sinh vào kho giấy tờ của mẹ", self.vault),
            ("Kiểm tra tệp: nguyên vẹn, được tin cậy", self.verify),
            ("Sửa một byte: bị từ chối", self.tamper),
            ("Mẹ xem ai đã đọc dữ liệu của mình", self.disclosures),
            ("Mẹ đánh giá", self.rate),
            ("Đếm hồ sơ sau", self.count_after),
        )
        for number, (title, step) in enumerate(steps, 1):
            start = time.monotonic()
            said = step()
            print(f"{number:>2}. {title:<52} {time.monotonic() - start:6.2f} s  {said}", flush=True)
        print(f"\n✓ Xong sau {time.monotonic() - began:.1f} s. Hồ sơ {self.dossier['code']}.")

    # -- the mother -----------------------------------------------------------------------------------------------

    def count_before(self) -> str:
        self.before: int = self.anyone.get("/counts/dossiers")["count"]
        return f"{self.before} hồ sơ"

    def find_procedure(self) -> str:
        found = self.anyone.get("/procedures", q="lam khai sinh")["items"]
        codes = [item["code"] for item in found if item["name"] == PROCEDURE and item["complete"]]
        if not codes:
            raise StepFailed(f"Tìm “lam khai sinh” không thấy {PROCEDURE}")
        self.code: str = codes[0]
        agencies = self.anyone.get("/agencies", unit=HON_TRE)["items"]
        self.agency = next(a for a in agencies if a["unit_code"] == HON_TRE)
        return f"{self.code}, {self.agency['name']}"

    def start(self) -> str:
        self.draft = self._as(MOTHER).post("/drafts", {"procedure": self.code, "agency": self.agency["id"]})
        filled = len(self.draft["sources"])
        if not filled:
            raise StepFailed("Tài khoản đã xác minh mà không có ô nào được điền sẵn")
        return f"{filled} ô có nguồn"

    def fill(self) -> str:
        applicant = {**self.draft["data"].get("applicant", {}), "relation": "mother", "phone": "0912345418"}
        today = date.fromisoformat(self.draft["saved_at"][:10])
        parents = {
            "mother_recorded": "yes",
            "mother_name": applicant["full_name"],
            "mother_birth_date": applicant["birth_date"],
            "mother_id_number": applicant["id_number"],
            "mother_ethnicity": "Kinh",
            "mother_nationality": "Việt Nam",
            "mother_residence": applicant["residence"],
            "father_recorded": "yes",
            "father_name": "Lê Văn Út Lợi",
            "father_birth_date": "1995-11-02",
            "father_ethnicity": "Kinh",
            "father_nationality": "Việt Nam",
            "father_residence": applicant["residence"],
        }
        child = {
            **self.child,
            "birth_date": (today - timedelta(days=3)).isoformat(),
            "sex": secrets.choice(("male", "female")),
            "birth_place": "Trung tâm Y tế Kiên Hải",
            "birth_paper": "certificate",
            "special_case": "none",
            "ethnicity": "Kinh",
            "nationality": "Việt Nam",
            "home_place": "Hòn Tre, Kiên Hải",
        }
        version = self.draft["version"]
        for topic, data in (("applicant", applicant), ("child", child), ("parents", parents)):
            saved = self._as(MOTHER).put(f"/drafts/{self.draft['id']}/topics/{topic}", data, version=version)
            if saved["errors"]:
                raise StepFailed(f"Mục {topic} chưa đúng: {saved['errors']}")
            version = saved["version"]
        return f"trẻ {' '.join(self.child.values())}"

    def photograph(self) -> str:
        paper = self._as(MOTHER).upload(
            f"/drafts/{self.draft['id']}/files",
            ("giay-chung-sinh.jpg", _photo(), "image/jpeg"),
            component="birth_paper",
        )
        return f"{paper['name']}, {paper['size'] // 1024} KB"

    def submit(self) -> str:
        first = self._as(MOTHER).post(f"/drafts/{self.draft['id']}/submit")
        second = self._as(MOTHER).post(f"/drafts/{self.draft['id']}/submit")
        if first["id"] != second["id"]:
            raise StepFailed("Nộp hai lần thành hai hồ sơ")
        self.dossier = first
        return str(first["code"])

    def track(self) -> str:
        seen = self.anyone.post("/tracking", {"code": self.dossier["code"], "last4": "5418"})
        text = json.dumps(seen, ensure_ascii=False)
        if any(name in text for name in (" ".join(self.child.values()), "Bé Ba", "Út Lợi")):
            raise StepFailed("Trang tra cứu lộ tên")
        return str(seen["status_words"])

    def stranger(self) -> str:
        answer = self._as(STRANGER).http.get(f"/dossiers/{self.dossier['id']}")
        if answer.status_code != 404:
            raise StepFailed(f"Người lạ mở hồ sơ được trả {answer.status_code}, phải là 404")
        return "404"

    # -- the officials ----------------------------------------------------------------------------------------------

    def receive(self) -> str:
        waiting = self._as(RECEIVER).get("/dossiers", view="inbox", limit=100)["items"]
        if self.dossier["id"] not in {row["dossier"] for row in waiting}:
            raise StepFailed("Hồ sơ mới không có trong hàng chờ của bộ phận tiếp nhận")
        self._act(RECEIVER, "reception")
        due = self._read(RECEIVER)["due"]
        return f"hẹn trả {due['at']}: {due['words']}"

    def ask_supplement(self) -> str:
        self._act(SPECIALIST, "claim")
        points = [{"text": "Chụp lại giấy chứng sinh cho rõ con dấu", "component": "birth_paper"}]
        self._act(SPECIALIST, "supplement-requests", {"points": points})
        return str(self._read(SPECIALIST)["due"]["words"])

    def answer_supplement(self) -> str:
        self._as(MOTHER).upload(
            f"/dossiers/{self.dossier['id']}/files",
            ("giay-chung-sinh-ro.jpg", _photo(), "image/jpeg"),
            component="birth_paper",
        )
        self._act(MOTHER, "supplement-answers", {"text": "Tôi đã chụp lại."})
        return str(self._read(MOTHER)["due"]["words"])

    def propose(self) -> str:
        self._act(SPECIALIST, "proposal", {"text": "Đủ điều kiện đăng ký khai sinh."})
        return "đã trình"

    def sign(self) -> str:
        self._act(LEADER, "signature")
        result = self._signed("person")
        return f"số {result['number']}"

    def seal(self) -> str:
        self._act(CLERK, "seal")
        self._signed("seal")
        return "đã đóng dấu"

    def give_back(self) -> str:
        return str(self._act(CLERK, "return")["status_words"])

    # -- afterwards --------------------------------------------------------------------------------------------------

    def vault(self) -> str:
        def held() -> list[Any]:
            items = self._as(MOTHER).get("/vault")["items"]
            return [item for item in items if item["dossier"] == self.dossier["id"]]

        holding = _wait_for(held, "Giấy khai sinh chưa vào kho")[0]
        self.pdf = self._as(MOTHER).download(f"/vault/{holding['id']}/file")
        if self.keep:
            self.keep.write_bytes(self.pdf)
        return f"{len(self.pdf) // 1024} KB{f', lưu ở {self.keep}' if self.keep else ''}"

    def verify(self) -> str:
        verdict = self._verified(self.pdf)
        if not (verdict["valid"] and verdict["intact"] and verdict["trusted"]):
            raise StepFailed(f"Tệp vừa cấp không được chấp nhận: {verdict['refusals']}")
        return f"{len(verdict['signatures'])} chữ ký"

    def tamper(self) -> str:
        changed = bytearray(self.pdf)
        changed[len(changed) // 3] ^= 0x01
        verdict = self._verified(bytes(changed))
        if verdict["valid"]:
            raise StepFailed("Tệp bị sửa một byte mà vẫn được chấp nhận")
        return str(verdict["refusals"][0])[:60]

    def disclosures(self) -> str:
        def seen() -> list[Any]:
            items = self._as(MOTHER).get("/disclosures")["items"]
            return [item for item in items if self.dossier["id"] in item["record"]]

        rows = _wait_for(seen, "Nhật ký chưa có lần đọc nào của hồ sơ này", patience=90)
        return f"{len(rows)} lần, gần nhất: {rows[0]['reader_name']}"

    def rate(self) -> str:
        self._act(MOTHER, "rating", {"stars": 5, "comment": "Nhanh, không phải đi lại."})
        return "5 sao"

    def count_after(self) -> str:
        after = self.anyone.get("/counts/dossiers")["count"]
        if after < self.before + 1:
            raise StepFailed(f"Số hồ sơ phải tăng ít nhất 1: {self.before} → {after}")
        return f"{self.before} → {after} hồ sơ"

    # -- helpers ------------------------------------------------------------------------------------------------------

    def _accounts(self) -> dict[str, SampleAccount]:
        listed = self.home / "sample-accounts.json"
        if not listed.exists():
            raise StepFailed("Chưa có tài khoản mẫu: chạy `make up` (hoặc `tinhso up`) trước, với dữ liệu mẫu.")
        accounts = [SampleAccount(**row) for row in json.loads(listed.read_text())]
        return {account.login: account for account in accounts}

    def _as(self, login: str) -> Visitor:
        if login not in self.visitors:
            self.visitors[login] = Visitor.signed_in(self.url, self.accounts[login])
        return self.visitors[login]

    def _read(self, login: str) -> dict[str, Any]:
        found: dict[str, Any] = self._as(login).get(f"/dossiers/{self.dossier['id']}")
        return found

    def _act(self, login: str, act: str, body: Any = None) -> dict[str, Any]:
        version = self._read(login)["version"]
        done: dict[str, Any] = self._as(login).post(f"/dossiers/{self.dossier['id']}/{act}", body, version=version)
        return done

    def _signed(self, kind: str) -> dict[str, Any]:
        def made() -> list[dict[str, Any]]:
            results = self._read(CLERK if kind == "seal" else LEADER)["results"]
            return [r for r in results if any(s["kind"] == kind and s["signed_at"] for s in r["signatures"])]

        result: dict[str, Any] = _wait_for(made, f"Chữ ký ({kind}) chưa xong")[0]
        return result

    def _verified(self, pdf: bytes) -> dict[str, Any]:
        verdict: dict[str, Any] = self.anyone.upload("/verifications", ("giay-khai-sinh.pdf", pdf, "application/pdf"))
        return verdict


def _wait_for(look: Callable[[], list[Any]], failure: str, patience: float = 60) -> list[Any]:
    """What a job makes, as soon as it is there. Raises StepFailed after ``patience`` seconds."""
    until = time.monotonic() + patience
    while not (found := look()):
        if time.monotonic() > until:
            raise StepFailed(f"{failure} sau {patience:.0f} giây")
        time.sleep(0.25)
    return found


def _photo() -> bytes:
    """A photograph of a paper, as a phone would send it; it says that it is a sample."""
    image = Image.new("RGB", (1200, 1600), "#f4f1ea")
    draw = ImageDraw.Draw(image)
    draw.rectangle((80, 80, 1120, 1520), outline="#555555", width=3)
    for line in range(14):
        draw.line((140, 260 + line * 80, 1060, 260 + line * 80), fill="#999999", width=2)
    draw.text((420, 150), "GIAY CHUNG SINH - DU LIEU MAU", fill="#333333")
    draw.text((140, 1450), secrets.token_hex(8), fill="#bbbbbb")
    content = io.BytesIO()
    image.save(content, "JPEG", quality=82)
    return content.getvalue()
