"""A deployment as an operator makes it, on loopback: `tinhso init --production`, the units, nginx with TLS, mail.

No system service is touched: nginx runs from a prefix of its own on high ports, units are interpreted (`units.py`).
"""

import os
import pwd
import secrets
import shutil
import signal
import ssl
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psycopg

from tests.peers.authority import issued, made
from tests.peers.remote_signing import remote_signing
from tests.peers.smtp import Mailbox, smtp
from tests.peers.tsa import time_stamp_authority
from tests.running import until
from tests.units import Service, as_user
from tinhso.cli.homes import free_port
from tinhso.cli.supervisor import readiness
from tinhso.kernel.signing.authority import Authority

DOMAIN = "localhost"
#: Who serves in these tests: a user that every Debian has and that owns nothing.
USER = "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
NGINX_USER = "www-data" if os.geteuid() == 0 else USER
ADMIN = "quantri.tinh"
SECOND_ADMIN = "quantri.tinh2"


@dataclass
class Node:
    """One home with its services."""

    home: Path
    port: int
    services: dict[str, Service] = field(default_factory=dict)

    def service(self, name: str, unit: str = "") -> Service:
        if name not in self.services:
            file = self.home / "deploy" / "systemd" / (unit or f"{name}.service")
            self.services[name] = Service(name, file, self.home.parent / f"{self.home.name}-{name}.out")
        return self.services[name]

    @property
    def web(self) -> Service:
        return self.service("tinhso-web")

    def worker(self, number: int = 1) -> Service:
        return self.service(f"tinhso-worker@{number}", "tinhso-worker@.service")

    def ready(self) -> bool:
        return readiness(self.port)[0] == 200

    def said(self) -> str:
        return "\n".join(f"{s.name}: {s.log.read_text()[-2000:]}" for s in self.services.values() if s.log.exists())


