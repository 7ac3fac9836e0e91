"""`tinhso serve web|worker`: what the systemd units start. It refuses before it serves, then becomes the server.

Exit code 78 (EX_CONFIG) when the configuration is refused: systemd does not try again (`RestartPreventExitStatus`).
"""

import os
import sys
from argparse import ArgumentParser, Namespace
from typing import NoReturn

from tinhso.cli.refusal import Refusal
from tinhso.config import ROOT, ConfigurationError, Instance, instance

HELP = "chạy web hoặc worker của hệ thống vận hành thật (do systemd gọi)"
REFUSED = 78
#: Seconds that requests and jobs in flight have to end after the order to stop; systemd waits longer.
GRACE = 15
#: Seconds that the old process serves on beside its successor at a reload: the successor loads the house meanwhile,
#: which takes 3 s on a machine at rest and 6 s on a busy one.
TAKEOVER = 10


class NotYet(Refusal):
    """Not a mistake in the configuration: systemd may try again."""


def web_processes(here: Instance) -> int:
    return int(here.settings.get("web", {}).get("workers", os.cpu_count() or 2))


def longest_stop(here: Instance) -> int:
    """Seconds after which systemd may kill a web service that was told to stop. A reload that is under way is ended
    first: each process in turn stands beside its successor, then has its grace."""
    return web_processes(here) * (TAKEOVER + GRACE) + GRACE + 10


def configure(parser: ArgumentParser) -> None:
    parser.add_argument("what", choices=("web", "worker"), help="web: trang và API; worker: việc nền")


def run(args: Namespace) -> int:
    os.environ["TINHSO_SERVICE"] = args.what
    os.environ["DJANGO_SETTINGS_MODULE"] = "tinhso.project.settings"
    here = instance()
    try:
        _require_fit(here)
        command = _web(here) if args.what == "web" else _worker()
    except (Refusal, ConfigurationError) as refusal:
        print(refusal, file=sys.stderr)
        return 1 if isinstance(refusal, NotYet) else REFUSED
    return _become(command)


def _require_fit(here: Instance) -> None:
    """The home, the user, and what lies in the database. Raises Refusal, ConfigurationError."""
    if not here.production:
        raise Refusal(
            f"{here.home} không phải hệ thống vận hành thật: hãy tạo bằng tinhso init --production; để thử, dùng "
            "tinhso up.",
            f"{here.home} is not in production: make one with tinhso init --production; to try it, use tinhso up.",
        )
    if os.geteuid() == 0:
        raise Refusal(
            "Không chạy dịch vụ bằng root: hãy dùng người dùng riêng (User= trong tệp unit).",
            "Do not serve as root: use a user of its own (User= in the unit).",
        )
    import django  # noqa: PLC0415  the settings look at TINHSO_SERVICE

    django.setup()
    from django.db import DatabaseError  # noqa: PLC0415

    from tinhso.people.first_admin import sample_accounts_left  # noqa: PLC0415  after django.setup

    try:
        left = sample_accounts_left()
    except DatabaseError as error:
        raise NotYet(
            "Cơ sở dữ liệu chưa trả lời hoặc chưa được chuẩn bị: hãy xem tinhso doctor.",
            "The database does not answer yet or is not prepared: see tinhso doctor.",
        ) from error
    if left:
        raise Refusal(
            f"Cơ sở dữ liệu còn {left} tài khoản mẫu đang mở, mật khẩu của chúng đã in ra khi chạy thử: hãy chạy "
            "tinhso init --production với cơ sở dữ liệu mới.",
            f"The database still holds {left} open sample accounts: run tinhso init --production with a new database.",
        )


def _web(here: Instance) -> list[str]:
    metrics = here.home / "metrics" / "web"
    metrics.mkdir(parents=True, exist_ok=True)
    for stale in metrics.glob("*.db"):
        stale.unlink(missing_ok=True)
    os.environ |= {"TINHSO_SERVING": "1", "PROMETHEUS_MULTIPROC_DIR": str(metrics)}
    words = "--interface wsgi --blocking-threads 4 --respawn-failed-workers --log-level warning"
    return [
        *("granian", *words.split(), "--host", here.settings.get("web", {}).get("host", "127.0.0.1")),
        *("--respawn-interval", str(TAKEOVER)),
        *("--port", str(here.port), "--workers", str(web_processes(here)), "--workers-kill-timeout", str(GRACE)),
        "tinhso.project.wsgi:application",
    ]


def _worker() -> list[str]:
    from tinhso.kernel.jobs import queues_here  # noqa: PLC0415  after django.setup

    os.environ["TINHSO_SERVING"] = "1"
    words = f"procrastinate worker --concurrency 4 --shutdown-graceful-timeout {GRACE} --fetch-job-polling-interval 2"
    return ["django", *words.split(), "--queues", ",".join(queues_here())]


def _become(module_and_words: list[str]) -> NoReturn:
    """This process is the server from here on: systemd's signals reach it."""
    os.chdir(ROOT)
    os.execv(sys.executable, [sys.executable, "-m", *module_and_words])  # noqa: S606  no shell is wanted
