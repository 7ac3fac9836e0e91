"""Saying in the disclosure log who read a dossier, and handing out files."""

from collections.abc import Iterable
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


def note_reading(actor: Actor, dossier: Dossier, steps: Iterable[Step], fields: Iterable[str] | None = None) -> None:
    """Say in the disclosure log that an official read the applicant's dossier, and at which step. ``fields``: what was
    shown of the applicant; without it, every answer of the form."""
    if dossier.applicant_person_id is None or actor.system:
        return
    if fields is None:
        fields = [f"{topic}.{name}" for topic, values in dossier.data.items() for name in values]
    step = next((s.title for s in steps if s.ended_at is None), str(Phase(dossier.phase).label))
    disclosure.note(
        actor,
        person=dossier.applicant_person_id,
        record=flow.subject(dossier),
        fields=fields,
        purpose=f"{dossier.procedure_version.name}: {step}",
    )
