"""What a careful clerk keeps of one dossier on paper: the drawing of the process followed with a finger, the term as
the pack words it, the articles' own computation (`articles.Paper`).

Nothing here is the house's own code: the process is read from the BPMN file as XML, the term from the YAML, the island
from the table of units.
"""

import csv
import re
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

import yaml

from tinhso.config import ROOT
from tinhso.dossiers.tests.articles import Paper, Term, count, walk

PACK = ROOT / "provinces" / "kien_giang"
_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_DMN = "{https://www.omg.org/spec/DMN/20191111/MODEL/}"
_OURS = "{urn:tinhso:bpmn:1}"

#: National status by why the time stands.
STANDS = {"papers": 5, "fee": 6, "suspension": 8, "applicant": 8}


@dataclass(frozen=True)
class Task:
    """One box of the drawing: whose it is, how many working hours it has, and where each outcome leads ("" ends)."""

    name: str
    kind: str
    hours: int | None
    role: str
    leads: dict[str, str]


@dataclass(frozen=True)
class Way:
    """The whole drawing."""

    first: str
    tasks: dict[str, Task]


@dataclass(frozen=True)
class Procedure:
    """What the pack says of one procedure, as far as the clerk must know it."""

    code: str
    process: str
    way: Way
    term: Term
    verified: bool
    answered: bool
    charges: tuple["Charge", ...] = ()


@dataclass(frozen=True)
class Charge:
    """A charge that the fee table computes, and the grounds on which it is let off."""

    code: str
    grounds: tuple[str, ...]


def processes() -> list[str]:
    """Every process of the pack: the shared ones by name, a procedure's own one by its code."""
    shared = [path.parent.name for path in PACK.glob("processes/*/process.bpmn")]
    return sorted(shared + [path.parent.name for path in PACK.glob("procedures/*/process.bpmn")])


@cache
def procedure(code: str, agency_unit: str) -> Procedure:
    """A procedure with a form of its own, as it stands in its folder."""
    facts = _yaml(PACK / "procedures" / code / "procedure.yaml")
    shared = facts.get("process")
    folder = PACK / "processes" / shared if shared else PACK / "procedures" / code
    return Procedure(
        code,
        shared or code,
        way(folder, facts.get("roles") or _yaml(folder / "roles.yaml"), facts.get("hours", {})),
        _term(facts["deadline"], agency_unit),
        verified=not facts["deadline"].get("unverified", False),
        answered=facts["result"].get("answered", False),
        charges=_charges(code, facts.get("fees")),
    )


@cache
def common(code: str, agency_unit: str) -> Procedure:
    """A procedure that the catalogue knows by its facts alone: the common form, its field's process."""
    kit = _yaml(PACK / "generic" / "generic.yaml")
    stated = {"kind": "by_case", "unverified": True}
    for path in PACK.glob("catalogue/fields/*.yaml"):
        for entry in _yaml(path)["procedures"]:
            if entry["code"] == code:
                stated = entry.get("deadline", stated)
                own = PACK / "generic" / "fields" / path.name
                kit = {**kit, **(_yaml(own) if own.exists() else {})}
    # what nobody verified is told to people and counts for nothing
    term = Term("none") if stated.get("unverified") else _term(stated, agency_unit)
    folder = PACK / "processes" / kit["process"]
    return Procedure(
        code,
        kit["process"],
        way(folder, _yaml(folder / "roles.yaml"), {}),
        term,
        verified=term.kind != "none",
        answered=kit["result"]["answered"],
    )


def way(folder: Path, roles: dict[str, str], hours: dict[str, int]) -> Way:
    """The drawing in a folder; ``roles``: lane → role, ``hours``: what the procedure says of a step's hours itself."""
    tree = ElementTree.parse(folder / "process.bpmn")
    lanes = {
        ref.text: roles[lane.attrib["name"]]
        for lane in tree.iter(f"{_BPMN}lane")
        for ref in lane
        if ref.text is not None
    }
    flows: dict[str, list[tuple[str, str]]] = {}
    for flow in tree.iter(f"{_BPMN}sequenceFlow"):
        said = "".join(flow.itertext()).strip()
        outcome = re.fullmatch(r"outcome = '(\w+)'", said).group(1) if said else ""  # type: ignore[union-attr]
        flows.setdefault(flow.attrib["sourceRef"], []).append((outcome, flow.attrib["targetRef"]))
    boxes = {box.attrib["id"]: box for box in tree.iter(f"{_BPMN}userTask")}

    def leads(name: str, outcome: str) -> str:
        """From a box through its gateway to the next box."""
        target = flows[name][0][1]
        while target in flows and target not in boxes:
            ways = dict(flows[target])
            target = ways[outcome] if outcome in ways else ways[""]
        return target if target in boxes else ""

    tasks = {}
    for name, box in boxes.items():
        step = next(iter(box.iter(f"{_OURS}step")))
        outcomes = [each.attrib["name"] for each in step.iter(f"{_OURS}outcome")]
        stated = hours.get(name, step.get("hours"))
        tasks[name] = Task(
            name,
            step.attrib["kind"],
            int(stated) if stated else None,
            lanes[name],
            {outcome: leads(name, outcome) for outcome in outcomes},
        )
    start = next(tree.iter(f"{_BPMN}startEvent")).attrib["id"]
    return Way(flows[start][0][1], tasks)


def _charges(code: str, shared: str | None) -> tuple[Charge, ...]:
    path = PACK / "fees" / f"{shared}.dmn" if shared else PACK / "procedures" / code / "fees.dmn"
    if not path.exists():
        return ()
    return tuple(map(_charge, ElementTree.parse(path).iter(f"{_DMN}decision")))


