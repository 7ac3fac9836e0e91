"""`tinhso events`: events whose reactions keep failing, and another try for them."""

from argparse import ArgumentParser, Namespace
from uuid import UUID

from tinhso.cli.refusal import Refusal

HELP = "xem và xử lý các sự kiện bị kẹt"
DJANGO = True


def configure(parser: ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", required=True, metavar="việc")
    acts.add_parser("parked", help="liệt kê các lần chuyển sự kiện đã để riêng vì hỏng nhiều lần")
    again = acts.add_parser("retry", help="thử lại một lần chuyển")
    again.add_argument("delivery", help="mã lấy từ tinhso events parked, hoặc all")


def run(args: Namespace) -> int:
    return _parked() if args.act == "parked" else _retry(args.delivery)


def _parked() -> int:
    from tinhso.kernel.events import parked  # noqa: PLC0415  after django.setup

    stuck = parked()
    for one in stuck:
        print(
            f"{one.id}  {one.reaction}  {one.envelope.type}  {one.envelope.subject}  {one.envelope.at:%Y-%m-%d %H:%M}"
        )
        print(f"    {one.attempts} lần, lỗi cuối: {one.fault}")
    print(f"{len(stuck)} lần chuyển đang để riêng." if stuck else "Không có sự kiện nào bị kẹt.")
    return 0


def _retry(given: str) -> int:
    from tinhso.kernel.errors import Conflict, NotFound  # noqa: PLC0415  after django.setup
    from tinhso.kernel.events import parked, retry  # noqa: PLC0415  after django.setup

    try:
        for delivery in [one.id for one in parked()] if given == "all" else [UUID(given)]:
            retry(delivery)
    except ValueError as error:
        raise Refusal(
            f"{given} không phải mã: hãy lấy mã từ tinhso events parked.",
            f"{given} is not an id: take one from tinhso events parked.",
        ) from error
    except (NotFound, Conflict) as error:
        raise Refusal(
            f"Không có lần chuyển nào đang để riêng với mã {given}.",
            f"No parked delivery has the id {given}.",
        ) from error
    print("Đã đưa vào hàng đợi.")
    return 0
