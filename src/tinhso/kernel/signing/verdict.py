"""What checking a PDF answers, in codes and in words."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tinhso.kernel.signing.base import Role


class Refusal(StrEnum):
    """Why a file is not accepted as a valid signed document."""

    NOT_PDF = "not-pdf"
    TOO_LARGE = "too-large"
    ENCRYPTED = "encrypted"
    UNREADABLE = "unreadable"
    UNSIGNED = "unsigned"
    CHANGED = "changed"
    ADDED_TO = "added-to"
    PERSON_MISSING = "person-missing"
    SEAL_MISSING = "seal-missing"
    UNTRUSTED = "untrusted"
    REVOKED = "revoked"
    UNCHECKED = "unchecked"
    EXPIRED = "expired"
    UNSTAMPED = "unstamped"
    UNAUTHORISED = "unauthorised"

    @property
    def sentence(self) -> Promise:
        """What it means and what to do, for the person who holds the file."""
        return _SENTENCES[self]


_SENTENCES: dict[Refusal, Promise] = {
    Refusal.NOT_PDF: _("Đây không phải tệp PDF. Hãy chọn đúng tệp PDF kết quả mà bạn đã nhận."),
    Refusal.TOO_LARGE: _("Tệp quá lớn để kiểm tra. Hãy tải lên đúng tệp kết quả gốc, không kèm tệp khác."),
    Refusal.ENCRYPTED: _(
        "Tệp bị khóa bằng mật khẩu nên không kiểm tra được. Hãy dùng tệp kết quả gốc, không đặt mật khẩu."
    ),
    Refusal.UNREADABLE: _(
        "Tệp bị hỏng hoặc không đọc được. Hãy tải lại tệp kết quả từ kho dữ liệu của bạn rồi thử lại."
    ),
    Refusal.UNSIGNED: _(
        "Tệp không có chữ ký số nào. Bản in, bản chụp không có giá trị như bản điện tử đã ký; hãy dùng tệp gốc."
    ),
    Refusal.CHANGED: _(
        "Nội dung tệp đã bị thay đổi sau khi ký. Không sử dụng tệp này; hãy tải lại tệp gốc từ kho dữ liệu."
    ),
    Refusal.ADDED_TO: _(
        "Tệp đã bị thêm hoặc sửa nội dung sau chữ ký cuối cùng. Không sử dụng tệp này; hãy dùng tệp gốc."
    ),
    Refusal.PERSON_MISSING: _("Tệp không có chữ ký số của người có thẩm quyền. Hãy hỏi cơ quan đã cấp giấy tờ này."),
    Refusal.SEAL_MISSING: _(
        "Tệp thiếu chữ ký số của cơ quan (con dấu); có thể phần cuối tệp đã bị cắt bỏ. Hãy tải lại tệp gốc."
    ),
    Refusal.UNTRUSTED: _(
        "Chứng thư số dùng để ký không do nơi cấp được công nhận cấp, dù tên trên chứng thư có thể giống. "
        "Không sử dụng tệp này; hãy hỏi cơ quan ghi trên giấy tờ."
    ),
    Refusal.REVOKED: _("Chứng thư số đã bị thu hồi trước khi ký. Tệp không có giá trị; hãy hỏi cơ quan đã cấp."),
    Refusal.UNCHECKED: _(
        "Chưa kiểm tra được chứng thư số đã bị thu hồi hay chưa vì thiếu danh sách thu hồi. Hãy thử lại sau."
    ),
    Refusal.EXPIRED: _("Chứng thư số không còn hoặc chưa có hiệu lực vào lúc ký. Hãy hỏi cơ quan đã cấp giấy tờ này."),
    Refusal.UNSTAMPED: _(
        "Chữ ký không có dấu thời gian tin cậy nên không biết chắc ký lúc nào. Hãy hỏi cơ quan đã cấp."
    ),
    Refusal.UNAUTHORISED: _(
        "Người ký không có thẩm quyền ký cho cơ quan này vào thời điểm ký. "
        "Tệp không có giá trị; hãy hỏi cơ quan đã cấp."
    ),
}


@dataclass(frozen=True)
class Signature:
    """One signature found in the file."""

    role: Role | None  #: None: a signature that is neither our person's nor our seal's
    signer: str  #: the name on the certificate
    account: str  #: our opaque account id on a person's certificate, else ""
    agency: str  #: the agency's name on the certificate
    agency_id: str  #: our opaque agency id on the certificate, else ""
    at: datetime | None  #: when, as the time-stamp attests (real time)
    certificate: str  #: SHA-256 of the certificate, hex
    intact: bool
    trusted: bool
    reason: str
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """The answer for one file. Valid means: nothing refuses it."""

    intact: bool  #: not a byte of what was signed has changed, and nothing was added after
    trusted: bool  #: every signer's certificate leads to a trusted root and was in force
    signatures: tuple[Signature, ...]
    refusals: tuple[Refusal, ...]
    sha256: str  #: digest of the whole file, hex: the caller looks its own revocations up by it

    @property
    def valid(self) -> bool:
        return not self.refusals


def refused(pdf: bytes, *why: Refusal) -> Verdict:
    """A file in which nothing could be read."""
    return Verdict(False, False, (), why, hashlib.sha256(pdf).hexdigest())
