"""What an applicant is told about a dossier. Outside the house only the code travels, never a name or content."""

from django.utils.translation import gettext_lazy as _

from tinhso.kernel.notify import Notice, Topic, define, define_topic

PAGE = "/ho-so/%(dossier)s"
DESK_PAGE = "/ban-lam-viec/ho-so/%(dossier)s"
JOINT_PAGE = "/lam-chung/ho-so/%(joint)s"
OPINION_PAGE = "/ban-lam-viec/y-kien/%(opinion)s"
OUTSIDE = _("Hồ sơ %(code)s có tin mới. Đăng nhập để xem.")
OUTSIDE_DUE = _("Hồ sơ %(code)s có hạn cần xem. Đăng nhập để xem.")

NEEDED = define_topic(
    Topic(
        "dossiers.needed",
        _("Hồ sơ cần bạn, hoặc đã có kết quả"),
        _("Cần bổ sung, chờ nộp phí, dừng, chậm, từ chối, có kết quả, thu hồi."),
        order=10,
    )
)
STEPS = define_topic(
    Topic("dossiers.steps", _("Các bước khác của hồ sơ"), _("Đã nộp, đã tiếp nhận, giải quyết tiếp, đã trả."), order=20)
)
MESSAGES = define_topic(
    Topic("dossiers.messages", _("Tin nhắn về hồ sơ"), _("Cơ quan viết cho bạn trong phần trao đổi."), order=30)
)
APPOINTMENTS = define_topic(Topic("dossiers.appointments", _("Lịch hẹn đã đặt"), order=40))
REMINDERS = define_topic(Topic("dossiers.reminders", _("Nhắc lịch hẹn"), order=41))
DOCUMENTS = define_topic(
    Topic("dossiers.documents", _("Giấy tờ mới trong kho"), _("Bản sao chứng thực, kết quả cũ được số hóa."), order=45)
)
DEADLINES = define_topic(
    Topic("dossiers.deadlines", _("Hạn của hồ sơ tôi giữ"), _("Sắp đến hạn, quá hạn."), order=60, at_work=True)
)
DESK_TURNS = define_topic(
    Topic(
        "dossiers.desk_turns",
        _("Việc mới ở hồ sơ tôi giữ"),
        _("Người nộp đã bổ sung, rút hồ sơ, nộp phí; hồ sơ được chuyển cho tôi."),
        order=59,
        at_work=True,
    )
)
OPINIONS = define_topic(
    Topic(
        "dossiers.opinions",
        _("Lấy ý kiến giữa các cơ quan"),
        _("Cơ quan khác hỏi, trả lời; sắp đến hạn, quá hạn."),
        order=58,
        at_work=True,
    )
)
DESK_MESSAGES = define_topic(Topic("dossiers.desk_messages", _("Người nộp viết cho cơ quan"), order=61, at_work=True))
FILES = define_topic(Topic("dossiers.files", _("Tệp xuất tôi yêu cầu đã xong"), order=62, at_work=True))

