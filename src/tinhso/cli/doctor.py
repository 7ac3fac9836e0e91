"""`tinhso doctor`: is this deployment well, and if not, what to do. Exit code 0 well, 1 something is broken."""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from dataclasses import asdict

from tinhso.cli.doctoring import database, home, outside
from tinhso.cli.doctoring.findings import Finding, Patient, State
from tinhso.config import instance

HELP = "khám hệ thống vận hành thật: chỗ nào hỏng, sửa thế nào"
MARKS = {State.OK: "✓", State.SOON: "!", State.BROKEN: "✗"}


def configure(parser: ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="in kết quả cho chương trình đọc")


def examine(patient: Patient) -> Iterator[Finding]:
    """All checks; those of the database only when it can be reached."""
    for check in home.CHECKS:
        yield database.asked(check, patient)
    first, *others = database.CHECKS
    reached = first(patient)
    yield reached
    if reached.state is State.OK:
        for check in others:
            yield database.asked(check, patient)
    for check in outside.CHECKS:
        yield check(patient)


def run(args: Namespace) -> int:
    found = list(examine(Patient(instance())))
    broken = sum(finding.state is State.BROKEN for finding in found)
    if args.json:
        print(
            json.dumps({"well": not broken, "findings": [asdict(one) for one in found]}, ensure_ascii=False, indent=1)
        )
        return 1 if broken else 0
    for finding in found:
        print(f"{MARKS[finding.state]} {finding.check:<14} {finding.what}")
        if finding.remedy:
            print(f"  {'':<14} → {finding.remedy}")
    print(f"\n{broken} chỗ hỏng." if broken else "\nHệ thống khỏe.")
    return 1 if broken else 0
