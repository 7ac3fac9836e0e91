"""From the files of one procedure's folder to its versions, keeping where each thing stands.

procedure.yaml  what, for whom, how long, papers, roles of lanes, and the versions (only what differs)
form.schema.json, form.layout.yaml, messages.yaml      the form
process.bpmn    the way of a dossier       rules.yaml, refusals.yaml, book.yaml
result.html     the document that comes out             examples.yaml: filings for the check and the tests

Instead of a process and refusals of its own a procedure may name shared ones: `process: same-day` is the folder
``processes/same-day`` (process.bpmn, roles.yaml), `refusals: chung-thuc` the file ``refusals/chung-thuc.yaml``.
What it costs is ``fees.dmn``, where there is one, or the shared table that `fees: ho-tich` names
(``fees/ho-tich.dmn``).
"""

import json
import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from django.utils.translation import gettext as _
from pydantic import ValidationError

from tinhso.kernel.http.problems import sentence
from tinhso.kernel.packs import Mistake, Pack, Unreadable
from tinhso.kernel.packs.shapes import line_at
from tinhso.procedures.pack.periods import WrongPeriod, overlap, period
from tinhso.procedures.spec import SPEC, ProcedureSpec

Json = dict[str, Any]
Path = tuple[int | str, ...]

PROCEDURE, SCHEMA, LAYOUT, MESSAGES = "procedure.yaml", "form.schema.json", "form.layout.yaml", "messages.yaml"
PROCESS, RULES, REFUSALS, BOOK, RESULT = "process.bpmn", "rules.yaml", "refusals.yaml", "book.yaml", "result.html"
EXAMPLES, ROLES, PROCESSES, SHARED_REFUSALS = "examples.yaml", "roles.yaml", "processes", "refusals"
FEES, SHARED_FEES = "fees.dmn", "fees"

#: What procedure.yaml says beside the facts of its versions.
_APART = ("versions", "roles", "process", "refusals", "fees", "hours", "steps")
_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

#: Where a part of the definition was written: the longest matching beginning decides.
_FILES: dict[Path, str] = {
    ("form", "topics"): LAYOUT,
    ("form", "messages"): MESSAGES,
    ("rules",): RULES,
    ("refusal_reasons",): REFUSALS,
    ("result", "book"): BOOK,
}


@dataclass(frozen=True)
class Version:
    """One period of the procedure: plain JSON, and the same as typed data."""

    index: int  #: in the list of versions
    different: frozenset[str]  #: what it says of its own
    valid_from: date
    valid_to: date | None
    definition: Json
    spec: ProcedureSpec


@dataclass
class Draft:
    """A procedure as read: its versions, its mistakes, and how to name a place in its files."""

    folder: str
    sources: dict[str, Any] = field(default_factory=dict)  #: file name → what it says, with lines
    texts: dict[str, str] = field(default_factory=dict)
    versions: list[Version] = field(default_factory=list)
    mistakes: list[Mistake] = field(default_factory=list)
    looked_at: Version | None = None
    places: dict[str, str] = field(default_factory=dict)  #: file name → its path in the pack, for shared files

    def path_of(self, file: str) -> str:
        return self.places.get(file, f"{self.folder}/{file}")

    def at(self, file: str, path: Path, message: str, remedy: str) -> Mistake:
        """A mistake at the line of a value in one of the YAML or JSON files."""
        return Mistake(self.path_of(file), line_at(self.sources.get(file), path), message, remedy)

    def on(self, file: str, line: int, message: str, remedy: str) -> Mistake:
        return Mistake(self.path_of(file), line, message, remedy)

    def at_role(self, lane: str, message: str, remedy: str) -> Mistake:
        """A mistake at the role of a lane: in roles.yaml of a shared process, else under roles in procedure.yaml."""
        shared = ROLES in self.sources
        return self.at(ROLES if shared else PROCEDURE, (lane,) if shared else ("roles", lane), message, remedy)

    def about(self, path: Path, message: str, remedy: str) -> Mistake:
        """A mistake at a place in the definition of the version looked at, wherever that was written."""
        if self.looked_at is not None and path and path[0] in self.looked_at.different:
            path = ("versions", self.looked_at.index, *path)
        file, inside = place(path)
        return self.at(file, inside, message, remedy)


def place(path: Path) -> tuple[str, Path]:
    """The file of a place in the definition, and the path within that file."""
    if path[:2] in (("process", "hours"), ("process", "steps")):
        return PROCEDURE, path[1:]
    for start, file in _FILES.items():
        if path[: len(start)] == start:
            kept = start[1:] if file == LAYOUT else ()
            return file, (*kept, *path[len(start) :])
    return PROCEDURE, path


