"""Sealing: all audit rows of finished transactions, linked, counted and signed, at least every minute.

Which rows belong to a seal is decided by the transaction that wrote them, not by time or a counter: a transaction
that began early and commits late would slip behind either. `pg_snapshot_xmin` names the oldest transaction that
still runs; every one before it is finished, its rows are visible now or never. So the seals cover the transactions
without a gap: `[since, until)`, then `[until, …)`.
"""

import hashlib
from dataclasses import dataclass

import structlog
from django.db import connection, transaction

from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict
from tinhso.kernel.models import AuditRecord, Seal
from tinhso.kernel.sealing.rows import MEMBER, START, contents_of, link
from tinhso.kernel.sealing.statements import Signed, Statement, is_signed, last_in_book, public_key, sign, write

log = structlog.get_logger()

#: A seal takes whole transactions, and no further one once it holds so many rows (48 bytes each).
MOST = 100_000


class TrailBroken(Conflict):
    """The last seal is not this key's, or the book knows seals that the database lost. Nothing is sealed over that."""


def seal() -> Statement | None:
    """Seal what was committed since the last seal; None when there was nothing.

    Raises TrailBroken when the database lost seals that the book holds; `tinhso audit verify` says which.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('kernel_seal'))")
        last = Seal.objects.order_by("-number").defer("members").first()
        if last is not None and not is_signed(Signed(last.statement, bytes(last.signature)), public_key()):
            raise TrailBroken(f"seal {last.number} is not signed by this instance's key: run tinhso audit verify")
        _catch_up_book(last)
        signed = _next(last)
    if signed is None:
        return None
    write(signed)
    return signed.statement


def seal_all() -> int:
    """Seal until nothing waits, in as many seals as it takes; how many rows. Raises TrailBroken."""
    rows = 0
    while (made := seal()) is not None:
        rows += made.rows
        if made.rows < MOST:
            break
    return rows


def _next(last: Seal | None) -> Signed | None:
    before = Signed(last.statement, bytes(last.signature)).statement if last else None
    since = before.until if before else 0
    until = _finished()
    start = head = bytes.fromhex(before.head) if before else START
    packed = bytearray()
    last_one = since
    for id, xact, content in contents_of(since, until):
        if len(packed) >= MEMBER * MOST and xact != last_one:
            until = xact  # the rest is for the next seal
            break
        last_one = xact
        head = link(head, content)
        packed += id + head
    if not packed:
        return None
    signed = sign(
        Statement(
            number=before.number + 1 if before else 1,
            since=since,
            until=until,
            rows=len(packed) // MEMBER,
            start=start.hex(),
            head=head.hex(),
            members=hashlib.sha256(packed).hexdigest(),
            previous=hashlib.sha256(last.statement.encode()).hexdigest() if last else "",
            sealed_at=clock.real().isoformat(timespec="seconds"),
            business_at=clock.now().isoformat(timespec="seconds"),
        )
    )
    _keep(signed, packed)
    return signed


_SEAL = "COPY kernel_seal (number, since, until, rows, statement, signature, members) FROM STDIN"
#: Bytes of members that are handed on at once.
PIECE = 64 * 1024


def _keep(signed: Signed, members: bytearray) -> None:
    """Write the seal, its members piece by piece: ten megabytes as one value would be copied several times, and the
    connection would keep a buffer of that size."""
    said, text = signed.statement, signed.text.replace("\\", "\\\\")  # canonical JSON: no tab, no new line
    with connection.cursor().cursor.copy(_SEAL) as copy:
        copy.write(f"{said.number}\t{said.since}\t{said.until}\t{said.rows}\t{text}\t")
        copy.write(f"\\\\x{signed.signature.hex()}\t\\\\x")
        for at in range(0, len(members), PIECE):
            copy.write(members[at : at + PIECE].hex())
        copy.write("\n")


def _finished() -> int:
    """The first transaction that is not surely finished."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        return int(cursor.fetchone()[0])


def _catch_up_book(last: Seal | None) -> None:
    """Write to the book what a crash between commit and append left out."""
    noted = last_in_book()
    number = noted.statement.number if noted else 0
    if number > (last.number if last else 0):
        raise TrailBroken(f"the book of seals ends at {number}, the database before it: run tinhso audit verify")
    for missing in Seal.objects.filter(number__gt=number).defer("members").order_by("number"):
        write(Signed(missing.statement, bytes(missing.signature)))
        log.warning("seal written late to the book", seal=missing.number)


@dataclass(frozen=True)
class TrailState:
    """How far sealing is, for metrics and operators."""

    seals: int
    sealed_at: str  #: real time of the last seal; empty before the first
    unsealed: int  #: rows that wait


def trail_state() -> TrailState:
    last = Seal.objects.order_by("-number").defer("members").first()
    waiting = AuditRecord.objects.filter(xact__gte=last.until if last else 0).count()
    if last is None:
        return TrailState(0, "", waiting)
    return TrailState(last.number, Signed(last.statement, b"").statement.sealed_at, waiting)
