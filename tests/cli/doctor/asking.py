"""What a check shall say of a home that is well, and of one that is not."""

import re
from dataclasses import replace
from typing import Any

from tinhso.cli.doctoring.findings import Check, Patient, State


def with_settings(patient: Patient, **sections: dict[str, Any]) -> Patient:
    settings = {**patient.here.settings}
    for name, section in sections.items():
        settings[name] = {**settings.get(name, {}), **section}
    return Patient(replace(patient.here, settings=settings))


def is_well(check: Check, patient: Patient) -> None:
    found = check(patient)
    assert found.state is State.OK, found


#: What a program says to programmers: the name of a class, nothing at all.
JARGON = re.compile(r"[A-Z]\w*(Error|Exception|Warning)\b|\bNone\b|Errno| [.:,]|://[ .]|\(\)")


def is_broken(check: Check, patient: Patient, *words: str, state: State = State.BROKEN) -> None:
    found = check(patient)
    assert found.state is state, found
    assert found.remedy
    assert JARGON.search(found.what) is None, found
    for word in words:
        assert word in found.what + found.remedy
