"""What applications hold about a person. What was never sent can be let go; what was sent is a record of the state."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tinhso.dossiers.events import DraftErased
from tinhso.dossiers.models import (
    Attachment,
    BookEntry,
    Dossier,
    Draft,
    Extension,
    FeeDue,
    Joint,
    JointPart,
    Message,
    MessageFile,
    Opinion,
    OpinionPaper,
    Paper,
    PaperDossier,
    PaperPrint,
    Pause,
    Payment,
    Proposal,
    Rating,
    Refusal,
    Result,
    ResultState,
    SideCopy,
    Step,
    Supplement,
)
from tinhso.dossiers.models.dossiers import CLOSED
from tinhso.dossiers.personal_counter import counter_sections
from tinhso.dossiers.personal_opinions import opinion_sections
from tinhso.kernel import clock
from tinhso.kernel.events import emit
from tinhso.kernel.personal import (
    DataSubject,
    Erasable,
    Provider,
    Section,
    in_pages,
    not_of_a_person,
    providers,
    section,
    table,
    with_names,
)
from tinhso.kernel.policy import Actor
from tinhso.places import queries as places
from tinhso.procedures import queries as procedures
from tinhso.procedures.filling import words

#: Forms whose answers are read at once: a form is a large row.
FORMS = 50
WHEN, CODE, OF = _("Lúc"), _("Mã hồ sơ"), "dossier__code"


def _dossiers(subject: DataSubject) -> "QuerySet[Dossier]":
    return Dossier.objects.filter(_mine(subject)).order_by("id")


def _mine(subject: DataSubject, prefix: str = "") -> Q:
    """Theirs by person, or by account as long as no person is known: what somebody sent for another is not theirs."""
    by_account = {f"{prefix}applicant_person": None, f"{prefix}applicant_account__in": subject.accounts}
    return Q(**{f"{prefix}applicant_person": subject.person}) | Q(**by_account)


def _unsent(subject: DataSubject, prefix: str = "") -> Q:
    """Their own; what they fill in as an official at the counter is of the person who stands there."""
    own = Q(**{f"{prefix}account__in": subject.accounts, f"{prefix}presence": None})
    return (own | Q(**{f"{prefix}presence__person": subject.person})) & Q(**{f"{prefix}submitted_at": None})


def _tell(subject: DataSubject) -> list[Section]:
    of, drafts = _mine(subject, "dossier__"), Draft.objects.filter(_unsent(subject))
    return [
        _sent(subject),
        _answers("dossiers.Answer", _("Điều bạn đã khai trong hồ sơ"), _dossiers(subject), lambda d: d.code),
        _answers(
            "dossiers.Draft",
            _("Tờ khai chưa nộp"),
            drafts.order_by("id"),
            lambda d: f"{clock.local(d.saved_at):%d/%m/%Y}",
        ),
        table(
            "dossiers.SideCopy",
            _("Bản lưu riêng của tờ khai"),
            SideCopy.objects.filter(_mine(subject, "draft__dossier__") | _unsent(subject, "draft__")).order_by("id"),
            {"created_at": WHEN, "topic": _("Mục"), "data": _("Nội dung")},
        ),
        table(
            "dossiers.Attachment",
            _("Giấy tờ kèm hồ sơ"),
            Attachment.objects.filter(of | _unsent(subject, "draft__")).order_by("id"),
            {
                "created_at": WHEN,
                OF: CODE,
                "component": _("Loại giấy tờ"),
                "name": _("Tên tệp"),
                "file__sha256": "SHA-256",
                "removed_at": _("Bỏ ra lúc"),
                "original": _("Bản chính"),
                "held": _("Lấy từ kho"),
            },
        ),
        table(
            "dossiers.Step",
            _("Ai giữ hồ sơ của bạn, bao lâu"),
            Step.objects.filter(of).order_by("dossier_id", "number"),
            {
                OF: CODE,
                "title": _("Bước"),
                "holder_name": _("Người giữ"),
                "began_at": _("Từ"),
                "ended_at": _("Đến"),
                "outcome": _("Kết quả"),
                "note": _("Ghi chú"),
            },
        ),
        table(
            "dossiers.Supplement",
            _("Yêu cầu bổ sung"),
            Supplement.objects.filter(of).order_by("id"),
            {
                OF: CODE,
                "asked_at": _("Yêu cầu lúc"),
                "points": _("Điều cần bổ sung"),
                "reason": _("Lý do"),
                "answered_at": _("Trả lời lúc"),
                "answer": _("Trả lời"),
                "replaced": _("Bản khai trước"),
            },
        ),
        table(
            "dossiers.Proposal",
            _("Đề xuất của người thẩm định"),
            Proposal.objects.filter(of).order_by("id"),
            {OF: CODE, "proposed_at": WHEN, "proposed_by_name": _("Người đề xuất"), "text": _("Nội dung")},
        ),
        table(
            "dossiers.Refusal",
            _("Từ chối"),
            Refusal.objects.filter(of).order_by("id"),
            {OF: CODE, "decided_at": WHEN, "reason_title": _("Lý do"), "article": _("Căn cứ"), "text": _("Giải thích")},
        ),
        table(
            "dossiers.Result",
            _("Kết quả đã cấp"),
            Result.objects.filter(of).order_by("id"),
            {
                OF: CODE,
                "title": _("Tên"),
                "number": _("Số"),
                "values": _("Nội dung in"),
                "state": _("Tình trạng"),
                "issued_at": _("Cấp lúc"),
                "revoked_at": _("Thu hồi lúc"),
                "revoke_reason": _("Lý do thu hồi"),
                "reissue_reason": _("Lý do cấp lại"),
                "digest": "SHA-256",
            },
        ),
        table(
            "dossiers.BookEntry",
            _("Số trong sổ"),
            BookEntry.objects.filter(of).order_by("id"),
            {
                OF: CODE,
                "book__kind": _("Sổ"),
                "book__year": _("Năm"),
                "number": _("Số"),
                "written_at": WHEN,
                "void_reason": _("Lý do hủy"),
            },
        ),
        table(
            "dossiers.Rating",
            _("Đánh giá của bạn"),
            Rating.objects.filter(of).order_by("id"),
            {
                OF: CODE,
                "created_at": WHEN,
                "stars": _("Số sao"),
                "comment": _("Nhận xét"),
                "marks": _("Điểm từng tiêu chí"),
                "reply__text": _("Cơ quan trả lời"),
            },
            own=True,  # officials were promised not to see who rated what
        ),
        table(
            "dossiers.Paper",
            _("Giấy đã lập cho hồ sơ"),
            Paper.objects.filter(of).order_by("id"),
            {
                OF: CODE,
                "issued_at": WHEN,
                "title": _("Tên"),
                "number": _("Số"),
                "values": _("Nội dung"),
                "digest": "SHA-256",
            },
        ),
        table(
            "dossiers.PaperDossier",
            _("Danh sách bàn giao có hồ sơ của bạn"),
            PaperDossier.objects.filter(of).order_by("id"),
            {OF: CODE, "paper__title": _("Tên"), "paper__number": _("Số"), "paper__issued_at": WHEN},
        ),
        table(
            "dossiers.PaperPrint",
            _("Mỗi lần in giấy của hồ sơ"),
            PaperPrint.objects.filter(_mine(subject, "paper__dossier__")).order_by("id"),
            {"paper__title": _("Tên"), "number": _("Lần in"), "printed_at": WHEN, "name": _("Người in")},
        ),
        table(
            "dossiers.Pause",
            _("Khi thời hạn dừng"),
            Pause.objects.filter(of).order_by("id"),
            {
                OF: CODE,
                "began_at": _("Từ"),
                "ended_at": _("Đến"),
                "reason": _("Lý do"),
                "end_note": _("Vì sao chạy tiếp"),
                "amount": _("Số tiền"),
                "receipt_number": _("Số biên lai"),
            },
        ),
        table(
            "dossiers.FeeDue",
            _("Phí, lệ phí của hồ sơ"),
            FeeDue.objects.filter(of).order_by("dossier_id", "number"),
            {
                OF: CODE,
                "item": _("Khoản"),
                "amount": _("Số tiền"),
                "exemption": _("Được miễn vì"),
                "claim": _("Diện miễn"),
                "claim_note": _("Giấy tờ đã xem"),
                "state": _("Tình trạng"),
                "outside_number": _("Số biên lai"),
                "dropped_reason": _("Vì sao thôi thu"),
            },
        ),
        table(
            "dossiers.Payment",
            _("Tiền bạn đã nộp tại quầy"),
            Payment.objects.filter(of).order_by("id"),
            {
                OF: CODE,
                "paid_at": WHEN,
                "item": _("Khoản"),
                "amount": _("Số tiền"),
                "number": _("Số biên lai"),
                "method": _("Cách nộp"),
                "reference": _("Số giao dịch"),
                "payer_name": _("Người nộp tiền"),
                "voided_at": _("Hủy lúc"),
                "void_reason": _("Lý do hủy"),
            },
        ),
        table(
            "dossiers.Extension",
            _("Xin lỗi và hẹn lại"),
            Extension.objects.filter(of).order_by("id"),
            {OF: CODE, "decided_at": WHEN, "reason": _("Lý do"), "until": _("Hẹn lại")},
        ),
        *opinion_sections(
            Opinion.objects.filter(of), OpinionPaper.objects.filter(_mine(subject, "opinion__dossier__"))
        ),
        table(
            "dossiers.Joint",
            _("Hồ sơ liên thông"),
            Joint.objects.filter(_joined(subject)).order_by("id"),
            {"code": _("Mã hồ sơ"), "created_at": WHEN, "key": _("Loại"), "applicant_name": _("Người nộp")},
        ),
        table(
            "dossiers.JointPart",
            _("Các phần của hồ sơ liên thông"),
            JointPart.objects.filter(_joined(subject, "joint__")).order_by("joint_id", "number"),
            {
                "joint__code": _("Mã hồ sơ"),
                "key": _("Phần"),
                "state": _("Tình trạng"),
                "reason": _("Lý do"),
                "told": _("Điều chuyển cho cơ quan ngoài hệ thống"),
                "sent_note": _("Ghi chú khi chuyển"),
                "reference": _("Số của cơ quan trả lời"),
            },
        ),
        table(
            "dossiers.Message",
            _("Trao đổi về hồ sơ của bạn"),
            Message.objects.filter(of).order_by("id"),
            {
                OF: CODE,
                "created_at": WHEN,
                "author_name": _("Người viết"),
                "text": _("Nội dung"),
                "read_at": _("Bên kia mở lúc"),
            },
        ),
        table(
            "dossiers.MessageFile",
            _("Tệp kèm tin nhắn"),
            MessageFile.objects.filter(_mine(subject, "message__dossier__")).order_by("id"),
            {"message__dossier__code": CODE, "created_at": WHEN, "name": _("Tên tệp"), "file__sha256": "SHA-256"},
        ),
        *counter_sections(subject),
    ]


def _joined(subject: DataSubject, prefix: str = "") -> Q:
    """Theirs by person, or by account as long as no person is known, or begun for them at a counter."""
    by_account = {f"{prefix}person": None, f"{prefix}account__in": subject.accounts, f"{prefix}presence": None}
    theirs = Q(**{f"{prefix}person": subject.person}) | Q(**{f"{prefix}presence__person": subject.person})
    return theirs | Q(**by_account)


def _sent(subject: DataSubject) -> Section:
    part = table(
        "dossiers.Dossier",
        _("Hồ sơ đã nộp"),
        _dossiers(subject),
        {
            "code": _("Mã hồ sơ"),
            "procedure_version_id": _("Thủ tục"),
            "agency_id": _("Cơ quan"),
            "applicant_name": _("Người nộp"),
            "subject_name": _("Việc của"),
            "phase": _("Tình trạng"),
            "channel": _("Kênh nộp"),
            "submitted_at": _("Nộp lúc"),
            "received_at": _("Tiếp nhận lúc"),
            "finished_at": _("Xong lúc"),
            "closed_at": _("Kết thúc lúc"),
            "tracking_digits": _("Bốn số để tra cứu"),
        },
    )
    with_names(part, "agency_id", places.names)
    return with_names(part, "procedure_version_id", _procedure_names)


def _procedure_names(ids: list[UUID]) -> dict[UUID, str]:
    return {key: f"{one.code} {one.name}" for key, one in procedures.versions(set(ids)).items()}


def _answers(name: str, title: Any, forms: "QuerySet[Any]", called: Callable[[Any], str]) -> Section:
    """What was filled in, question by question, in the words of the form."""

    def rows() -> Iterator[dict[str, Any]]:
        for some in in_pages(forms.iterator(chunk_size=FORMS), FORMS):
            versions = procedures.versions({form.procedure_version_id for form in some})
            for form in some:
                spec = versions[form.procedure_version_id].spec
                said = words(spec, form.data)
                for topic in spec.form.topics:
                    labels = {field.name: field.label for field in topic.fields}
                    for key, text in said.get(topic.name, {}).items():
                        yield {"of": called(form), "topic": topic.title, "question": labels[key], "answer": text}

    columns = {"of": _("Tờ khai"), "topic": _("Mục"), "question": _("Câu hỏi"), "answer": _("Trả lời")}
    return section(name, title, columns, rows)


def _erasable(subject: DataSubject) -> list[Erasable]:
    drafts = list(Draft.objects.filter(_unsent(subject)).values_list("id", flat=True))
    results = Result.objects.filter(_mine(subject, "dossier__")).exclude(state=ResultState.PREPARING)
    return [
        Erasable(
            "dossiers.drafts",
            gettext("Tờ khai chưa nộp và giấy tờ kèm theo"),
            len(drafts),
            lambda actor: _erase_drafts(actor, drafts),
        ),
        Erasable("dossiers.sent", gettext("Hồ sơ đã nộp, giấy tờ và tin nhắn kèm theo"), _dossiers(subject).count()),
        Erasable("dossiers.results", gettext("Kết quả đã ký, đã vào sổ"), results.count()),
    ]


def _hindrance(subject: DataSubject) -> str:
    """While a dossier is open its applicant must be reachable, and its result must find them."""
    if not Dossier.objects.filter(_mine(subject)).exclude(phase__in=CLOSED).exists():
        return ""
    return gettext("Bạn còn hồ sơ đang giải quyết. Đợi có kết quả hoặc rút hồ sơ rồi yêu cầu xóa.")


def _erase_drafts(actor: Actor, drafts: list[UUID]) -> Iterable[UUID]:
    """What was sent meanwhile, by them or by an official at the counter, stays: joined forms are locked before drafts,
    as whoever sends them does."""
    known = JointPart.objects.filter(draft__in=drafts).values_list("joint", flat=True)
    unsent = [joint.id for joint in Joint.objects.select_for_update().filter(id__in=list(known), submitted_at=None)]
    going = list(Draft.objects.select_for_update().filter(id__in=drafts, submitted_at=None))
    papers = Attachment.objects.filter(draft__in=going, dossier=None)
    files = list(papers.filter(held={}).values_list("file_id", flat=True))  # what the vault holds is not the draft's
    papers.delete()
    JointPart.objects.filter(joint__in=unsent).delete()
    Joint.objects.filter(id__in=unsent).delete()
    for draft in going:
        emit(actor, DraftErased(draft.id), subject=f"draft:{draft.id}")
        draft.delete()
    return files


providers.register(
    "dossiers",
    Provider(
        models=(
            *("dossiers.Dossier", "dossiers.Draft", "dossiers.SideCopy", "dossiers.Attachment", "dossiers.Step"),
            *("dossiers.Supplement", "dossiers.Proposal", "dossiers.Refusal", "dossiers.Result"),
            *("dossiers.FeeDue", "dossiers.Payment"),
            *("dossiers.BookEntry", "dossiers.Rating", "dossiers.RatingReply", "dossiers.Pause", "dossiers.Extension"),
            *("dossiers.Paper", "dossiers.PaperDossier", "dossiers.PaperPrint"),
            *("dossiers.Presence", "dossiers.Appointment", "dossiers.CertifiedCopy"),
            *("dossiers.Joint", "dossiers.JointPart"),
            *("dossiers.Opinion", "dossiers.OpinionPaper"),
            *("dossiers.Message", "dossiers.MessageFile", "dossiers.Digitised"),
        ),
        tell=_tell,
        erases=("dossiers.drafts",),
        keeps=("dossiers.sent", "dossiers.results"),
        erasable=_erasable,
        hindrance=_hindrance,
    ),
)
not_of_a_person("dossiers.EngineState", "bộ nhớ đệm của máy quy trình, dựng lại từ các bước đã kể")
not_of_a_person("dossiers.SigningSession", "trạng thái kỹ thuật giữa hai nửa của một lần ký, trống khi ký xong")
not_of_a_person("dossiers.Warned", "lần nhắc cán bộ về hạn của một bước, không có gì của người nộp")
not_of_a_person("dossiers.SearchWords", "chỉ mục tìm kiếm, lặp lại từng chữ của hồ sơ đã kể")
not_of_a_person("dossiers.ProcessTrial", "số đo của một lần chạy thử quy trình, hồ sơ chỉ nêu bằng mã")
