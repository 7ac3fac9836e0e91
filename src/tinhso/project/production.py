"""What must not be there when real people's data is: sample accounts, known secrets, development's conveniences.

Every mistake says what is wrong and how to mend it. `tinhso init --production` asks before it writes, the settings
ask whenever a production process starts, `tinhso doctor` shows all of it. What lies in the database is asked by
`tinhso serve` and the doctor.
"""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from tinhso.config import ConfigurationError, Instance

#: Shorter secrets can be guessed; ours have 64 characters.
SHORTEST_SECRET = 20
#: Words by which every guesser begins.
KNOWN = {
    *("admin", "administrator", "changeme", "change-me", "default", "demo", "kiengiang", "matkhau", "password"),
    *("passw0rd", "postgres", "quantri", "root", "secret", "test", "tinhso"),
    *("tinhso_app", "tinhso_gateway", "tinhso_owner", "tinhso_reader"),
}
#: What development leaves in a home, and no production home may hold.
LEFTOVERS = {
    "sample-accounts.json": "danh sách tài khoản mẫu",
    "secrets/sample-accounts": "khóa làm ra mật khẩu tài khoản mẫu",
    "authority/root.key": "khóa của bộ cấp chứng thư phát triển",
    "authority/issuing.key": "khóa của bộ cấp chứng thư phát triển",
}


@dataclass(frozen=True)
class Mistake:
    """Something that production refuses. ``code`` is stable, for programs and tests."""

    code: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"[{self.code}] {self.what} {self.remedy}"


def known_secret(value: str) -> bool:
    """Whether a secret is a word that guessers try, or too short to withstand them."""
    bare = value.strip().lower().rstrip("0123456789!@#.")
    return len(value.strip()) < SHORTEST_SECRET or bare in KNOWN or len(set(value)) < 8


def _switches(here: Instance) -> Iterator[Mistake]:
    if here.debug:
        yield Mistake("debug", "debug đang bật: trang lỗi sẽ lộ dữ liệu.", "Xóa dòng debug trong config.toml.")
    if here.sample:
        yield Mistake("sample", "Dữ liệu mẫu đang bật.", "Đặt sample = false trong config.toml.")
    if os.environ.get("TINHSO_CLOCK"):
        yield Mistake(
            "clock", "TINHSO_CLOCK dời đồng hồ: ngày trên giấy tờ sẽ sai.", "Xóa biến TINHSO_CLOCK khỏi tệp unit."
        )


def _address(here: Instance) -> Iterator[Mistake]:
    site = urlsplit(str(here.settings.get("site", {}).get("url", "")))
    hosts = here.settings.get("hosts", [])
    if not here.settings.get("https") or site.scheme != "https":
        yield Mistake(
            "https",
            "Trang chưa đặt để chạy qua HTTPS: mật khẩu và cookie sẽ đi trần trên mạng.",
            'Đặt https = true và [site] url = "https://…" trong config.toml.',
        )
    if not hosts or site.hostname not in hosts:
        yield Mistake("hosts", "hosts chưa có tên miền của trang.", 'Đặt hosts = ["tên-miền"] trong config.toml.')
    if any(host.startswith(("*", ".")) for host in hosts):
        yield Mistake("hosts", "hosts nhận mọi tên miền.", "Ghi đúng từng tên miền, không dùng dấu * hay dấu chấm đầu.")


def _proxies(here: Instance) -> Iterator[Mistake]:
    trusted = here.settings.get("proxies", {}).get("trusted", [])
    if not trusted:
        yield Mistake(
            "proxies",
            "Chưa nói tin proxy nào: mọi người dân sẽ chung một địa chỉ và khóa đăng nhập của nhau.",
            'Đặt [proxies] trusted = ["127.0.0.1"] (địa chỉ của nginx) trong config.toml.',
        )
    for one in trusted:
        try:
            wide = ip_network(one).num_addresses > 2**16
        except ValueError:
            yield Mistake("proxies", f"«{one}» không phải địa chỉ mạng.", 'Viết như "127.0.0.1" hoặc "10.1.2.0/24".')
            continue
        if wide:
            yield Mistake(
                "proxies",
                f"Tin mọi máy trong {one}: ai cũng giả được địa chỉ của mình.",
                "Chỉ ghi địa chỉ của chính các máy nginx.",
            )


