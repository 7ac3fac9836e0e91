"""A key in a PKCS#11 token: ``pkcs11:<token>/<label>``. The key never leaves it.

``[signing.pkcs11.<token>]`` of config.toml names the vendor's ``module`` (a shared library) and, when it differs from
the section's name, the ``label`` of the token; its PIN is the secret ``pkcs11-<token>``.
"""

from pathlib import Path

import pkcs11
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from django.utils.translation import gettext as _
from pkcs11.exceptions import NoSuchKey, PinIncorrect, PinLocked, PKCS11Error

from tinhso.config import instance
from tinhso.kernel.errors import Invalid, Unavailable
from tinhso.kernel.signing import pades
from tinhso.kernel.signing.base import Prepared, SignatureRequest
from tinhso.kernel.signing.holders import holding
from tinhso.kernel.signing.stamping import timestamper

#: DigestInfo of SHA-256 up to the digest itself (RFC 8017, section 9.2, note 1).
_DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")


class TokenSigner:
    """Signs with a key that lies in a token; its certificate is in the register of holders."""

    def __init__(self, name: str) -> None:
        self.token, _slash, self.label = name.partition("/")
        settings = instance().settings.get("signing", {}).get("pkcs11", {}).get(self.token)
        if settings is None or not self.label:
            raise Invalid(_("Không có khóa ký số tên như vậy."))
        self.module = Path(settings["module"])
        self.token_label = str(settings.get("label", self.token))
        self.chain = holding(f"pkcs11:{name}").certificates()

    def begin(self, pdf: bytes, request: SignatureRequest) -> Prepared:
        return pades.begin(pdf, request, self.chain)

    def sign(self, prepared: Prepared) -> bytes:
        """Ask the token. Raises Unavailable while it is not in its reader, has another PIN or lacks the key."""
        try:
            token = pkcs11.lib(str(self.module)).get_token(token_label=self.token_label)
            with token.open(user_pin=instance().secret(f"pkcs11-{self.token}")) as session:
                key = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=self.label)
                if not isinstance(key, pkcs11.SignMixin):
                    raise NoSuchKey
                if isinstance(self.chain[0].public_key(), rsa.RSAPublicKey):
                    value: bytes = key.sign(_DIGEST_INFO + prepared.digest, mechanism=pkcs11.Mechanism.RSA_PKCS)
                    return value
                raw: bytes = key.sign(prepared.digest, mechanism=pkcs11.Mechanism.ECDSA)
        except (PinIncorrect, PinLocked) as fault:
            raise Unavailable(
                _("Mã PIN của thiết bị ký không đúng hoặc đã khóa. Hãy báo cho người quản trị.")
            ) from fault
        except NoSuchKey as fault:
            raise Unavailable(_("Thiết bị ký không có khóa «%(label)s».") % {"label": self.label}) from fault
        except (PKCS11Error, OSError, RuntimeError) as fault:
            raise Unavailable(_("Không gọi được thiết bị ký. Hãy kiểm tra thiết bị đã cắm và đang chạy.")) from fault
        half = len(raw) // 2
        return encode_dss_signature(int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big"))

    def complete(self, prepared: Prepared, signature: bytes) -> bytes:
        return pades.complete(prepared, signature, timestamper())
