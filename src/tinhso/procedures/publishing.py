"""Making a definition a version. What was once published is never changed: dossiers stand on it."""

from datetime import date
from typing import Any

from django.db.models import Max

from tinhso.procedures.models import ProcedureVersion
from tinhso.procedures.queries import plain
from tinhso.procedures.reading import content_hash


def publish(definition: dict[str, Any], valid_from: date, valid_to: date | None) -> ProcedureVersion:
    """The version with this content for this period: found, or added as a new revision.

    Only the end of a period may change in place: a law that was open-ended is replaced one day.
    """
    key = content_hash(definition)
    same_period = ProcedureVersion.objects.filter(code=definition["code"], valid_from=valid_from)
    latest = same_period.order_by("-revision").first()
    if latest is not None and latest.content_hash == key:
        if latest.valid_to != valid_to:
            latest.valid_to = valid_to
            latest.save(update_fields=["valid_to"])
        return latest
    before = same_period.aggregate(last=Max("revision"))["last"] or 0
    same_period.exclude(valid_to=valid_to).update(valid_to=valid_to)
    words = [definition["name"], definition["title"], definition["code"], *definition.get("keywords", [])]
    return ProcedureVersion.objects.create(
        code=definition["code"],
        name=definition["name"],
        field=definition["field"],
        level=definition["level"]["text"],
        agency_level=definition["agency_level"],
        valid_from=valid_from,
        valid_to=valid_to,
        revision=before + 1,
        content_hash=key,
        definition=definition,
        search_text=plain(" ".join(words)),
    )
