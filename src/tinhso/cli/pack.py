"""`tinhso pack check DIR` names each mistake of a pack; `tinhso pack load [DIR]` loads it when there is none."""

import argparse
import sys
from pathlib import Path

from django.conf import settings

HELP = "Kiểm tra hoặc nạp một gói tỉnh"
DJANGO = True


def configure(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", required=True, metavar="việc")
    check = acts.add_parser("check", help="Nêu từng lỗi: tệp, dòng, cách sửa; không nạp gì")
    check.add_argument("folder", type=Path)
    load = acts.add_parser("load", help="Kiểm tra rồi nạp tất cả trong một giao dịch")
    load.add_argument("folder", type=Path, nargs="?")


def run(args: argparse.Namespace) -> int:
    from tinhso.kernel.packs import PackRefused, check_pack, load_pack  # noqa: PLC0415  after django.setup

    folder = args.folder or settings.HERE.pack
    try:
        mistakes = check_pack(folder) if args.act == "check" else load_pack(folder) and []
    except PackRefused as refused:
        mistakes = refused.mistakes
    for mistake in mistakes:
        print(mistake, file=sys.stderr)
    if mistakes:
        print(f"{len(mistakes)} lỗi; chưa nạp gì.", file=sys.stderr)
        return 1
    print("Gói đúng." if args.act == "check" else "Đã nạp gói.")
    return 0
