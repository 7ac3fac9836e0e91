"""`tinhso authority`: the root of this instance's development authority, and whose keys lie elsewhere."""

import argparse
from pathlib import Path

from tinhso.cli.refusal import Refusal

HELP = "In chứng thư gốc của bộ cấp chứng thư phát triển; ghi khóa trên thiết bị hay dịch vụ ký là của ai"
DJANGO = True


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, help="ghi chứng thư gốc ra tệp này thay vì in")
    parser.add_argument("--hold", metavar="KHÓA", help="pkcs11:<thiết bị>/<nhãn> hoặc remote:<dịch vụ>/<mã>")
    parser.add_argument("--certificate", type=Path, help="tệp PEM: chứng thư của khóa đó, rồi tới nơi cấp")
    parser.add_argument("--agency", help="mã cơ quan, ví dụ H33.31108")
    parser.add_argument("--account", default="", help="tên đăng nhập của người ký; bỏ trống: con dấu của cơ quan")
    parser.add_argument("--held", action="store_true", help="liệt kê các khóa đã ghi")


def run(args: argparse.Namespace) -> int:
    if args.held:
        return _list()
    return _hold(args) if args.hold else _root(args)


def _root(args: argparse.Namespace) -> int:
    from tinhso.kernel.signing.authority import authority  # noqa: PLC0415  after django.setup
    from tinhso.kernel.signing.pades import common_name  # noqa: PLC0415

    pem = authority().root_pem().decode()
    if args.out:
        args.out.write_text(pem)
        print(f"Đã ghi {args.out}")
    else:
        print(pem, end="")
    print(f"{common_name(authority().root())}\nSHA-256: {authority().fingerprint()}")
    return 0


def _list() -> int:
    from tinhso.kernel.signing.holders import holders  # noqa: PLC0415

    for one in holders():
        leaf = one.certificates()[0]
        ends = f"{leaf.not_valid_after_utc:%d/%m/%Y}"
        print(f"{one.key}  {one.agency_id}  {one.account or 'con dấu'}  đến {ends}  {one.fingerprint}")
    return 0


def _hold(args: argparse.Namespace) -> int:
    from tinhso.kernel import clock  # noqa: PLC0415
    from tinhso.kernel.errors import Problem  # noqa: PLC0415
    from tinhso.kernel.signing import hold  # noqa: PLC0415
    from tinhso.people.models import Account  # noqa: PLC0415
    from tinhso.places import queries as places  # noqa: PLC0415

    if not (args.certificate and args.agency):
        raise Refusal("Cần thêm --certificate và --agency.", "--certificate and --agency are needed too.")
    try:
        agency = places.agency_by_code(args.agency, clock.today())
        account = str(Account.objects.get(login=args.account).id) if args.account else ""
        entry = hold(key=args.hold, agency_id=str(agency.id), account=account, pem=args.certificate.read_bytes())
    except Account.DoesNotExist as error:
        raise Refusal(f"Không có tài khoản «{args.account}».", f"There is no account {args.account}.") from error
    except Problem as problem:
        raise Refusal(str(problem.detail), str(problem.detail)) from problem
    except OSError as error:
        raise Refusal(
            f"Không đọc được tệp {args.certificate}.", f"The file {args.certificate} cannot be read."
        ) from error
    print(f"Đã ghi {entry.key} là của {args.account or 'con dấu'} tại {agency.name}.\nSHA-256: {entry.fingerprint}")
    return 0