define(
    Notice(
        "dossiers.submitted",
        title=_("Đã nhận hồ sơ %(code)s"),
        body=_("%(procedure)s. Cán bộ sẽ xem và tiếp nhận; lúc này bạn không phải làm gì."),
        outside=_("Bạn đã nộp hồ sơ %(code)s. Giữ mã này để tra cứu."),
        url=PAGE,
        topic=STEPS.name,
    )
)
define(
    Notice(
        "dossiers.received",
        title=_("Hồ sơ %(code)s đã được tiếp nhận"),
        body=_("Hẹn trả kết quả trước %(due)s."),
        outside=_("Hồ sơ %(code)s đã được tiếp nhận, hẹn trả trước %(due)s."),
        url=PAGE,
        topic=STEPS.name,
    )
)
define(
    Notice(
        "dossiers.received_without_term",
        title=_("Hồ sơ %(code)s đã được tiếp nhận"),
        body=_("Chưa có ngày hẹn trả: thời hạn tùy hồ sơ. Có tin mới, chúng tôi báo ngay."),
        outside=_("Hồ sơ %(code)s đã được tiếp nhận. Đăng nhập để xem."),
        url=PAGE,
        topic=STEPS.name,
    )
)
define(
    Notice(
        "dossiers.supplement",
        title=_("Hồ sơ %(code)s cần bổ sung"),
        body=_("Xem những điều cần bổ sung và gửi lại. Thời gian giải quyết dừng cho đến khi bạn gửi."),
        outside=_("Hồ sơ %(code)s cần bổ sung. Đăng nhập để xem cần gì."),
        url=PAGE,
        topic=NEEDED.name,
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
        topic=NEEDED.name,
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
        topic=NEEDED.name,
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
        topic=STEPS.name,
    )
)
define(
    Notice(
        "dossiers.rating_answered",
        title=_("Cơ quan đã trả lời góp ý của bạn"),
        body=_("Xem ở hồ sơ %(code)s."),
        outside=OUTSIDE,
        url=PAGE,
        topic=MESSAGES.name,
    )
)
define(
    Notice(
        "dossiers.revoked",
        title=_("Kết quả của hồ sơ %(code)s đã bị thu hồi"),
        body=_("Xem lý do; tệp đã tải về không còn giá trị."),
        outside=OUTSIDE,
        url=PAGE,
        topic=NEEDED.name,
        sms=True,
    )
)
define(
    Notice(
        "dossiers.extended",
        title=_("Xin lỗi bạn: hồ sơ %(code)s trả kết quả chậm hơn đã hẹn"),
        body=_("Ngày trả mới: trước %(due)s. Lý do có trong hồ sơ; chỉ được hẹn lại một lần."),
        outside=_("Xin lỗi: hồ sơ %(code)s được hẹn lại, trả trước %(due)s."),
        url=PAGE,
        topic=NEEDED.name,
        sms=True,
    )
)
define(
    Notice(
        "dossiers.suspended",
        title=_("Hồ sơ %(code)s đang dừng giải quyết"),
        body=_("Xem lý do. Thời gian dừng không tính vào thời hạn; giải quyết tiếp sẽ báo hẹn mới."),
        outside=_("Hồ sơ %(code)s đang dừng giải quyết. Đăng nhập để xem lý do."),
        url=PAGE,
        topic=NEEDED.name,
        sms=True,
    )
)
define(
    Notice(
        "dossiers.waiting",
        title=_("Hồ sơ %(code)s đang chờ bạn"),
        body=_("Xem cơ quan chờ điều gì. Thời hạn dừng cho tới khi bạn sẵn sàng."),
        outside=_("Hồ sơ %(code)s đang chờ bạn. Đăng nhập để xem."),
        url=PAGE,
        topic=NEEDED.name,
        sms=True,
    )
)
define(
    Notice(
        "dossiers.fee",
        title=_("Hồ sơ %(code)s chờ nộp phí, lệ phí"),
        body=_("Xem khoản phải nộp. Thời hạn dừng cho tới khi ghi nhận bạn đã nộp."),
        outside=_("Hồ sơ %(code)s chờ nộp phí. Đăng nhập để xem khoản phải nộp."),
        url=PAGE,
        topic=NEEDED.name,
        sms=True,
    )
)
define(
    Notice(
        "dossiers.running",
        title=_("Hồ sơ %(code)s được giải quyết tiếp"),
        body=_("Hẹn trả kết quả trước %(due)s."),
        outside=_("Hồ sơ %(code)s được giải quyết tiếp, hẹn trả trước %(due)s."),
        url=PAGE,
        topic=STEPS.name,
    )
)
define(
    Notice(
        "dossiers.running_without_term",
        title=_("Hồ sơ %(code)s được giải quyết tiếp"),
        body=_("Chưa có ngày hẹn trả: thời hạn tùy hồ sơ. Có tin mới, chúng tôi báo ngay."),
        outside=_("Hồ sơ %(code)s được giải quyết tiếp. Đăng nhập để xem."),
        url=PAGE,
        topic=STEPS.name,
    )
)
define(
    Notice(
        "dossiers.export_ready",
        title=_("Tệp “%(name)s” đã xong"),
        body=_("%(rows)s hồ sơ. Cả cơ quan tải được tới %(until)s, sau đó tệp tự xóa."),
        outside=_("Tệp bạn yêu cầu đã xong. Đăng nhập để tải, trước %(until)s."),
        url="/ban-lam-viec/xuat",
        topic=FILES.name,
        email=False,
    )
)
define(
    Notice(
        "dossiers.step_soon",
        title=_("Hồ sơ %(code)s: bước “%(step)s” sắp hết giờ"),
        body=_("Bước này nên xong trước %(due)s."),
        outside=OUTSIDE_DUE,
        url=DESK_PAGE,
        topic=DEADLINES.name,
        email=False,
    )
)
define(
    Notice(
        "dossiers.step_late",
        title=_("Hồ sơ %(code)s: bước “%(step)s” quá giờ"),
        body=_("Bước này đáng lẽ xong lúc %(due)s."),
        outside=OUTSIDE_DUE,
        url=DESK_PAGE,
        topic=DEADLINES.name,
        email=False,
    )
)
define(
    Notice(
        "dossiers.whole_soon",
        title=_("Hồ sơ %(code)s sắp đến hạn trả"),
        body=_(
            "%(procedure)s, hẹn trả trước %(due)s. Nếu chắc chậm, lãnh đạo cần xin lỗi và hẹn lại trước ngày hết hạn."
        ),
        outside=OUTSIDE_DUE,
        url=DESK_PAGE,
        topic=DEADLINES.name,
        email=False,
    )
)
define(
    Notice(
        "dossiers.whole_late",
        title=_("Hồ sơ %(code)s quá hạn trả"),
        body=_("%(procedure)s, đã hẹn trả trước %(due)s."),
        outside=OUTSIDE_DUE,
        url=DESK_PAGE,
        topic=DEADLINES.name,
        email=False,
    )
)
define(
    Notice(
        "dossiers.appointment_made",
        title=_("Lịch hẹn lúc %(at)s"),
        body=_("%(agency)s. Mang giấy tờ tùy thân và bản chính giấy tờ; tới nơi báo với quầy để lấy số."),
        outside=_("Bạn đã đặt lịch hẹn lúc %(at)s. Đăng nhập để xem hoặc hủy."),
        url="/lich-hen",
        topic=APPOINTMENTS.name,
    )
)
define(
    Notice(
        "dossiers.appointment_soon",
        title=_("Sắp tới lịch hẹn lúc %(at)s"),
        body=_("%(agency)s. Không tới được thì hủy lịch để người khác có chỗ."),
        outside=_("Nhắc bạn: lịch hẹn lúc %(at)s. Không tới được thì đăng nhập và hủy."),
        url="/lich-hen",
        topic=REMINDERS.name,
        sms=True,
    )
)
define(
    Notice(
        "dossiers.copy_issued",
        title=_("Có bản sao chứng thực điện tử"),
        body=_("%(title)s số %(number)s đã ký và đóng dấu, nằm trong kho giấy tờ của bạn."),
        outside=_("Bản sao chứng thực điện tử của bạn đã xong. Đăng nhập để xem."),
        url="/kho-giay-to",
        topic=DOCUMENTS.name,
    )
)
define(
    Notice(
        "dossiers.copy_revoked",
        title=_("Bản sao chứng thực điện tử số %(number)s đã bị thu hồi"),
        body=_("%(title)s không còn giá trị; tệp đã tải về cũng vậy. Lý do: %(reason)s"),
        outside=_("Một bản sao chứng thực điện tử của bạn đã bị thu hồi. Đăng nhập để xem."),
        url="/kho-giay-to",
        topic=NEEDED.name,
        sms=True,
    )
)
define(
    Notice(
        "dossiers.part_begun",
        title=_("Bắt đầu phần tiếp theo: hồ sơ %(code)s"),
        body=_("%(procedure)s. Phần trước đã có kết quả; bạn không phải nộp gì thêm."),
        outside=OUTSIDE,
        url=PAGE,
        topic=STEPS.name,
    )
)
define(
    Notice(
        "dossiers.part_dropped",
        title=_("Hồ sơ liên thông %(code)s: có phần không làm được"),
        body=_("%(part)s. Xem lý do và cách làm riêng phần này."),
        outside=OUTSIDE,
        url=JOINT_PAGE,
        topic=NEEDED.name,
        sms=True,
    )
)
define(
    Notice(
        "dossiers.outside_done",
        title=_("Hồ sơ liên thông %(code)s: có kết quả một phần"),
        body=_("%(part)s."),
        outside=OUTSIDE,
        url=JOINT_PAGE,
        topic=STEPS.name,
    )
)
define(
    Notice(
        "dossiers.outside_refused",
        title=_("Hồ sơ liên thông %(code)s: một phần bị từ chối"),
        body=_("%(part)s. Xem lý do."),
        outside=OUTSIDE,
        url=JOINT_PAGE,
        topic=NEEDED.name,
        sms=True,
    )
)
define(
    Notice(
        "dossiers.message",
        title=_("Cơ quan viết cho bạn về hồ sơ %(code)s"),
        body=_("Mở để đọc và trả lời. Tin nhắn không thay cho văn bản; yêu cầu bổ sung luôn có phiếu riêng."),
        outside=OUTSIDE,
        url=f"{PAGE}/trao-doi",
        topic=MESSAGES.name,
    )
)
for _name, _title, _body in (
    ("answered_desk", _("Hồ sơ %(code)s đã được bổ sung"), _("Xem phần bổ sung rồi làm tiếp.")),
    ("withdrawn_desk", _("Hồ sơ %(code)s đã được rút"), _("Bạn đang giữ hồ sơ này; không phải làm gì thêm.")),
    ("paid_desk", _("Hồ sơ %(code)s đã nộp phí, lệ phí"), _("Giải quyết tiếp: thời hạn lại chạy.")),
    ("handed_desk", _("Hồ sơ %(code)s được chuyển cho bạn"), _("Mở để xem bước đang chờ và lời dặn.")),
):
    define(
        Notice(
            f"dossiers.{_name}",
            title=_title,
            body=_body,
            outside=OUTSIDE,
            url=DESK_PAGE,
            topic=DESK_TURNS.name,
            email=False,
        )
    )
