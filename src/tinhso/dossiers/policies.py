"""Who may do what with drafts and dossiers. Somebody else's answers 404."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from tinhso.dossiers.models import (
    Appointment,
    Attachment,
    CertifiedCopy,
    DigitisedBatch,
    Dossier,
    Draft,
    Joint,
    JointPart,
    Opinion,
    Payment,
    Presence,
    Step,
    Ticket,
)
from tinhso.kernel.errors import Unauthenticated
from tinhso.kernel.policy import Actor, anyone, define

#: Roles that work on dossiers at an agency.
DESK_ROLES = ("receiver", "specialist", "leader", "clerk")
#: Roles that answer for an agency that is asked for its opinion.
OPINION_ROLES = ("specialist", "leader")
#: Roles that answer for the money of an agency: who takes it, and who leads.
TAKINGS_ROLES = ("cashier", "leader")


def _own_draft(actor: Actor, thing: Any) -> bool:
    if actor.account is None:
        return False
    if thing is None:
        return True
    mine = isinstance(thing, Draft) and thing.account_id == actor.account
    return mine and (thing.presence_id is None or actor.holds("receiver", counter_of(thing)))


def counter_of(draft: Draft) -> UUID:
    """The agency at whose counter the draft's person stands: a part of a joined form may go to another."""
    part = getattr(draft, "joint_part", None)
    agency: UUID = draft.agency_id if part is None else part.joint.agency_id
    return agency


def _is_applicant(actor: Actor, dossier: Dossier) -> bool:
    if actor.account is not None and dossier.applicant_account_id == actor.account:
        return True
    return actor.assured and actor.subject is not None and dossier.applicant_person_id == actor.subject


def account_of(actor: Actor) -> UUID:
    """The account that acts. Raises Unauthenticated when there is none."""
    if actor.account is None:
        raise Unauthenticated
    return actor.account


def works_at(actor: Actor, agency_id: Any) -> bool:
    """Whether the actor holds a role that works on dossiers at the agency."""
    return any(actor.holds(role, agency_id) for role in DESK_ROLES)


def _applicant(actor: Actor, thing: Any) -> bool:
    if actor.account is None:
        return False
    return thing is None or (isinstance(thing, Dossier) and _is_applicant(actor, thing))


def _reader(actor: Actor, thing: Any) -> bool:
    if actor.system:
        return True
    if actor.account is None:
        return False
    return thing is None or (
        isinstance(thing, Dossier) and (_is_applicant(actor, thing) or works_at(actor, thing.agency_id))
    )


def _talks(actor: Actor, thing: Any) -> bool:
    """The applicant, and who works on dossiers at its agency: people, never the house."""
    return not actor.system and _reader(actor, thing)


def _books(actor: Actor, thing: Any) -> bool:
    """The agency's own lists: who holds a role there that works on dossiers."""
    if thing is None:
        return any(actor.holds(role) for role in DESK_ROLES)
    return isinstance(thing, UUID) and works_at(actor, thing)


def _official(actor: Actor, thing: Any) -> bool:
    """Nobody works on a dossier of their own: to the desk it is a colleague's."""
    if thing is None:
        return any(actor.holds(role) for role in DESK_ROLES)
    return isinstance(thing, Dossier) and works_at(actor, thing.agency_id) and not _is_applicant(actor, thing)


def _lane(actor: Actor, thing: Any) -> bool:
    """The lane that the process gave the step decides, nothing in this code."""
    if thing is None:
        return _official(actor, None)
    return isinstance(thing, Step) and actor.holds(thing.role, thing.agency_id)


def _leader(actor: Actor, thing: Any) -> bool:
    if thing is None:
        return actor.holds("leader")
    return isinstance(thing, Dossier) and actor.holds("leader", thing.agency_id) and not _is_applicant(actor, thing)


def _at(*roles: str) -> Callable[[Actor, Any], bool]:
    """Who holds one of the roles at the dossier's agency, and is not its applicant."""

    def rule(actor: Actor, thing: Any) -> bool:
        if thing is None:
            return any(actor.holds(role) for role in roles)
        held = isinstance(thing, Dossier) and any(actor.holds(role, thing.agency_id) for role in roles)
        return held and not _is_applicant(actor, thing)

    return rule


