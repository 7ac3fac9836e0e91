"""The common form of the system: procedures of the catalogue without a definition of their own are filed with it.

``generic/``: form, rules, result and `generic.yaml`; what a field has otherwise: ``generic/fields/<field>.yaml``.
The facts of each procedure come from the catalogue as they are, with their marks. A term that nobody has verified is
not counted: such a dossier has no appointment.
"""

from dataclasses import asdict
from pathlib import PurePosixPath
from typing import Any

from django.utils.translation import gettext as _
from pydantic import ValidationError

from tinhso.kernel.http.problems import sentence
from tinhso.kernel.packs import Mistake, Pack, Unreadable
from tinhso.procedures.entries import Entry, Lines, Term
from tinhso.procedures.pack import examples, facts, form, process, template
from tinhso.procedures.pack.reading import BOOK, PROCEDURE, Draft, composed, plain, read_files
from tinhso.procedures.spec import SPEC, ProcedureSpec

FOLDER, SHARED = "generic", "generic/generic.yaml"
FIELDS = f"{FOLDER}/fields"
OTHER_PAPERS = "other_papers"
Json = dict[str, Any]
#: Terms that the clock can count.
_COUNTED = ("same_day", "working_days", "working_hours", "calendar_days")
_MAY_DIFFER = ("process", "refusals", "hours", "steps", "result", "book")


def kit(pack: Pack, field_file: str) -> Draft | None:
    """The common form as the field of that catalogue file uses it; None in a pack without one. Raises Unreadable."""
    if not pack.has(SHARED):
        return None
    draft = Draft(FOLDER)
    draft.places = {PROCEDURE: SHARED, BOOK: SHARED}
    said, own = pack.yaml(SHARED), own_file(field_file)
    if pack.has(own):
        said = {**said, **_differs(pack, own)}
        draft.places |= {PROCEDURE: own, BOOK: own}
    draft.sources[PROCEDURE] = said
    read_files(pack, draft, without=(BOOK,))
    draft.sources[BOOK] = said.get("book", {})
    return draft


def own_file(field_file: str) -> str:
    """Where a field says what it has otherwise: beside the common form, by the name of its catalogue file."""
    return f"{FIELDS}/{PurePosixPath(field_file).name}"


def check(pack: Pack, files: dict[str, list[Entry]]) -> list[Mistake]:
    """Every mistake of the common form, as each field uses it for each of its procedures."""
    found = [*_unused(pack, files)]
    for file, entries in files.items():
        try:
            draft = kit(pack, file)
        except Unreadable as unreadable:
            found += unreadable.mistakes
            continue
        if draft is None:
            return found
        for index, entry in enumerate(e for e in entries if e.level.levels):
            found += _checked(draft, file, entry, whole=index == 0)
    return list(dict.fromkeys(found))


def definition(draft: Draft, field_file: str, entry: Entry) -> Json | None:
    """One procedure's definition; None when the catalogue does not know which level receives it."""
    if not entry.level.levels:
        return None
    slug = PurePosixPath(field_file).stem.replace("-", "_")
    said = draft.sources[PROCEDURE]
    book = {**draft.sources[BOOK], "code": f"{FOLDER}_{slug}"}
    book["name"] = f"{book.get('name', '')}, lĩnh vực {entry.field}"
    made = {
        **composed(draft),
        "generic": True,
        "code": entry.code,
        "name": entry.name,
        "title": entry.title or entry.name,
        "field": entry.field,
        "summary": entry.summary,
        "subject": ["request.subject"],
        "listed": {"source": entry.source, "unverified": entry.unverified},
        "level": _stated(entry.level, text=entry.level.text),
        "agency_level": entry.level.levels[0],
        "online_level": asdict(entry.online_level) if entry.online_level else _unknown(_ONLINE),
        "deadline": _deadline(entry.deadline),
        "fee": asdict(entry.fee) if entry.fee else _unknown(_FEE),
        "components": _components(entry.components),
        "legal_basis": [_stated(entry.legal_basis, text=item) for item in _items(entry.legal_basis)],
        "result": {**said.get("result", {}), "template": draft.texts["result.html"], "book": book},
    }
    return plain(made)


