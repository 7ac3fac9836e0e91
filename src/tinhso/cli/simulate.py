"""`tinhso simulate`: invented families and their dossiers, on a trial home only; `--remove` takes them away."""

import gc
import json
import multiprocessing
import os
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from multiprocessing.pool import Pool
from typing import Any

from psycopg import Connection
from psycopg.errors import LockNotAvailable

from tinhso.cli.cluster import owner
from tinhso.cli.refusal import Refusal
from tinhso.config import Instance, instance
from tinhso.kernel import aside

HELP = "thêm dân cư và hồ sơ mẫu mô phỏng; --remove gỡ hết"
DJANGO = True
#: One more than there are cores, while one waits for the database; more than three only take memory.
WORKERS = min(3, (os.cpu_count() or 1) + 1)
#: From so many persons and dossiers on it is worth building the indexes anew afterwards.
MANY = 20_000


def configure(parser: ArgumentParser) -> None:
    parser.add_argument("--persons", type=_count, default=2_000, help="số người (mặc định 2000)")
    parser.add_argument("--dossiers", type=_count, default=1_000, help="số hồ sơ (mặc định 1000)")
    parser.add_argument("--seed", type=int, default=1, help="cùng số này cho cùng kết quả (mặc định 1)")
    parser.add_argument("--since", type=date.fromisoformat, help="ngày đầu tiên nộp (mặc định một năm trước)")
    parser.add_argument("--workers", type=_count, default=WORKERS, help="số tiến trình")
    parser.add_argument("--sign-ins", type=int, default=3, help="số người mẫu đăng nhập được (mặc định 3)")
    parser.add_argument("--remove", action="store_true", help="gỡ mọi dữ liệu mô phỏng")


def _count(text: str) -> int:
    number = int(text)
    if not 0 < number <= 20_000_000:
        raise ValueError(text)
    return number


def run(args: Namespace) -> int:
    refuse_real(instance())
    return _remove() if args.remove else _simulate(args)


def refuse_real(here: Instance) -> None:
    """Only where everything shown is marked as sample. Raises Refusal."""
    if here.production or not here.sample:
        raise Refusal(
            f"{here.home} không phải hệ thống dùng thử: không thêm dữ liệu mẫu vào dữ liệu thật. "
            "Hãy dùng một TINHSO_HOME khác, tạo bằng tinhso up.",
            f"{here.home} is no trial: sample data never goes among real data. Use another TINHSO_HOME, of tinhso up.",
        )


def _simulate(args: Namespace) -> int:
    from django.db import connections  # noqa: PLC0415  after django.setup

    from tinhso.dossiers.simulation import run as simulation  # noqa: PLC0415
    from tinhso.kernel import audit, clock  # noqa: PLC0415
    from tinhso.kernel.packs import Pack  # noqa: PLC0415
    from tinhso.people.simulation import there  # noqa: PLC0415

    put_back(instance())
    if there():
        raise Refusal(
            "Đã có dữ liệu mô phỏng: hãy chạy tinhso simulate --remove trước.",
            "There is simulated data already: run tinhso simulate --remove first.",
        )
    began, until = time.monotonic(), clock.now().replace(microsecond=0)
    since = args.since or clock.today() - timedelta(days=365)
    if since >= clock.today():
        raise Refusal(
            f"--since {since:%Y-%m-%d} phải là một ngày đã qua: hồ sơ mẫu được nộp từ ngày đó tới hôm nay.",
            f"--since {since:%Y-%m-%d} must lie in the past: sample dossiers are filed from that day to today.",
        )
    wish = simulation.Wish(args.persons, args.dossiers, args.seed, since, until)
    pack = Pack(instance().pack)
    places, _kits[:] = simulation.shared(wish, pack), [simulation.kit(wish, pack)]
    connections.close_all()
    done = {"persons": 0, "dossiers": 0, "rows": 0}
    burden = simulation.tables() if args.persons + args.dossiers >= MANY else []
    with _unburdened(burden), _pool(args.workers) as pool:
        for told in pool.imap_unordered(_commune, [(wish, parts) for parts in places]):
            for name in done:
                done[name] += told[name]
            print(
                f"{done['dossiers']:>9}/{args.dossiers} hồ sơ, {done['persons']:>9} người, "
                f"{time.monotonic() - began:>6.0f} giây: {told['name']}",
                flush=True,
            )
    written = time.monotonic() - began
    sealed = audit.seal_all()
    _open(args.sign_ins, wish)
    print(
        f"{done['rows']} dòng trong {written:.0f} giây; {sealed} dòng nhật ký niêm phong trong "
        f"{time.monotonic() - began - written:.0f} giây. Gỡ bằng: tinhso simulate --remove"
    )
    return 0


