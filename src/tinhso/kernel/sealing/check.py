"""Checking the trail against its seals: in the database, in the book outside it, and by their signatures."""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import connection, transaction

from tinhso.kernel.disclosure_loading import TAKEN
from tinhso.kernel.models import Seal
from tinhso.kernel.sealing.rows import START, Row, link, members_in, rows_of
from tinhso.kernel.sealing.statements import Signed, Statement, book, is_signed, public_key
from tinhso.kernel.sealing.vouching import VOUCHED_AT_ONCE, vouched_fault


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it was sealed."""

    code: str  #: row-changed, row-deleted, row-inserted, seal-missing, book-changed …
    where: str  #: "seal 17, row <id>"


@dataclass(frozen=True)
class Verification:
    """What a check looked at and the first thing it found in each seal, in order."""

    seals: int
    rows: int
    unsealed: int  #: rows since the last seal; they are vouched for in a minute
    findings: tuple[Finding, ...]

    @property
    def intact(self) -> bool:
        return not self.findings


def verify(trusted: Ed25519PublicKey | None = None) -> Verification:
    """Check all seals, rows, events and disclosures. ``trusted``: the public key, when the private one is elsewhere."""
    key = trusted or public_key()
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        return _Check(key).run()


@dataclass(frozen=True)
class _Passed:
    """The seal before, as far as the next one must follow it."""

    number: int
    text: str
    head: str
    until: int


class _Check:
    """One pass over the trail; what it carries from seal to seal."""

    def __init__(self, key: Ed25519PublicKey) -> None:
        self.key = key
        self.findings: list[Finding] = []
        self.rows = 0
        self.number = 0
        self.until = 0
        self.passed: _Passed | None = _Passed(0, "", START.hex(), 0)  #: None after a bad or missing seal

    def find(self, code: str, where: str) -> None:
        self.findings.append(Finding(code, where))

    def run(self) -> Verification:
        kept = {}
        for seal in Seal.objects.order_by("number").iterator(chunk_size=2):
            kept[seal.number] = seal.statement
            self.seal(seal)
        self.book(kept)
        unsealed = self.unsealed()
        self.loose_ends()
        return Verification(len(kept), self.rows, unsealed, tuple(self.findings))

    def seal(self, seal: Seal) -> None:
        """The seal itself, its place after the one before, then its rows."""
        where = f"seal {seal.number}"
        if seal.number != self.number + 1:
            self.find("seal-missing", f"seal {self.number + 1}")
            self.passed = None
        signed = Signed(seal.statement, bytes(seal.signature))
        said = signed.statement if is_signed(signed, self.key) else None
        if said is None:
            self.find("seal-forged", where)
        elif not self._consistent(seal, said):
            self.find("seal-changed", where)
            said = None
        elif fault := _first_fault(seal, bytes.fromhex(said.start)):
            self.find(fault[0], f"{where}, {fault[1]}")
        self.rows += seal.rows
        self.number, self.until = seal.number, max(self.until, seal.until)
        self.passed = _Passed(said.number, signed.text, said.head, said.until) if said else None

    def _consistent(self, seal: Seal, said: Statement) -> bool:
        """Whether the seal's columns and its place in the chain are what its signed words say."""
        before = self.passed
        return (
            (seal.number, seal.since, seal.until, seal.rows) == (said.number, said.since, said.until, said.rows)
            and hashlib.sha256(bytes(seal.members)).hexdigest() == said.members
            and (before is None or (said.since, said.start, said.previous) == _follows(before))
        )

    def book(self, kept: dict[int, str]) -> None:
        """The seals outside the database say the same."""
        seen: set[int] = set()
        for line in book():
            if line.signed is None or not is_signed(line.signed, self.key):
                self.find("book-changed", line.place)
                continue
            number = line.signed.statement.number
            seen.add(number)
            if number not in kept:
                self.find("seal-missing", f"seal {number} ({line.place})")
            elif kept[number] != line.signed.text:
                self.find("seal-replaced", f"seal {number} ({line.place})")
        lacking = sorted(kept.keys() - seen)
        if lacking:
            self.find("book-incomplete", f"seal {lacking[0]}")

    def unsealed(self) -> int:
        """Rows that wait for their seal. One of a transaction that is yet to come was put there by hand."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*), min(id::text) FILTER (WHERE xact >= pg_snapshot_xmax(pg_current_snapshot())"
                "::text::bigint) FROM kernel_audit WHERE xact >= %s",
                [self.until],
            )
            count, ahead = cursor.fetchone()
        if ahead:
            self.find("row-inserted", f"row {ahead}")
        return int(count)

    def loose_ends(self) -> None:
        """Events and disclosures that the trail knows nothing of."""
        for code, query in _LOOSE.items():
            with connection.cursor() as cursor:
                cursor.execute(query, [TAKEN])
                for (identity,) in cursor.fetchall():
                    self.find(code, str(identity))


def _follows(before: _Passed) -> tuple[int, str, str]:
    """What the seal after this one must say of its beginning."""
    previous = hashlib.sha256(before.text.encode()).hexdigest() if before.number else ""
    return before.until, before.head, previous


#: Each looks for the first thing that no audit row vouches for; its one parameter is the act of a taken batch.
_LOOSE = {
    "event-inserted": "SELECT e.id FROM kernel_event e WHERE NOT EXISTS"
    " (SELECT 1 FROM kernel_audit a WHERE a.event = e.id AND a.act <> %s) ORDER BY e.id LIMIT 1",
    "disclosure-inserted": "SELECT d.id FROM kernel_disclosure d WHERE NOT EXISTS"
    " (SELECT 1 FROM kernel_audit a WHERE a.subject = 'disclosures:' || d.batch AND a.act = %s) ORDER BY d.id LIMIT 1",
}

Fault = tuple[str, str]


def _first_fault(seal: Seal, start: bytes) -> Fault | None:
    """The first row of a seal that is not as it was sealed, or whose event or disclosures are not."""
    remembered = members_in(bytes(seal.members))
    known = {member.id for member in remembered}
    head, at = start, 0
    vouching: list[Row] = []
    for row in rows_of(seal.since, seal.until):
        if row.id not in known:
            return "row-inserted", f"row {row.id}"
        if at >= len(remembered) or row.id != remembered[at].id:
            return _misplaced(remembered[min(at, len(remembered) - 1)].id, seal)
        head = link(head, row.content)
        if head != remembered[at].link:
            return "row-changed", f"row {row.id}"
        at += 1
        vouching.append(row)
        if len(vouching) == VOUCHED_AT_ONCE:
            if fault := vouched_fault(vouching):
                return fault
            vouching = []
    if at < len(remembered):
        return "row-deleted", f"row {remembered[at].id}"
    return vouched_fault(vouching)


def _misplaced(missing: UUID, seal: Seal) -> Fault:
    """A row does not stand where it was sealed: it is gone, or its order was changed."""
    there = any(row.id == missing for row in rows_of(seal.since, seal.until))
    return ("row-changed" if there else "row-deleted"), f"row {missing}"