_ONLINE = "Chưa có thông tin về mức trực tuyến"
_FEE = "Chưa có thông tin về phí, lệ phí"
_TERM = "Chưa có thông tin về thời hạn"


def _unused(pack: Pack, files: dict[str, list[Entry]]) -> list[Mistake]:
    known = {own_file(file) for file in files}
    remedy = _("Đặt tên như tệp của lĩnh vực trong catalogue/fields.")
    wrong = [path for path in pack.files(FIELDS) if path not in known]
    return [Mistake(path, 0, _("Không có lĩnh vực nào tên này."), remedy) for path in wrong]


def _differs(pack: Pack, path: str) -> Json:
    said = pack.yaml(path)
    extra = sorted(set(said) - set(_MAY_DIFFER)) if isinstance(said, dict) else ["…"]
    if extra:
        message = _("Mẫu chung của lĩnh vực không nhận mục: %(names)s.") % {"names": ", ".join(extra)}
        raise Unreadable(Mistake(path, 1, message, _("Chỉ ghi: %(names)s.") % {"names": ", ".join(_MAY_DIFFER)}))
    return dict(said)


def _checked(draft: Draft, file: str, entry: Entry, *, whole: bool) -> list[Mistake]:
    """The definition of one procedure; the parts that are the same for all of a field only with ``whole``."""
    try:
        spec: ProcedureSpec = SPEC.validate_python(definition(draft, file, entry))
    except ValidationError as error:
        return [_unfit(draft, entry, dict(each)) for each in error.errors(include_url=False)]
    if not whole:
        return []
    found = [mistake for part in (form, process, facts, template) for mistake in part.check(draft, spec)]
    return found or examples.against(draft, spec)


def _unfit(draft: Draft, entry: Entry, error: Json) -> Mistake:
    what = ".".join(str(step) for step in error["loc"])
    said = {"where": what, "code": entry.code}
    return draft.about(
        tuple(error["loc"]), _("Mục %(where)s của mẫu chung chưa đúng (thủ tục %(code)s).") % said, sentence(error)
    )


def _stated(stated: Any, *, text: str) -> Json:
    return {"text": text, "source": stated.source, "unverified": stated.unverified}


def _unknown(text: str) -> Json:
    return {"text": text, "unverified": True}


def _items(lines: Lines | None) -> tuple[str, ...]:
    return lines.items if lines else ()


def _deadline(term: Term | None) -> Json:
    """The term as the clock counts it: only a verified one of a kind that it knows."""
    if term is None:
        return {"kind": "by_case", **_unknown(_TERM)}
    mark = {"text": term.text, "source": term.source, "unverified": term.unverified}
    if not term.verified or term.kind not in _COUNTED or (term.value is None and term.kind != "same_day"):
        return {"kind": "by_case", **mark}
    return {"kind": term.kind, "value": term.value or 0, "cutoff": term.cutoff, **mark}


def _components(lines: Lines | None) -> list[Json]:
    """The listed papers, none of them forced: nobody has said which are needed when. And room for any other."""
    form_paper = {
        "code": "declaration", "name": "Đơn theo mẫu chung", "kind": "form",
        "help": "Điền trên mạng, không cần in.", "source": "Biểu mẫu của hệ thống",
    }  # fmt: skip
    listed = [
        {
            "code": f"paper_{n:02}",
            "name": item,
            "required": False,
            "source": lines.source,
            "unverified": lines.unverified,
        }
        for n, item in enumerate(_items(lines), 1)
        if lines is not None
    ]
    other = {
        "code": OTHER_PAPERS, "name": "Giấy tờ khác có liên quan", "required": False, "max_files": 10,
        "help": "Tờ khai giấy, ảnh chụp, giấy tờ bạn thấy cần.", "source": "Biểu mẫu của hệ thống",
    }  # fmt: skip
    return [form_paper, *listed, other]
