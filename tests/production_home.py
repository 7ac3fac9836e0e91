"""A production home without a deployment around it: for looking at what is refused and what the doctor says."""

import os
import pwd
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.peers.authority import made
from tinhso.cli.installing.answers import QUESTIONS, SETTINGS, Answers
from tinhso.cli.installing.writing import as_instance, settings_of, write_home
from tinhso.config import Database, Instance

ME = pwd.getpwuid(os.geteuid()).pw_name


def certificate(folder: Path, *, name: str = "localhost", days: int = 90) -> None:
    """A TLS certificate and its key."""
    words = f"req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days {days} -subj /CN={name}"
    command = ["openssl", *words.split(), "-addext", f"subjectAltName=DNS:{name}"]
    command += ["-keyout", str(folder / "tls.key"), "-out", str(folder / "tls.pem")]
    subprocess.run(command, check=True, capture_output=True)
    (folder / "tls.key").chmod(0o600)


def answers(folder: Path, **other: str) -> Answers:
    """What a careful operator answers; `other` is what this test has otherwise."""
    ca = folder / "ca"
    careful: dict[str, str | list[str]] = {q.key: q.default or "" for q in (*QUESTIONS, *SETTINGS)}
    careful |= {
        "domain": "localhost",
        "user": ME,
        "certificate": str(folder / "tls.pem"),
        "certificate_key": str(folder / "tls.key"),
        "mail_host": "127.0.0.1",
        "mail_tls": "false",
        "tsa": "http://127.0.0.1:9/tsa",
        "roots": [str(ca / "root.pem")],
        "intermediates": [str(ca / "issuing.pem")],
        "lists": [str(ca / "root.crl"), str(ca / "issuing.crl")],
        "admin_login": "quantri.tinh",
        "admin_name": "Lê Thị Quản Trị",
        "admin2_login": "quantri.tinh2",
        "admin2_name": "Phạm Văn Duyệt",
    }
    return Answers(careful | other)


def a_home(folder: Path, database: Database, password: str, **sections: dict[str, Any]) -> Instance:
    """The home, written; its database is somebody else's."""
    made(folder / "ca")
    certificate(folder)
    home = folder / "home"
    settings = settings_of(answers(folder), home)
    settings["database"] = {"private": False, "host": database.host, "port": database.port, "name": database.name}
    for name, section in sections.items():
        settings[name] = settings.get(name, {}) | section
    here = replace(as_instance(settings, home), database=database)
    write_home(here, {"db-app": password})
    return here
