"""`tinhso pack check DIR` names each mistake of a pack; `tinhso pack load [DIR]` loads it when there is none;
`tinhso pack notices` prints the built-in words of every notice as a file to change."""

import argparse
import json
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
    acts.add_parser("notices", help="In lời có sẵn của mọi thông báo, theo dạng notices.yaml để sửa")


def run(args: argparse.Namespace) -> int:
    from tinhso.kernel.packs import PackRefused, check_pack, load_pack  # noqa: PLC0415  after django.setup

    if args.act == "notices":
        print(_notices())
        return 0
    folder = args.folder or settings.HERE.pack
    try:
        mistakes = check_pack(folder) if args.act == "check" else load_pack(folder) and []
    except PackRefused as refused:
        mistakes = refused.mistakes
    for mistake in mistakes:
        print(mistake, file=sys.stderr)
    if mistakes:
        print(f"{len(mistakes)} lỗi; chưa nạp gì.", file=sys.stderr)
        if halted := sorted({mistake.file for mistake in mistakes if mistake.halted}):
            files = ", ".join(halted[:5]) + (f" và {len(halted) - 5} tệp khác" if len(halted) > 5 else "")
            print(f"Chưa kiểm tra hết: phần đọc từ {files} chưa được xem. Sửa rồi kiểm tra lại.", file=sys.stderr)
        return 1
    print("Gói đúng." if args.act == "check" else "Đã nạp gói.")
    return 0


def _notices() -> str:
    """The built-in words in both languages, as a pack writes them."""
    from django.utils import translation  # noqa: PLC0415  after django.setup

    from tinhso.kernel.notify import as_written, built_in  # noqa: PLC0415

    lines = ["notices:"]
    for said in built_in():
        lines.append(f"  {said.name}:")
        for part in ("title", "body", "outside"):
            words = {}
            for language in ("vi", "en"):
                with translation.override(language):
                    words[language] = as_written(said, part)
            if words["vi"]:
                lines.append(f"    {part}:")
                lines += [
                    f"      {language}: {json.dumps(text, ensure_ascii=False)}" for language, text in words.items()
                ]
    return "\n".join(lines)
