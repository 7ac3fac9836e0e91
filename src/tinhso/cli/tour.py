"""`tinhso tour`: one birth registration through the whole house, over HTTP only."""

import os
import shutil
import subprocess
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from pathlib import Path

import httpx

from tinhso.cli.homes import free_port
from tinhso.cli.locks import holder
from tinhso.cli.refusal import Refusal
from tinhso.cli.touring.client import StepFailed
from tinhso.cli.touring.journey import Journey
from tinhso.config import instance

HELP = "đi hết một hồ sơ khai sinh, từ điện thoại tới bản đã ký, qua HTTP"
THREE_TIERS = "2022-09-05T08:00"


def configure(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--on",
        metavar="NGÀY-GIỜ",
        help=f"chạy trong một hệ thống dùng một lần, vào lúc đó (ví dụ {THREE_TIERS}: ba cấp hành chính)",
    )
    parser.add_argument("--keep", metavar="TỆP", help="lưu bản PDF đã ký vào tệp này")


def run(args: Namespace) -> int:
    if args.on:
        return _in_disposable_instance(args.on, args.keep)
    here = instance()
    running = holder(here.home)
    if running is None:
        raise Refusal(
            f"Hệ thống của {here.home} không chạy: hãy chạy make up, hoặc đặt TINHSO_HOME của hệ thống đang chạy.",
            f"The instance of {here.home} does not run: run make up, or set TINHSO_HOME to that of a running one.",
        )
    try:
        Journey(f"http://127.0.0.1:{running.port}", here.home, Path(args.keep) if args.keep else None).go()
    except StepFailed as failure:
        print(f"\n✗ {failure}", file=sys.stderr)
        return 1
    except httpx.HTTPError as error:
        print(
            f"\n✗ Hệ thống không trả lời ({error}): hãy xem {here.home}/logs rồi chạy lại.\n"
            f"The instance does not answer ({error}): read {here.home}/logs, then run again.",
            file=sys.stderr,
        )
        return 1
    return 0


def _in_disposable_instance(instant: str, keep: str | None) -> int:
    """Start an instance of its own whose clock began at ``instant``, tour it, and leave nothing behind."""
    home = Path(tempfile.mkdtemp(prefix="tinhso-tour-"))
    home.chmod(0o755)  # the database's own user must reach its folder
    environment = {
        **os.environ,
        "TINHSO_HOME": str(home),
        "TINHSO_PORT": str(free_port()),
        "TINHSO_CLOCK": f"start:{instant}",
    }
    environment.pop("TINHSO_CLOCK_GIVEN", None)
    environment.pop("TINHSO_DB_PORT", None)
    command = [sys.executable, "-m", "tinhso.cli.main"]
    try:
        print(f"Hệ thống dùng một lần, đồng hồ bắt đầu từ {instant} …", flush=True)
        if subprocess.run([*command, "up", "--detach"], env=environment, check=False).returncode:
            raise Refusal(
                "Hệ thống dùng một lần không khởi động được: xem lời báo ở trên.",
                "The disposable instance did not start: see the message above.",
            )
        words = ["tour", *(["--keep", keep] if keep else [])]
        return subprocess.run([*command, *words], env=environment, check=False).returncode
    finally:
        subprocess.run([*command, "down"], env=environment, check=False, stdout=subprocess.DEVNULL)
        shutil.rmtree(home, ignore_errors=True)
