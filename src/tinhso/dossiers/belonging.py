"""Whose a dossier was at an instant, and whose it becomes: agencies change, what happened under them does not."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from tinhso.dossiers.models import AgencyMove, Draft
from tinhso.kernel.among import among
from tinhso.places import queries as places
from tinhso.places.models import ReorganisationPart
from tinhso.procedures import queries as procedures


def agencies_then(facts: Iterable[tuple[UUID, UUID, datetime]]) -> list[UUID]:
    """For each dossier, its agency of today and an instant: the agency whose it was at that instant; one query."""
    asked = list(facts)
    moves: dict[UUID, list[tuple[datetime, UUID]]] = {}
    rows = AgencyMove.objects.filter(dossier__in=among(dossier for dossier, _agency, _at in asked)).order_by("moved_at")
    for dossier, moved_at, old in rows.values_list("dossier_id", "moved_at", "from_agency_id"):
        moves.setdefault(dossier, []).append((moved_at, old))
    return [
        next((old for moved_at, old in moves.get(dossier, ()) if at <= moved_at), agency)
        for dossier, agency, at in asked
    ]


def agency_then(dossier: UUID, agency: UUID, at: datetime) -> UUID:
    """The same for one dossier."""
    return agencies_then([(dossier, agency, at)])[0]


def addressee(draft: Draft) -> UUID:
    """The agency to which a draft goes now: its own, or who took over this part of that one's work; one query while
    the agency stands."""
    version = draft.procedure_version
    agency: UUID = draft.agency_id
    seen = {agency}
    while parts := places.parts_of(agency):
        units = _units(draft) if any(part.units for part in parts) else set()
        heir = next((part.new_id for part in parts if _fits(part, version.code, version.field, units)), None)
        if heir is None or heir in seen:
            break
        agency = heir
        seen.add(agency)
    return agency


def _fits(part: ReorganisationPart, code: str, field: str, units: set[str]) -> bool:
    fields = {procedures.plain(one) for one in part.fields}
    return (
        not part.codes
        and (not part.procedures or code in part.procedures)
        and (not fields or procedures.plain(field) in fields)
        and (not part.units or bool(units & set(part.units)))
    )


def _units(draft: Draft) -> set[str]:
    """The units that the form names."""
    answers = procedures.unit_answers([draft.procedure_version_id])
    return {str(draft.data.get(topic, {}).get(field, "")) for _version, (topic, field) in answers}
