"""Drawing and sealing a paper: on first view or by a job, once; what cannot be done now is noted and tried again.

The seal is made in two phases (`kernel.signing`), the first one kept. Two who draw at once both work, one result stays.
"""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from tinhso.dossiers.events import PaperDrawn
from tinhso.dossiers.models import Paper
from tinhso.dossiers.pack import kind_of
from tinhso.dossiers.papers import CHECK_PATH
from tinhso.dossiers.paperwork.books import BookLine, Period, entries, lines_of
from tinhso.dossiers.paperwork.contents import hour_and_day
from tinhso.kernel import clock, files
from tinhso.kernel.errors import Invalid, Problem, Unavailable
from tinhso.kernel.events import emit
from tinhso.kernel.pdf.qr import qr_data
from tinhso.kernel.pdf.render import render
from tinhso.kernel.policy import SYSTEM
from tinhso.kernel.signing import Prepared, Role, SignatureRequest, seal_key, signer
from tinhso.kernel.spreadsheets import workbook
from tinhso.places import queries as places

#: Where anybody follows a dossier by its code.
TRACK_PATH = "/tra-cuu"

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

#: How long a worker may take over the papers that it claimed; afterwards another one may.
LEASE = timedelta(minutes=10)
#: The longest pause between two tries.
LONGEST_PAUSE = timedelta(hours=1)
#: How many papers a worker claims at once.
AT_ONCE = 10

#: On a copy that is handed out while the seal cannot be made.
UNSEALED = "Bản chưa ký số. Lấy lại bản có con dấu số khi hệ thống ký được."
#: Columns of the tracking book, and how wide they are in a workbook.
BOOK_HEADS = (
    *("Số", "Mã hồ sơ", "Thủ tục", "Người nộp", "Cách nộp", "Nhận lúc", "Hẹn trả", "Có kết quả", "Kết thúc"),
    *("Tình trạng", "Ghi chú"),
)
BOOK_WIDTHS = (8, 26, 30, 34, 18, 18, 18, 18, 18, 22, 22)
#: Of a dossier's row, what no line shows.
HEAVY = ("dossier__data", "dossier__sources")

_CLAIM = """
UPDATE dossiers_paper SET try_after = %(until)s WHERE id IN (
    SELECT id FROM dossiers_paper WHERE done_at IS NULL AND try_after <= %(now)s
    ORDER BY try_after, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
) RETURNING id
"""


def draw_waiting(limit: int = AT_ONCE) -> int:
    """Draw and seal papers that wait, the longest waiting first; how many were taken up. A fault of one stops no other:
    it is noted on the paper, which is tried again later."""
    now = clock.real()
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"now": now, "until": now + LEASE, "limit": limit})
        claimed = [row[0] for row in cursor.fetchall()]
    for paper in claimed:
        try:
            draw(paper)
        except Exception as fault:
            _note_fault(paper, fault)
    return len(claimed)


def many_wait() -> bool:
    """More than one worker claims at once."""
    due = Paper.objects.filter(done_at=None, try_after__lte=clock.real()).order_by()
    return due.values("id")[: AT_ONCE + 1].count() > AT_ONCE


def content_of(paper: Paper) -> tuple[str, bytes]:
    """The paper's file as name and bytes, drawn now when nobody has yet. While the seal cannot be made: a copy that
    says so. A book of many lines is left to the job. Raises Unavailable while it waits."""
    if paper.done_at is None and kind_of(paper.kind).template == "tracking":
        raise Unavailable(paper.last_error or _("Sổ đang được lập. Tải lại trang sau một phút."))
    if paper.done_at is None:
        try:
            draw(paper.id)
        except Problem as fault:
            _note_fault(paper.id, fault)
            if not isinstance(fault, Invalid | Unavailable):
                raise
            return file_name(paper), document(paper, mark=UNSEALED)
        paper.refresh_from_db()
    assert paper.file_id is not None
    return file_name(paper), files.read(paper.file_id)


def reprinted(paper: Paper, again: int) -> tuple[str, bytes]:
    """A copy on paper that says that it was printed before; the electronic original stays the one that is checked."""
    mark = f"Bản in lại lần {again}, lúc {clock.local(clock.now()):%H:%M %d/%m/%Y}"
    return file_name(paper), document(paper, mark=mark)


@override("vi")
def draw(paper_id: UUID) -> None:
    """Draw the paper, seal it where its form asks for it, and keep the file. Nothing when that was done before.

    Raises Unavailable while the key or the time-stamp authority does not answer, NoRoom when the disk is full.
    """
    paper = Paper.objects.select_related("dossier").get(id=paper_id)
    if paper.done_at is not None:
        return
    Paper.objects.filter(id=paper.id).update(attempts=paper.attempts + 1)
    if paper.values.get("format") == "xlsx":
        _keep(paper.id, workbook({paper.title: (BOOK_HEADS, _lines(paper), BOOK_WIDTHS)}), XLSX)
    else:
        _keep(paper.id, _sealed(paper) if paper.sealed else document(paper), PDF)


def document(paper: Paper, *, mark: str = "") -> bytes:
    """The paper as PDF/A, with the empty field of a seal where it is to be sealed and ``mark`` says nothing else."""
    kind = kind_of(paper.kind)
    more: dict[str, Any] = {"signer_label": kind.signer, "size": kind.size, "sealed": paper.sealed and not mark}
    if kind.template == "tracking":
        more |= {"heads": BOOK_HEADS, "lines": _lines(paper), "as_of": hour_and_day(clock.now())}
    return drawn(paper, more, mark)