@dataclass
class Deployment:
    """All of it."""

    folder: Path
    ca: Authority
    mail: Mailbox
    https_port: int
    http_port: int
    python: Path = Path(sys.executable)
    first_password: str = ""
    second_password: str = ""
    nodes: list[Node] = field(default_factory=list)
    remote: dict[str, str] = field(default_factory=dict)  #: remote signing service → its address
    nginx: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"https://{DOMAIN}:{self.https_port}"

    @property
    def first(self) -> Node:
        return self.nodes[0]

    @property
    def tls(self) -> ssl.SSLContext:
        """Trusts the certificate that was made for this deployment, and it alone."""
        return ssl.create_default_context(cafile=str(self.folder / "tls.pem"))

    def client(self, **more: object) -> httpx.Client:
        return httpx.Client(base_url=self.url, verify=self.tls, timeout=60, trust_env=False, **more)  # type: ignore[arg-type]

    def tinhso(
        self, *words: str, home: Path | None = None, as_service: bool = False, **more: str
    ) -> "subprocess.CompletedProcess[str]":
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("TINHSO_", "DJANGO_"))}
        environment = {**kept, **({"TINHSO_HOME": str(home)} if home else {}), **more}
        user = pwd.getpwnam(USER)
        become = as_user(user.pw_uid, user.pw_gid) if as_service and os.geteuid() == 0 else []
        command = [*become, str(self.python), "-m", "tinhso.cli.main", *words]
        return subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL
        )

    def database(self) -> psycopg.Connection:
        """As its superuser: to look, not to arrange."""
        password = (self.first.home / "secrets" / "db-superuser").read_text()
        return psycopg.connect(
            host="127.0.0.1",
            port=self.first.port + 1,
            dbname="tinhso",
            user="postgres",
            password=password,
            autocommit=True,
        )

    # -- making ------------------------------------------------------------------------------------------------------

    def init(self, *more: str) -> None:
        """The first node. Its nginx knows the second one's address already."""
        first, second = _two_ports(), free_port()
        done = self.tinhso("init", "--production", *self.answers(first, second), *more)
        assert done.returncode == 0, done.stdout + done.stderr
        said = [line.split() for line in done.stdout.strip().splitlines()[-2:]]
        assert [line[0] for line in said] == [ADMIN, SECOND_ADMIN], done.stdout
        self.first_password, self.second_password = said[0][1], said[1][1]
        self.nodes = [Node(self.folder / "a", first)]
        self.second_port = second
        self._name_signing_services()

    def _name_signing_services(self) -> None:
        """What an operator adds for the province's remote signing services: their addresses and access tokens."""
        home = self.first.home
        with (home / "config.toml").open("a") as file:
            for name, address in self.remote.items():
                file.write(f'\n[signing.remote.{name}]\nurl = "{address}"\n')
                token = home / "secrets" / f"remote-{name}"
                token.write_text(secrets.token_urlsafe(48))
                token.chmod(0o600)
                shutil.chown(token, USER)

    def hold(self, service: str, agency: str, login: str = "") -> None:
        """Enter a remote key's certificate as that of an official, or of an agency's seal."""
        words = ["authority", "--hold", f"remote:{service}/1", "--agency", agency]
        words += ["--certificate", str(self.folder / f"{service}.pem"), *(["--account", login] if login else [])]
        done = self.tinhso(*words, home=self.first.home, as_service=True)
        assert done.returncode == 0, done.stdout + done.stderr

    def answers(self, port: int, second: int) -> list[str]:
        ca = self.ca.folder
        said = {
            "home": self.folder / "a",
            "domain": DOMAIN,
            "certificate": self.folder / "tls.pem",
            "certificate-key": self.folder / "tls.key",
            "user": USER,
            "port": port,
            "mail-host": "127.0.0.1",
            "mail-port": self.mail.port,
            "mail-tls": "false",
            "tsa": self.tsa,
            "roots": ca / "root.pem",
            "intermediates": ca / "issuing.pem",
            "lists": f"{ca / 'root.crl'},{ca / 'issuing.crl'}",
            "admin-login": ADMIN,
            "admin-name": "Lê Thị Quản Trị",
            "admin2-login": SECOND_ADMIN,
            "admin2-name": "Phạm Văn Duyệt",
            "nodes": f"127.0.0.1:{port},127.0.0.1:{second}",
            "http-listen": f"127.0.0.1:{self.http_port}",
            "https-listen": f"127.0.0.1:{self.https_port}",
            "nginx-user": NGINX_USER,
            "nginx-pid": self.folder / "nginx.pid",
            "shared": self.folder / "shared",
            "web-workers": 1,
            "rate": 500,
        }
        return [word for flag, value in said.items() for word in (f"--{flag}", str(value))]

    tsa: str = ""
    second_port: int = 0

    def join(self) -> Node:
        """The second node, from the home of the first."""
        home = self.folder / "b"
        words = ("--like", str(self.first.home), "--home", str(home), "--node", "b", "--port", str(self.second_port))
        done = self.tinhso("init", "--production", *words)
        assert done.returncode == 0, done.stdout + done.stderr
        self.nodes.append(Node(home, self.second_port))
        return self.nodes[-1]

    def start(self, patience: float = 60.0) -> None:
        """The database, then web and worker of every node, then nginx."""
        self.first.service("tinhso-postgres").start()
        until(self._database_answers, 30, "the database answers")
        for node in self.nodes:
            node.web.start()
            node.worker().start()
        for node in self.nodes:
            try:
                until(node.ready, patience, f"{node.home.name} is ready")
            except AssertionError as error:
                raise AssertionError(f"{error}\n{node.said()}") from None
        self.start_nginx()

    def _database_answers(self) -> bool:
        try:
            self.database().close()
        except psycopg.Error:
            return False
        return True

    def start_nginx(self) -> None:
        """nginx with our site file, the rest of its configuration as Debian's."""
        conf = self.first.home / "deploy" / "nginx" / "tinhso.conf"
        self.nginx = run_nginx(self.folder / "nginx", conf, self.folder / "nginx.pid")
        until(self._nginx_answers, 10, "nginx answers")

    def _nginx_answers(self) -> bool:
        try:
            with self.client() as http:
                return http.get("/healthz").status_code == 200
        except httpx.TransportError:
            return False

    def stop(self) -> None:
        if self.nginx is not None:
            self.nginx.send_signal(signal.SIGQUIT)
            try:
                self.nginx.wait(timeout=10)
            except subprocess.TimeoutExpired:
                os.killpg(self.nginx.pid, signal.SIGKILL)
                self.nginx.wait()
        for node in reversed(self.nodes):
            for name, service in reversed(node.services.items()):
                if name != "tinhso-postgres":
                    service.stop()
        for node in self.nodes:
            if "tinhso-postgres" in node.services:
                node.services["tinhso-postgres"].stop()


