"""`tinhso authority` prints the root certificate of this instance's development authority, to add to a PDF reader."""

import argparse
from pathlib import Path

HELP = "In chứng thư gốc của bộ cấp chứng thư phát triển, để thêm vào trình đọc PDF"
DJANGO = True


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, help="ghi ra tệp này thay vì in")


def run(args: argparse.Namespace) -> int:
    from tinhso.kernel.signing.authority import ROOT_NAME, authority  # noqa: PLC0415  after django.setup

    pem = authority().root_pem().decode()
    if args.out:
        args.out.write_text(pem)
        print(f"Đã ghi {args.out}")
    else:
        print(pem, end="")
    print(f"{ROOT_NAME}\nSHA-256: {authority().fingerprint()}")
    return 0
