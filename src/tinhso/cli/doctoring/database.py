"""The database: reached, prepared, in time, and kept up with."""

import time

import psycopg

from tinhso.cli.cluster import EXTENSIONS
from tinhso.cli.doctoring.findings import Check, Finding, Patient, broken, soon, well
from tinhso.cli.preparation import manage
from tinhso.cli.refusal import Refusal
from tinhso.config import ConfigurationError

#: Not needed to serve: only the operators' page misses it.
COUNTING = "pg_stat_statements"
#: Seconds.
SKEW = 2.0
SEALED_WITHIN = 60
#: Jobs that may wait before somebody should look, and before it is a fault.
WAITING_SOON, WAITING_BROKEN = 500, 5000


def reach(patient: Patient) -> Finding:
    """The app's role signs in."""
    where = patient.here.database
    words = f"{where.host}:{where.port}/{where.name}"
    if patient.database is None:
        return broken(
            "database",
            f"Không vào được cơ sở dữ liệu {words}: {patient.fault}.",
            "Xem systemctl status tinhso-postgres, và mật khẩu trong secrets/db-app."
            if where.local
            else "Xem máy ấy, mật khẩu trong secrets/db-app, và chứng thư TLS của nó: [database] sslrootcert.",
        )
    return well("database", f"Cơ sở dữ liệu {words} trả lời.")


def encryption(patient: Patient) -> Finding:
    """The way to a database on another machine is encrypted, and that machine is who it says."""
    where = patient.here.database
    assert patient.database is not None
    if where.local:
        return well("encryption", "Cơ sở dữ liệu ở ngay máy này.")
    if where.sslmode != "verify-full" or not patient.database.pgconn.ssl_in_use:
        return broken(
            "encryption",
            f"Đường tới cơ sở dữ liệu {where.host} không kiểm tra chứng thư: dữ liệu có thể bị đọc trên mạng.",
            'Cài chứng thư TLS cho PostgreSQL, rồi đặt [database] sslmode = "verify-full" và sslrootcert trong '
            "config.toml.",
        )
    return well("encryption", f"Đường tới cơ sở dữ liệu {where.host} được mã hóa, chứng thư được kiểm tra.")


