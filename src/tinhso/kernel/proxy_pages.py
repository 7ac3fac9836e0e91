"""The pages that nginx shows when it answers by itself: no node answers, too much at once, too large, nowhere.

Made from the house's own page of faults (`errors/plain.html`) and its own problems for programs, once for each
language, as files. What belongs to one request nginx fills in (SSI): the reference that leads to its log lines.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from django.template.loader import get_template
from django.utils import translation
from django.utils.functional import Promise
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.kernel.http.problems import KINDS
from tinhso.kernel.problems import FACES, Action
from tinhso.kernel.province import province

#: Variables of deploy/one-machine/nginx/tinhso.conf.
REFERENCE, REQUEST = '<!--# echo var="tinhso_reference" -->', '<!--# echo var="tinhso_request" -->'
LANGUAGES = ("vi", "en")


@dataclass(frozen=True)
class Said:
    """What is told for some statuses. ``face``: the status whose icon and colour are used; ``again``: the same page
    may be asked once more."""

    statuses: tuple[int, ...]
    face: int
    code: str
    title: Promise
    detail: Promise
    again: bool = False


ALL = (
    Said(
        (400, 414),
        400,
        "bad-request",
        gettext_lazy("Yêu cầu chưa đúng"),
        gettext_lazy("Địa chỉ hoặc nội dung gửi lên không đọc được. Mở lại trang rồi thử."),
    ),
    Said(
        (403, 404),
        404,
        "not-found",
        gettext_lazy("Không tìm thấy"),
        gettext_lazy("Địa chỉ này không dẫn tới trang nào. Có thể trang đã chuyển, hoặc địa chỉ gõ thiếu."),
    ),
    Said(
        (413,),
        413,
        "too-large",
        gettext_lazy("Tệp quá lớn"),
        gettext_lazy(
            "Mỗi tệp nhiều nhất 20 MB. Tệp chưa được gửi đi. Bấm nút Quay lại của trình duyệt, chọn ảnh nhỏ hơn hoặc "
            "chia nhỏ tệp rồi gửi lại."
        ),
    ),
    Said(
        (429,),
        429,
        "too-many",
        gettext_lazy("Bạn gửi quá nhanh"),
        gettext_lazy("Địa chỉ mạng này vừa gửi rất nhiều yêu cầu. Đợi một phút rồi thử lại."),
        again=True,
    ),
    Said(
        (500, 502, 503, 504),
        503,
        "unavailable",
        gettext_lazy("Hệ thống đang tạm nghỉ"),
        gettext_lazy(
            "Máy chủ chưa trả lời, không phải do bạn. Thử lại sau 1 phút. Nếu bạn vừa gửi một biểu mẫu, bấm nút "
            "Quay lại của trình duyệt rồi gửi lần nữa."
        ),
        again=True,
    ),
)


def write(folder: Path) -> None:
    """``<status>.<language>.html`` for people, ``.json`` for programs (RFC 9457)."""
    folder.mkdir(parents=True, exist_ok=True)
    for language in LANGUAGES:
        with translation.override(language):
            for said in ALL:
                for status in said.statuses:
                    (folder / f"{status}.{language}.html").write_text(page(said, status))
                    (folder / f"{status}.{language}.json").write_text(problem(said, status))


def page(said: Said, status: int) -> str:
    """For people. An empty link leads to the very address that was asked for."""
    home = Action(_("Về trang đầu"), "/")
    return get_template("errors/plain.html").render(
        {
            "face": FACES[said.face],
            "title": said.title,
            "detail": said.detail,
            "actions": [Action(_("Thử lại"), ""), home] if said.again else [home],
            "status": status,
            "reference": mark_safe(REFERENCE),  # noqa: S308  our own constant
            "province": province(),
        }
    )


def problem(said: Said, status: int) -> str:
    """For programs."""
    told = {
        "type": KINDS + said.code,
        "code": said.code,
        "title": str(said.title),
        "status": status,
        "detail": str(said.detail),
        "instance": "urn:uuid:",
    }
    # the directive has quotation marks of its own, which JSON would escape
    return json.dumps(told, ensure_ascii=False).removesuffix('"}') + REQUEST + '"}'
