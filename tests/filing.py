"""Filing over HTTP, as a program of the public does it."""

import io
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx
from PIL import Image

from tinhso.cli.touring.client import totp

PROCEDURE = "1.001193"
MOTHER = "me.hontre@vidu.vn"
#: The code of the special zone Kiên Hải, to which Hòn Tre belongs today.
KIEN_HAI = "31108"

#: A birth registration filled in, topic by topic.
FORM: dict[str, dict[str, Any]] = {
    "applicant": {
        "relation": "mother",
        "full_name": "Nguyễn Thị Bé Ba",
        "birth_date": "1998-03-14",
        "id_kind": "cccd",
        "id_number": "091198004127",
        "residence": "Ấp 1, đặc khu Kiên Hải, tỉnh An Giang",
        "phone": "0912345678",
    },
    "child": {
        "family_name": "Trần",
        "middle_name": "Minh",
        "given_name": "Khôi",
        "birth_date": "2026-11-02",
        "sex": "male",
        "birth_place": "Trung tâm Y tế Kiên Hải, đặc khu Kiên Hải",
        "ethnicity": "Kinh",
        "nationality": "Việt Nam",
        "home_place": "Đặc khu Kiên Hải, tỉnh An Giang",
        "birth_paper": "certificate",
        "special_case": "none",
    },
    "parents": {
        "mother_recorded": "yes",
        "mother_name": "Nguyễn Thị Bé Ba",
        "mother_birth_date": "1998-03-14",
        "mother_id_number": "091198004127",
        "mother_ethnicity": "Kinh",
        "mother_nationality": "Việt Nam",
        "mother_residence": "Ấp 1, đặc khu Kiên Hải, tỉnh An Giang",
        "father_recorded": "no",
    },
}


def sign_in(http: httpx.Client, accounts: list[dict[str, str]], login: str) -> None:
    """From here on the client acts for that sample account."""
    account = next(account for account in accounts if account["login"] == login)
    body = {"login": login, "password": account["password"]}
    if account.get("totp"):
        body["code"] = totp(account["totp"])
    answer = http.post("/api/v1/sessions", json=body)
    assert answer.status_code == 201, answer.text
    http.headers["Authorization"] = f"Bearer {answer.json()['token']}"


def agency_of(http: httpx.Client, unit: str = KIEN_HAI) -> str:
    """The id of the People's Committee of a commune."""
    answer = http.get("/api/v1/agencies", params={"unit": unit})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["items"][0]["id"])


def picture() -> bytes:
    """A photograph of a paper; no two are the same file."""
    kept = io.BytesIO()
    Image.effect_noise((60, 80), 50).save(kept, "PNG")
    return kept.getvalue()


def drafted(http: httpx.Client, agency: str) -> UUID:
    """A complete draft of a child born three weeks ago, ready to be sent."""
    born = (date.today() - timedelta(days=21)).isoformat()
    form = {**FORM, "child": {**FORM["child"], "birth_date": born}}
    begun = http.post("/api/v1/drafts", json={"procedure": PROCEDURE, "agency": agency})
    assert begun.status_code == 201, begun.text
    draft, mark = begun.json()["id"], begun.headers["ETag"]
    for topic, values in form.items():
        saved = http.put(f"/api/v1/drafts/{draft}/topics/{topic}", json=values, headers={"If-Match": mark})
        assert saved.status_code == 200, saved.text
        mark = saved.headers["ETag"]
    paper = http.post(
        f"/api/v1/drafts/{draft}/files", data={"component": "birth_paper"}, files={"file": ("giay.png", picture())}
    )
    assert paper.status_code == 201, paper.text
    return UUID(draft)