def roles(patient: Patient) -> Finding:
    """The app can neither change nor delete the trail, and is no superuser."""
    assert patient.database is not None
    row = patient.database.execute(
        "SELECT rolsuper OR rolcreaterole OR rolbypassrls, has_table_privilege('kernel_audit', 'UPDATE, DELETE'), "
        "has_table_privilege('kernel_event', 'UPDATE, DELETE'), has_table_privilege('kernel_disclosure', "
        "'UPDATE, DELETE') FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    if row is None or any(row):
        return broken(
            "roles",
            "Vai trò của dịch vụ có quyền sửa nhật ký kiểm toán hoặc là quản trị cơ sở dữ liệu.",
            "Chạy bằng postgres: ALTER ROLE tinhso_app NOSUPERUSER NOCREATEROLE; REVOKE UPDATE, DELETE ON "
            "kernel_audit, kernel_event, kernel_disclosure FROM tinhso_app;",
        )
    return well("roles", "Vai trò của dịch vụ không sửa được nhật ký kiểm toán.")


def extensions(patient: Patient) -> Finding:
    assert patient.database is not None
    there = {row[0] for row in patient.database.execute("SELECT extname FROM pg_extension")}
    missing = [name for name in EXTENSIONS if name not in there and name != COUNTING]
    if missing:
        return broken(
            "extensions",
            f"Thiếu phần mở rộng {', '.join(missing)}.",
            "Chạy bằng postgres: " + " ".join(f"CREATE EXTENSION {name};" for name in missing),
        )
    if COUNTING not in there:
        return soon(
            "extensions",
            f"Thiếu phần mở rộng {COUNTING}: trang Vận hành không thấy câu lệnh chậm.",
            f"Chạy bằng postgres: CREATE EXTENSION {COUNTING}; và đặt shared_preload_libraries = '{COUNTING}'.",
        )
    return well("extensions", "Đủ phần mở rộng PostgreSQL.")


def migrations(patient: Patient) -> Finding:
    """The tables are those that the code expects."""
    remedy = "Chạy tinhso upgrade, rồi khởi động lại dịch vụ."
    try:
        manage(patient.here, "migrate", "--check", role="app")
    except (Refusal, ConfigurationError):
        return broken("migrations", "Cấu trúc dữ liệu không khớp với mã nguồn (hoặc cấu hình bị từ chối).", remedy)
    return well("migrations", "Cấu trúc dữ liệu khớp với mã nguồn.")


def clock(patient: Patient) -> Finding:
    """This machine and the database's agree what time it is."""
    # real time: the machines' clocks themselves are compared
    skew = abs(patient.number("SELECT extract(epoch FROM clock_timestamp())") - time.time())
    if skew > SKEW:
        return broken(
            "clock",
            f"Đồng hồ của máy này và của cơ sở dữ liệu lệch {skew:.0f} giây.",
            "Bật đồng bộ giờ ở cả hai máy: timedatectl set-ntp true",
        )
    return well("clock", "Đồng hồ của máy này và của cơ sở dữ liệu khớp nhau.")


def workers(patient: Patient) -> Finding:
    """Two workers, so that one may die."""
    alive = int(
        patient.number(
            # real time: PostgreSQL stamps the heartbeats
            "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > clock_timestamp() - interval '30 s'"
        )
    )
    if not alive:
        return broken(
            "workers",
            "Không worker nào làm việc.",
            "systemctl start tinhso-worker@1; xem journalctl -u tinhso-worker@1",
        )
    if alive < 2:
        return soon("workers", "Chỉ một worker làm việc; nó chết thì việc nền dừng.", "systemctl start tinhso-worker@2")
    return well("workers", f"{alive} worker làm việc.")


def backlog(patient: Patient) -> Finding:
    """Work that waits, failed jobs, events set aside."""
    waiting = int(
        patient.number(
            # real time: jobs wait by it
            "SELECT count(*) FROM procrastinate_jobs "
            "WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at < clock_timestamp())"
        )
    )
    failed = int(patient.number("SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'"))
    parked = int(patient.number("SELECT count(*) FROM kernel_delivery WHERE state = 'parked'"))
    words = f"{waiting} việc đang chờ, {failed} việc hỏng, {parked} sự kiện để riêng."
    if waiting > WAITING_BROKEN:
        return broken("backlog", words, "Thêm worker: systemctl start tinhso-worker@3; xem việc nào chậm.")
    if parked or failed or waiting > WAITING_SOON:
        return soon("backlog", words, "Xem tinhso events parked và trang vận hành; sửa nguyên nhân rồi thử lại.")
    return well("backlog", words)


def sealing(patient: Patient) -> Finding:
    """What was written is sealed within a minute."""
    late = patient.number(
        # real time: seals carry it
        "SELECT CASE WHEN EXISTS (SELECT FROM kernel_audit a WHERE a.xact >= coalesce(s.until, 0)) THEN "
        "extract(epoch FROM clock_timestamp() - coalesce((s.statement::jsonb->>'sealed_at')::timestamptz, "
        "'epoch'::timestamptz)) ELSE 0 END FROM (SELECT 1) one LEFT JOIN LATERAL "
        "(SELECT until, statement FROM kernel_seal ORDER BY number DESC LIMIT 1) s ON true"
    )
    if late > SEALED_WITHIN * 2:
        return broken(
            "sealing",
            "Nhật ký kiểm toán đã hơn hai phút chưa được niêm phong.",
            "Xem worker có chạy không, rồi chạy tinhso audit verify.",
        )
    return well("sealing", "Nhật ký kiểm toán được niêm phong đều.")


def samples(patient: Patient) -> Finding:
    """No open account whose password was printed."""
    left = int(patient.number("SELECT count(*) FROM people_account WHERE sample AND is_active"))
    if left:
        return broken(
            "samples",
            f"Cơ sở dữ liệu còn {left} tài khoản mẫu đang mở.",
            "Chạy tinhso init --production với cơ sở dữ liệu mới, không dùng lại cơ sở dữ liệu thử.",
        )
    return well("samples", "Không có tài khoản mẫu.")


#: In this order; when the first one fails the rest cannot be asked.
CHECKS: tuple[Check, ...] = (
    *(reach, encryption, roles, extensions, migrations, clock),
    *(workers, backlog, sealing, samples),
)


def asked(check: Check, patient: Patient) -> Finding:
    """One check; what the database refuses is a finding too."""
    try:
        return check(patient)
    except psycopg.Error:
        return broken(
            check.__name__,
            "Không kiểm tra được: cơ sở dữ liệu thiếu bảng, thiếu quyền hoặc ngắt giữa chừng.",
            "Chạy tinhso upgrade để dựng đủ bảng, rồi khám lại.",
        )