def _own_joint(actor: Actor, thing: Any) -> bool:
    if actor.account is None:
        return False
    if thing is None:
        return True
    if not isinstance(thing, Joint):
        return False
    if thing.account_id == actor.account:
        at_counter = thing.presence_id is not None and thing.submitted_at is None
        return not at_counter or actor.holds("receiver", thing.agency_id)
    return actor.assured and actor.subject is not None and thing.person_id == actor.subject


def _office(actor: Actor, thing: Any) -> bool:
    """The one-stop unit speaks for agencies outside: its receiver, never for a filing of their own."""
    if thing is None:
        return actor.holds("receiver")
    if not isinstance(thing, JointPart) or not thing.outside:
        return False
    return actor.holds("receiver", thing.agency_id) and not _own_joint(actor, thing.joint)


def _asked(actor: Actor, thing: Any) -> bool:
    """Who answers for the agency that is asked, never about their own dossier."""
    if thing is None:
        return any(actor.holds(role) for role in OPINION_ROLES)
    if not isinstance(thing, Opinion) or thing.agency_id is None:
        return False
    there = any(actor.holds(role, thing.agency_id) for role in OPINION_ROLES)
    return there and not _is_applicant(actor, thing.dossier)


def _takings(actor: Actor, thing: Any) -> bool:
    """The agency's own takings: of an agency, of a dossier, or a receipt; never what concerns one's own dossier."""
    if isinstance(thing, Payment):
        there = _keeps(actor, thing.agency_id) or _keeps(actor, thing.dossier.agency_id)
        return there and not _is_applicant(actor, thing.dossier)
    if isinstance(thing, Dossier):
        return _keeps(actor, thing.agency_id) and not _is_applicant(actor, thing)
    return _keeps(actor, thing)


def _keeps(actor: Actor, agency_id: Any) -> bool:
    return any(actor.holds(role, agency_id) for role in TAKINGS_ROLES)


def _reads_receipt(actor: Actor, thing: Any) -> bool:
    """Who paid for it, whoever works on dossiers there, and who keeps the takings."""
    if thing is None:
        return actor.account is not None
    return isinstance(thing, Payment) and (_takings(actor, thing) or _reader(actor, thing.dossier))


def _counter(actor: Actor, thing: Any) -> bool:
    """A receiver at that agency; what stands for a person only the official who saw their papers, and never oneself."""
    if thing is None:
        return actor.holds("receiver")
    if isinstance(thing, Presence):
        mine = thing.seen_by_id == actor.account and thing.person_id != actor.subject
        return mine and actor.holds("receiver", thing.agency_id)
    if isinstance(thing, Joint):  # who saw the person's papers, at the office that has the filing today
        seen = thing.presence
        mine = seen is not None and seen.seen_by_id == actor.account and seen.person_id != actor.subject
        return mine and actor.holds("receiver", thing.agency_id)
    if isinstance(thing, Ticket | Appointment):
        return actor.holds("receiver", thing.agency_id)
    if isinstance(thing, Attachment):
        return _shown_at_counter(actor, thing)
    return isinstance(thing, UUID) and actor.holds("receiver", thing)


def _shown_at_counter(actor: Actor, paper: Attachment) -> bool:
    """A paper of a dossier of that agency, not one's own, or of what the actor fills in for whoever stands there: a
    citizen's own draft is nobody else's."""
    if paper.dossier is not None:
        return actor.holds("receiver", paper.dossier.agency_id) and not _is_applicant(actor, paper.dossier)
    return paper.draft is not None and paper.draft.presence_id is not None and _own_draft(actor, paper.draft)


def _booking(actor: Actor, thing: Any) -> bool:
    """One's own appointment."""
    if actor.account is None:
        return False
    return thing is None or (isinstance(thing, Appointment) and thing.account_id == actor.account)


def _copies(*roles: str) -> Callable[[Actor, Any], bool]:
    """Who holds one of the roles at the copy's agency; nobody certifies what is their own."""

    def rule(actor: Actor, thing: Any) -> bool:
        if thing is None:
            return any(actor.holds(role) for role in roles)
        held = isinstance(thing, CertifiedCopy) and any(actor.holds(role, thing.agency_id) for role in roles)
        return held and (actor.subject is None or thing.person_id != actor.subject)

    return rule


def _digitises(*roles: str) -> Callable[[Actor, Any], bool]:
    """Who holds one of the roles at the agency of a batch; an agency is named before there is one."""

    def rule(actor: Actor, thing: Any) -> bool:
        if thing is None:
            return any(actor.holds(role) for role in roles)
        agency = thing.agency_id if isinstance(thing, DigitisedBatch) else thing
        return isinstance(agency, UUID) and any(actor.holds(role, agency) for role in roles)

    return rule


