"""What happens to files in the background: quarantined ones are entered, waiting ones are scanned, leftovers go."""

import time
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID

from django.db import transaction

from tinhso.kernel.appending import append_audit
from tinhso.kernel.events import Event, emit
from tinhso.kernel.files.base import ScannerSilent
from tinhso.kernel.files.registry import scanner
from tinhso.kernel.files.service import plain_content
from tinhso.kernel.files.storage import address_of, root
from tinhso.kernel.models import Blob, FileState, StoredFile
from tinhso.kernel.policy import SYSTEM, Actor
from tinhso.kernel.spool import QUARANTINE
from tinhso.kernel.spool_loading import load

#: A draft or an unnamed content this old (seconds) belongs to a request that died.
LEFT_OVER = 24 * 3600


@dataclass(frozen=True)
class FileChecked(Event):
    """The scanner's late answer for a file that waited."""

    TYPE: ClassVar[str] = "vn.tinhso.kernel.file-checked"
    file: UUID
    clean: bool


def enter_quarantined() -> int:
    """Take infected files from the spool into the database and the trail."""
    return load(QUARANTINE, _enter)


def _enter(lines: list[dict[str, Any]]) -> None:
    for line in lines:
        blob, _made = Blob.objects.get_or_create(
            address=address_of(line["sha256"]),
            defaults={"id": line["blob"], "size": line["size"], "wrapped_key": bytes.fromhex(line["key"])},
        )
        file = StoredFile.objects.create(
            id=line["id"],
            created_at=line["at"],
            name=line["name"],
            media_type="application/octet-stream",
            size=line["size"],
            sha256=line["sha256"],
            state=FileState.QUARANTINE,
            blob=blob,
            stored_by=line["account"],
            threat=line["threat"],
        )
        actor = Actor(account=UUID(line["account"]) if line["account"] else None, name=line["actor"])
        append_audit(actor, "kernel.file-quarantined", subject=f"file:{file.id}", data={"threat": line["threat"]})


def scan_waiting() -> None:
    """Scan what was stored while the scanner was silent."""
    for file in StoredFile.objects.filter(state=FileState.PENDING).select_related("blob").order_by("id")[:100]:
        try:
            with plain_content(file) as content:
                verdict = scanner().scan(content)
        except ScannerSilent:
            return
        with transaction.atomic():
            state = FileState.QUARANTINE if verdict.threat else FileState.CLEAN
            changed = StoredFile.objects.filter(id=file.id, state=FileState.PENDING).update(
                state=state, threat=verdict.threat[:200]
            )
            if changed:
                emit(SYSTEM, FileChecked(file.id, not verdict.threat), subject=f"file:{file.id}")


def sweep_drafts() -> int:
    """Remove drafts of requests that died; how many."""
    count = 0
    for draft in (root() / "drafts").glob("*"):
        if time.time() - draft.stat().st_mtime > LEFT_OVER:
            draft.unlink(missing_ok=True)
            count += 1
    return count
