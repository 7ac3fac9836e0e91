"""What paper and signatures cost: one page rendered, signed twice, checked. Writes docs/performance/signing.json.

Run by hand: ``.venv/bin/python scripts/bench_signing.py``. CPU seconds of this process and its children, median of ten.
"""

import json
import os
import platform
import resource
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
TIMES = 10


def cpu() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)


def median_ms(work: Callable[[], object]) -> float:
    work()
    taken = []
    for _time in range(TIMES):
        start = cpu()
        work()
        taken.append((cpu() - start) * 1000)
    return round(median(taken), 1)


def main() -> None:
    os.environ["TINHSO_HOME"] = tempfile.mkdtemp()
    os.environ["DJANGO_SETTINGS_MODULE"] = "tinhso.project.settings"
    import django  # noqa: PLC0415  after the home is chosen

    django.setup()
    from django.template.loader import render_to_string  # noqa: PLC0415

    from tinhso.kernel import clock  # noqa: PLC0415
    from tinhso.kernel.pdf.render import render  # noqa: PLC0415
    from tinhso.kernel.signing import (  # noqa: PLC0415
        Role,
        SignatureRequest,
        person_key,
        seal_key,
        sign_as,
        verify,
    )
    from tinhso.kernel.signing.authority import authority  # noqa: PLC0415
    from tinhso.kernel.signing.check import inspect  # noqa: PLC0415

    page = render_to_string("print/official.html", {"sample": True})
    person = person_key(account_id="a", name="Trần Văn Bảy", agency_id="g", agency="Ủy ban nhân dân đặc khu Kiên Hải")
    seal = seal_key(agency_id="g", agency="Ủy ban nhân dân đặc khu Kiên Hải")
    plain = render(page, title="Giấy khai sinh")
    once = sign_as(person, plain, SignatureRequest(Role.PERSON))
    twice = sign_as(seal, once, SignatureRequest(Role.SEAL))
    trust = authority().trust()
    git = ["git", "rev-parse", "--short", "HEAD"]
    result = {
        "commit": subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "cpu_ms": {
            "render": median_ms(lambda: render(page, title="Giấy khai sinh")),
            "sign_person": median_ms(lambda: sign_as(person, plain, SignatureRequest(Role.PERSON))),
            "sign_seal": median_ms(lambda: sign_as(seal, once, SignatureRequest(Role.SEAL))),
            "check_here": median_ms(lambda: inspect(twice, trust=trust, at=clock.real())),
            "check_upload_in_a_cell": median_ms(lambda: verify(twice)),
        },
        "bytes": {"rendered": len(plain), "signed": len(once), "sealed": len(twice)},
    }
    target = ROOT / "docs" / "performance" / "signing.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    print(target.read_text())


if __name__ == "__main__":
    main()
