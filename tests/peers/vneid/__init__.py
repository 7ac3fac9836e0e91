"""A local provider that behaves as VNeID would over OpenID Connect, and misbehaves when told to.

with vneid(accounts) as peer: …
"""

import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from scripts.bootstrap import TRUST, node_path

HERE = Path(__file__).parent
CLIENT = "tinhso"
SECRET = "only-for-this-peer"
BACK = "http://testserver/dang-nhap/vneid/ve/"


@dataclass(frozen=True)
class Peer:
    """The running provider."""

    address: str

    def now(self, *, mode: str = "good", account: str | None = None) -> None:
        """What it does next, and who holds the telephone."""
        httpx.post(f"{self.address}/_peer", json={"mode": mode, **({"account": account} if account else {})})

    def confirm(self, away: str) -> str:
        """What the holder's browser does at the provider; the address that it is sent back to."""
        with httpx.Client(timeout=20) as browser:
            address = away
            for _step in range(10):
                answer = browser.get(address)
                address = str(answer.url.join(answer.headers["location"]))
                if address.startswith(BACK):
                    return address
        raise AssertionError("the provider never sent the holder back")

    def settings(self) -> dict[str, object]:
        """Django settings that point the house at this peer."""
        app = {
            "provider_id": "vneid",
            "name": "VNeID",
            "client_id": CLIENT,
            "secret": SECRET,
            "settings": {"server_url": self.address},
        }
        return {
            "VNEID": {"server_url": self.address},
            "SOCIALACCOUNT_PROVIDERS": {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}},
            "SOCIALACCOUNT_REQUESTS_TIMEOUT": 2,
        }


def _environment() -> dict[str, str]:
    """With the Node that `make dev` found or brought: a fresh machine has none of its own."""
    return {**TRUST, **os.environ, "PATH": node_path()}


def _program(name: str) -> str:
    found = shutil.which(name, path=node_path())
    assert found, f"{name} is needed for the VNeID peer: run make dev"
    return found


def _install() -> None:
    """The locked packages from npm, once."""
    with (HERE / "package-lock.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (HERE / "node_modules" / "oidc-provider").is_dir():
            words = ("ci", "--no-audit", "--no-fund", "--ignore-scripts")
            subprocess.run([_program("npm"), *words], cwd=HERE, env=_environment(), check=True)


@contextmanager
def vneid(accounts: Mapping[str, Mapping[str, str]]) -> Iterator[Peer]:
    """A provider with these holders: subject → claims."""
    _install()
    wanted = {"clientId": CLIENT, "clientSecret": SECRET, "redirectUri": BACK, "accounts": accounts}
    with subprocess.Popen(
        [_program("node"), "server.mjs", json.dumps(wanted)],
        cwd=HERE,
        env=_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            port = process.stdout.readline().strip()
            assert port, "the VNeID peer did not start"
            yield Peer(f"http://127.0.0.1:{port}")
        finally:
            process.terminate()
