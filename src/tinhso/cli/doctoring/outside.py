"""What the house needs from outside, and how it looks from there: TLS, nginx, mail, time-stamps, certificates."""

import base64
import http.client
import io
import json
import smtplib
import socket
import ssl
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import clamd
import httpx
from asn1crypto import tsp
from cryptography import x509

from tinhso.cli.doctoring.findings import Check, Finding, Patient, broken, soon, well, why
from tinhso.cli.supervisor import readiness
from tinhso.kernel import clock
from tinhso.kernel.mailing import IMPLICIT, trust

PATIENCE = 5
CERTIFICATE_SOON, CERTIFICATE_BROKEN = timedelta(days=30), timedelta(days=7)


def certificate(patient: Patient) -> Finding:
    """The TLS certificate is of this name, belongs to its key and lasts."""
    nginx = patient.here.settings.get("nginx", {})
    if not nginx.get("certificate"):
        return broken(
            "certificate",
            "Chưa nói chứng thư TLS ở đâu.",
            "Đặt certificate và certificate_key ở mục [nginx] trong config.toml.",
        )
    file = Path(nginx["certificate"])
    remedy = "Gia hạn chứng thư, đặt vào chỗ cũ, rồi systemctl reload nginx."
    try:
        held = x509.load_pem_x509_certificate(file.read_bytes())
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(file, nginx["certificate_key"])
    except (OSError, ValueError, KeyError, ssl.SSLError):
        return broken("certificate", f"Chứng thư TLS {file} không đọc được hoặc không khớp với khóa.", remedy)
    names = held.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    hosts = patient.here.settings.get("hosts", [])
    if not set(hosts) <= set(names.get_values_for_type(x509.DNSName)):
        return broken("certificate", f"Chứng thư TLS không phải của {', '.join(hosts)}.", remedy)
    return _lasting("certificate", "Chứng thư TLS", held.not_valid_after_utc, remedy)


def _lasting(check: str, title: str, end: datetime, remedy: str) -> Finding:
    left = end - clock.real()
    words = f"{title} còn {left.days} ngày (đến {end:%d/%m/%Y})."
    if left < CERTIFICATE_BROKEN:
        return broken(check, words, remedy)
    return soon(check, words, remedy) if left < CERTIFICATE_SOON else well(check, words)


def web(patient: Patient) -> Finding:
    """This node's web processes answer and say that they are ready."""
    status, answer = readiness(patient.here.port)
    if status == 200:
        return well("web", "Web của node này sẵn sàng.")
    failing = ", ".join(name for name, fine in answer.get("checks", {}).items() if not fine)
    return broken(
        "web",
        f"Web của node này chưa sẵn sàng{f' ({failing})' if failing else ': không trả lời'}.",
        "systemctl status tinhso-web; journalctl -u tinhso-web -n 50",
    )


class _Pinned(http.client.HTTPSConnection):
    """Asks the machine's own nginx for the site by name, wherever the name points to in the world."""

    def __init__(self, host: str, address: tuple[str, int], context: ssl.SSLContext) -> None:
        super().__init__(host, address[1], timeout=PATIENCE)
        self.address, self.context = address, context

    def connect(self) -> None:
        plain = socket.create_connection(self.address, timeout=PATIENCE)
        self.sock = self.context.wrap_socket(plain, server_hostname=self.host)


def tls(patient: Patient) -> Finding:
    """Through nginx: HTTPS of today, HSTS, secure cookies, nothing of ours open to the street."""
    settings = patient.here.settings
    nginx = settings.get("nginx", {})
    if not settings.get("hosts"):
        return broken("tls", "Chưa nói tên miền của trang.", 'Đặt hosts = ["tên-miền"] trong config.toml.')
    host = settings["hosts"][0]
    listen = str(nginx.get("https_listen", "443"))
    address = (listen.rpartition(":")[0] or "127.0.0.1", int(listen.rpartition(":")[2]))
    context = ssl.create_default_context(cafile=nginx.get("certificate"))
    remedy = "nginx -t && systemctl reload nginx, dùng tệp deploy/nginx/tinhso.conf của thư mục này."
    try:
        link = _Pinned(host, address, context)
        link.request("GET", "/dang-nhap/")
        answer = link.getresponse()
        answer.read()
        link.request("GET", "/metrics")
        metrics = link.getresponse().status
        link.close()
    except (OSError, ValueError, http.client.HTTPException) as error:
        return broken("tls", f"Không vào được https://{host} qua nginx: {why(error)}.", remedy)
    cookies = answer.msg.get_all("Set-Cookie", [])
    wrong = [
        words
        for words, bad in (
            (f"trang trả lời {answer.status}", answer.status != 200),
            ("thiếu HSTS", not answer.getheader("Strict-Transport-Security")),
            ("cookie không chỉ đi qua HTTPS", any("secure" not in cookie.lower() for cookie in cookies)),
            ("/metrics mở ra ngoài", metrics == 200),
        )
        if bad
    ]
    if wrong:
        return broken("tls", f"Qua nginx: {', '.join(wrong)}.", remedy + " Kiểm tra [proxies] trusted.")
    return well("tls", "Trang trả lời qua nginx bằng HTTPS, có HSTS, cookie an toàn.")


