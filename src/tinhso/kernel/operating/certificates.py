"""When certificates end: the authority's own, agencies' seals, officials' signatures, and TLS where its file is known.

Names of officials are left out: a signature's certificate is told by the opaque name of its key.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography import x509
from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.kernel import clock
from tinhso.kernel.signing.authority import authority

#: Days before the end from which an operator is warned.
SOON = 30
MOST = 2_000


@dataclass(frozen=True)
class Certificate:
    """``days``: whole days left, negative once it has ended. ``kind``: authority, seal, person, tls."""

    kind: str
    title: str
    ends_at: datetime
    days: int

    @property
    def state(self) -> str:
        return "late" if self.days < 0 else "soon" if self.days < SOON else "ok"


def certificates() -> list[Certificate]:
    """The earliest end first. Those of the authority are always there; the others when they end within 90 days."""
    folder = authority().folder
    found = [_read(folder / f"{name}.pem", "authority", name) for name in ("root", "issuing", "tsa")]
    keys = sorted((folder / "keys").glob("*.pem"))[:MOST]
    found += [_read(path, "person" if path.name.startswith("person") else "seal", path.stem) for path in keys]
    tls = settings.HERE.settings.get("tls", {}).get("certificate", "")
    found.append(_read(Path(tls), "tls", "TLS") if tls else None)
    shown = [one for one in found if one is not None and (one.kind in {"authority", "tls"} or one.days < 90)]
    return sorted(shown, key=lambda one: one.ends_at)


def _read(path: Path, kind: str, name: str) -> Certificate | None:
    """None for a file that is not there or is no certificate."""
    try:
        read = x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError):
        return None
    ends = read.not_valid_after_utc
    return Certificate(kind, _title(kind, name), ends, (ends - clock.real()).days)


def _title(kind: str, name: str) -> str:
    titles = {
        "root": _("Chứng thư gốc"),
        "issuing": _("Chứng thư cấp phát"),
        "tsa": _("Chứng thư dấu thời gian"),
        "TLS": _("Chứng thư TLS của trang"),
    }
    if name in titles:
        return titles[name]
    words = _("Chữ ký của cán bộ, khóa %(key)s") if kind == "person" else _("Con dấu của cơ quan, khóa %(key)s")
    return words % {"key": name[-12:]}
