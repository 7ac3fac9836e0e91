"""What other agencies were asked about a person's dossiers, for the copy of their data."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from tinhso.dossiers.models import Opinion, OpinionPaper
from tinhso.kernel.personal import Section, table


def opinion_sections(asked: "QuerySet[Opinion]", papers: "QuerySet[OpinionPaper]") -> list[Section]:
    """Question and answer, and the papers that somebody else could open."""
    return [
        table(
            "dossiers.Opinion",
            _("Ý kiến cơ quan khác về hồ sơ của bạn"),
            asked.order_by("id"),
            {
                "dossier__code": _("Mã hồ sơ"),
                "asked_at": _("Hỏi lúc"),
                "agency__name": _("Cơ quan được hỏi"),
                "party": _("Nơi ngoài hệ thống"),
                "question": _("Điều được hỏi"),
                "with_form": _("Được xem lời khai"),
                "answered_at": _("Trả lời lúc"),
                "stance": _("Ý kiến"),
                "answer": _("Trả lời"),
                "reference": _("Số văn bản"),
                "file__sha256": "SHA-256",
                "taken_back_reason": _("Vì sao rút"),
            },
        ),
        table(
            "dossiers.OpinionPaper",
            _("Giấy tờ của bạn mà cơ quan khác được xem"),
            papers.order_by("id"),
            {
                "opinion__dossier__code": _("Mã hồ sơ"),
                "created_at": _("Lúc"),
                "attachment__name": _("Tên tệp"),
                "opinion__agency__name": _("Cơ quan được hỏi"),
            },
        ),
    ]