def _pool(workers: int) -> Pool:
    from django.db import connections  # noqa: PLC0415  after django.setup

    def begin() -> None:
        connections.close_all()
        gc.freeze()
        gc.set_threshold(200_000, 20, 20)  # dossiers with their steps are rings: looked for now and then

    return multiprocessing.get_context("fork").Pool(workers, initializer=begin)


@contextmanager
def _unburdened(tables: Sequence[str], *, indexes: bool = True) -> Iterator[None]:
    """Without foreign keys and indexes on these tables; they are put back whatever happens, by the next `simulate` or
    `up` if this process dies."""
    if tables:
        try:
            with owner(instance()) as link:
                away = aside.put_aside(link, tables, indexes=indexes)
                print(f"Cất tạm {away} chỉ mục và ràng buộc…", flush=True)
        except LockNotAvailable:
            print("Hệ thống đang bận: ghi với đủ chỉ mục và ràng buộc, chậm hơn.", flush=True)
    try:
        yield
    finally:
        put_back(instance())


def put_back(here: Instance) -> None:
    """What a simulation put aside comes back; two connections share the indexes."""
    began = time.monotonic()
    with owner(here) as link, owner(here) as other:
        if aside.away(link):
            with ThreadPoolExecutor(1) as beside:
                helping = beside.submit(_help_to_put_back, other)
                aside.put_back_indexes(link)
                aside.put_back_foreign_keys(link)
                helping.result()
            aside.put_back(link)
            print(f"Đã đặt lại chỉ mục và ràng buộc trong {time.monotonic() - began:.0f} giây.", flush=True)


def _help_to_put_back(link: Connection[Any]) -> None:
    aside.put_back_indexes(link)
    aside.put_back_exclusions(link)


def _open(count: int, wish: Any) -> None:
    """Let some of the simulated citizens sign in; they stand in simulated-accounts.json of the home."""
    from tinhso.dossiers.simulation import run as simulation  # noqa: PLC0415
    from tinhso.people.simulation import sign_ins  # noqa: PLC0415

    busy = simulation.busiest(wish, count)
    listed = [
        {"login": each.login, "password": each.password, "dossier": str(busy[each.account])} for each in sign_ins(busy)
    ]
    file = instance().home / "simulated-accounts.json"
    file.touch(mode=0o600)
    file.write_text(json.dumps(listed, ensure_ascii=False, indent=1) + "\n")
    for account in listed:
        print(f"Đăng nhập được: {account['login']}  {account['password']} (mẫu)")


#: What every process of the pool inherits when it is forked.
_kits: list[Any] = []


def _commune(job: tuple[Any, Any]) -> dict[str, Any]:
    """A commune in its parts, in a process of its own."""
    from tinhso.dossiers.simulation import run as simulation  # noqa: PLC0415  after django.setup

    wish, parts = job
    told = [simulation.settle(wish, part, _kits[0]) for part in parts]
    return {
        "name": told[0].name,
        "persons": sum(t.persons for t in told),
        "dossiers": sum(t.dossiers for t in told),
        "rows": sum(t.rows for t in told),
    }


def _remove() -> int:
    """Everything simulated goes; what a broken run left away comes back first."""
    from tinhso.dossiers.simulation.removal import pointing, remove  # noqa: PLC0415  after django.setup
    from tinhso.people.simulation import settled  # noqa: PLC0415

    put_back(instance())
    with _unburdened(pointing() if settled(MANY // 2) else [], indexes=False):
        count = remove(print)
    print(f"Đã gỡ {count} dòng. Sự kiện và nhật ký kiểm toán ở lại: không ai xóa được dòng nào ở đó.")
    return 0
