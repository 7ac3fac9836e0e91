"""The home: configuration, who may read secrets, room on the disk, the spool, backups."""

import os
import pwd
import shutil
import stat
import time
from datetime import timedelta

from tinhso.cli.backups import archive, options
from tinhso.cli.backups.manifest import read_manifest, stamps
from tinhso.cli.backups.place import Damaged, open_place, passphrase_in
from tinhso.cli.doctoring.findings import Check, Finding, Patient, broken, soon, well, why
from tinhso.cli.installing.writing import OPERATING, shared_folders
from tinhso.cli.refusal import Refusal
from tinhso.kernel import archived, clock
from tinhso.kernel.clock import local
from tinhso.project.production import mistakes

#: Bytes free below which the house stops taking uploads, and below which somebody should look.
DISK_BROKEN, DISK_SOON = 1 << 30, 5 << 30
#: A line of the spool is taken within seconds; one that lies for minutes means that this node's worker does not.
SPOOL_AGE = 300
BACKUP_AGE = timedelta(hours=26)


def configuration(patient: Patient) -> Finding:
    """What production refuses: debug, samples, development's leftovers, known secrets, proxies, TLS."""
    if not patient.here.production:
        return broken(
            "configuration",
            f"{patient.here.home} không phải hệ thống vận hành thật.",
            "Chạy tinhso init --production vào một thư mục mới.",
        )
    found = mistakes(patient.here)
    if found:
        listed = " ".join(mistake.what for mistake in found)
        return broken("configuration", listed, " ".join(dict.fromkeys(mistake.remedy for mistake in found)))
    return well("configuration", "Cấu hình không có gì của môi trường thử.")


def permissions(patient: Patient) -> Finding:
    """Secrets and keys are for their owner only; the home itself and the database owner's are not the service's."""
    home = patient.here.home
    service = pwd.getpwnam(str(patient.here.settings.get("service", {}).get("user", "root"))).pw_uid
    if service == home.stat().st_uid != os.geteuid():
        return broken(
            "permissions", f"Dịch vụ thay được cả cấu hình: nó là chủ của {home}.", f"Chạy: chown root {home}"
        )
    for folder in ("secrets", "keys"):
        for path in sorted((home / folder).rglob("*")):
            facts = path.stat()
            if path.is_file() and facts.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                return broken("permissions", f"Người khác trên máy đọc được {path}.", f"Chạy: chmod 600 {path}")
            if path.name in OPERATING and facts.st_uid == service and service != home.stat().st_uid:
                return broken(
                    "permissions",
                    f"Dịch vụ đọc được mật khẩu chủ cơ sở dữ liệu ({path.name}).",
                    f"Chạy: chown root {path}",
                )
            if path.is_file() and path.name not in OPERATING and facts.st_uid != service:
                return broken("permissions", f"Dịch vụ không đọc được {path}.", f"Chạy: chown {_name(service)} {path}")
    return well("permissions", "Khóa và mật khẩu chỉ chủ của chúng đọc được.")


def _name(uid: int) -> str:
    return pwd.getpwuid(uid).pw_name


def disk(patient: Patient) -> Finding:
    """Room where the home, the shared files and the private database lie."""
    folders = [patient.here.home, *shared_folders(patient.here), patient.here.database.data]
    free, where = min((shutil.disk_usage(folder).free, folder) for folder in folders if folder.exists())
    words = f"Ổ đĩa của {where} còn {free / 2**30:.1f} GB."
    remedy = "Xóa tệp không dùng, chuyển bản sao lưu cũ đi, hoặc mở rộng ổ đĩa."
    if free < DISK_BROKEN:
        return broken("disk", words, remedy)
    return soon("disk", words, remedy) if free < DISK_SOON else well("disk", words)


