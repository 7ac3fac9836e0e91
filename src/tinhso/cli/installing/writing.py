"""A production home on disk: configuration, secrets, keys, and who may read which of it."""

import grp
import json
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tinhso.cli.installing.answers import Answers
from tinhso.cli.refusal import Refusal
from tinhso.config import ROOT, Database, Instance
from tinhso.kernel.mailing import IMPLICIT

#: What serving reads; the operator's own (owner, superuser of the database) stay with the operator.
SERVING = ("django", "db-app", "second-factor", "mail")
MADE = ("db-owner", "db-superuser", "db-gateway", "db-reader")
OPERATING = (*MADE, "db-backup")  #: the last one is given by whoever has a database server of their own
#: Made before anything is served, so that two nodes never make two of them.
KEYS = ("seal.key", "files.address", "files.master")
#: Section of config.toml → folder of the home that nodes share when it says so.
SHARED = {"files": "files", "seals": "seals", "signing": "authority"}
#: Where the service writes; everything else it only reads.
WRITTEN = ("files", "spool", "logs", "metrics", "seals", "run", "sms", "authority")


def settings_of(answers: Answers, home: Path) -> dict[str, Any]:
    """What config.toml says."""
    port = answers.text("https_listen").rpartition(":")[2]
    url = f"https://{answers.text('domain')}" + ("" if port == "443" else f":{port}")
    database: dict[str, Any] = {"private": answers.text("database") == "private"}
    if not database["private"]:
        database |= _outside_database(answers.text("database"))
        if answers.text("db_ca"):
            database |= {"sslmode": "verify-full", "sslrootcert": answers.text("db_ca")}
    else:
        database["port"] = answers.number("port") + 1
    settings: dict[str, Any] = {
        "production": True,
        "debug": answers.yes("debug"),
        "sample": answers.yes("sample"),
        "https": True,
        "hosts": [answers.text("domain")],
        "port": answers.number("port"),
        "node": answers.text("node"),
        "address": url,
        "pack": answers.text("pack") or str(ROOT / "provinces" / "kien_giang"),
        "site": {"url": url},
        "service": {"user": answers.text("user")},
        "database": database,
        "proxies": {"trusted": answers.many("proxies")},
        "mail": {
            "host": answers.text("mail_host"),
            "port": answers.number("mail_port"),
            "tls": IMPLICIT if answers.text("mail_tls") == IMPLICIT else answers.yes("mail_tls"),
            "from": answers.text("mail_from") or f"khong-tra-loi@{answers.text('domain')}",
        },
        "signing": {name: answers.many(name) for name in ("roots", "intermediates", "lists")}
        | {"tsa": answers.text("tsa")},
        "nginx": {
            "certificate": answers.text("certificate"),
            "certificate_key": answers.text("certificate_key"),
            "http_listen": answers.text("http_listen"),
            "https_listen": answers.text("https_listen"),
            "nodes": answers.many("nodes") or [f"127.0.0.1:{answers.number('port')}"],
            "user": answers.text("nginx_user"),
            "pid": answers.text("nginx_pid"),
            "rate": answers.number("rate"),
        },
    }
    if answers.text("shared"):
        share(settings, Path(answers.text("shared")))
    if answers.text("mail_ca"):
        settings["mail"]["ca"] = answers.text("mail_ca")
    if answers.many("security_contact"):
        settings["security"] = {"contact": answers.many("security_contact")}
    if answers.text("mail_user"):
        settings["mail"]["user"] = answers.text("mail_user")
    if answers.text("web_workers"):
        settings["web"] = {"workers": answers.number("web_workers")}
    return settings


def share(settings: dict[str, Any], folder: Path) -> None:
    """What all nodes must see alike: files, the book of seals, the register of signing keys."""
    for section, name in SHARED.items():
        table = settings.setdefault(section, {})
        table["folder"] = str(folder / name)


def _outside_database(said: str) -> dict[str, Any]:
    """``host:port/name``. Raises Refusal for anything else."""
    where, _slash, name = said.partition("/")
    host, _colon, port = where.rpartition(":")
    if not (host and port.isdecimal() and name):
        raise Refusal(
            f"«{said}» không đọc được: hãy viết private, hoặc máy:cổng/tên như db.tinh.local:5432/tinhso.",
            f"«{said}» cannot be read: write private, or host:port/name such as db.tinh.local:5432/tinhso.",
        )
    return {"host": host, "port": int(port), "name": name}


def as_instance(settings: Mapping[str, Any], home: Path) -> Instance:
    """The instance that these settings will be, before a byte of it is written."""
    database = settings["database"]
    return Instance(
        home=home,
        port=settings["port"],
        database=Database.of(
            database, port=database["port"], name=database.get("name", "tinhso"), home=home, production=True
        ),
        debug=settings["debug"],
        sample=settings["sample"],
        pack=Path(settings["pack"]),
        settings=dict(settings),
        production=True,
        node=settings["node"],
    )


