"""`tinhso up`: one province on one machine, from an empty folder to pages that answer."""

import json
import os
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser, Namespace
from contextlib import suppress
from datetime import UTC, datetime
from types import FrameType

from tinhso.cli.cluster import Cluster
from tinhso.cli.homes import open_home, port_free, settle
from tinhso.cli.locks import held, holder
from tinhso.cli.preparation import prepare
from tinhso.cli.refusal import Refusal, refuse_production, to_paste
from tinhso.cli.simulate import put_back
from tinhso.cli.supervisor import HEARTBEAT, Supervisor
from tinhso.config import Instance, instance, remember
from tinhso.kernel.clock import parse

HELP = "khởi động hệ thống (Ctrl-C để dừng)"
#: Seconds; the process that is waited for gives up by itself, and sooner.
PATIENCE = 3600.0
READY = "Sẵn sàng sau"


def configure(parser: ArgumentParser) -> None:
    parser.add_argument("--detach", action="store_true", help="chạy ngầm và trả lại dòng lệnh khi đã sẵn sàng")


def run(args: Namespace) -> int:
    _set_clock()
    here = instance()
    refuse_production(here, f"systemctl start tinhso-web tinhso-worker@1 tinhso-worker@2 ({here.home}/deploy/systemd)")
    open_home(here.home)
    return _detached(here) if args.detach else _foreground(here)


def _set_clock() -> None:
    """`TINHSO_CLOCK=start:<instant>` becomes one offset, the same for all processes of this instance."""
    given = os.environ.get("TINHSO_CLOCK", "")
    os.environ.setdefault("TINHSO_CLOCK_GIVEN", given)
    if not given:
        return
    try:
        if given.startswith("offset:"):
            float(given.removeprefix("offset:"))
            return
        instant = parse(given.removeprefix("start:"))
    except ValueError as error:
        raise Refusal(
            f"TINHSO_CLOCK={given} không đọc được: hãy viết ví dụ start:2022-09-05T08:00.",
            f"TINHSO_CLOCK={given} cannot be read: write for example start:2022-09-05T08:00.",
        ) from error
    if given.startswith("start:"):
        # real time: the offset is measured from it
        seconds = (instant - datetime.fromtimestamp(time.time(), UTC)).total_seconds()
        os.environ["TINHSO_CLOCK"] = f"offset:{seconds:.0f}"


def _interrupted(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _foreground(here: Instance) -> int:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupted)
    with held(here.home, here.port):
        if not port_free(here.port):
            raise Refusal(
                f"Cổng {here.port} đang có chương trình khác dùng: hãy tắt chương trình ấy hoặc chạy với cổng khác, "
                f"ví dụ TINHSO_PORT={here.port + 10} make up.",
                f"Port {here.port} is in use: stop that program or choose another port, "
                f"for example TINHSO_PORT={here.port + 10} make up.",
            )
        here = _kept_port(settle(here))
        cluster = Cluster(here)
        supervisor = Supervisor(here, cluster)
        try:
            _serve(here, cluster, supervisor)
        except KeyboardInterrupt:
            print("\nĐang dừng…", flush=True)
        finally:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN)
            supervisor.stop()
    print("Đã dừng.", flush=True)
    return 0


def _kept_port(here: Instance) -> Instance:
    """Remember the database's port: `tinhso audit verify` and the like need TINHSO_HOME only, not TINHSO_PORT too."""
    if "port" not in here.settings.get("database", {}) and "TINHSO_DB_PORT" not in os.environ:
        remember(here.home, "database", "port", here.database.port)
        instance.cache_clear()
    return instance()


def _serve(here: Instance, cluster: Cluster, supervisor: Supervisor) -> None:
    began = time.monotonic()
    _say("Khởi động PostgreSQL…")
    cluster.start()
    _say("Chuẩn bị dữ liệu…")
    if here.sample:
        put_back(here)  # before migrations, which may name what a broken simulation left away
    prepare(here, cluster)
    _say("Khởi động web và worker…")
    supervisor.start()
    supervisor.wait_until_ready()
    _say(f"{READY} {time.monotonic() - began:.1f} giây.\n\n{summary(here)}")
    while True:
        time.sleep(HEARTBEAT)
        supervisor.tick()


def _detached(here: Instance) -> int:
    """Start a foreground process of its own session and wait until it serves."""
    if holder(here.home) is not None:
        with held(here.home, here.port):
            pass
    log = here.home / "logs" / "up.out"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "tinhso.cli.main", "up"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=_environment(),
            cwd="/",
            start_new_session=True,
        )
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            print(log.read_text().strip(), file=sys.stderr)
            return 1
        said = log.read_text()
        if READY in said:
            _say(f"{said}Dừng: {to_paste('down', here.home)}")
            return 0
        time.sleep(HEARTBEAT)
    with suppress(ProcessLookupError):
        process.terminate()
    raise Refusal(
        f"Hệ thống chưa sẵn sàng sau {PATIENCE:.0f} giây: hãy xem {log}.",
        f"Not ready after {PATIENCE:.0f} s: read {log}.",
    )


def _environment() -> dict[str, str]:
    """The caller's environment with the home made absolute: the new process starts elsewhere."""
    return {**os.environ, "TINHSO_HOME": str(instance().home), "PYTHONUNBUFFERED": "1"}


def summary(here: Instance) -> str:
    """Addresses and sample accounts, to be read by the person who started it."""
    base = f"http://127.0.0.1:{here.port}"
    lines = [
        f"Cổng dịch vụ công      {base}/",
        f"Trang cán bộ           {base}/ban-lam-viec/",
        f"API (OpenAPI 3.1)      {base}/api/v1/openapi.json",
        f"Dữ liệu, nhật ký       {here.home}",
    ]
    clock = os.environ.get("TINHSO_CLOCK_GIVEN")
    if clock:
        lines.append(f"Đồng hồ                {clock}")
    file = here.home / "sample-accounts.json"
    accounts = json.loads(file.read_text()) if here.sample and file.exists() else []
    if accounts:
        lines += ["", "Tài khoản MẪU (tên đăng nhập · mật khẩu · là ai):"]
        for account in accounts:
            totp = f" · mã xác thực (TOTP): {account['totp']}" if account["totp"] else ""
            lines.append(f"  {account['login']:<24} {account['password']:<24} {account['who']}{totp}")
    return "\n".join(lines) + "\n"


def _say(text: str) -> None:
    print(text, flush=True)
