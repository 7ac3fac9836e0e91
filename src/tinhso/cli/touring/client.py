"""A visitor of the tour: an HTTP client that is signed in and says clearly what went wrong."""

import base64
import hmac
import struct
import time
from typing import Any, Self
from uuid import uuid4

import httpx

from tinhso.kernel.samples import SampleAccount

#: Seconds for which an authenticator's code is good (RFC 6238).
PERIOD = 30


class StepFailed(Exception):
    """A step of the tour did not do what it should; the message says which and what was answered."""


class Visitor:
    """One person or official at the API."""

    def __init__(self, url: str, name: str = "khách") -> None:
        self.name = name
        self.http = httpx.Client(base_url=f"{url}/api/v1", timeout=60)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    @classmethod
    def signed_in(cls, url: str, account: SampleAccount) -> "Visitor":
        """Sign in with password and, where the account has one, the authenticator's code."""
        visitor = cls(url, account.who)
        body = {"login": account.login, "password": account.password}
        if account.totp:
            body["code"] = totp(account.totp)
        answer = visitor.http.post("/sessions", json=body)
        if answer.status_code >= 400 and account.totp:
            # A code is good once: a tour that follows another closely waits for the next one.
            time.sleep(PERIOD - time.time() % PERIOD + 1)
            answer = visitor.http.post("/sessions", json={**body, "code": totp(account.totp)})
        visitor.http.headers["Authorization"] = f"Bearer {visitor.read(answer)['token']}"
        return visitor

    def get(self, path: str, **parameters: Any) -> Any:
        return self.read(self.http.get(path, params=parameters))

    def download(self, path: str) -> bytes:
        answer = self.http.get(path)
        self._check(answer)
        return answer.content

    def post(self, path: str, body: Any = None, *, version: int | None = None, **more: Any) -> Any:
        headers = {"Idempotency-Key": str(uuid4())}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        return self.read(self.http.post(path, json=body, headers=headers, **more))

    def put(self, path: str, body: Any, *, version: int) -> Any:
        return self.read(self.http.put(path, json=body, headers={"If-Match": f'"{version}"'}))

    def upload(self, path: str, file: tuple[str, bytes, str], **fields: str) -> Any:
        return self.read(self.http.post(path, files={"file": file}, data=fields))

    def read(self, answer: httpx.Response) -> Any:
        self._check(answer)
        return answer.json() if answer.content else None

    def _check(self, answer: httpx.Response) -> None:
        if answer.status_code < 400:
            return
        asked = f"{answer.request.method} {answer.request.url.path}"
        raise StepFailed(f"{self.name}: {asked} → {answer.status_code}: {answer.text[:600]}")


def totp(secret: str) -> str:
    """The code of an authenticator at this moment (RFC 6238, six digits, SHA-1)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // PERIOD), "sha1").digest()
    place = digest[-1] & 0x0F
    number = int.from_bytes(digest[place : place + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"
