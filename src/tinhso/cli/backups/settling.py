"""``python -m tinhso.cli.backups.settling <stamp>``: make a restored home agree with itself, then check all of it.

Run by `tinhso restore` with ``TINHSO_HOME`` set to the new home; a rehearsed upgrade settles its copy's book alone.
Prints one JSON line (`checking.Checked`).

- The book of seals may be younger than the database that was brought to an earlier instant. Its younger lines are set
  aside in the book's own folder, not deleted, and the trail says how many and with which digest: whoever holds a copy
  of the old book finds there why the numbers go on differently.
- Lines of the spool that the database has taken already are left out; the others wait to be taken.
"""

import hashlib
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import django

from tinhso.cli.backups.checking import Checked
from tinhso.cli.backups.manifest import COUNTED

#: Ids are looked up in portions of so many.
AT_ONCE = 1000
ASIDE = ".aside"
EVER = datetime.min.replace(tzinfo=UTC)


def main(stamp: str) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.project.settings")
    django.setup()
    spooled = _settle_spool()
    aside = settle_book(stamp)
    print(json.dumps(asdict(_checked(spooled, aside))))
    return 0


# -- the spool


def _settle_spool() -> int:
    """Keep the lines that the database lacks, in one file of each kind that has no writer; how many."""
    from tinhso.kernel.models import Disclosure, SpoolMark, StoredFile  # noqa: PLC0415  after django.setup
    from tinhso.kernel.spool import DISCLOSURES, QUARANTINE, folder  # noqa: PLC0415  after django.setup

    kept = 0
    for kind, model in ((DISCLOSURES, Disclosure), (QUARANTINE, StoredFile)):
        old = sorted(folder(kind).glob("*.jsonl"))
        lines = {str(line["id"]): raw for path in old for raw, line in _lines(path)}
        names = list(lines)
        for begin in range(0, len(names), AT_ONCE):
            taken = model.objects.filter(id__in=names[begin : begin + AT_ONCE]).values_list("id", flat=True)
            for identity in taken:
                del lines[str(identity)]
        if lines:
            draft = folder(kind) / ".restored"
            draft.write_bytes(b"".join(lines.values()))
            draft.chmod(0o600)
            draft.replace(folder(kind) / "restored.jsonl")
        for path in old:
            path.unlink()
        kept += len(lines)
    SpoolMark.objects.all().delete()
    return kept


def _lines(path: Path) -> Iterator[tuple[bytes, dict[str, Any]]]:
    """Whole lines of a spool file; one that was cut off was never acknowledged."""
    for raw in path.read_bytes().splitlines(keepends=True):
        try:
            yield raw, json.loads(raw)
        except ValueError:
            continue


# -- the book of seals


def settle_book(stamp: str, *, made_since: datetime = EVER) -> int:
    """Set the book's younger lines aside, enter the restore into the trail and seal it; how many lines.

    ``made_since``: only lines sealed from then on; an older one that the database lacks is for the check to find.
    """
    from tinhso.kernel.audit import TrailBroken, record, seal  # noqa: PLC0415  after django.setup
    from tinhso.kernel.models import Seal  # noqa: PLC0415  after django.setup
    from tinhso.kernel.policy import SYSTEM  # noqa: PLC0415  after django.setup

    last = Seal.objects.order_by("-number").values_list("number", flat=True).first() or 0
    young = _set_aside(last, stamp, made_since)
    record(
        SYSTEM,
        "kernel.restored",
        subject=f"backup:{stamp}",
        data={
            "seals": last,
            "set_aside": len(young),
            "sha256": hashlib.sha256(b"".join(young)).hexdigest() if young else None,
        },
    )
    try:
        seal()
    except TrailBroken as broken:
        print(broken, file=sys.stderr)  # what is wrong the check finds and names
    return len(young)


def _set_aside(last: int, stamp: str, made_since: datetime) -> list[bytes]:
    """Move lines of seals above ``last`` out of the book into a file beside it; these lines."""
    from tinhso.kernel.sealing import statements  # noqa: PLC0415  after django.setup

    numbers = {
        line.place: line.signed.statement.number
        for line in statements.book()
        if line.signed is not None and datetime.fromisoformat(line.signed.statement.sealed_at) >= made_since
    }
    young = []
    for path in sorted(statements.folder().glob("*.jsonl")):
        lines = path.read_bytes().splitlines(keepends=True)
        gone = {at for at in range(len(lines)) if numbers.get(f"{path.name}:{at + 1}", 0) > last}
        if gone:
            young += [lines[at] for at in sorted(gone)]
            _replace(path, b"".join(line for at, line in enumerate(lines) if at not in gone))
    if young:
        _replace(statements.folder() / f"{stamp}{ASIDE}", b"".join(young))
    return young


