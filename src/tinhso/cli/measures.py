"""`tinhso measures`: the numbers that apps offer, and counting them anew from the records."""

from argparse import ArgumentParser, Namespace

from tinhso.cli.refusal import Refusal

HELP = "xem các số liệu đang được đếm, đếm lại từ bản ghi"
DJANGO = True


def configure(parser: ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", required=True, metavar="việc")
    acts.add_parser("list", help="liệt kê các số liệu")
    again = acts.add_parser("rebuild", help="đếm lại từ bản ghi; hệ thống vẫn chạy trong lúc đó")
    again.add_argument("measure", nargs="?", default="all", help="tên lấy từ tinhso measures list, hoặc all")


def run(args: Namespace) -> int:
    return _list() if args.act == "list" else _rebuild(args.measure)


def _list() -> int:
    from tinhso.kernel.measures import every_measure  # noqa: PLC0415  after django.setup

    for measure in every_measure():
        print(f"{measure.name}  {measure.title} ({measure.unit})")
    return 0


def _rebuild(given: str) -> int:
    from tinhso.kernel.measures import every_measure, rebuild  # noqa: PLC0415  after django.setup

    names = [measure.name for measure in every_measure()]
    if given != "all" and given not in names:
        raise Refusal(
            f"Không có số liệu {given}: hãy lấy tên từ tinhso measures list.",
            f"There is no measure {given}: take a name from tinhso measures list.",
        )
    for name in names if given == "all" else [given]:
        print(f"{name}: đã xem {rebuild(name)} bản ghi")
    return 0
