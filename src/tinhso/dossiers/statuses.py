"""The national portal's status of a dossier, derived from its phase and steps, never typed.

The list is agreed by two independent code bases (docs/dossiers.md); where a refusal after receipt belongs is not
verified: it is counted here as processed (9), since the written refusal is the answer (Decree 61/2018, art. 19.8).
That waiting for the applicant for another reason than papers or payment counts as stopped (8) is our reading too, not
verified; reports count 5, 6 and 8 alike as paused.
"""

from enum import IntEnum

from tinhso.dossiers.clocks import stands_for
from tinhso.dossiers.models import Dossier, Phase
from tinhso.dossiers.reckoning import Cause


class NationalStatus(IntEnum):
    """Statuses 1–10 of the national public service portal."""

    NEW = 1
    RECEIVED = 2
    NOT_ACCEPTED = 3
    PROCESSING = 4
    SUPPLEMENT = 5
    FEE_DUE = 6
    WITHDRAWAL = 7
    STOPPED = 8
    FINISHED = 9
    RETURNED = 10

    @property
    def words(self) -> str:
        return WORDS[self]


WORDS = {
    NationalStatus.NEW: "Mới đăng ký",
    NationalStatus.RECEIVED: "Được tiếp nhận",
    NationalStatus.NOT_ACCEPTED: "Không được tiếp nhận",
    NationalStatus.PROCESSING: "Đang xử lý",
    NationalStatus.SUPPLEMENT: "Yêu cầu bổ sung giấy tờ",
    NationalStatus.FEE_DUE: "Yêu cầu thực hiện nghĩa vụ tài chính",
    NationalStatus.WITHDRAWAL: "Công dân yêu cầu rút hồ sơ",
    NationalStatus.STOPPED: "Dừng xử lý",
    NationalStatus.FINISHED: "Đã xử lý xong",
    NationalStatus.RETURNED: "Đã trả kết quả",
}

_OF_PHASE = {
    Phase.SUBMITTED: NationalStatus.NEW,
    Phase.RECEIVED: NationalStatus.RECEIVED,
    Phase.PROCESSING: NationalStatus.PROCESSING,
    Phase.SUPPLEMENT: NationalStatus.SUPPLEMENT,
    Phase.SIGNED: NationalStatus.FINISHED,
    Phase.RETURNED: NationalStatus.RETURNED,
    Phase.NOT_ACCEPTED: NationalStatus.NOT_ACCEPTED,
    Phase.REFUSED: NationalStatus.FINISHED,
    Phase.WITHDRAWN: NationalStatus.WITHDRAWAL,
}

_OF_CAUSE = {
    Cause.SUPPLEMENT: NationalStatus.SUPPLEMENT,
    Cause.FEE: NationalStatus.FEE_DUE,
    Cause.SUSPENSION: NationalStatus.STOPPED,
    Cause.APPLICANT: NationalStatus.STOPPED,
}


def national_status(dossier: Dossier) -> NationalStatus:
    """The national status: of the reason for which the time stands, else of the phase."""
    cause = None if dossier.closed else stands_for(dossier)
    return _OF_PHASE[Phase(dossier.phase)] if cause is None else _OF_CAUSE[cause]
