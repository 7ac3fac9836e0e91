"""`tinhso retention`: what is due by the rules of retention, and its removal now instead of tonight."""

from argparse import ArgumentParser, Namespace

HELP = "áp dụng thời hạn lưu giữ; --dry-run chỉ đếm"
DJANGO = True


def configure(parser: ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="chỉ đếm, không xóa gì")


def run(args: Namespace) -> int:
    from tinhso.kernel.retention import apply, outlook  # noqa: PLC0415  after django.setup

    for one in outlook() if args.dry_run else apply():
        rule = one.rule
        if rule is None:
            kept = "gói không có quy tắc, giữ nguyên"
        elif rule.forever:
            kept = "giữ mãi"
        elif rule.unverified:
            kept = f"{rule.days} ngày, CHƯA KIỂM CHỨNG: không áp dụng"
        else:
            kept = f"{rule.days} ngày ({rule.source})"
        done = f"đến hạn {one.due}" if args.dry_run else f"đến hạn {one.due}, đã xóa {one.removed}"
        print(f"{one.subject:<24} {done:<32} {kept}")
    print("Chỉ đếm, không xóa gì." if args.dry_run else "Xong.")
    return 0
