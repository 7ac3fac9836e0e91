"""What the counter holds about a person: that they stood there, their appointments, copies certified for them."""

from django.utils.translation import gettext_lazy as _

from tinhso.dossiers.models import Appointment, CertifiedCopy, Digitised, Presence
from tinhso.kernel.personal import DataSubject, Section, not_of_a_person, table

WHEN = _("Lúc")


def counter_sections(subject: DataSubject) -> list[Section]:
    return [
        table(
            "dossiers.Presence",
            _("Lượt bạn tới quầy"),
            Presence.objects.filter(person=subject.person).order_by("id"),
            {
                "seen_at": WHEN,
                "seen_by_name": _("Cán bộ đối chiếu"),
                "kind": _("Giấy tờ"),
                "number": _("Số"),
                "phone": _("Điện thoại"),
            },
        ),
        table(
            "dossiers.Appointment",
            _("Lịch hẹn của bạn"),
            Appointment.objects.filter(account__in=subject.accounts).order_by("id"),
            {
                "starts_at": WHEN,
                "name": _("Tên"),
                "procedure": _("Mã thủ tục"),
                "procedure_name": _("Việc"),
                "state": _("Tình trạng"),
            },
        ),
        table(
            "dossiers.CertifiedCopy",
            _("Bản sao chứng thực điện tử"),
            CertifiedCopy.objects.filter(person=subject.person).order_by("id"),
            {
                "attested_at": WHEN,
                "title": _("Tên giấy tờ"),
                "original_number": _("Số bản chính"),
                "original_issuer": _("Nơi cấp bản chính"),
                "state": _("Tình trạng"),
                "refusal": _("Vì sao không chứng thực"),
                "revoked_at": _("Thu hồi lúc"),
                "revoke_reason": _("Lý do thu hồi"),
            },
        ),
        table(
            "dossiers.Digitised",
            _("Giấy tờ cũ của bạn đã số hóa"),
            Digitised.objects.filter(person=subject.person).order_by("id"),
            {
                "title": _("Tên giấy tờ"),
                "number": _("Số"),
                "issued_on": _("Ngày cấp"),
                "valid_to": _("Có giá trị đến"),
                "holder_name": _("Họ tên trên danh sách"),
                "state": _("Tình trạng"),
                "signed_at": _("Ký lúc"),
                "end_reason": _("Lý do thu hồi"),
            },
        ),
    ]


not_of_a_person("dossiers.Ticket", "số thứ tự không gắn với tên ai")
not_of_a_person("dossiers.DigitisedBatch", "lô số hóa của cơ quan, không gắn với tên người dân")
not_of_a_person("dossiers.CopyPage", "trang quét của bản sao chứng thực đã kể")
