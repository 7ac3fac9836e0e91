"""What stands around the house in production: nginx with TLS, units, logs that are rotated, the doctor's visit."""

import gzip
import json
import os
import pwd
import re
import socket
import ssl
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.deployed import DOMAIN, USER, Deployment, Node
from tests.running import children, until
from tests.units import read
from tinhso.cli.homes import free_port

pytestmark = pytest.mark.proof


def shake_hands(deployment: Deployment, context: ssl.SSLContext, name: str | None = DOMAIN) -> ssl.SSLSocket:
    plain = socket.create_connection(("127.0.0.1", deployment.https_port), timeout=10)
    return context.wrap_socket(plain, server_hostname=name)


def ask_raw(deployment: Deployment, head: str, body: bytes = b"") -> str:
    """Send exactly this and read until the answer's headers and first bytes are there."""
    with shake_hands(deployment, deployment.tls) as link:
        link.sendall(head.replace("\n", "\r\n").encode() + body)
        link.settimeout(10)
        heard = b""
        while b"</html>" not in heard and (piece := link.recv(65536)):
            heard += piece
    return heard.decode()


def test_a_200_mb_upload_is_refused_before_it_is_read(deployment: Deployment) -> None:
    """Ten bytes of it are sent; the answer does not wait for the rest."""
    said = ask_raw(
        deployment,
        f"POST /kiem-tra HTTP/1.1\nHost: {DOMAIN}:{deployment.https_port}\nContent-Length: {200 * 1024 * 1024}\n"
        "Content-Type: multipart/form-data; boundary=x\n\n",
        b"0123456789",
    )
    assert said.startswith("HTTP/1.1 413 ")
    assert "Tệp quá lớn" in said
    assert "20 MB" in said
    assert "x-request-id" in said.lower()


def test_the_largest_file_that_is_allowed_passes(deployment: Deployment) -> None:
    almost = b"%PDF-1.7\n" + b"\0" * (19 * 1024 * 1024)
    with deployment.client() as http:
        answer = http.post("/api/v1/verifications", files={"file": ("a.pdf", almost, "application/pdf")})
    assert answer.status_code == 200, answer.text[:300]


def test_it_speaks_http_2_and_tls_of_today(deployment: Deployment) -> None:
    offered = deployment.tls
    offered.set_alpn_protocols(["h2", "http/1.1"])
    with shake_hands(deployment, offered) as link:
        assert link.selected_alpn_protocol() == "h2"
        assert link.version() == "TLSv1.3"
    old = deployment.tls
    old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
    old.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.raises(ssl.SSLError), shake_hands(deployment, old):
        pass


def test_another_name_gets_nothing(deployment: Deployment) -> None:
    context = deployment.tls
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with pytest.raises((ssl.SSLError, OSError)), shake_hands(deployment, context, "ke-xau.example"):
        pass


def test_plain_http_is_sent_to_https(deployment: Deployment) -> None:
    with httpx.Client(trust_env=False) as http:
        answer = http.get(
            f"http://127.0.0.1:{deployment.http_port}/thu-tuc/1.001193", headers={"Host": DOMAIN}, timeout=10
        )
    assert answer.status_code == 308
    assert answer.headers["Location"] == f"https://{DOMAIN}:{deployment.https_port}/thu-tuc/1.001193"


@pytest.mark.parametrize("path", ["/metrics", "/readyz"])
def test_what_is_for_the_machine_is_not_for_the_street(deployment: Deployment, path: str) -> None:
    with deployment.client() as http:
        assert http.get(path).status_code == 404
        assert http.get("/healthz").status_code == 200
    assert httpx.get(f"http://127.0.0.1:{deployment.first.port}{path}", trust_env=False).status_code == 200


def test_pages_come_with_strict_transport_and_secure_cookies(deployment: Deployment) -> None:
    with deployment.client() as http:
        page = http.get("/dang-nhap/")
        assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
        cookies = page.headers.get_list("Set-Cookie")
        assert cookies
        assert all("Secure" in cookie for cookie in cookies)
        style = re.search(r'href="(/static/assets/[^"]+\.css)"', page.text)
        assert style, page.text[:500]
        static = http.get(style[1])
        assert static.status_code == 200
        assert "immutable" in static.headers["Cache-Control"]
        assert static.headers["Content-Encoding"] == "gzip"


def test_one_request_has_one_id_in_both_logs(deployment: Deployment) -> None:
    with deployment.client() as http:
        answer = http.get("/thu-tuc/1.001193", params={"ma": "bi-mat-2174"})
    known = answer.headers["X-Request-ID"]
    plain = known.replace("-", "")
    log = deployment.first.home / "nginx" / "access.log"
    until(lambda: plain in log.read_text(), 10, "nginx noted it")
    ours = "".join((node.home / "logs" / "web.jsonl").read_text() for node in deployment.nodes)
    assert known in ours
    assert "bi-mat-2174" not in log.read_text() + ours, "a query string was logged"