def spool(patient: Patient) -> Finding:
    """Readings that this node noted reach the database: its own worker takes them."""
    lying = [
        time.time() - path.stat().st_mtime
        for path in (patient.here.home / "spool").rglob("*.jsonl")
        if path.stat().st_size
    ]
    untaken = max((age for age in lying if age > SPOOL_AGE), default=0.0)
    if untaken and not _writer_idle(patient):
        return broken(
            "spool",
            f"Nhật ký đọc dữ liệu của node này chờ {untaken / 60:.0f} phút chưa vào cơ sở dữ liệu.",
            "Khởi động worker của chính node này: systemctl start tinhso-worker@1",
        )
    return well("spool", "Nhật ký đọc dữ liệu được đưa vào cơ sở dữ liệu.")


def _writer_idle(patient: Patient) -> bool:
    """Whether all that lies in the spool is in the database: then an old file only waits for its writer to end."""
    if patient.database is None:
        return True
    for path in (patient.here.home / "spool").rglob("*.jsonl"):
        row = patient.database.execute('SELECT "offset" FROM kernel_spoolmark WHERE file = %s', [path.name]).fetchone()
        if time.time() - path.stat().st_mtime > SPOOL_AGE and (row is None or row[0] < path.stat().st_size):
            return False
    return True


def backup(patient: Patient) -> Finding:
    """The newest backup is as its place's key wrote it and younger than a day and a bit; where the log is copied
    continuously, that goes up to now."""
    kept = options.settings(patient.here)
    if kept.to is None or kept.key_file is None:
        return broken(
            "backup",
            "Chưa nói sao lưu vào đâu, bằng khóa nào: mất ổ đĩa là mất tất cả.",
            "Chạy tinhso backup --to … --key-file … --continuous, rồi bật tinhso-backup.timer và tinhso-archiver.",
        )
    try:
        place = open_place(kept.to, passphrase_in(kept.key_file))
        there = stamps(place.folder)
        if not there:
            return broken("backup", f"Chưa có bản sao lưu nào trong {kept.to}.", "Chạy tinhso backup.")
        age = clock.real() - read_manifest(place, there[-1]).at
        copied = archive.until(place) if kept.continuous else None
    except Refusal as refusal:
        return broken("backup", f"Nơi sao lưu {kept.to} không mở được.", refusal.vietnamese)
    except (Damaged, OSError) as error:
        fault = error if isinstance(error, Damaged) else why(error)
        return broken(
            "backup",
            f"Nơi sao lưu {kept.to} bị hỏng: {fault}.",
            "Kiểm tra ổ đĩa ấy, rồi chạy tinhso backup.",
        )
    words = f"Bản sao lưu mới nhất đã {age / timedelta(hours=1):.0f} giờ."
    if age > BACKUP_AGE:
        return broken("backup", words, "Xem vì sao tinhso-backup.timer không chạy, rồi chạy tinhso backup.")
    if kept.continuous and (copied is None or clock.real() - copied > archived.LIMIT):
        return broken(
            "backup",
            f"Nhật ký ghi không được chép liên tục{f' từ {local(copied):%H:%M %d/%m/%Y}' if copied else ''}.",
            "systemctl enable --now tinhso-archiver; journalctl -u tinhso-archiver -n 50",
        )
    if copied is not None:
        words += f" Nhật ký ghi đã chép đến {(clock.real() - copied).total_seconds():.0f} giây trước."
    return well("backup", words)


def static(patient: Patient) -> Finding:
    """Styles and scripts that nginx serves are there and readable."""
    folder = patient.here.home / "static"
    if not any(folder.glob("assets/*.css")):
        return broken("static", f"Chưa có kiểu dáng và mã lệnh của trang trong {folder}.", "Chạy tinhso upgrade.")
    if not all(path.stat().st_mode & stat.S_IROTH for path in (folder, folder / "assets")):
        return broken("static", f"nginx không đọc được {folder}.", f"Chạy: chmod -R a+rX {folder}")
    return well("static", "nginx đọc được tệp tĩnh.")


CHECKS: tuple[Check, ...] = (configuration, permissions, disk, spool, backup, static)
