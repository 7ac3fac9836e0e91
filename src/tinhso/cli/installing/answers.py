"""The few questions of an installation, answered by flags, a file (TOML), or the person at the keyboard."""

import sys
import tomllib
from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tinhso.cli.refusal import Refusal


@dataclass(frozen=True)
class Question:
    """One thing to know. Without a default it must be answered."""

    key: str
    words: str
    default: str | None = None
    many: bool = False  #: several values, separated by commas

    @property
    def flag(self) -> str:
        return "--" + self.key.replace("_", "-")


QUESTIONS = (
    Question("domain", "Tên miền của cổng (ví dụ dichvucong.tinh.gov.vn)"),
    Question("certificate", "Tệp chứng thư TLS của tên miền (PEM, cả chuỗi)", "/etc/tinhso/tls/fullchain.pem"),
    Question("certificate_key", "Tệp khóa của chứng thư TLS", "/etc/tinhso/tls/privkey.pem"),
    Question("user", "Người dùng hệ thống sẽ chạy dịch vụ (không phải root)", "tinhso"),
    Question("database", "Cơ sở dữ liệu: private (riêng trên máy này) hoặc máy:cổng/tên", "private"),
    Question("mail_host", "Máy chủ thư (SMTP)"),
    Question("mail_port", "Cổng máy chủ thư", "587"),
    Question("mail_tls", "Thư đi qua TLS (true: STARTTLS, implicit: TLS ngay từ đầu như cổng 465, false)", "true"),
    Question("mail_user", "Tên đăng nhập máy chủ thư (để trống nếu không cần)", ""),
    Question("mail_from", "Địa chỉ gửi thư", ""),
    Question("tsa", "Máy chủ cấp dấu thời gian (https://…)"),
    Question("roots", "Tệp chứng thư gốc để kiểm tra chữ ký (PEM)", many=True),
    Question("intermediates", "Tệp chứng thư trung gian (PEM)", "", many=True),
    Question("lists", "Tệp danh sách thu hồi (DER)", "", many=True),
    Question("admin_login", "Tên đăng nhập của quản trị cấp tỉnh thứ nhất"),
    Question("admin_name", "Họ tên quản trị cấp tỉnh thứ nhất"),
    Question("admin_title", "Chức vụ người thứ nhất", "Quản trị hệ thống cấp tỉnh"),
    Question("admin_email", "Thư điện tử người thứ nhất", ""),
    Question("admin2_login", "Tên đăng nhập của quản trị cấp tỉnh thứ hai (vai trò cấp tỉnh cần hai người)"),
    Question("admin2_name", "Họ tên quản trị cấp tỉnh thứ hai"),
    Question("admin2_title", "Chức vụ người thứ hai", "Quản trị hệ thống cấp tỉnh"),
    Question("admin2_email", "Thư điện tử người thứ hai", ""),
)
#: Rarely changed: not asked, but flags and the file may say otherwise.
SETTINGS = (
    Question("pack", "thư mục gói dữ liệu của tỉnh", ""),
    Question("port", "cổng loopback của web", "8000"),
    Question("http_listen", "nginx nghe HTTP ở", "80"),
    Question("https_listen", "nginx nghe HTTPS ở", "443"),
    Question("nodes", "địa chỉ các web node cho nginx", "", many=True),
    Question("node", "tên của node này", "main"),
    Question("shared", "thư mục chung của các node (tệp, niêm phong)", ""),
    Question("proxies", "địa chỉ các proxy được tin", "127.0.0.1,::1", many=True),
    Question("nginx_user", "người dùng của nginx", "www-data"),
    Question("nginx_pid", "tệp pid của nginx", "/run/nginx.pid"),
    Question("rate", "số yêu cầu mỗi giây nginx cho một địa chỉ", "50"),
    Question("web_workers", "số tiến trình web (mặc định: số nhân)", ""),
    Question("mail_ca", "chứng thư gốc riêng của máy chủ thư (PEM)", ""),
    Question("db_ca", "chứng thư gốc của máy chủ cơ sở dữ liệu có sẵn (PEM)", ""),
    Question("security_contact", "nơi báo lỗ hổng bảo mật: mailto:… hoặc https://…", "", many=True),
    Question("mail_password", "mật khẩu máy chủ thư (chỉ trong tệp trả lời)", ""),
    Question("db_app_password", "mật khẩu tinhso_app (cơ sở dữ liệu có sẵn)", ""),
    Question("db_owner_password", "mật khẩu tinhso_owner (cơ sở dữ liệu có sẵn)", ""),
    Question("debug", "phải là false", "false"),
    Question("sample", "phải là false", "false"),
)
#: Never on a command line, where every user of the machine may read them.
SECRETS = frozenset({"mail_password", "db_app_password", "db_owner_password"})


