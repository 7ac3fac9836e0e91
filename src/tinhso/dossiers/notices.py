"""What an applicant is told about a dossier. Outside the house only the code travels, never a name or content."""

from django.utils.translation import gettext_lazy as _

from tinhso.kernel.notify import Notice, define

PAGE = "/ho-so/%(dossier)s"
OUTSIDE = _("Hồ sơ %(code)s có tin mới. Đăng nhập để xem.")

define(
    Notice(
        "dossiers.submitted",
        title=_("Đã nhận hồ sơ %(code)s"),
        body=_("%(procedure)s. Cán bộ sẽ xem và tiếp nhận; lúc này bạn không phải làm gì."),
        outside=_("Bạn đã nộp hồ sơ %(code)s. Giữ mã này để tra cứu."),
        url=PAGE,
    )
)
define(
    Notice(
        "dossiers.received",
        title=_("Hồ sơ %(code)s đã được tiếp nhận"),
        body=_("Hẹn trả kết quả trước %(due)s."),
        outside=_("Hồ sơ %(code)s đã được tiếp nhận, hẹn trả trước %(due)s."),
        url=PAGE,
    )
)
define(
    Notice(
        "dossiers.received_without_term",
        title=_("Hồ sơ %(code)s đã được tiếp nhận"),
        body=_("Chưa có ngày hẹn trả: thời hạn tùy hồ sơ. Có tin mới, chúng tôi báo ngay."),
        outside=_("Hồ sơ %(code)s đã được tiếp nhận. Đăng nhập để xem."),
        url=PAGE,
    )
)
define(
    Notice(
        "dossiers.supplement",
        title=_("Hồ sơ %(code)s cần bổ sung"),
        body=_("Xem những điều cần bổ sung và gửi lại. Thời gian giải quyết dừng cho đến khi bạn gửi."),
        outside=_("Hồ sơ %(code)s cần bổ sung. Đăng nhập để xem cần gì."),
        url=PAGE,
        sms=True,
    )
)
define(
    Notice(
        "dossiers.refused",
        title=_("Hồ sơ %(code)s bị từ chối"),
        body=_("Xem lý do và căn cứ pháp luật."),
        outside=OUTSIDE,
        url=PAGE,
        sms=True,
    )
)
define(
    Notice(
        "dossiers.issued",
        title=_("Hồ sơ %(code)s đã có kết quả"),
        body=_("Kết quả đã ký số và đóng dấu, có trong kho dữ liệu của bạn nếu danh tính đã xác minh."),
        outside=_("Hồ sơ %(code)s đã có kết quả. Đăng nhập để xem."),
        url=PAGE,
        sms=True,
    )
)
define(
    Notice(
        "dossiers.returned",
        title=_("Hồ sơ %(code)s đã trả kết quả"),
        body=_("Mời bạn đánh giá việc giải quyết."),
        outside=OUTSIDE,
        url=PAGE,
    )
)
define(
    Notice(
        "dossiers.revoked",
        title=_("Kết quả của hồ sơ %(code)s đã bị thu hồi"),
        body=_("Xem lý do; tệp đã tải về không còn giá trị."),
        outside=OUTSIDE,
        url=PAGE,
        sms=True,
    )
)