def test_no_process_of_the_house_is_root(deployment: Deployment) -> None:
    for node in deployment.nodes:
        for service in node.services.values():
            owner = Path(f"/proc/{service.pid}").stat().st_uid
            assert owner != 0, service.name
            if service.name != "tinhso-postgres":
                assert owner == pwd.getpwnam(USER).pw_uid


def test_the_service_cannot_read_the_owner_s_passwords(deployment: Deployment) -> None:
    if os.geteuid() != 0:
        pytest.skip("without root everything is one user's")
    who = pwd.getpwnam(USER)
    for name in ("db-owner", "db-superuser"):
        file = deployment.first.home / "secrets" / name
        command = ["setpriv", f"--reuid={who.pw_uid}", f"--regid={who.pw_gid}", "--clear-groups", "cat", str(file)]
        assert subprocess.run(command, capture_output=True).returncode != 0


def test_systemd_itself_takes_the_units(deployment: Deployment) -> None:
    folder = deployment.first.home / "deploy" / "systemd"
    units = [str(path) for path in sorted(folder.iterdir())]
    checked = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True)
    ours = [line for line in checked.stderr.splitlines() if "tinhso" in line and "nobody" not in line]
    assert checked.returncode == 0, checked.stderr
    assert not ours


def lines_of(folder: Path, pattern: str) -> Iterator[dict[str, object]]:
    for path in folder.glob(pattern):
        text = gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text()
        for line in text.splitlines():
            yield json.loads(line)


def test_rotating_logs_of_live_processes_loses_and_doubles_no_line(deployment: Deployment, tmp_path: Path) -> None:
    """Requests go on while both nodes' and nginx's logs are rotated three times."""
    asked: list[str] = []
    stop = threading.Event()

    def ask() -> None:
        with deployment.client() as http:
            while not stop.is_set():
                answer = http.get("/tra-cuu")
                if answer.status_code != 200:
                    stop.set()
                    raise AssertionError(answer.text)
                asked.append(answer.headers["X-Request-ID"])

    threads = [threading.Thread(target=ask, daemon=True) for _n in range(3)]
    for thread in threads:
        thread.start()
    try:
        for turn in range(3):
            heard = len(asked)
            time.sleep(1.1)  # rotated files are named by the second
            until(lambda h=heard: len(asked) > h + 5 or stop.is_set(), 60, "requests go on")
            for node in deployment.nodes:
                conf = node.home / "deploy" / "logrotate.conf"
                state = tmp_path / f"{node.home.name}.state"
                done = subprocess.run(
                    ["/usr/sbin/logrotate", "-f", "-s", str(state), str(conf)], capture_output=True, text=True
                )
                assert done.returncode == 0, f"turn {turn}: {done.stderr}"
        heard = len(asked)
        until(lambda: len(asked) > heard + 5, 60, "requests go on after the last turn")
    finally:
        stop.set()
    for thread in threads:
        thread.join()

    def noted() -> list[str]:
        ours = [line for node in deployment.nodes for line in lines_of(node.home / "logs", "web.jsonl*")]
        return [str(line["request_id"]) for line in ours if line.get("route") == "tra-cuu"]

    until(lambda: set(asked) <= set(noted()), 20, "every request is in a log of the house")
    kept = [known for known in noted() if known in set(asked)]
    assert len(kept) == len(asked), "a line was doubled"
    nginx = deployment.first.home / "nginx"
    wanted = {known.replace("-", "") for known in asked}
    until(lambda: wanted <= {str(x["request_id"]) for x in lines_of(nginx, "access*")}, 20, "nginx noted all of them")
    rotated = list((deployment.first.home / "logs").glob("web.jsonl-*"))
    assert rotated
    assert all(path.stat().st_mode & 0o077 == 0 for path in rotated)


def test_the_doctor_finds_only_the_backup_that_nobody_set_up(deployment: Deployment) -> None:
    done = deployment.tinhso("doctor", "--json", home=deployment.first.home)
    findings = json.loads(done.stdout)["findings"]
    assert {one["check"] for one in findings if one["state"] == "broken"} == {"backup"}, done.stdout
    assert done.returncode == 1