def run_nginx(prefix: Path, conf: Path, pid: Path) -> "subprocess.Popen[bytes]":
    """nginx with a site file of ours, the rest of its configuration as Debian's, from a prefix of its own."""
    (prefix / "logs").mkdir(parents=True, exist_ok=True)
    for name in ("body", "proxy", "fastcgi", "uwsgi", "scgi"):
        (prefix / name).mkdir(exist_ok=True)
        shutil.chown(prefix / name, NGINX_USER)
    temporary = "client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; "
    user = f"user {NGINX_USER};\n" if os.geteuid() == 0 else ""
    (prefix / "nginx.conf").write_text(
        f"{user}daemon off;\nworker_processes 1;\npid {pid};\nerror_log logs/error.log;\n"
        "events { worker_connections 2048; }\nhttp {\n  include /etc/nginx/mime.types;\n"
        f"  {temporary}uwsgi_temp_path uwsgi; scgi_temp_path scgi;\n"
        f"  include {conf};\n}}\n"
    )
    command = ["/usr/sbin/nginx", "-p", f"{prefix}/", "-c", "nginx.conf", "-e", "logs/error.log"]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)


def _two_ports() -> int:
    """A free port whose successor is free too: the private database takes it."""
    from tinhso.cli.homes import port_free

    while not port_free((port := free_port()) + 1):
        pass
    return port


def _python(folder: Path) -> Path:
    """An interpreter that the service's user reaches: root's own (pyenv) is closed to it, Debian's is not."""
    home = Path(sys.executable).resolve()
    if os.geteuid() != 0 or not str(home).startswith("/root/"):
        return Path(sys.executable)
    subprocess.run(["/usr/bin/python3", "-m", "venv", "--without-pip", str(folder / "venv")], check=True)
    packages = next((folder / "venv" / "lib").glob("python3*")) / "site-packages"
    (packages / "house.pth").write_text(f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n")
    return folder / "venv" / "bin" / "python"


def _certificate(folder: Path) -> None:
    """A TLS certificate for localhost, made here."""
    words = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 90 -subj /CN=localhost"
    subprocess.run(
        [
            *("openssl", *words.split(), "-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", str(folder / "tls.key"), "-out", str(folder / "tls.pem")),
        ],
        check=True,
        capture_output=True,
    )
    (folder / "tls.key").chmod(0o600)


@contextmanager
def prepared() -> Iterator[Deployment]:
    """Everything outside of the house: a folder, a certificate, an authority, mail and time. Ended afterwards."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tinhso-", ignore_cleanup_errors=True)))
        folder.chmod(0o755)
        _certificate(folder)
        ca = made(folder / "ca")
        box = stack.enter_context(smtp())
        address, _peer = stack.enter_context(time_stamp_authority("stranger", strangers=ca.folder))
        deployment = Deployment(folder, ca, box, free_port(), free_port(), _python(folder))
        deployment.tsa = address
        for name, common in (("person", "Trương Văn Lễ"), ("seal", "Ủy ban nhân dân đặc khu Kiên Hải")):
            key = issued(ca, common, folder / f"{name}.pem")
            deployment.remote[name], signer = stack.enter_context(remote_signing(key))
            signer.agree()  # the holder taps at once
        try:
            yield deployment
        finally:
            deployment.stop()
