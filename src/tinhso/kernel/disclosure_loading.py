"""Taking noted disclosures from the spool into the database, each batch vouched for by the audit trail."""

from datetime import datetime
from typing import Any
from uuid import UUID

from tinhso.kernel.appending import append_audit
from tinhso.kernel.canonical import digest
from tinhso.kernel.ids import new_id
from tinhso.kernel.models import Disclosure
from tinhso.kernel.months import open_month
from tinhso.kernel.policy import SYSTEM
from tinhso.kernel.spool import DISCLOSURES
from tinhso.kernel.spool_loading import load

#: The act under which a batch stands in the audit trail.
TAKEN = "kernel.disclosures-taken"


def take_disclosures() -> int:
    """Take what was noted since the last time; how many lines. Safe to kill and to run twice."""
    return load(DISCLOSURES, _take)


def _take(lines: list[dict[str, Any]]) -> None:
    batch = new_id()
    rows = [
        Disclosure(
            id=UUID(line["id"]),
            created_at=datetime.fromisoformat(line["at"]),
            actor_account=UUID(line["account"]) if line["account"] else None,
            actor_name=line["name"],
            request_id=line["request"],
            batch=batch,
            person=UUID(line["person"]),
            record=line["record"],
            fields=line["fields"],
            purpose=line["purpose"],
        )
        for line in lines
    ]
    for instant in {row.created_at.replace(day=1, hour=12) for row in rows}:
        open_month(instant)
    Disclosure.objects.bulk_create(rows, batch_size=1000)
    data: dict[str, str | int | bool | None] = {"rows": len(rows), "sha256": batch_digest(rows)}
    append_audit(SYSTEM, TAKEN, subject=f"disclosures:{batch}", data=data)


def batch_digest(rows: list[Disclosure]) -> str:
    """The digest by which the audit trail vouches for a batch."""
    return digest(
        [
            [
                row.id,
                row.created_at,
                row.actor_account,
                row.actor_name,
                row.request_id,
                row.person,
                row.record,
                row.fields,
                row.purpose,
            ]
            for row in sorted(rows, key=lambda row: row.id.bytes)
        ]
    )