def _greeted(settings: Mapping[str, Any]) -> smtplib.SMTP:
    """As `kernel.mailing` reaches it. Raises OSError, SMTPException, KeyError."""
    where, trusted = (settings["host"], int(settings.get("port", 25))), trust(str(settings.get("ca", "")))
    if settings.get("tls") == IMPLICIT:
        return smtplib.SMTP_SSL(*where, timeout=PATIENCE, context=trusted)
    server = smtplib.SMTP(*where, timeout=PATIENCE)
    server.ehlo_or_helo_if_needed()
    if settings.get("tls"):
        server.starttls(context=trusted)
    return server


def mail(patient: Patient) -> Finding:
    """The mail server takes a greeting (and our name and password); no letter is sent."""
    settings = patient.here.settings.get("mail", {})
    if not settings.get("host"):
        words = "Chưa có máy chủ thư: mã đăng ký không tới được người dân."
        return broken("mail", words, "Đặt host ở mục [mail] trong config.toml.")
    where = f"{settings.get('host')}:{settings.get('port', 25)}"
    try:
        with _greeted(settings) as server:
            if settings.get("user"):
                server.login(settings["user"], (patient.here.home / "secrets" / "mail").read_text().strip())
    except (OSError, smtplib.SMTPException, KeyError) as error:
        return broken(
            "mail",
            f"Máy chủ thư {where} không nhận, {why(error)}: mã đăng ký không tới được người dân.",
            "Kiểm tra [mail] trong config.toml, tường lửa và mật khẩu trong secrets/mail.",
        )
    return well("mail", f"Máy chủ thư {where} trả lời.")


def stamps(patient: Patient) -> Finding:
    """The time-stamping authority answers a question of ours."""
    address = str(patient.here.settings.get("signing", {}).get("tsa", ""))
    if not address:
        words = "Chưa có máy chủ cấp dấu thời gian."
        return broken("tsa", words, "Đặt tsa ở mục [signing] trong config.toml.")
    question = tsp.TimeStampReq(
        {
            "version": "v1",
            "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": bytes(32)},
            "cert_req": True,
        }
    )
    try:
        got = httpx.post(
            address,
            content=question.dump(),
            headers={"Content-Type": "application/timestamp-query"},
            timeout=PATIENCE,
            trust_env=False,
        )
        got.raise_for_status()
        status = tsp.TimeStampResp.load(got.content, strict=True)["status"]["status"].native
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, TypeError, KeyError):
        status = ""
    if status not in {"granted", "granted_with_mods"}:
        return broken(
            "tsa",
            f"Máy chủ cấp dấu thời gian {urlsplit(address).netloc or address} không trả lời đúng: không ký được.",
            "Kiểm tra [signing] tsa, tường lửa, và hợp đồng với tổ chức cấp dấu thời gian.",
        )
    return well("tsa", "Máy chủ cấp dấu thời gian trả lời.")


def _trusted(patient: Patient) -> Iterator[x509.Certificate]:
    signing = patient.here.settings.get("signing", {})
    for name in (*signing.get("roots", ()), *signing.get("intermediates", ())):
        yield from x509.load_pem_x509_certificates(Path(name).read_bytes())


def roots(patient: Patient) -> Finding:
    """Roots and intermediates of signatures are readable and in force, their revocation lists fresh."""
    remedy = "Tải chứng thư và danh sách thu hồi mới từ tổ chức chứng thực, đặt vào chỗ ghi ở [signing]."
    try:
        ends = [held.not_valid_after_utc for held in _trusted(patient)]
        for name in patient.here.settings.get("signing", {}).get("lists", ()):
            revoked = x509.load_der_x509_crl(Path(name).read_bytes())
            if revoked.next_update_utc is not None and revoked.next_update_utc < clock.real():
                return broken("roots", f"Danh sách thu hồi {name} đã quá hạn: mọi kiểm tra bị từ chối.", remedy)
    except (OSError, ValueError) as error:
        return broken("roots", f"Chứng thư gốc hoặc danh sách thu hồi không đọc được: {why(error)}.", remedy)
    if not ends:
        return broken("roots", "Chưa khai báo chứng thư gốc.", remedy)
    return _lasting("roots", "Chứng thư của nơi cấp chữ ký", min(ends), remedy)


