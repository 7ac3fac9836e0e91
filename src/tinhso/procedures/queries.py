"""What can be asked of procedures: the version that is law on a day, lists, search."""

import unicodedata
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from tinhso.kernel.errors import NotFound
from tinhso.procedures.models import ProcedureVersion


def procedure(code: str, on: date) -> ProcedureVersion:
    """The version that is law on that day. Raises NotFound."""
    found = _in_force(on).filter(code=code.replace("\x00", "")).first()
    if found is None:
        raise NotFound
    return found


def procedures_on(on: date) -> list[ProcedureVersion]:
    """One version of each procedure that is law on that day, by name; definitions are not read."""
    return list(listed("", on).order_by("name", "code"))


def search(text: str, on: date) -> list[ProcedureVersion]:
    """Procedures whose name, keywords or code have every word of the text, with or without marks."""
    return list(listed(text, on).order_by("name", "code"))


def listed(text: str, on: date) -> QuerySet[ProcedureVersion]:
    """The same as a query, to page through."""
    latest = _in_force(on).order_by("code", "-valid_from", "-revision").distinct("code")
    found = ProcedureVersion.objects.filter(id__in=latest.values("id")).defer("definition")
    for word in plain(text).split()[:10]:
        found = found.filter(search_text__contains=word)
    return found


def online_levels(on: date) -> list[tuple[str, str, date, str, bool]]:
    """Code, name, first day, words of the online level and whether it is unverified, of each procedure of that day."""
    rows = _in_force(on).order_by("code", "-valid_from", "-revision").distinct("code")
    level, doubt = "definition__online_level__text", "definition__online_level__unverified"
    return [
        (code, name, since, str(words or ""), bool(unverified))
        for code, name, since, words, unverified in rows.values_list("code", "name", "valid_from", level, doubt)
    ]


def version(id: UUID) -> ProcedureVersion:
    """Raises NotFound."""
    found = ProcedureVersion.objects.filter(id=id).first()
    if found is None:
        raise NotFound
    return found


def versions(ids: set[UUID]) -> dict[UUID, ProcedureVersion]:
    """Several versions in one query."""
    return ProcedureVersion.objects.in_bulk(list(ids))


def plain(text: str) -> str:
    """Lower case without Vietnamese marks: "Khai Sinh", "khai sinh" and "Đăng ký" → "khai sinh", "dang ky"."""
    parts = unicodedata.normalize("NFD", text.lower().replace("đ", "d").replace("\x00", ""))
    return "".join(c for c in parts if not unicodedata.combining(c))


def _in_force(on: date) -> QuerySet[ProcedureVersion]:
    still = Q(valid_to__isnull=True) | Q(valid_to__gte=on)
    return ProcedureVersion.objects.filter(still, valid_from__lte=on).order_by("-valid_from", "-revision")
