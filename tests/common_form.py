"""The common form filled in, for a procedure of the pack that has none of its own."""

from tinhso.kernel import clock
from tinhso.procedures import queries as procedures
from tinhso.procedures.finding.catalogue import Listed

APPLICANT = {
    "full_name": "Nguyễn Thị Bé Ba",
    "id_kind": "cccd",
    "id_number": "091198004127",
    "residence": "Ấp 1, đặc khu Kiên Hải, tỉnh An Giang",
    "phone": "0912345678",
    "acts_for": "self",
}
REQUEST = {"subject": "Xin trợ cấp cho mẹ tôi", "details": "Mẹ tôi 82 tuổi, sống một mình, chưa có lương hưu."}


def filled_in_common(level: str) -> Listed:
    """A procedure of one level, known only by its facts, without a verified term."""
    for each in procedures.procedures_on(clock.today()):
        if each.generic and each.agency_levels == (level,):
            version = procedures.procedure(each.code, clock.today())
            if version.spec.deadline.kind == "by_case":
                return each
    raise LookupError(level)