DRAFT = define("dossiers.draft", _("Lập và sửa hồ sơ của mình"), _own_draft)
OWN = define("dossiers.own", _("Làm việc với hồ sơ của mình"), _applicant)
READ = define("dossiers.read", _("Xem hồ sơ"), _reader)
TALK = define("dossiers.talk", _("Trao đổi về hồ sơ giữa người nộp và cơ quan"), _talks)
DESK = define("dossiers.desk", _("Xem hồ sơ của cơ quan mình"), _official)
ACT = define("dossiers.act", _("Xử lý bước được giao"), _lane, hidden=False)
BOOKS = define("dossiers.books", _("Xem và lập sổ, danh sách của cơ quan"), _books)
REVOKE = define("dossiers.revoke", _("Thu hồi, cấp lại kết quả"), _leader)
#: Those who decide that the state takes longer answer for it: the leader. Who handles it may note that the applicant
#: waits; who sits at the counter asks for the money.
SUSPEND = define("dossiers.suspend", _("Dừng giải quyết hồ sơ và cho chạy tiếp"), _at("leader"), hidden=False)
EXTEND = define("dossiers.extend", _("Xin lỗi và hẹn lại ngày trả"), _at("leader"), hidden=False)
WAIT = define("dossiers.wait", _("Ghi nhận hồ sơ chờ người nộp"), _at("specialist"), hidden=False)
FEE = define("dossiers.fee", _("Yêu cầu nộp phí, lệ phí của hồ sơ"), _at("receiver"), hidden=False)
#: The money itself is another's: who asks for it neither takes it nor says that it was paid elsewhere, who took it does
#: not void its receipt.
SETTLE = define(
    "dossiers.settle", _("Ghi nhận đã nộp phí ở nơi khác"), _at("receiver", "cashier", "leader"), hidden=False
)
COLLECT = define("dossiers.collect", _("Thu phí, lệ phí, lập biên lai"), _at("cashier"))
TAKINGS = define("dossiers.takings", _("Xem sổ thu, hủy biên lai của người khác lập"), _takings)
RECEIPT = define("dossiers.fee_receipt", _("Xem biên lai"), _reads_receipt)
COUNTER = define("dossiers.counter", _("Tiếp nhận người đến quầy"), _counter)
BOOK = define("dossiers.appointments", _("Đặt lịch hẹn của mình"), _booking)
QUEUE = define("dossiers.queue", _("Xem và lấy số thứ tự tại quầy"), anyone, public=True)
COPIES = define("dossiers.copies", _("Xem bản sao chứng thực đang làm"), _copies("receiver", "leader", "clerk"))
SIGN_COPY = define("dossiers.sign_copy", _("Ký bản sao chứng thực điện tử"), _copies("leader"))
REVOKE_COPY = define("dossiers.revoke_copy", _("Thu hồi bản sao chứng thực điện tử"), _copies("leader"))
SEAL_COPY = define("dossiers.seal_copy", _("Đóng dấu bản sao chứng thực điện tử"), _copies("clerk"))
DIGITISE = define("dossiers.digitise", _("Số hóa kết quả bản giấy của cơ quan"), _digitises(*DESK_ROLES))
SIGN_DIGITISED = define("dossiers.sign_digitised", _("Ký, thu hồi bản số hóa kết quả"), _digitises("leader"))
TRACK = define("dossiers.track", _("Tra cứu tình trạng hồ sơ"), anyone, public=True)
VERIFY = define("dossiers.verify", _("Kiểm tra tệp kết quả"), anyone, public=True)
COUNTS = define("dossiers.counts", _("Xem số liệu công khai về hồ sơ"), anyone, public=True)
JOINT = define("dossiers.joint", _("Nộp và theo dõi hồ sơ liên thông của mình"), _own_joint)
ASK_OPINION = define("dossiers.ask_opinion", _("Lấy ý kiến cơ quan khác về hồ sơ"), _at(*OPINION_ROLES), hidden=False)
GIVE_OPINION = define("dossiers.give_opinion", _("Cho ý kiến về hồ sơ của cơ quan khác"), _asked)
OUTSIDE = define("dossiers.outside", _("Chuyển và ghi trả lời của cơ quan ngoài hệ thống"), _office)
