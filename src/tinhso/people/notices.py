"""What people are told about their own account, and where accounts are reached."""

from django.utils.translation import gettext_lazy as _

from tinhso.kernel.notify import Notice, Topic, contact_sources, define, define_topic
from tinhso.kernel.notify.kinds import SECURITY
from tinhso.people.queries import contacts

contact_sources.register("accounts", contacts)

IDENTITY_VERIFIED = define(
    Notice(
        "people.identity_verified",
        title=_("Danh tính của bạn đã được xác minh"),
        body=_("Không phải bạn thì gọi 1022 ngay, hoặc ra quầy mang theo giấy tờ."),
        outside=_("Danh tính của tài khoản Tỉnh Số của bạn vừa được xác minh. Không phải bạn thì gọi 1022."),
        url="/tai-khoan/",
        topic=SECURITY.name,
        sms=True,
    )
)
IDENTITY_CONTESTED = define(
    Notice(
        "people.identity_contested",
        title=_("Có người vừa dùng danh tính của bạn với một tài khoản khác"),
        body=_("Chúng tôi đã từ chối, tài khoản của bạn không đổi. Không phải bạn thì gọi 1022."),
        outside=_(
            "Có người vừa dùng danh tính của bạn với một tài khoản khác và bị từ chối. Không phải bạn thì gọi 1022."
        ),
        url="/tai-khoan/",
        topic=SECURITY.name,
        sms=True,
    )
)
CORRECTIONS = define_topic(Topic("people.corrections", _("Sửa họ tên, ngày sinh"), order=63, at_work=True))
CORRECTION_PROPOSED = define(
    Notice(
        "people.correction_proposed",
        title=_("Có đề nghị sửa họ tên, ngày sinh chờ bạn duyệt"),
        body=_("So với giấy tờ gốc rồi duyệt hoặc không duyệt trong 7 ngày."),
        url="/can-bo/sua-ho-ten/",
        topic=CORRECTIONS.name,
    )
)
CORRECTION_BEGUN = define(
    Notice(
        "people.correction_begun",
        title=_("Quầy vừa đề nghị sửa họ tên hoặc ngày sinh của bạn theo giấy tờ gốc"),
        body=_("Chưa có gì đổi; lãnh đạo cơ quan còn phải duyệt. Không phải bạn yêu cầu thì gọi 1022."),
        outside=_("Có đề nghị sửa họ tên hoặc ngày sinh của bạn trên Tỉnh Số. Không phải bạn yêu cầu thì gọi 1022."),
        url="/tai-khoan/",
        topic=SECURITY.name,
        sms=True,
    )
)
CORRECTION_DECIDED = define(
    Notice(
        "people.correction_decided",
        title=_("Đề nghị sửa họ tên, ngày sinh của bạn đã được quyết định"),
        body=_("Mở trang để xem đã sửa hay không duyệt."),
        url="/can-bo/sua-ho-ten/",
        topic=CORRECTIONS.name,
    )
)
CORRECTED = define(
    Notice(
        "people.corrected",
        title=_("Họ tên hoặc ngày sinh của bạn vừa được sửa theo giấy tờ gốc"),
        body=_("Hồ sơ và kết quả đã có giữ nguyên. Không phải bạn yêu cầu thì gọi 1022."),
        outside=_("Họ tên hoặc ngày sinh của bạn trên Tỉnh Số vừa được sửa. Không phải bạn yêu cầu thì gọi 1022."),
        url="/tai-khoan/",
        topic=SECURITY.name,
        sms=True,
    )
)
PASSWORD_RESET = define(
    Notice(
        "people.password_reset",
        title=_("Mật khẩu của bạn vừa được đặt lại"),
        body=_("Không phải bạn thì gọi 1022 ngay."),
        outside=_("Mật khẩu tài khoản Tỉnh Số của bạn vừa được đặt lại. Không phải bạn thì gọi 1022."),
        url="/tai-khoan/",
        topic=SECURITY.name,
        sms=True,
    )
)
OFFICIAL_ACCOUNT_MADE = define(
    Notice(
        "people.official_account_made",
        title=_("Bạn có tài khoản cán bộ"),
        body=_("Cơ quan đã lập tài khoản cho bạn."),
        outside=_(
            "Cơ quan đã lập cho bạn một tài khoản cán bộ trên Tỉnh Số. Hãy mở trang “Quên mật khẩu”, ghi địa chỉ thư "
            "này và tự đặt mật khẩu. Tên đăng nhập xin hỏi người quản trị của cơ quan."
        ),
        url="/quen-mat-khau/",
        topic=SECURITY.name,
    )
)
