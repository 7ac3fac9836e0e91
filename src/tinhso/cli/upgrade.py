"""`tinhso upgrade`: bring a home to this release; run with the new release's `tinhso`, while the old one still runs."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from tinhso.cli.backup import damaged
from tinhso.cli.backups import options, upgrading
from tinhso.cli.backups.basis import applied_migrations, reached
from tinhso.cli.backups.place import Damaged, Place
from tinhso.cli.backups.taking import take
from tinhso.cli.backups.verifying import verify
from tinhso.cli.cluster import Cluster
from tinhso.cli.installing.renewing import next_steps, renew
from tinhso.cli.refusal import Refusal
from tinhso.cli.supervisor import readiness
from tinhso.config import Instance, instance

HELP = "nâng cấp hệ thống lên bản này; thất bại thì bản cũ chạy tiếp với dữ liệu còn nguyên"


def configure(parser: ArgumentParser) -> None:
    parser.add_argument("--rehearse", action="store_true", help="chỉ tập dượt trên bản sao, không đổi gì")
    parser.add_argument("--to", type=Path, metavar="THƯ-MỤC", help="nơi sao lưu trước khi nâng cấp")
    options.add_key(parser)


def run(args: Namespace) -> int:
    here = instance()
    if not (here.home / "secrets").exists():
        raise Refusal(
            f"Không có hệ thống nào trong {here.home}: hãy đặt TINHSO_HOME đúng thư mục của hệ thống cần nâng cấp.",
            f"There is no instance in {here.home}: set TINHSO_HOME to the home of the instance to upgrade.",
        )
    place = options.place_for(here, args, make=True)
    old, cluster = upgrading.old_version(here), Cluster(here)
    if old is None and not args.rehearse and readiness(here.port)[0]:
        raise Refusal(
            f"Cổng {here.port} vẫn trả lời: hãy dừng các dịch vụ (systemctl stop) rồi chạy lại; --rehearse thì không "
            "cần.",
            f"Port {here.port} still answers: stop the services (systemctl stop), then run again; not for --rehearse.",
        )
    started = cluster.private and old is None and not cluster.alive
    if started:
        cluster.start()
    try:
        _rehearsed(here, place, cluster)
    except Damaged as damage:
        raise damaged(damage) from damage
    except upgrading.StepFailed as failure:
        return _failed(failure, "bản sao", running=old is not None)
    finally:
        if started:
            cluster.stop()
    if args.rehearse:
        print("Tập dượt xong: nâng cấp sẽ được. Chưa có gì thay đổi.")
        return 0
    print("5. Dừng bản cũ, nâng cấp dữ liệu trong một giao dịch, khởi động bản mới…", flush=True)
    try:
        upgrading.switch(here, old)
    except upgrading.StepFailed as failure:
        return _failed(failure, "dữ liệu thật", running=old is not None)
    if here.production:
        print(f"Đã nâng cấp. Việc còn lại:\n{next_steps(here, renew(here))}")
        return 0
    print("Đã nâng cấp." + (f" Bản mới đang chạy ở cổng {old.port}." if old else " Khởi động bằng tinhso up."))
    return 0


def _rehearsed(here: Instance, place: Place, cluster: Cluster) -> None:
    """Steps 1 to 4; the running version is not touched."""
    missing = upgrading.step(here, "plan").split()
    with reached(cluster) as link:
        there = len(applied_migrations(link))
    print(f"1. Dữ liệu có {there} bước cấu trúc, bản này thêm {len(missing)}: {', '.join(missing) or 'không'}.")
    print(f"2. Sao lưu vào {place.folder}…", flush=True)
    manifest = take(here, place, keep=options.settings(here).keep)
    faults = verify(place, manifest).faults
    if faults:
        raise Refusal(f"Bản sao lưu vừa tạo bị hỏng: {faults[0]}", f"The backup just taken is damaged: {faults[0]}")
    print(f"3. Khôi phục bản {manifest.stamp} thành bản sao, nâng cấp và kiểm tra bản sao…", flush=True)
    upgrading.rehearse(here, place, manifest)
    print("4. Bản sao nâng cấp được, không mất gì.", flush=True)


def _failed(failure: upgrading.StepFailed, where: str, *, running: bool) -> int:
    state = "Bản cũ vẫn chạy" if running else "Bản cũ không bị đụng tới"
    print(f"KHÔNG NÂNG CẤP ĐƯỢC, lỗi trên {where}:\n{failure}\n{state}, dữ liệu còn nguyên.")
    return 1