def test_backups_are_taken_by_the_units_and_the_doctor_is_content(deployment: Deployment, tmp_path: Path) -> None:
    """The archiver runs as its unit says; a restored home has units of its own, and they serve."""
    if os.geteuid() != 0:
        pytest.skip("only root reads the database's own password, as the units do")
    home, place, key = deployment.first.home, tmp_path / "place", tmp_path / "backup.key"
    key.write_text("một câu dài không ai đoán được")
    words = ("backup", "--to", str(place), "--key-file", str(key), "--continuous")
    done = deployment.tinhso(*words, home=home)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "tinhso-archiver" in deployment.tinhso("doctor", home=home).stdout
    archiver = deployment.first.service("tinhso-archiver").start()
    try:
        until((place / "wal" / "until.json").exists, 60, "the log is copied")
        healthy = deployment.tinhso("doctor", "--json", home=home)
        assert healthy.returncode == 0, healthy.stdout
        nightly = read(home / "deploy" / "systemd" / "tinhso-backup.service")["Service"]["ExecStart"]
        assert nightly == [f"{deployment.python} -m tinhso.cli.main backup"]
        until(archiver.log.exists, 5, "it has a log")
    finally:
        archiver.stop()
        del deployment.first.services["tinhso-archiver"]
    assert archiver.starts == 1, archiver.log.read_text()

    stopped = deployment.tinhso("backup", "--no-continuous", home=home)
    assert stopped.returncode == 0, stopped.stderr
    with deployment.database() as link:
        assert link.execute("SELECT slot_name FROM pg_replication_slots").fetchall() == []

    port, target = free_port(), deployment.folder / "restored"
    words = ("restore", "--from", str(place), "--key-file", str(key), "--to", str(target), "--port", str(port))
    done = deployment.tinhso(*words)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "systemctl enable --now tinhso-postgres" in done.stdout
    node = Node(target, port)
    try:
        node.service("tinhso-postgres").start()
        node.web.start()
        node.worker().start()
        try:
            until(node.ready, 120, "the restored home serves")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{node.said()}") from None
    finally:
        for service in reversed(node.services.values()):
            service.stop()

    unit = target / "deploy" / "systemd" / "tinhso-web.service"
    unit.write_text("of the old release")
    done = deployment.tinhso("upgrade", "--to", str(tmp_path / "after"), "--key-file", str(key), home=target)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "systemctl enable --now tinhso-postgres" in done.stdout
    assert str(deployment.python) in unit.read_text()


def test_reloading_the_only_node_that_serves_loses_no_request(deployment: Deployment) -> None:
    """Asked directly, not through nginx, which would pass to the other node."""
    node, answers, stop = deployment.first, Counter[object](), threading.Event()

    def ask() -> None:
        while not stop.is_set():
            try:
                answers[
                    httpx.get(f"http://127.0.0.1:{node.port}/healthz", trust_env=False, timeout=30).status_code
                ] += 1
            except httpx.ConnectError as error:
                answers[repr(error)] += 1
            time.sleep(0.02)

    before = children(node.web.pid)
    asking = threading.Thread(target=ask)
    asking.start()
    node.web.reload()
    try:
        until(lambda: not children(node.web.pid) & before, 120, "the old processes are gone")
        time.sleep(1)
    finally:
        stop.set()
        asking.join()
    assert set(answers) == {200}, answers
    assert answers[200] > 20


def test_a_worker_is_back_after_the_database_restarted(deployment: Deployment) -> None:
    """It stops by itself, in good order, when it loses the database; the unit starts it again."""
    node = deployment.first
    worker, starts = node.worker(), node.worker().starts
    node.service("tinhso-postgres").stop()
    node.service("tinhso-postgres").start()
    until(lambda: worker.starts > starts and worker.alive, 120, "the worker was started again")
    until(node.ready, 120, "the node is ready, worker and all")


def test_the_doctor_sees_a_stopped_web(deployment: Deployment) -> None:
    node = deployment.nodes[1]
    node.web.stop()
    done = deployment.tinhso("doctor", home=node.home)
    assert done.returncode == 1
    assert "systemctl status tinhso-web" in done.stdout
    node.web.start()
    until(node.ready, 120, "the node is back")


def test_a_node_with_debug_on_does_not_start_and_is_not_tried_again(deployment: Deployment) -> None:
    node = deployment.nodes[1]
    config = node.home / "config.toml"
    kept = config.read_text()
    node.web.stop()
    try:
        config.write_text(kept.replace("debug = false", "debug = true"))
        node.web.start()
        until(lambda: node.web.exit_code is not None, 60, "it gave up")
        assert node.web.exit_code == 78
        assert "[debug]" in node.web.log.read_text()
    finally:
        config.write_text(kept)
        node.web.exit_code = None
        node.web.start()
    until(node.ready, 120, "the node is back")