def _lines(paper: Paper) -> list[tuple[str, ...]]:
    """The lines of a tracking book as they stand now."""
    rows = entries(period_of(paper)).defer(*HEAVY).order_by("number")
    return [_cells(line) for line in lines_of(rows)]


def period_of(paper: Paper) -> Period:
    """Which lines an ordered tracking book holds."""
    asked = paper.values
    return Period(
        paper.agency_id,
        asked["year"],
        date.fromisoformat(asked["since"]) if asked["since"] else None,
        date.fromisoformat(asked["until"]) if asked["until"] else None,
        asked["state"] or None,
    )


def _cells(line: BookLine) -> tuple[str, ...]:
    return (
        str(line.number),
        line.code,
        line.procedure,
        f"{line.applicant_name} ({line.subject_name})" if line.subject_name else line.applicant_name,
        line.channel,
        _instant(line.received_at),
        _instant(line.due_at),
        _instant(line.finished_at),
        _instant(line.closed_at),
        line.phase,
        line.outcome,
    )


def _instant(at: datetime | None) -> str:
    return f"{clock.local(at):%H:%M %d/%m/%Y}" if at else ""


def drawn(paper: Paper, more: dict[str, Any], mark: str = "") -> bytes:
    """A template of this kind with what stands on the paper. Slow."""
    address = f"{settings.SITE_URL.rstrip('/')}{TRACK_PATH}"
    code = paper.values.get("code", "")
    context = {
        "printed": paper.values,
        "title": paper.title,
        "number": number_of(paper),
        "mark": mark,
        "tracking": {"address": address, "qr": qr_data(f"{address}?ma={code}")} if code else None,
        "check": f"{settings.SITE_URL.rstrip('/')}{CHECK_PATH}",
        "sample": settings.HERE.sample,
        **more,
    }
    html = render_to_string(f"print/dossiers/{kind_of(paper.kind).template}.html", context)
    return render(html, title=f"{paper.title} {number_of(paper)}", at=paper.issued_at)


def number_of(paper: Paper) -> str:
    """As it is printed and searched: 12/2026."""
    return f"{paper.number}/{paper.year}"


def file_name(paper: Paper) -> str:
    """giay-…: the kind's id, its number and the dossier's code."""
    code = f"-{paper.values['code']}" if paper.values.get("code") else ""
    ending = "xlsx" if paper.values.get("format") == "xlsx" else "pdf"
    return f"{paper.kind}-{paper.number}-{paper.year}{code}.{ending}"


def _sealed(paper: Paper) -> bytes:
    """Both phases; the first is kept, so that a fault of the second does not begin anew."""
    if paper.prepared is None:
        agency = places.agency(paper.agency_id)
        paper.key = seal_key(agency_id=str(agency.id), agency=agency.name)
        reason = f"Lập {paper.title} số {number_of(paper)}"
        request = SignatureRequest(role=Role.SEAL, reason=reason, location=agency.unit.name)
        prepared = signer(paper.key).begin(document(paper), request)
        Paper.objects.filter(id=paper.id, done_at=None).update(prepared=prepared.to_bytes(), key=paper.key)
    else:
        prepared = Prepared.from_bytes(bytes(paper.prepared))
    hand = signer(paper.key)
    try:
        return hand.complete(prepared, hand.sign(prepared))
    except Invalid:  # of no use any more (certificate ended): the next attempt begins anew
        Paper.objects.filter(id=paper.id).update(prepared=None)
        raise


def _keep(paper_id: UUID, content: bytes, media_type: str) -> None:
    """Store the file and note that the paper is done; a second maker finds it done."""
    with transaction.atomic():
        paper = Paper.objects.select_for_update(of=("self",)).select_related("dossier").get(id=paper_id)
        if paper.done_at is not None:
            return
        stored = files.store_own(SYSTEM, name=file_name(paper), media_type=media_type, content=content)
        paper.file, paper.digest, paper.done_at = stored, stored.sha256, clock.now()
        paper.prepared, paper.last_error = None, ""
        paper.save(update_fields=["file", "digest", "done_at", "prepared", "last_error"])
        event = PaperDrawn(paper=paper.id, digest=stored.sha256, sealed=paper.sealed, dossier=paper.dossier_id)
        emit(SYSTEM, event, subject=subject_of(paper))


def subject_of(paper: Paper) -> str:
    """Whose history the paper belongs to: its dossier's, else its own."""
    return f"dossier:{paper.dossier_id}" if paper.dossier_id else f"paper:{paper.id}"


def _note_fault(paper_id: UUID, fault: Exception) -> None:
    """Why it is not there yet, and when it is tried again: each time twice as long after, at most an hour."""
    words = str(fault.detail) if isinstance(fault, Problem) else _("Lỗi khi lập giấy (%s).") % type(fault).__name__
    paper = Paper.objects.get(id=paper_id)
    pause = min(timedelta(seconds=15 * 2 ** min(paper.attempts, 10)), LONGEST_PAUSE)
    Paper.objects.filter(id=paper_id, done_at=None).update(last_error=words[:500], try_after=clock.real() + pause)
