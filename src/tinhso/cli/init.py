"""`tinhso init --production`: from an empty folder to a province whose first two administrators can sign in."""

import os
from argparse import ArgumentParser, Namespace
from pathlib import Path

import psycopg

from tinhso.cli.cluster import Cluster
from tinhso.cli.homes import open_home, port_free
from tinhso.cli.installing import answers as asking
from tinhso.cli.installing.nodes import join
from tinhso.cli.installing.rendering import render
from tinhso.cli.installing.writing import KEYS, as_instance, hand_over, settings_of, shared_folders, user_of, write_home
from tinhso.cli.preparation import manage
from tinhso.cli.refusal import Refusal
from tinhso.config import Instance, instance
from tinhso.kernel import keys
from tinhso.project.production import Mistake, known_secret, mistakes

HELP = "tạo hệ thống vận hành thật: hỏi, từ chối cái chưa an toàn, ghi cấu hình, tạo hai quản trị viên đầu tiên"

#: How the answers about the two administrators begin.
ADMINS = ("admin", "admin2")


def configure(parser: ArgumentParser) -> None:
    parser.add_argument("--production", action="store_true", required=True, help="bắt buộc: để thử, dùng tinhso up")
    parser.add_argument("--home", type=Path, help="thư mục của hệ thống (mặc định TINHSO_HOME hoặc /var/lib/tinhso)")
    parser.add_argument("--like", type=Path, help="thêm một node: thư mục của node đã có (bản sao cũng được)")
    asking.configure(parser)


def run(args: Namespace) -> int:
    home = Path(args.home or os.environ.get("TINHSO_HOME") or "/var/lib/tinhso").resolve()
    if (home / "config.toml").exists():
        raise Refusal(
            f"{home} đã có cấu hình: hãy sửa {home}/config.toml, rồi chạy tinhso doctor; hoặc chọn thư mục khác.",
            f"{home} is configured already: edit {home}/config.toml and run tinhso doctor, or choose another folder.",
        )
    if args.like:
        return _say_joined(join(home, args.like.resolve(), args))
    return _install(home, asking.gather(args))


def _install(home: Path, answers: asking.Answers) -> int:
    settings = settings_of(answers, home)
    here = as_instance(settings, home)
    given = _given_secrets(answers)
    _refuse(mistakes(here) + _missing(here, given) + _weak(given) + _alone(answers))
    user = user_of(answers.text("user"))
    open_home(home)
    os.environ["TINHSO_HOME"] = str(home)
    write_home(here, given)
    instance.cache_clear()
    here = instance()
    for name in KEYS:
        keys.key(name)
    passwords = _prepare(here, answers)
    hand_over(here, user)
    folder = render(here)
    _say_installed(here, folder, answers, passwords)
    return 0


def _given_secrets(answers: asking.Answers) -> dict[str, str]:
    """Secrets that somebody else chose: of the mail server, of a database that exists."""
    names = {"mail_password": "mail", "db_app_password": "db-app", "db_owner_password": "db-owner"}
    return {name: answers.text(key) for key, name in names.items() if answers.text(key)}


def _missing(here: Instance, given: dict[str, str]) -> list[Mistake]:
    """On somebody else's server the passwords are those that database.sql was given there: none is made up here."""
    wanted = {"db-app": "db_app_password", "db-owner": "db_owner_password"}
    missing = [key for name, key in wanted.items() if name not in given]
    if here.settings["database"]["private"] or not missing:
        return []
    return [
        Mistake(
            "database",
            "Chưa biết mật khẩu của cơ sở dữ liệu có sẵn.",
            f"Ghi {', '.join(missing)} vào tệp trả lời (--answers), như đã đưa cho deploy/one-machine/database.sql.",
        )
    ]


def _weak(given: dict[str, str]) -> list[Mistake]:
    return [
        Mistake(
            "secret",
            f"Mật khẩu «{name}» ngắn hoặc ai cũng biết.",
            "Đặt mật khẩu mới ở nơi dùng nó: openssl rand -base64 48.",
        )
        for name, value in given.items()
        if known_secret(value)
    ]


def _alone(answers: asking.Answers) -> list[Mistake]:
    """Both administrators' answers name one person, who could approve nothing: nobody approves their own proposal."""
    said = [
        [" ".join(answers.text(f"{admin}_{what}").split()).casefold() for what in ("login", "name", "email")]
        for admin in ADMINS
    ]
    if not any(one and one == other for one, other in zip(*said, strict=True)):
        return []
    return [
        Mistake(
            "admins",
            "Hai quản trị cấp tỉnh là cùng một người (trùng tên đăng nhập, họ tên hoặc thư điện tử).",
            "Ghi hai người khác nhau ở admin_… và admin2_…; hai người trùng họ tên thì ghi thêm đơn vị vào họ tên.",
        )
    ]


