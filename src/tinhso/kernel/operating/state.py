"""How the house runs, in one reading: the numbers, and each trouble with what to do about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from tinhso.kernel import clock, health
from tinhso.kernel.operating import archive as archiving
from tinhso.kernel.operating import certificates as certs
from tinhso.kernel.operating import database, logs, queues, storage
from tinhso.kernel.operating.backlogs import Stock, stocks
from tinhso.kernel.operating.policies import WATCH
from tinhso.kernel.policy import Actor
from tinhso.kernel.sealing.sealer import trail_state

#: Seconds beyond which waiting work, and a missing seal, are a trouble.
BACKLOG_LIMIT, SEALING_LIMIT = 600, 180
#: Seconds beyond which work that waits in rows of an app is a trouble.
STOCK_LIMIT = 1800


@dataclass(frozen=True)
class Trouble:
    """Something to act on. ``level``: soon (this week) or late (now); ``remedy`` says what to do."""

    level: str
    what: str
    remedy: str


@dataclass(frozen=True)
class Sealing:
    """Rows of the audit trail that wait for a seal, and seconds since the last one while some wait."""

    waiting: int
    behind: float


@dataclass(frozen=True)
class HouseState:
    """One reading of everything; lists are cut at 50 rows."""

    at: datetime
    checks: dict[str, bool]
    workers: int
    backlog: list[queues.Backlog]
    stocks: list[Stock]
    failed: list[queues.FailedJob]
    parked: list[queues.ParkedEvent]
    retrying: list[queues.Retrying]
    sealing: Sealing
    archive: archiving.Archive
    spool: list[storage.Spooled]
    disk: storage.Disk
    stored_on: date | None
    stored: list[storage.Stored]
    database_bytes: int
    tables: list[database.TableSize]
    slow: list[database.SlowStatement] | None
    certificates: list[certs.Certificate]
    faults: list[logs.LoggedFault]
    troubles: list[Trouble]


def state(actor: Actor) -> HouseState:
    """The reading of this moment. Raises Denied, Unauthenticated."""
    WATCH.require(actor)
    day, stored = storage.stored()
    read = HouseState(
        at=clock.real(),
        checks={name: health.passes(check) for name, check in health.CHECKS.items()},
        workers=sum(beat.total_seconds() < health.HEARTBEAT_LIMIT for beat in queues.workers()),
        backlog=queues.backlog(),
        stocks=[read() for _name, read in stocks],
        failed=queues.failed_jobs(),
        parked=queues.parked_events(),
        retrying=queues.retrying(),
        sealing=_sealing(),
        archive=archiving.archive(),
        spool=storage.spooled(),
        disk=storage.disk(),
        stored_on=day,
        stored=stored,
        database_bytes=database.database_bytes(),
        tables=database.largest_tables(),
        slow=database.slow_statements(),
        certificates=certs.certificates(),
        faults=logs.faults(),
        troubles=[],
    )
    read.troubles.extend(sorted(_troubles(read), key=lambda one: one.level != "late"))
    return read


def _sealing() -> Sealing:
    trail = trail_state()
    last = datetime.fromisoformat(trail.sealed_at) if trail.sealed_at and trail.unsealed else None
    return Sealing(trail.unsealed, (clock.real() - last).total_seconds() if last else 0.0)


def _troubles(read: HouseState) -> Iterator[Trouble]:
    yield from _of_processes(read)
    yield from _of_work(read)
    for one in read.certificates:
        if one.state != "ok":
            yield Trouble(one.state, _ended(one), _renewal(one.kind))


def _of_processes(read: HouseState) -> Iterator[Trouble]:
    if not read.checks["migrations"]:
        yield Trouble(
            "late",
            _("Cấu trúc cơ sở dữ liệu cũ hơn phần mềm."),
            _("Dừng rồi chạy lại tinhso up; nếu bước chuẩn bị báo lỗi, giữ phiên bản cũ và sửa lỗi được nêu."),
        )
    if not read.checks["worker"]:
        yield Trouble(
            "late",
            _("Không có tiến trình việc nền (worker) nào đang chạy: thư, chữ ký và niêm phong đều đứng lại."),
            _("Chạy tinhso status, khởi động lại worker, rồi xem mục “Lỗi gần đây”. Việc đang chờ sẽ tự làm tiếp."),
        )
    if not read.checks["disk"]:
        yield Trouble(
            "late",
            _("Ổ đĩa sắp đầy, còn dưới 500 MB."),
            _("Chuyển bản sao lưu và nhật ký cũ đi nơi khác hoặc mở rộng ổ đĩa. Không xóa gì trong files/ và keys/."),
        )
    if read.sealing.behind > SEALING_LIMIT:
        yield Trouble(
            "late",
            _("Nhật ký kiểm toán chậm niêm phong quá 3 phút."),
            _("Chạy tinhso audit verify. Nguyên vẹn: khởi động lại worker. Bị thay đổi: giữ nguyên máy, báo an ninh."),
        )
    if read.archive.late:
        yield Trouble(
            "late",
            _("Nhật ký ghi của cơ sở dữ liệu không vào nơi sao lưu hơn 5 phút rồi: mất máy là mất việc mới làm."),
            _("Xem nơi sao lưu còn chỗ và còn nối không; khởi động lại tinhso-archiver; rồi chạy tinhso doctor."),
        )


def _of_work(read: HouseState) -> Iterator[Trouble]:
    if any(queue.oldest > BACKLOG_LIMIT for queue in read.backlog):
        yield Trouble(
            "soon",
            _("Việc nền chờ quá 10 phút."),
            _("Xem worker có chạy không; nếu chạy mà vẫn chậm, thêm một worker. Không cần thử lại bằng tay."),
        )
    for stock in read.stocks:
        if stock.oldest > STOCK_LIMIT:
            yield Trouble(
                "soon",
                _("%(what)s quá 30 phút.") % {"what": stock.title},
                _(
                    "Xem worker có chạy không, khóa con dấu và dịch vụ dấu thời gian có trả lời không. Không mất gì: "
                    "giấy tự lập khi chạy lại, và lập ngay khi có người mở."
                ),
            )
    if read.failed:
        yield Trouble(
            "soon",
            _("Có việc nền đã thử hết lượt mà chưa xong."),
            _("Tìm mã yêu cầu của việc trong “Lỗi gần đây”, sửa nguyên nhân, rồi chọn việc và bấm “Thử lại”."),
        )
    if read.parked:
        yield Trouble(
            "soon",
            _("Có sự kiện để riêng vì hỏng 5 lần."),
            _("Cột lỗi nói hỏng ở đâu trong mã nguồn. Sửa hoặc báo đơn vị phát triển, rồi bấm “Thử lại”."),
        )


def _ended(one: certs.Certificate) -> str:
    day = f"{clock.local(one.ends_at):%d/%m/%Y}"
    if one.days < 0:
        return _("%(title)s đã hết hạn ngày %(day)s.") % {"title": one.title, "day": day}
    return _("%(title)s hết hạn ngày %(day)s, còn %(n)d ngày.") % {"title": one.title, "day": day, "n": one.days}


def _renewal(kind: str) -> str:
    if kind == "tls":
        return _("Xin chứng thư TLS mới, thay tệp, rồi nạp lại nginx.")
    if kind == "authority":
        return _("Thay bằng chứng thư của cơ quan chứng thực chuyên dùng Chính phủ trước ngày đó; xem docs/signing.md.")
    return _("Chứng thư thử nghiệm tự đổi ở lần ký sau. Chứng thư chính thức: xin cấp mới trước ngày hết hạn.")
