"""Saying in the disclosure log who read a dossier, and handing out files."""

from dataclasses import dataclass

from tinhso.dossiers import flow
from tinhso.dossiers.models import Dossier, Phase, Step
from tinhso.kernel import disclosure
from tinhso.kernel.policy import Actor


@dataclass(frozen=True)
class Download:
    """A file to hand out."""

    name: str
    media_type: str
    content: bytes


def note_reading(actor: Actor, dossier: Dossier, steps: list[Step]) -> None:
    """Say in the disclosure log that an official read the applicant's dossier, and at which step."""
    if dossier.applicant_person_id is None or actor.system:
        return
    step = next((s.title for s in steps if s.ended_at is None), str(Phase(dossier.phase).label))
    disclosure.note(
        actor,
        person=dossier.applicant_person_id,
        record=flow.subject(dossier),
        fields=[f"{topic}.{name}" for topic, values in dossier.data.items() for name in values],
        purpose=f"{dossier.procedure_version.name}: {step}",
    )