def _refuse(found: list[Mistake]) -> None:
    if found:
        listed = "\n".join(f"  · {mistake}" for mistake in found)
        raise Refusal(
            f"Chưa tạo gì cả. Hãy sửa những chỗ này rồi chạy lại:\n{listed}",
            f"Nothing was made. Mend these and run again: {', '.join(dict.fromkeys(m.code for m in found))}",
        )


def _prepare(here: Instance, answers: asking.Answers) -> list[str]:
    """Database, pack, static files, first two administrators; their temporary passwords."""
    cluster = Cluster(here) if here.settings["database"]["private"] else None
    try:
        if cluster is not None:
            if not port_free(here.database.port):
                raise Refusal(
                    f"Cổng {here.database.port} cho cơ sở dữ liệu đang bị chương trình khác dùng: hãy đổi --port.",
                    f"Port {here.database.port} for the database is in use: choose another --port.",
                )
            print("Tạo cơ sở dữ liệu…", flush=True)
            cluster.start()
        else:
            _reach(here)
        print("Tạo bảng, nạp gói dữ liệu của tỉnh…", flush=True)
        manage(here, "prepare", "--no-sample")
        manage(here, "collectstatic", "--noinput", "-v0")
        said = manage(here, "appoint_first_admins", *_appointment(answers))
    except BaseException:
        # A home that is half made would refuse the next try; its database stays for whoever wants to look.
        (here.home / "config.toml").unlink(missing_ok=True)
        raise
    finally:
        if cluster is not None:
            cluster.stop()
    (here.home / "logs" / "prepare.out").unlink(missing_ok=True)  # it holds the temporary passwords
    return said.strip().splitlines()[-2:]


def _appointment(answers: asking.Answers) -> list[str]:
    options = {"--login": "login", "--full-name": "name", "--title": "title", "--email": "email"}
    return [
        word
        for option, what in options.items()
        for word in (option, *(answers.text(f"{admin}_{what}") for admin in ADMINS))
    ]


def _reach(here: Instance) -> None:
    """An existing server: both roles sign in, the extensions are there. Raises Refusal."""
    where = here.database
    for role in ("owner", "app"):
        try:
            with psycopg.connect(
                host=where.host,
                port=where.port,
                dbname=where.name,
                user=f"tinhso_{role}",
                password=here.secret(f"db-{role}"),
                connect_timeout=5,
                **where.tls,
            ) as link:
                link.execute("SELECT postgis_version()")
        except psycopg.Error as error:
            raise Refusal(
                f"tinhso_{role} chưa dùng được cơ sở dữ liệu {where.host}:{where.port}/{where.name} "
                f"({type(error).__name__}): hãy chạy deploy/one-machine/database.sql trên máy chủ ấy.",
                f"tinhso_{role} cannot use the database: run deploy/one-machine/database.sql on that server.",
            ) from error


def _say_installed(here: Instance, folder: Path, answers: asking.Answers, passwords: list[str]) -> None:
    user = answers.text("user")
    logins = [answers.text(f"{admin}_login") for admin in ADMINS]
    print(
        f"""
Đã tạo {here.home}. Việc còn lại, theo thứ tự:
  1. Ghi khóa ký số của cán bộ và con dấu: runuser -u {user} -- env TINHSO_HOME={here.home} tinhso authority --hold …
  2. cp {folder}/systemd/* /etc/systemd/system/ && systemctl daemon-reload
     systemctl enable --now {"tinhso-postgres " if here.settings["database"]["private"] else ""}tinhso-web \
tinhso-worker@1 tinhso-worker@2 tinhso-doctor.timer
  3. cp {folder}/nginx/tinhso.conf /etc/nginx/conf.d/ && rm -f /etc/nginx/sites-enabled/default
     nginx -t && systemctl reload nginx
  4. cp {folder}/logrotate.conf /etc/logrotate.d/tinhso
  5. TINHSO_HOME={here.home} tinhso doctor
  6. Sao lưu: tinhso backup --to … --key-file … --continuous, rồi
     systemctl enable --now tinhso-backup.timer tinhso-archiver (chỉ khi đã có [backup]; xem docs/operators.md)
  7. Cất bản sao {here.home}/keys và {here.home}/secrets ở nơi khác: mất khóa là mất tệp.

Hai quản trị cấp tỉnh, mật khẩu tạm chỉ hiện lần này (phải đổi và bật mã xác thực khi đăng nhập). Giao riêng từng người:
  {here.settings["site"]["url"]}/dang-nhap/
  {logins[0]}  {passwords[0]}
  {logins[1]}  {passwords[1]}""",
        flush=True,
    )


def _say_joined(here: Instance) -> int:
    print(
        f"""
Đã tạo node «{here.node}» ở {here.home}. Việc còn lại:
  1. Các thư mục chung phải có ở máy này: {", ".join(str(folder) for folder in shared_folders(here))}
  2. cp {here.home}/deploy/systemd/* /etc/systemd/system/ rồi bật tinhso-web, tinhso-worker@1
  3. Thêm máy này vào upstream của nginx: server máy:{here.port};
  4. TINHSO_HOME={here.home} tinhso doctor""",
        flush=True,
    )
    return 0
