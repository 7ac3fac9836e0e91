"""`tinhso backup`: the whole instance, encrypted, into a folder elsewhere; while it serves."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from tinhso.cli.backups import archive, options
from tinhso.cli.backups.archive_slot import drop_slot
from tinhso.cli.backups.manifest import WORDS, Manifest, chosen, read_manifest, stamps
from tinhso.cli.backups.place import Damaged, Place
from tinhso.cli.backups.progress import size_words
from tinhso.cli.backups.taking import take
from tinhso.cli.backups.verifying import verify
from tinhso.cli.cluster import Cluster
from tinhso.cli.refusal import Refusal
from tinhso.config import Instance, instance, remember
from tinhso.kernel.clock import local

HELP = "sao lưu hệ thống đang chạy, hoặc kiểm tra bản sao lưu"
DJANGO = True


def configure(parser: ArgumentParser) -> None:
    parser.add_argument("--to", type=Path, metavar="THƯ-MỤC", help="nơi sao lưu (lần đầu: thư mục trống)")
    options.add_key(parser)
    parser.add_argument("--keep", type=int, metavar="N", help=f"giữ N bản mới nhất (mặc định {options.KEEP}; 0: hết)")
    acts = parser.add_mutually_exclusive_group()
    acts.add_argument("--verify", nargs="?", const="", metavar="BẢN", help="đọc lại một bản (mặc định: mới nhất)")
    acts.add_argument("--list", action="store_true", help="liệt kê các bản sao lưu")
    acts.add_argument(
        "--continuous", action="store_true", help="từ nay chép liên tục nhật ký ghi, để khôi phục tới từng giây"
    )
    acts.add_argument("--no-continuous", action="store_true", help="thôi chép liên tục")


def run(args: Namespace) -> int:
    here = instance()
    try:
        return _run(here, args)
    except Damaged as damage:
        raise damaged(damage) from damage


def damaged(damage: Damaged) -> Refusal:
    """The sentence for something in the place that is not as it was written."""
    return Refusal(
        f"Bản sao lưu bị hỏng ở {damage.name} ({damage.where}): hãy dùng bản khác và kiểm tra ổ đĩa.",
        f"The backup is damaged at {damage.name} ({damage.where}): use another one and check the disk.",
    )


def _run(here: Instance, args: Namespace) -> int:
    if args.no_continuous:
        remember(here.home, "backup", "continuous", 0)
        if here.production:  # elsewhere `tinhso up` does it
            drop_slot(Cluster(here))
        print("Từ nay không chép liên tục nữa.")
        return 0
    place = options.place_for(here, args, make=not args.list and args.verify is None)
    if args.list:
        return _list(place)
    if args.verify is not None:
        return _verify(place, chosen(place, args.verify or None))
    kept = options.settings(here)
    keep = kept.keep if args.keep is None else args.keep
    if args.continuous:
        _remember(here, place, options.key_file(args, kept), keep)
    manifest = take(here, place, keep=keep)
    _note(manifest)
    print(f"Bản sao lưu {manifest.stamp} trong {place.folder}:")
    _tell(manifest)
    return _verify(place, manifest)


def _remember(here: Instance, place: Place, key: Path | None, keep: int) -> None:
    """Switch continuous copying on; `tinhso up` sees it at once."""
    if key is None:
        raise Refusal(
            "Chép liên tục cần tệp khóa mà máy đọc được khi không có người: hãy thêm --key-file.",
            "Continuous copying needs a key file that the machine can read by itself: add --key-file.",
        )
    for name, value in (("to", str(place.folder)), ("key_file", str(key)), ("keep", keep), ("continuous", 1)):
        remember(here.home, "backup", name, value)


def _note(manifest: Manifest) -> None:
    """A copy of everybody's data was made: the trail says so."""
    from tinhso.kernel.audit import record  # noqa: PLC0415  after django.setup
    from tinhso.kernel.policy import SYSTEM  # noqa: PLC0415  after django.setup

    record(SYSTEM, "kernel.backup-taken", subject=f"backup:{manifest.stamp}", data={"files": manifest.files})


def _tell(manifest: Manifest) -> None:
    for name, words in WORDS.items():
        low, high = manifest.before[name], manifest.after[name]
        print(f"  {words:<18} {low}" + (f" … {high}" if high != low else ""))
    print(f"  {'Kích thước':<18} {size_words(sum(one.size for one in manifest.objects))}, tệp {manifest.files}")


def _verify(place: Place, manifest: Manifest) -> int:
    found = verify(place, manifest)
    print(f"Đã đọc lại: {found.objects} phần, {found.files} tệp, {found.segments} đoạn nhật ký ghi.")
    if not found.faults:
        print(f"Bản sao lưu {manifest.stamp} nguyên vẹn.")
        return 0
    print(f"BẢN SAO LƯU {manifest.stamp} BỊ HỎNG:")
    for fault in found.faults:
        print(f"  {fault}")
    return 1


def _list(place: Place) -> int:
    for stamp in stamps(place.folder):
        manifest = read_manifest(place, stamp)
        size = sum(one.size for one in manifest.objects)
        print(f"{stamp}  {local(manifest.at):%d/%m/%Y %H:%M:%S}  TinhSo {manifest.version}  {size_words(size)}")
    latest = archive.until(place)
    print(f"Nhật ký ghi đủ đến {local(latest):%d/%m/%Y %H:%M:%S}." if latest else "Không có nhật ký ghi liên tục.")
    return 0