def as_toml(settings: Mapping[str, Any], above: str = "") -> str:
    """Settings as TOML: strings, numbers, booleans, lists of strings, and tables of these."""
    tables = {name: value for name, value in settings.items() if isinstance(value, Mapping)}
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in settings.items() if key not in tables]
    head = [f"[{above.rstrip('.')}]"] if above and lines else []
    parts = ["\n".join([*head, *lines]), *(as_toml(table, f"{above}{name}.") for name, table in tables.items())]
    return "\n\n".join(part.strip() for part in parts if part.strip()) + "\n"


def write_home(here: Instance, secrets: Mapping[str, str], *, serving_only: bool = False) -> None:
    """Folders, config.toml, secrets and keys. A secret that exists stays; given ones are written as given."""
    open_folders(here)
    (here.home / "config.toml").write_text(as_toml(here.settings))
    for name, value in secrets.items():
        path = here.home / "secrets" / name
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(value)
    names = SERVING if serving_only else (*SERVING, *MADE)
    wanted = [name for name in names if name != "mail" or here.settings["mail"].get("user")]
    for name in wanted:
        here.secret(name)


def open_folders(here: Instance) -> None:
    """Every folder of a home, each open to those only who need it."""
    here.home.mkdir(parents=True, exist_ok=True)
    here.home.chmod(0o755)  # nginx and PostgreSQL pass through; what is inside is closed
    for name in ("secrets", "keys", *WRITTEN):
        (here.home / name).mkdir(exist_ok=True)
        (here.home / name).chmod(0o700)
    for folder in shared_folders(here):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (here.home / "nginx").mkdir(exist_ok=True, mode=0o750)


def shared_folders(here: Instance) -> list[Path]:
    """What all nodes see alike, where config.toml says that it lies elsewhere than in the home."""
    told = [here.settings.get(section, {}).get("folder") for section in SHARED]
    return [Path(folder) for folder in told if folder]


def user_of(name: str) -> "pwd.struct_passwd":
    """The system user that serves. Raises Refusal when there is none, or when it is root."""
    try:
        found = pwd.getpwnam(name)
    except KeyError:
        raise Refusal(
            f"Máy này chưa có người dùng «{name}»: hãy chạy adduser --system --group --home /var/lib/tinhso {name}",
            f"There is no user «{name}»: run adduser --system --group --home /var/lib/tinhso {name}",
        ) from None
    if found.pw_uid == 0:
        raise Refusal(
            "Dịch vụ không được chạy bằng root: hãy chọn người dùng khác bằng --user.",
            "The service must not run as root: choose another user with --user.",
        )
    if os.geteuid() not in (0, found.pw_uid):
        raise Refusal(
            f"Chỉ root mới giao được thư mục cho «{name}»: hãy chạy bằng sudo.",
            f"Only root can hand the folder over to «{name}»: run with sudo.",
        )
    if not _can_run(sys.executable, found):
        raise Refusal(
            f"Người dùng «{name}» không chạy được {sys.executable}: hãy đặt mã nguồn ở /opt/tinhso và cài bằng python3 "
            "của Debian.",
            f"The user «{name}» cannot run {sys.executable}: install into /opt/tinhso with Debian's python3.",
        )
    return found


def _can_run(program: str, user: "pwd.struct_passwd") -> bool:
    """Whether that user reaches the program; the shell between drops what root may still do."""
    become = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--"]
    command = ["sh", "-c", 'exec "$0" -c ""', program]
    return (
        subprocess.run([*(become if os.geteuid() == 0 else []), *command], cwd="/", capture_output=True).returncode == 0
    )


def _give(folder: Path, user: "pwd.struct_passwd") -> None:
    """A folder (the operator may have put it on another disk) and all in it. The service may have put links into it:
    they are given, not what they point to."""
    there = folder.resolve()
    os.chown(there, user.pw_uid, user.pw_gid, follow_symlinks=False)
    for _path, folders, files, inside in os.fwalk(there):
        for name in (*folders, *files):
            os.chown(name, user.pw_uid, user.pw_gid, dir_fd=inside, follow_symlinks=False)


def hand_over(here: Instance, user: "pwd.struct_passwd") -> None:
    """The service owns what it writes and reads what it needs; owner and superuser secrets stay with the operator."""
    if os.geteuid() != 0:
        return
    group = grp.getgrgid(user.pw_gid).gr_name
    # adduser made the home and gave it to the service, who could then put other units or settings in their place
    shutil.chown(here.home, "root", "root")
    for path in (here.home / "config.toml", here.home / "secrets"):
        shutil.chown(path, "root", group)
        path.chmod(0o750 if path.is_dir() else 0o640)
    for file in (here.home / "secrets").iterdir():
        if file.name not in OPERATING:
            shutil.chown(file, user.pw_name, group)
    for folder in (*(here.home / name for name in ("keys", *WRITTEN)), *shared_folders(here)):
        _give(folder, user)
    nginx = here.settings["nginx"]["user"]
    # nginx opens its logs as root: its workers must not be able to put a link in their place
    shutil.chown(here.home / "nginx", "root", grp.getgrgid(pwd.getpwnam(nginx).pw_gid).gr_name)
    for path in ((here.home / "static"), *(here.home / "static").rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
