"""`tinhso reorganise PLAN --dry-run` lists every effect; `tinhso reorganise PLAN` carries an approved plan out."""

import csv
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from tinhso.cli.refusal import Refusal

if TYPE_CHECKING:
    from tinhso.places.reorganising import Effect, Resolved

HELP = "sắp xếp cơ quan theo một kế hoạch của gói: xem trước, thực hiện"
DJANGO = True


def configure(parser: ArgumentParser) -> None:
    parser.add_argument("plan", nargs="?", help="tên tệp trong reorganisations/, không có .yaml; bỏ trống để liệt kê")
    parser.add_argument("--dry-run", action="store_true", help="liệt kê mọi tác động, không thay đổi gì")
    parser.add_argument("--csv", type=Path, help="ghi từng dòng bị tác động ra tệp CSV (cùng --dry-run)")


def run(args: Namespace) -> int:
    from tinhso.kernel.errors import Problem  # noqa: PLC0415  after django.setup

    if args.plan is None:
        return _list()
    try:
        return _dry_run(args.plan, args.csv) if args.dry_run else _carry_out(args.plan)
    except Problem as refused:
        raise Refusal(str(refused.detail), f"Refused ({refused.code}): {refused.detail}") from refused


def _list() -> int:
    from tinhso.places.models import Reorganisation  # noqa: PLC0415  after django.setup
    from tinhso.places.reorganising import plan_names  # noqa: PLC0415

    states = {row.name: row.get_state_display() for row in Reorganisation.objects.order_by("created_at")}
    for name in plan_names():
        print(f"{name}  {states.get(name, 'Chưa lập')}")
    return 0


def _dry_run(name: str, to: Path | None) -> int:
    from tinhso.places.reorganising import every_effect, read_plan, resolve  # noqa: PLC0415  after django.setup

    plan, fingerprint = read_plan(name)
    resolved = resolve(name, plan)
    effects = every_effect(resolved)
    print(f"{plan.title}\nTừ ngày {plan.on:%d/%m/%Y}. Gói {fingerprint[:12]}.")
    titles = list(dict.fromkeys(effect.title for effect in effects))
    for title in titles:
        of_title = [effect for effect in effects if effect.title == title]
        mark = " (chưa kiểm chứng)" if any(effect.unverified for effect in of_title) else ""
        print(f"\n{sum(effect.count for effect in of_title)}  {title}{mark}")
        for effect in of_title:
            print(f"    {effect.count:>8}  {_way(resolved, effect)}{f'  ! {effect.alarm}' if effect.alarm else ''}")
    for agency, reason in resolved.stays.items():
        print(f"\nKhông chuyển: {resolved.names[agency]}. {reason}")
    if to is not None:
        print(f"\n{_write(resolved, effects, to)} dòng đã ghi vào {to}.")
    return 0


def _way(plan: "Resolved", effect: "Effect") -> str:
    old = plan.names.get(effect.old, "") if effect.old else ""
    return f"{old} → {plan.names.get(effect.new, '')}" if effect.new else old


def _write(plan: "Resolved", effects: "list[Effect]", to: Path) -> int:
    from tinhso.kernel.spreadsheets import harmless  # noqa: PLC0415  after django.setup
    from tinhso.places.reorganising import shown_rows  # noqa: PLC0415

    written = 0
    with to.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["Tác động", "Cơ quan cũ", "Cơ quan mới", "Dòng", "Ghi chú"])
        for effect in effects:
            old = plan.names.get(effect.old, "") if effect.old else ""
            new = plan.names.get(effect.new, "") if effect.new else ""
            for row in shown_rows(plan, effect.kind, effect.old, effect.new):
                lines.writerow([harmless(cell) for cell in (effect.title, old, new, row.title, row.about)])
                written += 1
    return written


def _carry_out(name: str) -> int:
    from tinhso.kernel.policy import SYSTEM  # noqa: PLC0415  after django.setup
    from tinhso.places.actions import carry_out  # noqa: PLC0415
    from tinhso.places.models import Reorganisation  # noqa: PLC0415

    standing = [state for state in Reorganisation.State if state not in ("refused", "withdrawn")]
    row = Reorganisation.objects.filter(name=name, state__in=standing).first()
    if row is None or row.state == Reorganisation.State.PROPOSED:
        raise Refusal(
            f"Kế hoạch {name} chưa được hai người duyệt: quản trị cấp tỉnh lập và duyệt ở trang Vận hành, Sắp xếp cơ "
            "quan. Xem trước: thêm --dry-run.",
            f"Plan {name} was not approved by two people: administrators of the province do that on the operations "
            "page. To look first: add --dry-run.",
        )
    if not carry_out(SYSTEM, row.id, said=print):
        print(f"Đã thực hiện lúc {row.done_at:%H:%M %d/%m/%Y}; không làm gì thêm.")
        return 0
    print("Xong.")
    return 0
