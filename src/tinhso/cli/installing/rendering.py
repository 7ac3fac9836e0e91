"""The files of `deploy/one-machine` with an instance's own words in them, and nginx's own pages, written to `deploy/`
of its home."""

import grp
import pwd
import re
import sys
from pathlib import Path

from tinhso.cli.cluster import Cluster
from tinhso.cli.installing.writing import WRITTEN, shared_folders
from tinhso.cli.preparation import manage
from tinhso.cli.serve import longest_stop
from tinhso.config import ROOT, Instance

SOURCE = ROOT / "deploy" / "one-machine"
PLACE = re.compile(r"@([A-Z_]+)@")
PRIVATE = "tinhso-postgres.service"


def words_of(here: Instance) -> dict[str, str]:
    """What stands between @ in the files."""
    nginx = here.settings["nginx"]
    user = here.settings["service"]["user"]
    private = here.settings["database"]["private"]
    writes = [*(here.home / name for name in WRITTEN), *shared_folders(here), here.home / "keys"]
    port = nginx["https_listen"].rpartition(":")[2]
    return {
        "ROOT": str(ROOT),
        "PYTHON": sys.executable,
        "HOME": str(here.home),
        "DEPLOY": str(here.home / "deploy"),
        "USER": user,
        "GROUP": grp.getgrgid(pwd.getpwnam(user).pw_gid).gr_name,
        "WRITES": " ".join(str(path) for path in dict.fromkeys(writes)),
        "AFTER": PRIVATE if private else "network-online.target",
        "DB_USER": "postgres" if private and _owner(here.database.data) is None else _owner(here.database.data) or "",
        "PGDATA": str(here.database.data),
        "POSTGRES": str(Cluster(here).programs / "postgres") if private else "",
        "STOP": str(longest_stop(here)),
        "DOMAIN": here.settings["hosts"][0],
        # Never set aside: a node that restarts refuses at once and the other is asked, also while both take turns.
        "NODES": "\n".join(f"    server {node} max_fails=0;" for node in nginx["nodes"]),
        "HTTP_LISTEN": nginx["http_listen"],
        "HTTPS_LISTEN": nginx["https_listen"],
        "HTTPS_SUFFIX": "" if port == "443" else f":{port}",
        "CERTIFICATE": nginx["certificate"],
        "CERTIFICATE_KEY": nginx["certificate_key"],
        "NGINX_USER": nginx["user"],
        "NGINX_PID": nginx["pid"],
        "RATE": str(nginx["rate"]),
        "BURST": str(4 * int(nginx["rate"])),
    }


def _owner(folder: Path) -> str | None:
    """Who runs the private cluster: the owner of its data."""
    return folder.owner() if folder.exists() else None


def render(here: Instance) -> Path:
    """Write all of it; the folder."""
    words = words_of(here)
    target = here.home / "deploy"
    private = here.settings["database"]["private"]
    for source in sorted(path for path in SOURCE.rglob("*") if path.is_file() and path.suffix not in (".md", ".sql")):
        if source.name == PRIVATE and not private:
            continue
        written = target / source.relative_to(SOURCE)
        written.parent.mkdir(parents=True, exist_ok=True)
        for folder in (target, written.parent):
            folder.chmod(0o755)
        written.write_text(PLACE.sub(lambda found: words[found[1]], source.read_text()))
        written.chmod(0o644)
    pages = target / "pages"
    manage(here, "write_proxy_pages", str(pages), role="app")
    pages.chmod(0o755)
    for page in pages.iterdir():
        page.chmod(0o644)
    return target
