"""The home of an instance before it starts: writable, with room, with a database port and folder that work."""

import hashlib
import os
import shutil
import socket
import subprocess
from pathlib import Path
from tempfile import TemporaryFile

from tinhso.cli.cluster import Cluster
from tinhso.cli.refusal import Refusal
from tinhso.config import Instance, instance, remember

#: A fresh cluster with the pack, its write-ahead log and some uploads.
ROOM = 600 * 1024 * 1024
#: Where the cluster goes when its own user cannot reach the home.
REACHABLE = Path("/var/lib/tinhso")


def port_free(port: int) -> bool:
    """Whether this machine's loopback port can be listened on."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A loopback port nobody listens on now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def open_home(home: Path) -> None:
    """Make the home and see that it can be written and has room. Raises Refusal."""
    try:
        (home / "run").mkdir(parents=True, exist_ok=True)
        (home / "logs").mkdir(exist_ok=True)
        (home / "logs").chmod(0o700)  # `up` prints the sample passwords into one of them
        with TemporaryFile(dir=home / "run") as probe:  # of no name: others may open the same home at this moment
            probe.write(b"x")
    except (PermissionError, NotADirectoryError) as error:
        raise Refusal(
            f"Không có quyền ghi vào {home}: hãy đặt TINHSO_HOME là một thư mục bạn ghi được.",
            f"No permission to write {home}: set TINHSO_HOME to a folder that you may write to.",
        ) from error
    free = shutil.disk_usage(home).free
    if free < ROOM and not (home / "postgres").exists():
        raise Refusal(
            f"Ổ đĩa của {home} chỉ còn {free >> 20} MB, cần ít nhất {ROOM >> 20} MB: hãy giải phóng chỗ "
            "hoặc đặt TINHSO_HOME sang ổ đĩa khác.",
            f"Only {free >> 20} MB are free at {home}, at least {ROOM >> 20} MB are needed: free some space "
            "or set TINHSO_HOME to a folder on another disk.",
        )


def settle(here: Instance) -> Instance:
    """Choose the cluster's folder and port for good and remember them in the home's config.toml."""
    here = _settle_folder(here)
    cluster = Cluster(here)
    if cluster.alive or port_free(here.database.port):
        return here
    if os.environ.get("TINHSO_DB_PORT"):
        raise Refusal(
            f"Cổng {here.database.port} (TINHSO_DB_PORT) đang có chương trình khác dùng: hãy chọn cổng khác.",
            f"Port {here.database.port} (TINHSO_DB_PORT) is in use: choose another one.",
        )
    port = free_port()
    print(f"Cổng {here.database.port} của cơ sở dữ liệu đang có chương trình khác dùng; từ nay dùng cổng {port}.")
    remember(here.home, "database", "port", port)
    instance.cache_clear()
    return instance()


def _settle_folder(here: Instance) -> Instance:
    """As root the cluster runs as `postgres`, who may not enter for example /root: then it lives elsewhere."""
    cluster = Cluster(here)
    if os.geteuid() != 0 or (here.database.data / "PG_VERSION").exists():
        return here
    here.home.mkdir(parents=True, exist_ok=True)
    if subprocess.run(cluster.as_server("test", "-x", here.home), cwd="/").returncode == 0:
        return here
    folder = REACHABLE / hashlib.sha256(str(here.home).encode()).hexdigest()[:12] / "postgres"
    folder.parent.mkdir(parents=True, exist_ok=True)
    REACHABLE.chmod(0o755)
    folder.parent.chmod(0o755)
    print(f"Người dùng postgres không vào được {here.home}; dữ liệu PostgreSQL được đặt ở {folder}.")
    remember(here.home, "database", "data", str(folder))
    instance.cache_clear()
    return instance()