def _charge(decision: ElementTree.Element) -> Charge:
    """Its grounds: what stands in the column of grounds of a row whose amount is nothing."""
    asked = [said.text for said in decision.iterfind(f".//{_DMN}inputExpression/{_DMN}text")]
    named = [output.attrib["name"] for output in decision.iter(f"{_DMN}output")]
    grounds = []
    for row in decision.iter(f"{_DMN}rule"):
        tests = [cell.text or "" for cell in row.iterfind(f"{_DMN}inputEntry/{_DMN}text")]
        says = [cell.text or "" for cell in row.iterfind(f"{_DMN}outputEntry/{_DMN}text")]
        if "claim" in asked and says[named.index("amount")] == "0":
            grounds += re.findall(r'"([^"]+)"', tests[asked.index("claim")])
    return Charge(decision.attrib["id"], tuple(grounds))


def _term(stated: dict[str, Any], agency_unit: str) -> Term:
    if stated["kind"] == "by_case":
        return Term("none")
    extra = max((one["extra"] for one in stated.get("areas", ()) if _island(agency_unit)), default=0)
    return Term(stated["kind"], stated.get("value", 0) + extra, three_o_clock=stated.get("cutoff") == "15:00")


def _island(code: str) -> bool:
    """Whether the unit that has the code today lies on an island (the only group of communes that the pack fills)."""
    with (PACK / "units" / "units.csv").open(encoding="utf-8", newline="") as rows:
        return any(
            row["island"] == "true" for row in csv.DictReader(rows) if row["code"] == code and not row["valid_to"]
        )


@cache
def _yaml(path: Path) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return read


@dataclass
class Result:
    """A document on its way, or out."""

    state: str = "preparing"
    sealing: bool = False
    over: "Result | None" = None


@dataclass
class Fee:
    """A charge: asked for by hand, or computed on receipt and then as ``computed`` until somebody asks for it or lets
    it off on one of the ``grounds``; ``holds``: the time stands for it."""

    id: UUID
    state: str = "waiting"
    holds: bool = True
    payment: UUID | None = None
    computed: str = ""
    grounds: tuple[str, ...] = ()


@dataclass
class File:
    """One dossier as the clerk sees it."""

    id: UUID
    of: Procedure
    at: datetime
    paper: Paper
    task: str
    version: int = 1
    received: bool = False
    working: bool = False
    over: str = ""
    holder: str = ""
    asked: int = 0
    extended: bool = False
    rated: bool = False
    asker: str = ""  #: who asked for the money that is awaited
    results: list[Result] = field(default_factory=list)
    fees: list[Fee] = field(default_factory=list)
    #: what another agency is asked and has not answered, and when its share ends
    question: UUID | None = None
    question_ends: datetime | None = None
    #: when the step is due, and what was left of its minutes when the time stopped
    step_ends: datetime | None = None
    step_left: int | None = None

    def __post_init__(self) -> None:
        self.enter(self.task, self.at)

    @property
    def box(self) -> Task:
        return self.of.way.tasks[self.task]

    def may(self, outcome: str) -> bool:
        """Whether the step could end so now: it is there, and the time does not stand."""
        return not self.over and outcome in self.box.leads and not self.held

    @property
    def runs(self) -> bool:
        """Whether the time has begun and does not stand."""
        return self.received and not self.over and not self.paper.stopped

    @property
    def held(self) -> bool:
        """Nothing moves on while the time stands for anything but papers, which have a step of their own."""
        return bool(self.paper.stopped - {"papers"})

    def end(self, outcome: str, at: datetime) -> None:
        self.enter(self.box.leads[outcome], at)

    def enter(self, task: str, at: datetime) -> None:
        self.task, self.holder, self.step_left = task, "", None
        hours = self.box.hours if task else None
        self.step_ends = walk(at, hours * 60) if hours else None

    def stop(self, why: str, at: datetime) -> None:
        self.paper.stop(at, why)
        if why != "papers" and self.step_ends is not None:
            self.step_left, self.step_ends = count(at, self.step_ends), self.step_ends

    def run_on(self, why: str, at: datetime) -> None:
        self.paper.run_on(at, why)
        if self.step_left and self.step_ends is not None:
            self.step_ends = walk(at, self.step_left)
        self.step_left = None

    def forget(self) -> None:
        """The question is answered or taken back."""
        self.question, self.question_ends = None, None

    def close(self, how: str) -> None:
        self.over, self.task, self.holder = how, "", ""

    @property
    def step_due(self) -> datetime | None:
        return None if self.held else self.step_ends

    @property
    def under_way(self) -> Result | None:
        return next((one for one in self.results if one.state in ("preparing", "signing")), None)

    @property
    def in_force(self) -> Result | None:
        return next((one for one in self.results if one.state == "active"), None)

    @property
    def issued(self) -> bool:
        """Whether something was issued, whatever became of it."""
        return any(one.state in ("active", "revoked", "superseded") for one in self.results)

    @property
    def status(self) -> int:
        """The national status, 1 to 10."""
        if self.over:
            return {"withdrawn": 7, "returned": 10, "refused": 9 if self.received else 3}[self.over]
        if self.paper.stopped:
            return STANDS[next(iter(self.paper.stopped))]
        if not self.received:
            return 1
        if self.issued:
            return 9
        return 4 if self.working else 2

    def late_for_apology(self, today: date) -> bool:
        """At the latest a day before the end; for terms of a day at most whenever it is sure to be late (art. 19.9)."""
        due, term = self.paper.due, self.paper.term
        return due is not None and term.kind != "same_day" and term.value > 1 and today >= due.date()