def holders(patient: Patient) -> Finding:
    """Certificates of officials and seals that are about to end."""
    folder = Path(patient.here.settings.get("signing", {}).get("folder", patient.here.home / "authority"))
    try:
        rows = json.loads((folder / "holders.json").read_text())
    except FileNotFoundError:
        return soon(
            "holders",
            "Chưa ghi khóa ký số của ai: chưa trả được kết quả.",
            "Chạy tinhso authority --hold cho từng người ký và con dấu.",
        )
    newest = {(row["agency_id"], row["account"]): row for row in rows}
    ends = [
        x509.load_der_x509_certificate(base64.b64decode(row["chain"][0])).not_valid_after_utc for row in newest.values()
    ]
    return _lasting(
        "holders",
        "Chứng thư ký số sớm hết hạn nhất",
        min(ends),
        "Xin cấp chứng thư mới rồi ghi bằng tinhso authority --hold.",
    )


def proxies(patient: Patient) -> Finding:
    """The proxy that stands before this node is trusted: else everybody shares one budget of log-ins."""
    trusted = patient.here.settings.get("proxies", {}).get("trusted", [])
    nodes = patient.here.settings.get("nginx", {}).get("nodes", [])
    local = any(node.startswith(("127.", "localhost", "[::1]")) for node in nodes)
    if local and not {"127.0.0.1", "127.0.0.0/8"} & set(trusted):
        return broken(
            "proxies",
            "nginx ở máy này nhưng 127.0.0.1 không được tin: mọi người dân bị đếm chung một địa chỉ.",
            'Thêm "127.0.0.1" vào [proxies] trusted trong config.toml rồi systemctl reload tinhso-web.',
        )
    return well("proxies", f"Tin {len(trusted)} địa chỉ proxy.")


def scanner(patient: Patient) -> Finding:
    """A malware scanner that looks at uploads, and answers."""
    settings = patient.here.settings.get("scanner", {})
    if settings.get("vendor", "eicar") != "clamav":
        return soon(
            "scanner",
            "Chưa có chương trình quét mã độc: tệp người dân gửi không được quét thật.",
            'apt-get install clamav-daemon, rồi đặt [scanner] vendor = "clamav" trong config.toml.',
        )
    host, port = settings.get("host", "127.0.0.1"), int(settings.get("port", 3310))
    socket_file = settings.get("socket")
    try:
        if socket_file:
            clamd.ClamdUnixSocket(socket_file, timeout=PATIENCE).instream(io.BytesIO(b"tinhso doctor"))
        else:
            clamd.ClamdNetworkSocket(host, port, timeout=PATIENCE).instream(io.BytesIO(b"tinhso doctor"))
    except (clamd.ClamdError, OSError, ValueError):
        return broken(
            "scanner",
            "Chương trình quét mã độc không trả lời: tệp mới phải chờ.",
            "systemctl start clamav-daemon; kiểm tra [scanner] trong config.toml.",
        )
    return well("scanner", "Chương trình quét mã độc trả lời.")


def sms(patient: Patient) -> Finding:
    """Messages to telephones leave the house; without a gateway they only become files."""
    if patient.here.settings.get("sms", {}).get("vendor", "filedrop") == "filedrop":
        return soon(
            "sms",
            "Chưa có cổng tin nhắn: ai đăng ký bằng số điện thoại sẽ không nhận được mã.",
            "Nối cổng SMS của nhà mạng ([sms] vendor trong config.toml).",
        )
    return well("sms", "Có cổng tin nhắn.")


def contact(patient: Patient) -> Finding:
    """Somebody is named whom a finder of a hole can tell, as RFC 9116 writes it."""
    named = patient.here.settings.get("security", {}).get("contact", [])
    remedy = 'Đặt [security] contact = ["mailto:…"] trong config.toml (mailto:, https:// hoặc tel:).'
    if not named:
        return soon("contact", "Chưa nói ai nhận tin báo lỗ hổng bảo mật: /.well-known/security.txt chưa có.", remedy)
    if wrong := [one for one in named if not one.startswith(("mailto:", "https://", "tel:")) or len(one.split()) != 1]:
        return broken("contact", f"Nơi báo lỗ hổng bảo mật «{wrong[0]}» không phải địa chỉ.", remedy)
    return well("contact", "Có nơi nhận tin báo lỗ hổng bảo mật.")


CHECKS: tuple[Check, ...] = (certificate, web, tls, mail, sms, scanner, stamps, roots, holders, proxies, contact)
