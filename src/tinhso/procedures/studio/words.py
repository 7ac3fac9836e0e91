"""Kinds of steps and roles of lanes, in the words that officials read."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

KIND_WORDS: dict[str, str | Promise] = {
    "receive": gettext_lazy("Tiếp nhận"),
    "check": gettext_lazy("Thẩm định"),
    "verify": gettext_lazy("Xác minh"),
    "inspect": gettext_lazy("Kiểm tra thực địa"),
    "post": gettext_lazy("Niêm yết"),
    "supplement": gettext_lazy("Bổ sung hồ sơ"),
    "propose": gettext_lazy("Trình ký"),
    "sign": gettext_lazy("Ký"),
    "seal_return": gettext_lazy("Đóng dấu, trả kết quả"),
}
ROLE_WORDS: dict[str, str | Promise] = {
    "applicant": gettext_lazy("Người nộp hồ sơ"),
    "receiver": gettext_lazy("Tiếp nhận và trả kết quả"),
    "specialist": gettext_lazy("Chuyên môn thụ lý"),
    "leader": gettext_lazy("Lãnh đạo ký duyệt"),
    "clerk": gettext_lazy("Văn thư"),
}
OUTPUT_WORDS: dict[str, str | Promise] = {
    "item": gettext_lazy("khoản thu"),
    "amount": gettext_lazy("mức thu"),
    "article": gettext_lazy("căn cứ"),
    "exemption": gettext_lazy("diện miễn"),
    "times": gettext_lazy("số lần"),
    "verified": gettext_lazy("đã xác minh"),
}


def role_words(role: str) -> str:
    """The role in words; one that is not known as it was written."""
    return str(ROLE_WORDS.get(role, role or _("chưa có vai")))


def kind_words(kind: str) -> str:
    """The kind in words; one that is not known as it was written."""
    return str(KIND_WORDS.get(kind, kind))


def output_words(name: str) -> str:
    """A column of a fee table as people call it; the name itself where it is none of the known."""
    return str(OUTPUT_WORDS.get(name, name))
