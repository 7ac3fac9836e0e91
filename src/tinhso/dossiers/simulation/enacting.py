"""The same acts done with the real actions, one after the other: slow, and what the bulk writer is held against."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tinhso.dossiers import actions
from tinhso.dossiers.models import Dossier, Draft, FeeDue
from tinhso.dossiers.paperwork.drawing import draw_waiting
from tinhso.dossiers.simulation.office import Done
from tinhso.dossiers.simulation.stage import Applicant, Filing, Office
from tinhso.kernel import clock
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.policy import Actor
from tinhso.procedures import process


@dataclass
class _Open:
    applicant: Applicant
    filing: Filing
    draft: UUID | None = None
    dossier: UUID | None = None


def enact(office: Office, filed: Mapping[int, tuple[Applicant, Filing]], done: Iterable[Done], paper: bytes) -> None:
    """Do these acts, and after each the jobs that it leaves. ``paper`` is the content of every attachment."""
    going = {place: _Open(*each) for place, each in filed.items()}
    for place, (at, verb, how) in done:
        with clock.pinned(at):
            _do(office, going[place], verb, how, paper)
            run_waiting(limit=10_000)
            draw_waiting()


def _do(office: Office, it: _Open, verb: str, how: Mapping[str, Any], paper: bytes) -> None:
    actor, agency = it.applicant.actor, office.agency
    if verb == "start":
        it.draft = actions.start_draft(actor, it.filing.version.code, agency.id).id
        return
    assert it.draft is not None
    if verb == "save_topic":
        version = Draft.objects.values_list("version", flat=True).get(id=it.draft)
        actions.save_topic(actor, it.draft, how["topic"], it.filing.data[how["topic"]], version)
    elif verb == "attach":
        actions.attach(actor, it.draft, how["component"], name=office.sheet.name, content=paper)
    elif verb == "submit":
        it.dossier = actions.submit(actor, it.draft, str(it.draft)).id
    elif it.dossier is not None:
        _act(office, it.applicant, Dossier.objects.get(id=it.dossier), verb, dict(how))


def _act(office: Office, applicant: Applicant, dossier: Dossier, verb: str, how: dict[str, Any]) -> None:
    if verb == "ask_supplement":
        verb, how = "request_supplement", {"points": [actions.Point(how["text"], how["component"])]}
    if verb == "drop_fee":
        how["fee"] = FeeDue.objects.get(dossier=dossier, number=how.pop("number")).id
    by = applicant.actor if verb in ("answer_supplement", "withdraw", "rate") else _official(office, dossier, verb)
    getattr(actions, verb)(by, dossier.id, **how, version=dossier.version)


def _official(office: Office, dossier: Dossier, verb: str) -> Actor:
    """Whose lane the waiting step is in; the leader decides about time, the clerk seals."""
    if verb in ("suspend", "resume", "extend"):
        return office.officials["leader"]
    if verb == "drop_fee":
        return office.officials["receiver"]
    step = dossier.steps.filter(ended_at=None).order_by("number").first()
    assert step is not None
    return office.officials[process.role_of(dossier.procedure_version.spec, step.task)]
