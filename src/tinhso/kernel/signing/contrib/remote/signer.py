"""A key at a remote signing service that asks its holder's telephone: ``remote:<service>/<credential>``.

After the Cloud Signature Consortium's API, version 2, in its asynchronous mode: `begin` hands the digest over
(``signatures/signHash``, ``operationMode`` "A") and keeps the answer's ``responseID``; `sign` asks whether the holder
has agreed (``signatures/signPolling``). ``[signing.remote.<service>]`` of config.toml names the ``url``; the access
token is the secret ``remote-<service>``. Tried with our own peer only, not with a vendor's service.
"""

import base64
import binascii
from dataclasses import replace
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric import rsa
from django.utils.translation import gettext as _

from tinhso.config import instance
from tinhso.kernel.errors import Invalid, Unavailable
from tinhso.kernel.signing import pades
from tinhso.kernel.signing.base import Prepared, SignatureRequest
from tinhso.kernel.signing.holders import holding
from tinhso.kernel.signing.stamping import timestamper

_SHA256 = "2.16.840.1.101.3.4.2.1"
_RSA_SHA256, _ECDSA_SHA256 = "1.2.840.113549.1.1.11", "1.2.840.10045.4.3.2"
_LARGEST_ANSWER = 64 * 1024


class RemoteSigner:
    """Signs with a key that a service keeps for its holder."""

    def __init__(self, name: str) -> None:
        self.service, _slash, self.credential = name.partition("/")
        settings = instance().settings.get("signing", {}).get("remote", {}).get(self.service)
        if settings is None or not self.credential:
            raise Invalid(_("Không có khóa ký số tên như vậy."))
        self.url = str(settings["url"]).rstrip("/")
        self.timeout = float(settings.get("timeout", 10))
        self.chain = holding(f"remote:{name}").certificates()

    def begin(self, pdf: bytes, request: SignatureRequest) -> Prepared:
        """Phase one, and the question to the holder. Raises Unavailable while the service does not answer."""
        prepared = pades.begin(pdf, request, self.chain)
        is_rsa = isinstance(self.chain[0].public_key(), rsa.RSAPublicKey)
        answer = self._ask(
            "signatures/signHash",
            {
                "credentialID": self.credential,
                "hashes": [base64.b64encode(prepared.digest).decode()],
                "hashAlgorithmOID": _SHA256,
                "signAlgo": _RSA_SHA256 if is_rsa else _ECDSA_SHA256,
                "operationMode": "A",
                "clientData": request.reason[:250],
            },
        )
        return replace(prepared, state={**prepared.state, "response": _text(answer, "responseID")})

    def sign(self, prepared: Prepared) -> bytes:
        """The value, once the holder has agreed. Raises Unavailable until then, Invalid when the holder refused."""
        answer = self._ask("signatures/signPolling", {"responseID": prepared.state["response"]})
        if "signatures" not in answer:
            raise Unavailable(_("Đang đợi người ký xác nhận trên điện thoại."))
        try:
            (value,) = answer["signatures"]
            return base64.b64decode(value, validate=True)
        except (ValueError, TypeError, binascii.Error) as fault:
            raise _astray() from fault

    def complete(self, prepared: Prepared, signature: bytes) -> bytes:
        return pades.complete(prepared, signature, timestamper())

    def _ask(self, what: str, question: dict[str, Any]) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {instance().secret(f'remote-{self.service}')}"}
        try:
            with httpx.Client(timeout=self.timeout, trust_env=False) as client:
                got = client.post(f"{self.url}/csc/v2/{what}", json=question, headers=headers)
            answer = got.json() if len(got.content) <= _LARGEST_ANSWER else None
        except (httpx.HTTPError, ValueError) as fault:
            raise _astray() from fault
        if not isinstance(answer, dict):
            raise _astray()
        if answer.get("error") in {"access_denied", "user_refused"}:
            raise Invalid(_("Người ký đã từ chối trên điện thoại, hoặc đã quá giờ xác nhận."))
        if got.status_code not in {httpx.codes.OK, httpx.codes.ACCEPTED}:
            raise _astray()
        return answer


def _text(answer: dict[str, Any], name: str) -> str:
    value = answer.get(name)
    if not (isinstance(value, str) and 0 < len(value) <= 500):
        raise _astray()
    return value


def _astray() -> Unavailable:
    return Unavailable(_("Dịch vụ ký số từ xa chưa trả lời đúng. Văn bản vẫn được giữ nguyên; hệ thống sẽ hỏi lại."))