def _outside(here: Instance) -> Iterator[Mistake]:
    if not here.settings.get("mail", {}).get("host"):
        yield Mistake(
            "mail", "Chưa có máy chủ thư: mã đăng ký không tới được người dân.", "Đặt [mail] host trong config.toml."
        )
    mail = here.settings.get("mail", {})
    if mail.get("user") and not mail.get("tls") and mail.get("host") not in {"127.0.0.1", "localhost", "::1"}:
        yield Mistake(
            "mail",
            "Mật khẩu máy chủ thư đi trần trên mạng.",
            'Đặt [mail] tls = true (hoặc "implicit" cho cổng 465) trong config.toml.',
        )
    signing = here.settings.get("signing", {})
    if not signing.get("tsa"):
        yield Mistake(
            "tsa",
            "Chưa có máy chủ cấp dấu thời gian; dấu của bộ phát triển không có giá trị.",
            'Đặt [signing] tsa = "https://…" trong config.toml.',
        )
    if not signing.get("roots"):
        yield Mistake(
            "roots",
            "Chưa khai báo chứng thư gốc: không chữ ký nào kiểm tra được.",
            'Đặt [signing] roots = ["/đường/dẫn/goc.pem"] trong config.toml.',
        )
    for name in signing.get("roots", []):
        if _of_development(Path(name)):
            yield Mistake(
                "authority",
                f"{name} là gốc của bộ cấp chứng thư phát triển.",
                "Thay bằng chứng thư gốc của tổ chức chứng thực được phép.",
            )


def _of_development(file: Path) -> bool:
    """Whether a PEM file holds a certificate of a development authority: its name says so."""
    from cryptography import x509  # noqa: PLC0415  only production asks

    try:
        held = x509.load_pem_x509_certificates(file.read_bytes())
    except (OSError, ValueError):
        return False  # the doctor says what is wrong with it
    return any("NOT FOR OFFICIAL USE" in one.subject.rfc4514_string() for one in held)


def _secrets(here: Instance) -> Iterator[Mistake]:
    for file in sorted((here.home / "secrets").glob("*")):
        try:
            value, mode = file.read_text(), file.stat().st_mode
        except (PermissionError, IsADirectoryError):
            continue  # the operator's own (db-owner, db-superuser): not for this process
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            yield Mistake("permissions", f"Người khác trên máy đọc được {file}.", f"Chạy: chmod 600 {file}")
        if known_secret(value):
            yield Mistake(
                "secret",
                f"{file} là mật khẩu ngắn hoặc ai cũng biết.",
                "Thay bằng chuỗi ngẫu nhiên: openssl rand -base64 48 (đổi cả ở nơi dùng nó).",
            )


def _leftovers(here: Instance) -> Iterator[Mistake]:
    for name, title in LEFTOVERS.items():
        if (here.home / name).exists():
            yield Mistake(
                "leftover",
                f"Thư mục này từng dùng để phát triển: còn {title} ({name}).",
                "Chạy tinhso init --production vào một thư mục mới.",
            )


def mistakes(here: Instance) -> list[Mistake]:
    """Everything in a home and its configuration that production refuses."""
    looks = (_switches, _address, _proxies, _outside, _secrets, _leftovers)
    return [found for look in looks for found in look(here)]


def require_fit(here: Instance) -> None:
    """Raises ConfigurationError, naming every mistake with its remedy."""
    found = mistakes(here)
    if found:
        listed = "\n".join(f"  · {mistake}" for mistake in found)
        raise ConfigurationError(f"Hệ thống vận hành thật ({here.home}) chưa được phép chạy:\n{listed}")
