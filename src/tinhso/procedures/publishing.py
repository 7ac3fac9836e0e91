"""Making a definition a version. What was once published is never changed: dossiers stand on it."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, ProtectedError
from django.utils.translation import gettext as _

from tinhso.kernel.errors import Conflict
from tinhso.kernel.ids import new_id
from tinhso.procedures.entries import Entry
from tinhso.procedures.models import Guide, ProcedureVersion
from tinhso.procedures.reading import content_hash, entry_in, spec_of
from tinhso.procedures.spec import OnlineLevel

Json = dict[str, Any]


def publish(definition: Json, valid_from: date, valid_to: date | None) -> ProcedureVersion:
    """The version of a complete procedure with this content for this period: found, or added as a new revision.

    Only the end of a period may change in place: a law that was open-ended is replaced one day.
    """
    spec = spec_of(content_hash(definition), definition)
    facts = {
        "agency_level": spec.agency_level,
        "agency_levels": [spec.agency_level, *spec.also_levels],
        "keywords": [spec.title, *spec.keywords],
        **_online(spec.online_level),
    }
    return _publish(definition, valid_from, valid_to, {"complete": True, "level": spec.level.text, **facts})


def publish_entry(
    definition: Json, valid_from: date, valid_to: date | None, generic: Json | None = None
) -> ProcedureVersion:
    """The same for a procedure that is only in the catalogue: its facts, and the common form when it may be filed."""
    entry: Entry = entry_in(definition)
    if generic is not None:
        definition = {**definition, "generic": generic}
    facts = {
        "generic": generic is not None,
        "agency_level": entry.level.levels[0] if entry.level.levels else "",
        "agency_levels": list(entry.level.levels),
        "keywords": [entry.title] if entry.title else [],
        **_online(entry.online_level),
    }
    return _publish(definition, valid_from, valid_to, {"complete": False, "level": entry.level.text, **facts})


def end_before(version: ProcedureVersion, day: date) -> None:
    """Its period ends the day before: another version is law from that day on."""
    period = ProcedureVersion.objects.filter(code=version.code, valid_from=version.valid_from)
    period.update(valid_to=day - timedelta(days=1))
    _changed()


def take_back(version: ProcedureVersion, before: ProcedureVersion) -> None:
    """Remove a version whose first day has not come; the one before it gets its end. Raises Conflict when something
    stands on it."""
    try:
        with transaction.atomic():
            version.delete()
    except ProtectedError:
        raise Conflict(_("Đã có hồ sơ dùng bản này nên không hủy được.")) from None
    ProcedureVersion.objects.filter(code=before.code, valid_from=before.valid_from).update(valid_to=version.valid_to)
    _changed()


def guide(synonyms: Json, life_events: list[Json], suffixes: list[Json]) -> None:
    """Keep what the pack says for finding; the stamp changes only when something of it does."""
    told = {"synonyms": synonyms, "life_events": life_events, "suffixes": suffixes}
    now = Guide.objects.first()
    if now is None or any(getattr(now, name) != value for name, value in told.items()):
        Guide.objects.update_or_create(only=1, defaults={**told, "stamp": new_id()})


def _publish(definition: Json, valid_from: date, valid_to: date | None, facts: Json) -> ProcedureVersion:
    key = content_hash(definition)
    same_period = ProcedureVersion.objects.filter(code=definition["code"], valid_from=valid_from)
    latest = same_period.order_by("-revision").first()
    if latest is not None and latest.content_hash == key:
        if latest.valid_to != valid_to:
            latest.valid_to = valid_to
            latest.save(update_fields=["valid_to"])
            _changed()
        return latest
    before = same_period.aggregate(last=Max("revision"))["last"] or 0
    same_period.exclude(valid_to=valid_to).update(valid_to=valid_to)
    _changed()
    return ProcedureVersion.objects.create(
        code=definition["code"],
        name=definition["name"],
        field=definition["field"],
        valid_from=valid_from,
        valid_to=valid_to,
        revision=before + 1,
        content_hash=key,
        definition=definition,
        **facts,
    )


def _online(stated: OnlineLevel | None) -> Json:
    if stated is None:
        return {"online_level": "", "online_verified": False}
    return {"online_level": stated.level, "online_verified": stated.verified}


def _changed() -> None:
    """Whoever keeps an index of the catalogue must read it anew."""
    Guide.objects.update_or_create(only=1, defaults={"stamp": new_id()})
