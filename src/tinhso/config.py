"""Where this instance lives and how it is reached: one home folder, read from the environment and `config.toml`."""

import json
import os
import secrets
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
#: Those that Debian trusts (package ca-certificates).
AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"


class ConfigurationError(ValueError):
    """A setting that cannot be used; the message says which and what to write instead."""


@dataclass(frozen=True)
class Database:
    """A PostgreSQL server reached over TCP. Passwords are files in the home's ``secrets`` folder."""

    host: str
    port: int
    name: str
    data: Path  #: the cluster's own folder
    sslmode: str = ""  #: libpq's; empty: what libpq does by itself
    sslrootcert: str = ""  #: the authorities that the server's certificate must come from (PEM)

    @property
    def local(self) -> bool:
        """Whether the way there stays within this machine."""
        with suppress(ValueError):
            return ip_address(self.host).is_loopback
        return self.host == "localhost" or self.host.startswith("/")

    @property
    def tls(self) -> dict[str, Any]:
        """libpq's words for it, for every connection to this server."""
        words = {"sslmode": self.sslmode, "sslrootcert": self.sslrootcert}
        return {word: value for word, value in words.items() if value}

    @classmethod
    def of(cls, settings: Mapping[str, Any], *, port: int, name: str, home: Path, production: bool) -> "Database":
        """What `[database]` of config.toml says. In production the certificate of a server on another machine is
        checked, name and all, unless ``sslmode`` says otherwise: the doctor tells."""
        host = str(settings.get("host", "127.0.0.1"))
        plain = cls(host, port, name, Path(settings.get("data", home / "postgres")))
        mode = str(settings.get("sslmode", "verify-full" if production and not plain.local else ""))
        roots = str(settings.get("sslrootcert", AUTHORITIES if mode.startswith("verify") else ""))
        return replace(plain, sslmode=mode, sslrootcert=roots)


@dataclass(frozen=True)
class Instance:
    """One province on one machine (or its share of many)."""

    home: Path
    port: int
    database: Database
    debug: bool
    sample: bool  #: sample accounts and data are loaded and marked so
    pack: Path
    settings: dict[str, Any]  #: the rest of config.toml
    production: bool = False  #: real people's data: whatever belongs to development is refused (`project.production`)
    node: str = "main"  #: the name of this machine's share; nodes have homes of their own, and one database

    def secret(self, name: str) -> str:
        """A secret kept as a file readable by its owner only; made on first use."""
        path = self.home / "secrets" / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft = path.with_name(f".{name}.{os.getpid()}.{secrets.token_hex(4)}")
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(48))
            with suppress(FileExistsError):
                os.link(draft, path)  # whole or not at all: of two processes that make it at once, one wins
            draft.unlink()
        return path.read_text().strip()


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text()) if file.exists() else {}
    except (PermissionError, NotADirectoryError):
        return {}  # a home that cannot be entered is refused, with its remedy, when it is opened
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"Tệp {file} không đọc được, hãy sửa chỗ này: {error}") from error


def _port(variable: str, otherwise: int | str) -> int:
    """A TCP port from the environment, else from the file."""
    text = str(os.environ.get(variable) or otherwise)
    if not (text.isdecimal() and 0 < int(text) < 65536):
        raise ConfigurationError(f"{variable} phải là số từ 1 đến 65535, không phải «{text}».")
    return int(text)


@cache
def instance() -> Instance:
    """The instance that TINHSO_HOME (default ``var/`` of the checkout) describes."""
    home = Path(os.environ.get("TINHSO_HOME") or ROOT / "var").resolve()
    read = _read(home / "config.toml")
    port = _port("TINHSO_PORT", read.get("port", 8000))
    database = read.get("database", {})
    production = bool(read.get("production", False))
    return Instance(
        home=home,
        port=port,
        database=Database.of(
            database,
            port=_port("TINHSO_DB_PORT", database.get("port", port + 1)),
            name=os.environ.get("TINHSO_DB_NAME") or database.get("name", "tinhso"),
            home=home,
            production=production,
        ),
        debug=bool(read.get("debug", False)),
        sample=bool(read.get("sample", not production)),
        pack=Path(os.environ.get("TINHSO_PACK") or read.get("pack", ROOT / "provinces" / "kien_giang")),
        settings=read,
        production=production,
        node=str(read.get("node", "main")),
    )


def remember(home: Path, section: str, key: str, value: str | int) -> None:
    """Write one setting into the home's config.toml, keeping every other line as its owner wrote it."""
    file = home / "config.toml"
    lines = file.read_text().splitlines() if file.exists() else []
    setting = f"{key} = {json.dumps(value)}"
    header = f"[{section}]"
    if header not in lines:
        lines += [header]
    start = lines.index(header) + 1
    end = next((i for i in range(start, len(lines)) if lines[i].startswith("[")), len(lines))
    old = next((i for i in range(start, end) if lines[i].partition("=")[0].strip() == key), None)
    if old is None:
        lines.insert(start, setting)
    else:
        lines[old] = setting
    file.write_text("\n".join(lines) + "\n")
