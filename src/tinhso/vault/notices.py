"""What a person is told about their requests."""

from django.utils.translation import gettext_lazy as _

from tinhso.kernel.notify import Notice, Topic, define, define_topic
from tinhso.kernel.notify.kinds import SECURITY

PAGE = "/du-lieu-cua-toi"
DATA = define_topic(Topic("vault.data", _("Bản dữ liệu bạn yêu cầu"), order=50))

define(
    Notice(
        "vault.export_ready",
        title=_("Bản dữ liệu của bạn đã sẵn sàng"),
        body=_("Tải về trước %(until)s."),
        outside=_("Bản dữ liệu bạn yêu cầu đã sẵn sàng. Đăng nhập để tải, trước %(until)s."),
        url=PAGE,
        topic=DATA.name,
    )
)
define(
    Notice(
        "vault.request_asked",
        title=_("Đã nhận yêu cầu về dữ liệu cá nhân của bạn"),
        body=_("Không phải bạn yêu cầu thì gọi 1022 ngay."),
        outside=_("Có yêu cầu về dữ liệu cá nhân của bạn. Không phải bạn thì gọi 1022."),
        url=PAGE,
        topic=SECURITY.name,
        sms=True,
    )
)
define(
    Notice(
        "vault.erasure_refused",
        title=_("Yêu cầu xóa dữ liệu không thực hiện được"),
        body=_("Xem lý do."),
        outside=_("Yêu cầu xóa dữ liệu của bạn đã có trả lời. Đăng nhập để xem."),
        url=PAGE,
        topic=SECURITY.name,
    )
)
define(
    Notice(
        "vault.erasure_approved",
        title=_("Yêu cầu xóa dữ liệu của bạn đã được duyệt"),
        body=_("Dữ liệu được xóa sau ít phút; tài khoản này đóng cùng lúc."),
        outside=_("Yêu cầu xóa dữ liệu của bạn đã được duyệt; tài khoản đóng sau ít phút. Cần giúp thì gọi 1022."),
        url=PAGE,
        topic=SECURITY.name,
    )
)
