"""A certification authority that is not ours: what a province's signing keys come from in production.

Its folder has the shape of `kernel.signing.authority`, so the time-stamping peer can serve from it.
"""

from collections.abc import Iterator
from datetime import timedelta
from itertools import cycle
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from tinhso.kernel import clock
from tinhso.kernel.signing.authority import Authority, _key_pem, _list, _sign


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Co quan chung thuc tren loopback"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _keys() -> Iterator[rsa.RSAPrivateKey]:
    """Six keys in turn: two authorities of one test have none in common. Making a key takes a tenth of a second."""
    made = [rsa.generate_private_key(public_exponent=65537, key_size=2048) for _number in range(6)]
    yield from cycle(made)


_KEYS = _keys()


def made(folder: Path) -> Authority:
    """Root, issuing CA, time-stamping certificate and revocation lists in a folder."""
    folder.mkdir(mode=0o755)
    now, life = clock.real(), timedelta(days=365)
    keys = {name: next(_KEYS) for name in ("root", "issuing", "tsa")}
    root = _sign(_name("Peer Root"), keys["root"], None, now, life, ca=1)
    issuing = _sign(_name("Peer Issuing"), keys["issuing"], (root, keys["root"]), now, life, ca=0)
    stamping = _sign(_name("Peer Stamping"), keys["tsa"], (issuing, keys["issuing"]), now, life, stamping=True)
    for name, certificate in (("root", root), ("issuing", issuing), ("tsa", stamping)):
        (folder / f"{name}.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        (folder / f"{name}.key").write_bytes(_key_pem(keys[name]))
    (folder / "root.crl").write_bytes(_list(root, keys["root"], {}, now, life))
    (folder / "issuing.crl").write_bytes(_list(issuing, keys["issuing"], {}, now, life))
    return Authority(folder)


def issued(ca: Authority, common: str, into: Path, *, days: int = 90) -> rsa.RSAPrivateKey:
    """A certificate of this authority for a key that a service will keep; the chain is written as PEM."""
    issuing = ca.certificate("issuing")
    parent = serialization.load_pem_private_key((ca.folder / "issuing.key").read_bytes(), None)
    assert isinstance(parent, rsa.RSAPrivateKey)
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    leaf = _sign(_name(common), key, (issuing, parent), clock.real(), timedelta(days=days))
    into.write_bytes(b"".join(one.public_bytes(serialization.Encoding.PEM) for one in (leaf, issuing)))
    return key