def read(pack: Pack, folder: str) -> Draft:
    """Read a folder. Raises Unreadable when a file is missing or is no YAML, JSON or text."""
    draft = Draft(folder)
    draft.sources[PROCEDURE] = _mapping_or_list(pack, f"{folder}/{PROCEDURE}", PROCEDURE)
    read_files(pack, draft)
    _read_versions(draft)
    return draft


def read_files(pack: Pack, draft: Draft, without: tuple[str, ...] = ()) -> None:
    """Read what stands beside procedure.yaml, shared parts from where it says. Raises Unreadable."""
    misnamed = _shared(pack, draft)
    if misnamed:
        raise Unreadable(*misnamed)
    missing: list[Mistake] = []
    wanted = [SCHEMA, LAYOUT, MESSAGES, RULES, REFUSALS, BOOK, EXAMPLES]
    if draft.places.get(PROCESS):
        wanted.append(ROLES)
    for name in (name for name in wanted if name not in without):
        try:
            draft.sources[name] = _mapping_or_list(pack, draft.path_of(name), name)
        except Unreadable as unreadable:
            missing += unreadable.mistakes
    fees = [FEES] if FEES in draft.places or pack.has(f"{draft.folder}/{FEES}") else []
    for name in (PROCESS, RESULT, *fees):
        try:
            draft.texts[name] = pack.text(draft.path_of(name))
        except Unreadable as unreadable:
            missing += unreadable.mistakes
    if missing:
        raise Unreadable(*missing)


def _shared(pack: Pack, draft: Draft) -> list[Mistake]:
    """Where the process and the refusals are that the procedure names; what is wrong with the naming."""
    found: list[Mistake] = []
    for key, own, places in (
        ("process", PROCESS, {PROCESS: f"{PROCESSES}/{{}}/{PROCESS}", ROLES: f"{PROCESSES}/{{}}/{ROLES}"}),
        ("refusals", REFUSALS, {REFUSALS: f"{SHARED_REFUSALS}/{{}}.yaml"}),
        ("fees", FEES, {FEES: f"{SHARED_FEES}/{{}}.dmn"}),
    ):
        name = draft.sources[PROCEDURE].get(key)
        if name is None:
            continue
        known = shared_names(pack, key)
        if not isinstance(name, str) or name not in known:
            message = _("Không có %(key)s dùng chung tên “%(name)s”.") % {"key": key, "name": name}
            remedy = _("Dùng: %(names)s.") % {"names": ", ".join(known) or "—"}
            found.append(draft.at(PROCEDURE, (key,), message, remedy))
            continue
        if pack.has(f"{draft.folder}/{own}"):
            message = _("Vừa nêu %(key)s dùng chung vừa có %(file)s của riêng mình.") % {"key": key, "file": own}
            found.append(draft.at(PROCEDURE, (key,), message, _("Giữ lại một trong hai.")))
        draft.places |= {file: place.format(name) for file, place in places.items()}
    if ROLES in draft.places and "roles" in draft.sources[PROCEDURE]:
        message = _("Vai của các làn đã ghi ở %(file)s.") % {"file": draft.path_of(ROLES)}
        found.append(draft.at(PROCEDURE, ("roles",), message, _("Bỏ mục roles ở đây.")))
    return found


def shared_names(pack: Pack, key: str) -> list[str]:
    """The names of shared processes ("process"), refusals ("refusals") or fee tables ("fees") of the pack."""
    if key == "process":
        return [name for name in pack.folders(PROCESSES) if _NAME.fullmatch(name)]
    folder, suffix = (SHARED_FEES, ".dmn") if key == "fees" else (SHARED_REFUSALS, ".yaml")
    files = [PurePosixPath(path) for path in pack.files(folder, suffix)]
    return [path.stem for path in files if len(path.parts) == 2 and _NAME.fullmatch(path.stem)]


def _mapping_or_list(pack: Pack, path: str, name: str) -> Any:
    if name == SCHEMA:
        pack.json(path)  # YAML reads more than JSON: hold the file to JSON first
    found = pack.yaml(path)
    wanted: type = list if name in (RULES, REFUSALS) else dict
    if not isinstance(found, wanted):
        remedy = (
            _("Viết danh sách, mỗi mục bắt đầu bằng “-”.") if wanted is list else _("Viết các mục dạng tên: giá trị.")
        )
        raise Unreadable(Mistake(path, 1, _("Nội dung tệp chưa đúng dạng."), remedy))
    return found


