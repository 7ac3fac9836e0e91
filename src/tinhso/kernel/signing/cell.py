"""A process of its own for checking what strangers upload: limited in time and memory, and free to die.

``python -m tinhso.kernel.signing.cell`` reads one question (JSON line, then the file) and prints one verdict.
"""

import base64
import json
import resource
import subprocess
import sys
from dataclasses import asdict
from datetime import datetime
from threading import BoundedSemaphore
from typing import Any

from django.utils.translation import gettext as _

from tinhso.config import ROOT
from tinhso.kernel.errors import Unavailable
from tinhso.kernel.signing.base import Role
from tinhso.kernel.signing.verdict import Refusal, Signature, Verdict

MEMORY = 1024**3
SECONDS = 20  #: of the processor
#: Seconds more by the wall clock: a busy machine takes its time for a file that is quite in order.
PATIENCE = 25
#: Checks at once in one web process: fewer than its threads, so that strangers' files never hold up every page.
AT_ONCE = 2
_places = BoundedSemaphore(AT_ONCE)


def check_apart(
    pdf: bytes, *, trust: Any, at: datetime, require: frozenset[Role], seconds: int = SECONDS
) -> Verdict | None:
    """The verdict of `tinhso.kernel.signing.check.inspect`, asked in a child process; None when the child died.

    Raises Unavailable when as many files are being checked as this process takes, and when the machine is too busy to
    finish: that says nothing of the file.
    """
    if not _places.acquire(blocking=False):
        raise Unavailable(_("Nhiều người đang kiểm tra tệp cùng lúc. Đợi nửa phút rồi gửi lại tệp."))
    try:
        return _asked(pdf, trust, at, require, seconds)
    finally:
        _places.release()


def _asked(pdf: bytes, trust: Any, at: datetime, require: frozenset[Role], seconds: int) -> Verdict | None:
    question = {
        "trust": {name: [base64.b64encode(one).decode() for one in many] for name, many in asdict(trust).items()},
        "at": at.isoformat(),
        "require": sorted(require),
        "seconds": seconds,
    }
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tinhso.kernel.signing.cell"],
            input=json.dumps(question).encode() + b"\n" + pdf,
            capture_output=True,
            timeout=seconds + PATIENCE,
            cwd=ROOT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        words = _("Máy đang bận nên chưa kiểm tra xong; tệp của bạn chưa bị từ chối. Đợi một phút rồi gửi lại tệp.")
        raise Unavailable(words) from None
    return _from_plain(json.loads(done.stdout)) if done.returncode == 0 and done.stdout else None


def _from_plain(plain: dict[str, Any]) -> Verdict:
    signatures = tuple(
        Signature(
            **{
                **one,
                "role": Role(one["role"]) if one["role"] else None,
                "at": datetime.fromisoformat(one["at"]) if one["at"] else None,
                "refusals": tuple(Refusal(why) for why in one["refusals"]),
            }
        )
        for one in plain.pop("signatures")
    )
    refusals = tuple(Refusal(why) for why in plain.pop("refusals"))
    return Verdict(signatures=signatures, refusals=refusals, **plain)


def _main() -> None:
    head, pdf = sys.stdin.buffer.readline(), sys.stdin.buffer.read()
    question = json.loads(head)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (question["seconds"], question["seconds"]))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    from tinhso.kernel.signing.authority import Trust  # noqa: PLC0415  loaded under the limits
    from tinhso.kernel.signing.check import inspect  # noqa: PLC0415

    trust = Trust(**{name: tuple(map(base64.b64decode, many)) for name, many in question["trust"].items()})
    verdict = inspect(
        pdf,
        trust=trust,
        at=datetime.fromisoformat(question["at"]),
        require=frozenset(Role(name) for name in question["require"]),
    )
    json.dump(asdict(verdict), sys.stdout, default=str)


if __name__ == "__main__":
    _main()
