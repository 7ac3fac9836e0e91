"""`tinhso status`: what of this home runs. Exit code 0 when it serves, 3 when it does not."""

from argparse import ArgumentParser, Namespace

from tinhso.cli.cluster import Cluster
from tinhso.cli.locks import holder
from tinhso.cli.refusal import refuse_production
from tinhso.cli.supervisor import readiness
from tinhso.config import Instance, instance
from tinhso.kernel import archived

HELP = "xem hệ thống đang chạy những gì"
NAMES = {
    "database": "Cơ sở dữ liệu trả lời",
    "migrations": "Cấu trúc dữ liệu mới nhất",
    "worker": "Worker đang làm việc",
    "disk": "Ổ đĩa còn chỗ",
}


def configure(parser: ArgumentParser) -> None:
    """No options."""


def run(args: Namespace) -> int:
    here = instance()
    refuse_production(here, "tinhso doctor; systemctl status 'tinhso-*'")
    running = holder(here.home)
    port = running.port if running else here.port
    print(f"Thư mục                    {here.home}")
    print(f"PostgreSQL                 {'chạy' if Cluster(here).alive else 'dừng'} (cổng {here.database.port})")
    print(f"tinhso up                  {f'chạy (tiến trình {running.pid})' if running else 'dừng'}")
    if running is None:
        return 3
    status, answer = readiness(port)
    print(f"Web                        {'trả lời' if status else 'không trả lời'} (http://127.0.0.1:{port})")
    for name, fine in answer.get("checks", {}).items():
        print(f"{NAMES.get(name, name):<26} {'có' if fine else 'KHÔNG'}")
    print(f"Chép nhật ký ghi           {_archiving(here)}")
    return 0 if status == 200 else 3


def _archiving(here: Instance) -> str:
    """How far the database's log is in the backup place, and what to do when that is too long ago."""
    if not archived.wanted(here.home):
        return "tắt (bật: tinhso backup --to … --key-file … --continuous)"
    lag = archived.lag(here.home)
    words = "chưa chép lần nào" if lag is None else f"đến {lag.total_seconds():.0f} giây trước"
    if not archived.late(here.home):
        return words
    return f"CHẬM, {words}: xem nơi sao lưu còn chỗ không, rồi xem {here.home}/logs/archiver.out"
