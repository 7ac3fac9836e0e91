"""`tinhso restore`: a backup into a home of its own, brought to an instant and checked."""

import os
from argparse import ArgumentParser, Namespace
from datetime import datetime
from pathlib import Path

from tinhso.cli.backup import damaged
from tinhso.cli.backups import options
from tinhso.cli.backups.manifest import WORDS
from tinhso.cli.backups.place import Damaged, open_place
from tinhso.cli.backups.restoring import Restored, choose, restore
from tinhso.cli.cluster import Cluster
from tinhso.cli.homes import settle
from tinhso.cli.installing.renewing import next_steps, renew
from tinhso.cli.refusal import Refusal
from tinhso.config import instance, remember
from tinhso.kernel.clock import local, parse

HELP = "khôi phục một bản sao lưu vào thư mục mới"


def configure(parser: ArgumentParser) -> None:
    parser.add_argument("--from", dest="place", type=Path, required=True, metavar="THƯ-MỤC", help="nơi sao lưu")
    parser.add_argument("--to", type=Path, required=True, metavar="THƯ-MỤC", help="thư mục mới của hệ thống")
    parser.add_argument("--at", metavar="NGÀY-GIỜ", help="khôi phục tới lúc này, ví dụ 2026-11-25T10:15:00+07:00")
    parser.add_argument("--backup", metavar="BẢN", help="bắt đầu từ bản này (mặc định: bản phù hợp mới nhất)")
    parser.add_argument("--port", type=int, metavar="CỔNG", help="cổng web của hệ thống mới")
    options.add_key(parser)


def run(args: Namespace) -> int:
    at = _instant(args.at) if args.at else None
    place = open_place(args.place.resolve(), options.passphrase(options.key_file(args)))
    try:
        manifest = choose(place, args.backup, at)
        print(f"Khôi phục bản {manifest.stamp}" + (f" tới {local(at):%d/%m/%Y %H:%M:%S}" if at else ""), flush=True)
        restored = restore(place, manifest, args.to.resolve(), at=at, port=args.port)
    except Damaged as damage:
        raise damaged(damage) from damage
    return report(restored, _started_by(restored.home))


def _started_by(home: Path) -> str:
    """How the restored home is started; one of production is first made fit for this machine. Raises Refusal."""
    os.environ["TINHSO_HOME"] = str(home)
    instance.cache_clear()
    here = instance()
    if not here.production:
        return f"Khởi động: TINHSO_HOME={home} tinhso up"
    remember(home, "database", "private", True)  # whatever it was: the restored cluster lies in the home
    instance.cache_clear()
    here = settle(instance())
    cluster = Cluster(here)
    cluster.start()  # with this home's port and passwords from now on
    cluster.stop()
    folder = renew(here)
    steps = next_steps(
        here,
        folder,
        f"cp {folder}/nginx/tinhso.conf /etc/nginx/conf.d/ && nginx -t && systemctl reload nginx",
        f"cp {folder}/logrotate.conf /etc/logrotate.d/tinhso",
    )
    return f"Việc còn lại:\n{steps}"


def _instant(text: str) -> datetime:
    try:
        return parse(text)
    except ValueError as error:
        raise Refusal(
            f"--at {text} không đọc được: hãy viết ví dụ 2026-11-25T10:15:00+07:00.",
            f"--at {text} cannot be read: write for example 2026-11-25T10:15:00+07:00.",
        ) from error


def report(restored: Restored, then: str) -> int:
    """Say what was found beside what the backup said, and what to do ``then``; 1 when something is not right."""
    found, said = restored.checked, restored.manifest
    print(f"{'':<20} {'bản sao lưu':>12} {'khôi phục':>12}")
    for name, words in WORDS.items():
        print(f"  {words:<18} {said.before[name]:>12} {found.counts[name]:>12}")
    print(f"Nhật ký: {found.seals} dấu niêm phong, {found.rows} dòng được đối chiếu.")
    print(f"Tệp: {found.files} tệp giải mã được và đúng nội dung.")
    print(f"Chữ ký: {found.signed} kết quả đã cấp có chữ ký và con dấu đúng.")
    if found.spooled:
        print(f"Còn {found.spooled} lượt ghi chờ đưa vào cơ sở dữ liệu; worker sẽ đưa vào khi chạy.")
    if found.set_aside:
        print(f"{found.set_aside} dấu niêm phong mới hơn thời điểm khôi phục được để riêng trong thư mục seals.")
    if found.faults:
        print("KHÔNG NGUYÊN VẸN:")
        for fault in found.faults:
            print(f"  {fault}")
        return 1
    print(f"Nguyên vẹn. {then}")
    return 0