def _replace(path: Path, content: bytes) -> None:
    """Whole or not at all, for its owner only; an empty one goes."""
    if not content:
        path.unlink()
        return
    draft = path.with_name(f".{path.name}.new")
    draft.write_bytes(content)
    draft.chmod(0o600)
    draft.replace(path)


# -- the checks


def _checked(spooled: int, aside: int) -> Checked:
    from django.db import connection  # noqa: PLC0415  after django.setup

    from tinhso.kernel.audit import verify  # noqa: PLC0415  after django.setup

    counts = {}
    with connection.cursor() as cursor:
        for name, query in COUNTED.items():
            cursor.execute(query)
            counts[name] = int(cursor.fetchone()[0])
    trail = verify()
    faults = [f"{finding.code}: {finding.where}" for finding in trail.findings]
    files, bad_files = _files()
    signed, bad_results = _signatures()
    return Checked(
        counts=counts,
        seals=trail.seals,
        rows=trail.rows,
        files=files,
        signed=signed,
        spooled=spooled,
        set_aside=aside,
        faults=[*faults, *bad_files, *bad_results],
    )


def _files() -> tuple[int, list[str]]:
    """Decrypt every content and compare it with the digest that the database has; how many were right."""
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415

    from tinhso.kernel.errors import NotFound  # noqa: PLC0415  after django.setup
    from tinhso.kernel.files.service import plain_content  # noqa: PLC0415  after django.setup
    from tinhso.kernel.models import FileState, StoredFile  # noqa: PLC0415  after django.setup

    fine, faults = 0, []
    each = StoredFile.objects.exclude(state=FileState.ERASED).select_related("blob")
    for file in each.order_by("blob_id").distinct("blob_id").iterator(chunk_size=500):
        seen = hashlib.sha256()
        try:
            with plain_content(file) as content:
                while piece := content.read(1024 * 1024):
                    seen.update(piece)
        except FileNotFoundError:
            continue  # named as missing already
        except (InvalidTag, NotFound):
            faults.append(f"file {file.id}: không giải mã được / does not decrypt")
            continue
        if seen.hexdigest() == file.sha256:
            fine += 1
        else:
            faults.append(f"file {file.id}: nội dung khác / another content")
    return fine, faults


def _signatures() -> tuple[int, list[str]]:
    """Check every signature of every issued result, as `/kiem-tra` does but in this process; how many results stand."""
    from tinhso.dossiers.models import Result  # noqa: PLC0415  after django.setup
    from tinhso.dossiers.verification import was_authorised  # noqa: PLC0415  after django.setup
    from tinhso.kernel import clock, files  # noqa: PLC0415  after django.setup
    from tinhso.kernel.signing import Role  # noqa: PLC0415  after django.setup
    from tinhso.kernel.signing.authority import authority  # noqa: PLC0415  after django.setup
    from tinhso.kernel.signing.check import inspect  # noqa: PLC0415  after django.setup

    fine, faults, trust = 0, [], None
    for result in (
        Result.objects.filter(issued_at__isnull=False, file__isnull=False).order_by("id").iterator(chunk_size=100)
    ):
        trust = trust or authority().trust()
        where = f"result {result.id}"
        try:
            pdf = files.read(cast(UUID, result.file_id))
        except Exception as error:  # whatever hinders reading is what the operator must hear
            faults.append(f"{where}: không đọc được tệp / its file cannot be read ({type(error).__name__})")
            continue
        verdict = inspect(pdf, trust=trust, at=clock.real(), require=frozenset(Role))
        unauthorised = [
            one
            for one in verdict.signatures
            if one.role is Role.PERSON and one.at and not was_authorised(one.account, one.agency_id, one.at)
        ]
        if verdict.refusals or unauthorised or verdict.sha256 != result.digest:
            why = ", ".join(str(refusal) for refusal in verdict.refusals) or "unauthorised or another file"
            faults.append(f"{where}: chữ ký không đúng / its signatures do not hold ({why})")
        else:
            fine += 1
    return fine, faults


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