def _read_versions(draft: Draft) -> None:
    shared = {k: v for k, v in draft.sources[PROCEDURE].items() if k not in _APART}
    periods = draft.sources[PROCEDURE].get("versions")
    if not isinstance(periods, list) or not periods:
        remedy = _("Thêm versions với ít nhất một mục có valid_from.")
        draft.mistakes.append(draft.at(PROCEDURE, (), _("Thiếu mục versions."), remedy))
        return
    for index, stated in enumerate(periods):
        try:
            dates = period(stated)
        except WrongPeriod as wrong:
            path: Path = ("versions", index, *wrong.inside)
            draft.mistakes.append(draft.at(PROCEDURE, path, wrong.message, wrong.remedy))
            continue
        different = {k: v for k, v in stated.items() if k not in ("valid_from", "valid_to")}
        definition = plain({**composed(draft), **shared, **different, "result": _result(draft, shared)})
        spec = _spec(draft, definition, index, set(different))
        if spec is not None:
            draft.versions.append(Version(index, frozenset(different), *dates, definition, spec))
    draft.mistakes += _overlaps(draft)


def _overlaps(draft: Draft) -> list[Mistake]:
    found = []
    for day in overlap((version.valid_from, version.valid_to) for version in draft.versions):
        message = _("Hai phiên bản cùng có hiệu lực vào ngày %(day)s.") % {"day": f"{day:%d/%m/%Y}"}
        found.append(draft.at(PROCEDURE, ("versions",), message, _("Cho phiên bản trước hết hiệu lực sớm hơn.")))
    return found


def composed(draft: Draft) -> Json:
    """Form, process, rules and refusals as the definition has them."""
    fees = {"fee_table": draft.texts[FEES]} if FEES in draft.texts else {}
    return {
        "form": {"topics": _topics(draft), "messages": draft.sources[MESSAGES]},
        "process": _process(draft),
        "rules": draft.sources[RULES],
        "refusal_reasons": draft.sources[REFUSALS],
        **fees,
    }


def _process(draft: Draft) -> Json:
    """The process with its roles; hours and titles only where the procedure has its own."""
    said = draft.sources[PROCEDURE]
    roles = draft.sources[ROLES] if ROLES in draft.sources else said.get("roles", {})
    own = {key: said[key] for key in ("hours", "steps") if key in said}
    return {"bpmn": draft.texts[PROCESS], "roles": roles, **own}


def _result(draft: Draft, shared: Json) -> Any:
    stated = shared.get("result")
    if not isinstance(stated, dict):
        return stated
    return {**stated, "template": draft.texts[RESULT], "book": draft.sources[BOOK]}


def _topics(draft: Draft) -> Any:
    topics = draft.sources[LAYOUT].get("topics")
    if not isinstance(topics, list):
        return topics
    return [
        _topic(topic, _of(draft.sources[SCHEMA], "properties", topic.get("name")))
        for topic in topics
        if isinstance(topic, dict)
    ]


def _topic(topic: Json, schema: Json) -> Json:
    """The layout's topic with what the schema already says: title, labels, choices."""
    groups = topic.get("groups", [])
    if isinstance(groups, list):
        groups = [_group(group, schema) if isinstance(group, dict) else group for group in groups]
    return {"title": schema.get("title", ""), **topic, "groups": groups, "schema": schema}


def _group(group: Json, schema: Json) -> Json:
    fields = group.get("fields", [])
    if isinstance(fields, list):
        fields = [_field(f, _of(schema, "properties", f.get("name"))) if isinstance(f, dict) else f for f in fields]
    return {**group, "fields": fields}


def _field(asked: Json, schema: Json) -> Json:
    choices = [
        {"value": c.get("const"), "label": c.get("title", "")} for c in schema.get("oneOf", []) if isinstance(c, dict)
    ]
    return {"label": schema.get("title", ""), "choices": choices, **asked}


def _of(schema: Any, *path: Any) -> Json:
    for step in path:
        schema = schema.get(step) if isinstance(schema, dict) else None
    return schema if isinstance(schema, dict) else {}


def plain(value: Any) -> Json:
    """Plain JSON, as the database will give it back."""
    made: Json = json.loads(json.dumps(value, default=str))
    return made


def _spec(draft: Draft, definition: Json, index: int, different: set[str]) -> ProcedureSpec | None:
    try:
        return SPEC.validate_python(definition)
    except ValidationError as error:
        for each in error.errors(include_url=False):
            path = tuple(step for step in each["loc"] if step != "schema")
            if path and path[0] in different:
                path = ("versions", index, *path)
            what = ".".join(str(step) for step in each["loc"])
            mistake = draft.about(path, _("Mục %(where)s chưa đúng.") % {"where": what}, sentence(dict(each)))
            if mistake not in draft.mistakes:
                draft.mistakes.append(mistake)
        return None