for _name, _title, _body, _url in (
    (
        "opinion_asked",
        _("Cơ quan bạn được hỏi ý kiến về hồ sơ %(code)s"),
        _("Trả lời trước %(due)s. Mở để xem nội dung và giấy tờ kèm theo."),
        OPINION_PAGE,
    ),
    (
        "opinion_taken_back",
        _("Không cần ý kiến về hồ sơ %(code)s nữa"),
        _("Nơi hỏi đã rút câu hỏi; bạn không phải làm gì."),
        "/ban-lam-viec/y-kien",
    ),
    (
        "opinion_ended",
        _("Không cần ý kiến về hồ sơ %(code)s nữa"),
        _("Hồ sơ đã có kết quả hoặc đã kết thúc; bạn không phải làm gì."),
        "/ban-lam-viec/y-kien",
    ),
    ("opinion_given", _("Đã có ý kiến về hồ sơ %(code)s"), _("Mở hồ sơ để xem trả lời."), DESK_PAGE),
    (
        "opinion_soon",
        _("Sắp hết hạn cho ý kiến về hồ sơ %(code)s"),
        _("Trả lời trước %(due)s."),
        OPINION_PAGE,
    ),
    (
        "opinion_late",
        _("Quá hạn cho ý kiến về hồ sơ %(code)s"),
        _("Đáng lẽ trả lời trước %(due)s."),
        OPINION_PAGE,
    ),
    (
        "opinion_soon_asker",
        _("Hồ sơ %(code)s: nơi được hỏi chưa cho ý kiến, sắp hết hạn"),
        _("Hạn trả lời: %(due)s."),
        DESK_PAGE,
    ),
    (
        "opinion_late_asker",
        _("Hồ sơ %(code)s: nơi được hỏi quá hạn cho ý kiến"),
        _("Hạn trả lời đã qua: %(due)s. Đôn đốc; nếu hồ sơ chắc chậm, xin lỗi và hẹn lại trước ngày hết hạn."),
        DESK_PAGE,
    ),
):
    define(
        Notice(
            f"dossiers.{_name}",
            title=_title,
            body=_body,
            outside=OUTSIDE_DUE,
            url=_url,
            topic=OPINIONS.name,
            email=False,
        )
    )
define(
    Notice(
        "dossiers.message_desk",
        title=_("Người nộp viết về hồ sơ %(code)s"),
        body=_("Mở để đọc và trả lời."),
        outside=OUTSIDE,
        url=f"{DESK_PAGE}/trao-doi",
        topic=DESK_MESSAGES.name,
        email=False,
    )
)
define(
    Notice(
        "dossiers.digitised",
        title=_("Giấy tờ cũ của bạn đã có bản điện tử"),
        body=_("%(title)s, cơ quan đã quét và ký số, nằm trong kho giấy tờ của bạn. Sai thì báo cơ quan cấp."),
        outside=_("Một giấy tờ cũ của bạn đã có bản điện tử. Đăng nhập để xem."),
        url="/kho-giay-to",
        topic=DOCUMENTS.name,
    )
)
