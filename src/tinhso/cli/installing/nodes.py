"""One more node of a province: a home of its own that shares the database, the files and the secrets, no more."""

import os
import shutil
import tomllib
from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tinhso.cli.homes import open_home
from tinhso.cli.installing.rendering import render
from tinhso.cli.installing.writing import OPERATING, SHARED, as_instance, hand_over, share, user_of, write_home
from tinhso.cli.preparation import manage
from tinhso.cli.refusal import Refusal
from tinhso.config import Instance, instance


def join(home: Path, like: Path, args: Namespace) -> Instance:
    """Make the home. Spool, logs and metrics are the node's own; who owns the database stays on the first node.

    Raises Refusal.
    """
    try:
        settings = tomllib.loads((like / "config.toml").read_text())
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise Refusal(
            f"{like} không phải thư mục của một node: hãy chép cả thư mục của node đầu tiên sang máy này.",
            f"{like} is not the home of a node: copy the first node's home to this machine.",
        ) from error
    if not args.node or args.node == settings["node"]:
        raise Refusal(
            "Node mới cần một tên riêng: hãy thêm --node, ví dụ --node web2.",
            "A new node needs a name of its own: add --node, for example --node web2.",
        )
    database = settings["database"]
    database |= {"private": False, "host": database.get("host", "127.0.0.1"), "name": database.get("name", "tinhso")}
    settings |= {"node": args.node, "port": int(args.port or settings["port"])}
    if args.shared:
        share(settings, Path(args.shared).resolve())
    _require_shared(settings, like)
    user = user_of(args.user or settings["service"]["user"])
    settings["service"] = {"user": user.pw_name}
    open_home(home)
    here = as_instance(settings, home)
    (home / "secrets").mkdir(exist_ok=True, mode=0o700)
    for file in (like / "secrets").iterdir():
        if file.name not in OPERATING:  # those of tokens and remote signing services too
            shutil.copy(file, home / "secrets" / file.name)
    shutil.copytree(like / "keys", home / "keys", dirs_exist_ok=True)
    write_home(here, {}, serving_only=True)
    os.environ["TINHSO_HOME"] = str(home)
    instance.cache_clear()
    here = instance()
    manage(here, "collectstatic", "--noinput", "-v0", role="app")
    hand_over(here, user)
    render(here)
    return here


def _require_shared(settings: Mapping[str, Any], like: Path) -> None:
    """The new node sees the first one's files, not those of a copy of its home. Raises Refusal."""
    if any("folder" not in settings.get(section, {}) for section in SHARED):
        raise Refusal(
            f"Node đầu tiên giữ tệp, niêm phong và sổ chữ ký ngay trong thư mục của nó; bản chép ở {like} sẽ lệch dần. "
            "Hãy để hai máy cùng thấy các thư mục ấy (ví dụ NFS) rồi thêm --shared, "
            "ví dụ --shared /var/lib/tinhso (thư mục có files/, seals/, authority/ của node đầu tiên).",
            "The first node keeps its files in its own home: mount that here and add --shared FOLDER, the one that "
            "holds its files/, seals/, authority/.",
        )
    missing = [folder for section in SHARED if not (folder := Path(settings[section]["folder"])).is_dir()]
    if missing:
        raise Refusal(
            f"Máy này chưa thấy thư mục chung {', '.join(map(str, missing))}: hãy gắn (mount) vào rồi chạy lại; "
            "máy này thấy chúng ở chỗ khác thì thêm --shared.",
            f"This machine does not see {', '.join(map(str, missing))}: mount what the nodes share and run again.",
        )