@dataclass(frozen=True)
class Answers:
    """What was answered: every key has a value."""

    given: dict[str, str | list[str]]

    def text(self, key: str) -> str:
        value = self.given[key]
        return value if isinstance(value, str) else ",".join(value)

    def many(self, key: str) -> list[str]:
        value = self.given[key]
        return value if isinstance(value, list) else [word.strip() for word in value.split(",") if word.strip()]

    def number(self, key: str) -> int:
        """Raises Refusal when it is no number."""
        if not self.text(key).isdecimal():
            raise Refusal(
                f"«{key}» phải là một số, không phải «{self.text(key)}».", f"«{key}» must be a number, not this."
            )
        return int(self.text(key))

    def yes(self, key: str) -> bool:
        return self.text(key).lower() in {"true", "yes", "1", "có", "co"}


def configure(parser: ArgumentParser) -> None:
    """A flag for each question and setting; secrets come from the file or the keyboard only."""
    parser.add_argument("--answers", type=Path, help="tệp TOML với các câu trả lời, tên như các cờ (dấu _ thay dấu -)")
    for question in (*QUESTIONS, *SETTINGS):
        if question.key not in SECRETS:
            parser.add_argument(question.flag, help=question.words)


def gather(args: Namespace) -> Answers:
    """Flags first, then the file, then the person, then the defaults. Raises Refusal naming all that is missing."""
    filed = _read(args.answers) if args.answers else {}
    unknown = sorted(filed.keys() - {q.key for q in (*QUESTIONS, *SETTINGS)})
    if unknown:
        raise Refusal(
            f"Tệp {args.answers} có mục lạ: {', '.join(unknown)}. Hãy xem tinhso init --help.",
            f"{args.answers} has unknown entries: {', '.join(unknown)}. See tinhso init --help.",
        )
    given: dict[str, str | list[str]] = {}
    missing = []
    for question in (*QUESTIONS, *SETTINGS):
        value = getattr(args, question.key, None)
        if value is None:
            value = filed.get(question.key)
        if value is None and question in QUESTIONS and sys.stdin.isatty():
            value = _ask(question)
        if value is None:
            value = question.default
        if value is None or (value in ("", []) and question.default is None):
            missing.append(question)
            continue
        given[question.key] = value
    if missing:
        listed = "\n".join(f"  {question.flag}: {question.words}" for question in missing)
        raise Refusal(
            f"Còn thiếu câu trả lời; hãy thêm các cờ này, hoặc ghi vào tệp --answers:\n{listed}",
            "Answers are missing: add these flags or write them into the --answers file.",
        )
    return Answers(given)


def _ask(question: Question) -> str | None:
    said = input(f"{question.words}{f' [{question.default}]' if question.default else ''}: ").strip()
    return said or None


def _read(file: Path) -> dict[str, str | list[str]]:
    try:
        read: dict[str, Any] = tomllib.loads(file.read_text())
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise Refusal(
            f"Không đọc được tệp trả lời {file}: {error}. Hãy sửa tệp rồi chạy lại.",
            f"The answers {file} cannot be read: {error}. Mend the file and run again.",
        ) from error
    return {
        key: [str(one) for one in value] if isinstance(value, list) else _plain(value) for key, value in read.items()
    }


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
