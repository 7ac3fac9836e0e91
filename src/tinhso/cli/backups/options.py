"""Where backups go and with which passphrase: what the command says, else the environment, else config.toml."""

import os
import sys
from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from getpass import getpass
from pathlib import Path

from tinhso.cli.backups.place import Place, is_place, make_place, open_place, passphrase_in
from tinhso.cli.refusal import Refusal
from tinhso.config import Instance

#: Backups kept unless said otherwise.
KEEP = 7


@dataclass(frozen=True)
class Settings:
    """``[backup]`` of config.toml."""

    to: Path | None
    key_file: Path | None
    keep: int
    continuous: bool


def settings(here: Instance) -> Settings:
    read = here.settings.get("backup", {})
    to, key = read.get("to"), read.get("key_file")
    return Settings(
        Path(to) if to else None,
        Path(key) if key else None,
        int(read.get("keep", KEEP)),
        bool(read.get("continuous", False)),
    )


def add_key(parser: ArgumentParser) -> None:
    parser.add_argument("--key-file", type=Path, metavar="TỆP", help="tệp chứa mật khẩu sao lưu (không có: hỏi)")


def key_file(args: Namespace, kept: Settings | None = None) -> Path | None:
    """The key file that was named, absolute."""
    named = args.key_file or os.environ.get("TINHSO_BACKUP_KEY_FILE") or (kept.key_file if kept else None)
    return Path(named).resolve() if named else None


def passphrase(file: Path | None, *, new: bool = False) -> str:
    """The passphrase from its file, else asked for on a terminal. Raises Refusal."""
    if file is not None:
        return passphrase_in(file)
    if not sys.stdin.isatty():
        raise Refusal(
            "Cần mật khẩu sao lưu: hãy thêm --key-file và đường dẫn tới tệp chứa mật khẩu.",
            "A backup passphrase is needed: add --key-file and the path of the file that holds it.",
        )
    said = getpass("Mật khẩu sao lưu: ")
    if new and getpass("Gõ lại lần nữa: ") != said:
        raise Refusal("Hai lần gõ không giống nhau: hãy chạy lại.", "The two are not the same: run again.")
    return said


def place_for(here: Instance, args: Namespace, *, make: bool) -> Place:
    """The place of this instance's backups, opened; with ``make``, one that the command names is made on first use.

    Raises Refusal.
    """
    kept = settings(here)
    folder = (args.to or kept.to or Path()).resolve() if (args.to or kept.to) else None
    if folder is None:
        raise Refusal(
            "Chưa biết sao lưu vào đâu: hãy thêm --to và một thư mục trên ổ đĩa khác.",
            "Where to is not known: add --to and a folder on another disk.",
        )
    if folder.is_relative_to(here.home):
        raise Refusal(
            f"{folder} nằm trong chính {here.home}: hãy chọn một thư mục trên ổ đĩa khác.",
            f"{folder} lies within {here.home} itself: choose a folder on another disk.",
        )
    file = key_file(args, kept)
    if args.to is None and make and not is_place(folder):
        raise Refusal(
            f"{folder} là nơi sao lưu ghi trong config.toml nhưng ở đó không có gì của TinhSo: ổ đĩa hay máy chủ tệp "
            "chưa gắn vào? Hãy gắn lại; muốn lập nơi sao lưu mới thì thêm --to.",
            f"{folder} is the backup place of config.toml, but nothing of TinhSo is there: is its disk mounted? "
            "Mount it; add --to to make a new place.",
        )
    if is_place(folder) or not make:
        return open_place(folder, passphrase(file))
    place = make_place(folder, passphrase(file, new=True))
    print(
        f"Nơi sao lưu mới: {folder}. HÃY GIỮ MẬT KHẨU Ở MỘT NƠI KHÁC MÁY NÀY: mất mật khẩu là mất mọi bản sao lưu.",
        flush=True,
    )
    return place
