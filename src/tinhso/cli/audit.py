"""`tinhso audit verify`: was anything in the audit trail changed? Exit code 0 intact, 1 changed, 2 not checkable."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tinhso.cli.refusal import Refusal

HELP = "kiểm tra nhật ký kiểm toán"
DJANGO = True

MEANINGS = {
    "row-changed": "dòng nhật ký bị sửa",
    "row-deleted": "dòng nhật ký bị xóa",
    "row-inserted": "dòng nhật ký bị chèn thêm",
    "event-changed": "sự kiện bị sửa",
    "event-deleted": "sự kiện bị xóa",
    "event-inserted": "sự kiện bị chèn thêm",
    "disclosures-changed": "lượt xem dữ liệu cá nhân bị sửa hoặc xóa",
    "disclosure-inserted": "lượt xem dữ liệu cá nhân bị chèn thêm",
    "seal-missing": "mất dấu niêm phong trong cơ sở dữ liệu",
    "seal-changed": "dấu niêm phong bị sửa",
    "seal-forged": "dấu niêm phong không do khóa này ký",
    "seal-replaced": "dấu niêm phong khác với bản trong sổ ngoài cơ sở dữ liệu",
    "book-changed": "dòng trong sổ niêm phong bị sửa",
    "book-incomplete": "sổ niêm phong thiếu dòng",
}


def configure(parser: ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", required=True, metavar="việc")
    check = acts.add_parser("verify", help="đối chiếu nhật ký với các dấu niêm phong")
    check.add_argument("--key", type=Path, help="tệp khóa công khai (seal.pub) khi máy này không giữ khóa niêm phong")
    acts.add_parser("seal", help="niêm phong ngay những gì chưa niêm phong")
    acts.add_parser("state", help="đã niêm phong đến đâu")


def run(args: Namespace) -> int:
    return {"verify": _verify, "seal": _seal, "state": _state}[args.act](args)


def _trusted(path: Path | None) -> Ed25519PublicKey | None:
    from tinhso.kernel.sealing.statements import has_key  # noqa: PLC0415  after django.setup

    if path is not None:
        try:
            return Ed25519PublicKey.from_public_bytes(bytes.fromhex(path.read_text().strip()))
        except ValueError as error:
            raise Refusal(
                f"{path} không phải tệp khóa công khai: hãy dùng tệp seal.pub trong thư mục seals.",
                f"{path} is not a public key: use the file seal.pub of the folder seals.",
            ) from error
    if not has_key():
        raise Refusal(
            "Máy này không giữ khóa niêm phong. Hệ thống mới: khóa có sau khi việc đầu tiên được niêm phong, chưa đến "
            "một phút. Máy khác: hãy thêm --key và đường dẫn tới tệp seal.pub.",
            "This machine does not hold the sealing key. A new instance makes it when its first act is sealed, in a "
            "minute. On another machine: add --key and the path of seal.pub.",
        )
    return None


def _verify(args: Namespace) -> int:
    from tinhso.kernel.audit import verify  # noqa: PLC0415  after django.setup

    checked = verify(_trusted(args.key))
    print(f"Dấu niêm phong  {checked.seals}")
    print(f"Dòng đã niêm    {checked.rows}")
    print(f"Chờ niêm phong  {checked.unsealed}")
    if checked.intact:
        print("Nhật ký nguyên vẹn.")
        return 0
    print("NHẬT KÝ ĐÃ BỊ THAY ĐỔI. Chỗ đầu tiên ở mỗi dấu niêm phong:")
    for finding in checked.findings:
        print(f"  {MEANINGS[finding.code]} ({finding.code}): {finding.where}")
    return 1


def _seal(args: Namespace) -> int:
    from tinhso.kernel.audit import TrailBroken, seal  # noqa: PLC0415  after django.setup

    try:
        made = seal()
    except TrailBroken as broken:
        raise Refusal(f"Không niêm phong được, hãy chạy tinhso audit verify. ({broken.detail})", "") from broken
    print(f"Dấu số {made.number}: {made.rows} dòng." if made else "Không có gì mới để niêm phong.")
    return 0


def _state(args: Namespace) -> int:
    from tinhso.kernel.sealing.sealer import trail_state  # noqa: PLC0415  after django.setup

    state = trail_state()
    print(f"Dấu niêm phong  {state.seals}, mới nhất lúc {state.sealed_at or '(chưa có)'}")
    print(f"Chờ niêm phong  {state.unsealed}")
    return 0
