"""What can go wrong, said once: actions raise these, pages and API turn them into words.

Every error carries a sentence in the user's language that says what to do (RFC 9457 for the API).
"""

from collections.abc import Mapping
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


class Problem(Exception):
    """An expected refusal. ``detail`` says what to do; ``fields`` maps a field's path to its own sentence."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad-request"
    title: ClassVar[Text] = _("Yêu cầu chưa đúng")

    def __init__(self, detail: Text | None = None, *, fields: Mapping[str, Text] | None = None) -> None:
        self.detail: Text = detail if detail is not None else self.title
        self.fields: dict[str, Text] = dict(fields or {})
        super().__init__(self.code)


class Invalid(Problem):
    """What was sent breaks a rule; nothing was changed."""

    status, code, title = 422, "invalid", _("Có chỗ cần sửa")


class NotFound(Problem):
    """Not there, or not yours: the answer is the same (rule 7 of the house)."""

    status, code, title = 404, "not-found", _("Không tìm thấy")


class Unauthenticated(Problem):
    status, code, title = 401, "unauthenticated", _("Bạn cần đăng nhập")


class Denied(Problem):
    """Known to exist, but this actor may not do it."""

    status, code, title = 403, "denied", _("Bạn không có quyền làm việc này")


class Conflict(Problem):
    """The thing is no longer in the state that the act needs: somebody acted first."""

    status, code, title = 409, "conflict", _("Việc này đã được xử lý trước đó")


class Stale(Conflict):
    """The version the user saw is not the current one (HTTP 412)."""

    status, code, title = 412, "stale", _("Nội dung đã thay đổi từ khi bạn mở trang")


class TooLarge(Problem):
    status, code, title = 413, "too-large", _("Tệp quá lớn")


class TooMany(Problem):
    status, code, title = 429, "too-many", _("Bạn đã thử quá nhiều lần")


class NoRoom(Problem):
    """The disk takes nothing more (see `kernel.disk`): nothing was changed, nothing half written stays."""

    status, code, title = 507, "no-room", _("Hệ thống hết chỗ lưu")

    def __init__(self) -> None:
        super().__init__(
            _(
                "Kho lưu của hệ thống đang đầy nên việc bạn vừa làm chưa được ghi. Những gì đã lưu trước đó "
                "còn nguyên. Chờ vài phút rồi làm lại; nếu vẫn vậy, báo bộ phận hỗ trợ."
            )
        )


class Unavailable(Problem):
    """A part outside does not answer now."""

    status, code, title = 503, "unavailable", _("Dịch vụ tạm thời chưa trả lời")
