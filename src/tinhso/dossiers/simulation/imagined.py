"""One dossier in memory, and what each act does to it: `actions` without locks, policies, jobs and printing.

The control sheet, the legal time and the events are those of `flow`, `clocks` and `events`. All printed papers are one
sample sheet. The engine's state is not written: it is a cache. `tests/test_simulation.py` holds the rows against those
of the actions.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from tinhso.dossiers import clocks, events, flow, papers, prefill, telling
from tinhso.dossiers.actions.drafts import write
from tinhso.dossiers.applicants import known_by
from tinhso.dossiers.models import (
    Attachment,
    Book,
    BookEntry,
    Channel,
    Dossier,
    DossierCounter,
    Draft,
    Extension,
    Paper,
    Pause,
    Phase,
    Proposal,
    Rating,
    Refusal,
    Result,
    ResultState,
    Signature,
    SigningSession,
    Step,
    Supplement,
)
from tinhso.dossiers.pack import Made, form_on, kinds_made
from tinhso.dossiers.paperwork import TRACKING_BOOK, owed
from tinhso.dossiers.paperwork.contents import Taken, law_day
from tinhso.dossiers.paperwork.issuing import issued, standing, unnumbered
from tinhso.dossiers.policies import account_of
from tinhso.dossiers.reckoning import Cause, What
from tinhso.dossiers.simulation.ways import outcomes, ready_after
from tinhso.kernel import clock
from tinhso.kernel.bulk import Load, made, notice
from tinhso.kernel.calendar import Calendar
from tinhso.kernel.models import StoredFile
from tinhso.kernel.policy import SYSTEM, Actor
from tinhso.kernel.signing import person_key, seal_key
from tinhso.people.queries import Authority
from tinhso.places.belonging import area_groups
from tinhso.places.models import Agency
from tinhso.procedures import results
from tinhso.procedures.models import ProcedureVersion
from tinhso.vault.events import Deposited
from tinhso.vault.models import Holding

Data = Mapping[str, Mapping[str, Any]]

_STEP, _PAPER = partial(made, Step), partial(made, Paper)


@dataclass(frozen=True)
class Applicant:
    """Who applies: an assured account, the facts that forms are filled in with, and the numbers that it holds."""

    actor: Actor
    facts: dict[str, Any]
    numbers: list[str]


@dataclass
class Office:
    """An agency, who acts for it, its numbers, and the load that its rows go to."""

    agency: Agency
    calendar: Calendar
    officials: dict[str, Actor]  #: by role
    authority: Authority
    sheet: StoredFile  #: the one sample sheet that stands for every paper
    load: Load
    counters: dict[date, DossierCounter] = field(default_factory=dict)
    books: dict[tuple[str, int], Book] = field(default_factory=dict)
    areas: dict[tuple[date, str], tuple[str, ...]] = field(default_factory=dict)  #: by month and commune
    keys: dict[str, str] = field(default_factory=dict)  #: of the person and of the seal

    def next_code(self, day: date) -> str:
        counter = self.counters.get(day)
        if counter is None:
            counter = self.counters[day] = made(DossierCounter, agency_id=self.agency.id, day=day)
        counter.last += 1
        return f"{self.agency.code}-{day:%y%m%d}-{counter.last:04d}"

    def next_entry(self, dossier: Dossier, kind: str, year: int) -> BookEntry:
        book = self.next_line(kind, year)
        return made(BookEntry, book=book, number=book.last, dossier=dossier)

    def next_line(self, kind: str, year: int) -> Book:
        """The book, counted on by one."""
        book = self.books.get((kind, year))
        if book is None:
            book = self.books[kind, year] = made(Book, agency_id=self.agency.id, kind=kind, year=year)
        book.last += 1
        return book


@dataclass(frozen=True)
class Filing:
    """What is filed: the procedure, the answers by topic, and the papers by component."""

    version: ProcedureVersion
    data: Data
    papers: Sequence[str]


class Imagined:
    """A dossier as its acts leave it. Each act is called with the clock pinned to its instant."""

    def __init__(self, office: Office, applicant: Applicant, filing: Filing) -> None:
        self.office, self.applicant, self.filing = office, applicant, filing
        self.spec = filing.version.spec
        self.ended: list[tuple[str, str]] = []
        self.rows: list[Any] = []
        self.supplement: Supplement | None = None
        self.supplements = 0
        self.pause: Pause | None = None
        self.result: Result | None = None
        self.answer = ""
        self.undrawn: list[Paper] = []

    # -- the applicant ---------------------------------------------------------------------------------------------

    def start(self) -> None:
        actor, version = self.applicant.actor, self.filing.version
        self.draft = made(
            Draft, account_id=account_of(actor), procedure_version=version, agency_id=self.office.agency.id
        )
        prefill.put(self.applicant.facts, self.spec, self.draft.data, self.draft.sources)
        self._tell_draft(events.DraftStarted(self.draft.id, version.code, self.office.agency.id))

    def save_topic(self, topic: str) -> None:
        write(self.draft, topic, dict(self.filing.data[topic]))
        self._tell_draft(events.TopicSaved(self.draft.id, topic, self.draft.version))

    def attach(self, component: str) -> None:
        sheet = self.office.sheet
        self.rows.append(
            made(
                Attachment,
                draft=self.draft,
                component=component,
                file=sheet,
                name=sheet.name,
                added_by_id=account_of(self.applicant.actor),
            )
        )
        self._tell_draft(events.PaperAdded(component, sheet.id, draft=self.draft.id))

    def submit(self) -> None:
        draft, actor, now = self.draft, self.applicant.actor, clock.now()
        known = known_by(actor.name, self.applicant.numbers, self.spec, draft.data)
        self.dossier = dossier = made(
            Dossier,
            code=self.office.next_code(clock.local(now).date()),
            draft=draft,
            applicant_account_id=account_of(actor),
            applicant_person_id=actor.subject,
            applicant_name=known.name,
            subject_name=known.subject_name,
            tracking_digits=known.digits,
            procedure_version=self.filing.version,
            agency_id=self.office.agency.id,
            channel=Channel.ONLINE,
            data=draft.data,
            sources=draft.sources,
            submitted_at=now,
            last_actor=actor.name,
            last_act="nộp hồ sơ",
        )
        for paper in self.rows:
            paper.dossier = dossier
        draft.submitted_at, draft.submission_key = now, f"{draft.id}"
        given = [paper.component for paper in self.rows]
        vars(dossier).update(calendar=self.office.calendar, sheet=[], told=[], engine=None, given=given)
        dossier.sheet.extend(flow.new_steps(dossier, ready_after(self.spec, (), dossier.data), after=0, row=_STEP))
        self._tell(
            actor,
            events.Submitted(
                dossier.id, dossier.version, dossier.code, self.filing.version.code, dossier.agency_id, draft.id
            ),
        )
        self._notify("dossiers.submitted")

    def answer_supplement(self, text: str) -> None:
        supplement, now = self.supplement, clock.now()
        assert supplement is not None
        with self._act(self.applicant.actor, "bổ sung hồ sơ") as dossier:
            supplement.answered_at, supplement.answered_version, supplement.answer = now, dossier.version, text
            dossier.phase = Phase.SUBMITTED if dossier.received_at is None else Phase.PROCESSING
            clocks.note(dossier, What.COMPLETED, now)
            for step in flow.open_steps(dossier):
                if "answer" in self._outcomes(step):
                    self._end(self.applicant.actor, step, "answer")
            due = clocks.due_at(dossier)
            flow.tell(dossier, events.SupplementAnswered(dossier.id, dossier.version, supplement.id, due, now))
        self.supplement = None

    def withdraw(self, reason: str) -> None:
        actor = self.applicant.actor
        with self._act(actor, "rút hồ sơ") as dossier:
            dossier.phase, dossier.closed_at = Phase.WITHDRAWN, clock.now()
            for step in flow.open_steps(dossier):
                if "withdraw" in self._outcomes(step):
                    self._end(actor, step, "withdraw", note=reason)
            flow.abandon(actor, dossier)
            if self.supplement is not None:
                self.supplement.answered_at = clock.now()
            if self.pause is not None:
                self.pause.ended_at, self.pause.ended_by_name = clock.now(), actor.name
            flow.tell(dossier, events.Withdrawn(dossier.id, dossier.version))

    def rate(self, stars: int) -> None:
        with self._act(self.applicant.actor, "đánh giá") as dossier:
            self.rows.append(made(Rating, dossier=dossier, stars=stars))
            flow.tell(dossier, events.Rated(dossier.id, dossier.version, stars))

    # -- the desk --------------------------------------------------------------------------------------------------

    def receive(self) -> None:
        actor = self._official("receiver")
        with self._act(actor, "tiếp nhận hồ sơ") as dossier:
            now = clock.now()
            dossier.received_at, dossier.phase = now, Phase.RECEIVED
            areas = self._areas()
            clocks.note(dossier, What.RECEIVED, now, areas=areas)
            self._end(actor, self._open("accept"), "accept")
            due = clocks.due_at(dossier)
            flow.tell(dossier, events.Received(dossier.id, dossier.version, due, now, areas))
            entry = self.office.next_entry(dossier, TRACKING_BOOK, clock.today().year)
            self.rows.append(entry)
            if owed(self.spec, dossier.data):
                self._issue(actor, Made.RECEIVED, flow.subject(dossier), Taken(entry))
        self._notify("dossiers.received" if due is not None else "dossiers.received_without_term", due)

    def ask_supplement(self, text: str, component: str) -> None:
        step = self._open("supplement")
        actor = self._official(step.role)
        with self._act(actor, "yêu cầu bổ sung") as dossier:
            by, now = flow.return_by(dossier, step), clock.now()
            self.supplements += 1
            self.supplement = made(
                Supplement,
                dossier=dossier,
                number=self.supplements,
                points=[{"number": 1, "text": text, "component": component}],
                in_time=by is None or now <= by,
                asked_by_name=actor.name,
                asked_at=now,
            )
            self.rows.append(self.supplement)
            dossier.phase = Phase.SUPPLEMENT
            clocks.note(dossier, What.STOPPED, now, cause=Cause.SUPPLEMENT)
            self._end(actor, step, "supplement")
            flow.tell(
                dossier,
                events.SupplementRequested(
                    dossier.id, dossier.version, self.supplement.id, self.supplement.number, now
                ),
            )
            self._issue(actor, Made.SUPPLEMENT, f"supplement:{self.supplement.id}", self.supplement)
        self._notify("dossiers.supplement")

    def refuse(self, reason: str, text: str) -> None:
        step = self._open("refuse")
        actor = self._official(step.role)
        ground = next(r for r in self.spec.refusal_reasons if r.code == reason)
        with self._act(actor, "từ chối hồ sơ") as dossier:
            due = clocks.due_at(dossier)
            refusal = made(
                Refusal,
                dossier=dossier,
                reason=ground.code,
                reason_title=ground.text,
                article=ground.source,
                text=text,
                in_time=due is None or clock.now() <= due,
                decided_by_name=actor.name,
            )
            self.rows.append(refusal)
            dossier.phase = Phase.NOT_ACCEPTED if dossier.received_at is None else Phase.REFUSED
            dossier.closed_at = clock.now()
            self._end(actor, step, "refuse")
            flow.tell(dossier, events.Refused(dossier.id, dossier.version, ground.code))
            self._issue(actor, Made.REFUSED, f"refusal:{refusal.id}", refusal)
        self._notify("dossiers.refused")

    def propose(self, text: str) -> None:
        step = next(s for s in flow.open_steps(self.dossier) if {"pass", "propose"} & self._outcomes(s))
        outcome = "propose" if "propose" in self._outcomes(step) else "pass"
        actor = self._official(step.role)
        with self._act(actor, "trình ký") as dossier:
            if dossier.phase == Phase.RECEIVED:
                dossier.phase = Phase.PROCESSING
            self._end(actor, step, outcome, note=text)
            if outcome == "pass":
                follows = [s for s in flow.open_steps(dossier) if "propose" in self._outcomes(s)]
                if not follows or follows[0].role != step.role:
                    return
                self._end(actor, follows[0], "propose", note=text)
            proposal = made(
                Proposal, dossier=dossier, text=text, proposed_by_id=account_of(actor), proposed_by_name=actor.name
            )
            self.rows.append(proposal)
            self.answer = text if self.spec.result.answered else ""
            flow.tell(dossier, events.Proposed(dossier.id, dossier.version, proposal.id))

    def suspend(self, reason: str) -> None:
        actor = self._official("leader")
        with self._act(actor, "dừng giải quyết") as dossier:
            now = clock.now()
            clocks.note(dossier, What.STOPPED, now, cause=Cause.SUSPENSION)
            self.pause = made(
                Pause,
                dossier=dossier,
                cause=Pause.Cause.SUSPENSION,
                reason=reason,
                began_at=now,
                began_by_name=actor.name,
            )
            self.rows.append(self.pause)
            flow.tell(dossier, events.Suspended(dossier.id, dossier.version, self.pause.id, now))
            self._issue(actor, Made.SUSPENDED, f"pause:{self.pause.id}", self.pause)
        self._notify("dossiers.suspended")

    def resume(self, note: str) -> None:
        actor, pause = self._official("leader"), self.pause
        assert pause is not None
        with self._act(actor, "cho giải quyết tiếp") as dossier:
            now = clock.now()
            pause.ended_at, pause.ended_by_name, pause.end_note = now, actor.name, note
            clocks.note(dossier, What.RESUMED, now, cause=Cause.SUSPENSION)
            flow.tell(dossier, events.Resumed(dossier.id, dossier.version, pause.id, now))
        self.pause = None
        due = clocks.due_at(dossier)
        if due is not None:
            self._notify("dossiers.running", due)

    def extend(self, until: date, reason: str) -> None:
        actor = self._official("leader")
        with self._act(actor, "xin lỗi và hẹn lại ngày trả") as dossier:
            now, promised, before = clock.now(), dossier.calendar.end_of(until), clocks.due_at(dossier)
            assert before is not None
            extension = made(
                Extension,
                dossier=dossier,
                until=promised,
                due_before=before,
                reason=reason,
                decided_by_name=actor.name,
                decided_at=now,
            )
            self.rows.append(extension)
            clocks.note(dossier, What.EXTENDED, now, until=promised)
            flow.tell(dossier, events.Extended(dossier.id, dossier.version, extension.id, now, promised))
            self._issue(actor, Made.EXTENDED, f"extension:{extension.id}", extension)
        self._notify("dossiers.extended", promised)

    def sign(self) -> None:
        """Ordered by the leader, and made by the job."""
        step, actor, authority = self._open("sign"), self._official("leader"), self.office.authority
        with self._act(actor, "ký kết quả") as dossier:
            if step.holder_id is None:
                flow.hold(step, actor.account, actor.name)
            dossier.phase = Phase.PROCESSING
            kept, today = self.spec.result, clock.today()
            entry = self.office.next_entry(dossier, kept.book.code, today.year if kept.book.yearly else 0)
            self.result = made(
                Result,
                dossier=dossier,
                entry=entry,
                title=kept.title,
                number=results.number(self.spec, entry.number, today),
            )
            self.result.values = papers.values_of(
                dossier, self.result.number, authority, self.office.agency, self.answer
            )
            self.rows += [entry, self.result]
            signature = self._order(actor, "person", authority)
        with self._made(signature):
            self.result.state = ResultState.SIGNING
            self._end_of_signature("sign", signature.name)

    def seal(self) -> None:
        """Ordered by the clerk, and made by the job: the result is in force."""
        actor, result = self._official("clerk"), self.result
        assert result is not None
        with self._act(actor, "đóng dấu"):
            signature = self._order(actor, "seal", None)
        with self._made(signature) as dossier:
            now = clock.now()
            result.state, result.issued_at = ResultState.ACTIVE, now
            dossier.phase, dossier.finished_at = Phase.SIGNED, now
            flow.tell(
                dossier,
                events.ResultIssued(
                    dossier=dossier.id,
                    version=dossier.version,
                    result=result.id,
                    person=dossier.applicant_person_id,
                    kind=self.spec.result.kind,
                    title=result.title,
                    number=result.number,
                    file=self.office.sheet.id,
                    digest=result.digest,
                    issued_at=now,
                    issuer=dossier.agency_id,
                ),
            )
            self._end_of_signature("seal", signature.name)
        self._deposit(result)
        self._notify("dossiers.issued")

    def return_result(self) -> None:
        step, result = self._open("return_result"), self.result
        assert result is not None
        actor = self._official(step.role)
        with self._act(actor, "trả kết quả") as dossier:
            dossier.phase, dossier.closed_at = Phase.RETURNED, clock.now()
            self._end(actor, step, "return_result")
            flow.tell(dossier, events.Returned(dossier.id, dossier.version, result.id))
        self._notify("dossiers.returned")

    def draw(self) -> None:
        """What the job does that draws and seals papers: each is the sample sheet."""
        sheet = self.office.sheet
        for paper in self.undrawn:
            paper.file, paper.digest, paper.done_at, paper.attempts = sheet, sheet.sha256, clock.now(), 1
            if paper.sealed:
                paper.key = self._seal_key()
            self._tell(SYSTEM, events.PaperDrawn(paper.id, sheet.sha256, paper.sealed, self.dossier.id))
        self.undrawn.clear()

    def finish(self) -> None:
        """No more acts: its rows go to the load."""
        self.office.load.add(self.draft, self.dossier, *self.dossier.sheet, *self.rows)

    # -- the frame of an act ---------------------------------------------------------------------------------------

    @contextmanager
    def _act(self, actor: Actor, act: str) -> Iterator[Dossier]:
        """What `taking.taken` does around an act."""
        dossier = self.dossier
        dossier.version += 1
        dossier.last_actor, dossier.last_act = actor.name, act
        yield dossier
        dossier.due_at = clocks.due_at(dossier)
        if dossier.clock_moved:
            flow.move_dues(dossier)
        place = clocks.queue_at(dossier)
        for step in flow.open_steps(dossier):
            step.sort_at = place
        told = list(dossier.told)
        dossier.told.clear()
        dossier.clock_moved = False
        self._tell(actor, *told)

    @contextmanager
    def _made(self, signature: Signature) -> Iterator[Dossier]:
        """What the job does that makes a signature."""
        result = self.result
        assert result is not None
        with self._act(SYSTEM, "ký số") as dossier:
            dossier.last_actor = signature.name
            signature.signed_at = clock.now()
            result.file, result.digest = self.office.sheet, self.office.sheet.sha256
            flow.tell(
                dossier,
                events.SignatureMade(dossier.id, dossier.version, result.id, signature.id, signature.kind),
            )
            yield dossier

    def _order(self, actor: Actor, kind: str, authority: Authority | None) -> Signature:
        dossier, result, agency = self.dossier, self.result, self.office.agency
        assert result is not None
        signature = made(
            Signature,
            result=result,
            kind=kind,
            account_id=account_of(actor),
            name=authority.full_name if authority else actor.name,
            form=authority.form if authority else "",
            on_behalf_of=authority.on_behalf_of if authority else "",
            position=authority.position if authority else "",
        )
        if authority is None:
            key = self._seal_key()
        else:
            if kind not in self.office.keys:
                self.office.keys[kind] = person_key(
                    account_id=str(actor.account), name=signature.name, agency_id=str(agency.id), agency=agency.name
                )
            key = self.office.keys[kind]
        session = made(
            SigningSession,
            signature=signature,
            state=SigningSession.State.DONE,
            key=key,
            attempts=1,
            done_at=clock.now(),
        )
        self.rows += [signature, session]
        flow.tell(dossier, events.SignatureAsked(dossier.id, dossier.version, result.id, signature.id, kind))
        return signature

    def _seal_key(self) -> str:
        keys, agency = self.office.keys, self.office.agency
        if "seal" not in keys:
            keys["seal"] = seal_key(agency_id=str(agency.id), agency=agency.name)
        return keys["seal"]

    def _issue(self, actor: Actor, made: Made, about: str, what: Any) -> None:
        """The papers that an act makes, under the next numbers of the agency's series."""
        dossier, agency = self.dossier, self.office.agency
        for kind in kinds_made(made):
            form = form_on(kind, law_day(dossier))
            if form is None:
                continue
            values = standing(dossier, agency, kind, form, what)
            paper = unnumbered(actor, kind, form, agency.id, dossier.id, about, values, row=_PAPER)
            paper.number = self.office.next_line(f"paper.{kind.id}", paper.year).last
            self.rows.append(paper)
            self.undrawn.append(paper)
            flow.tell(dossier, issued(dossier, paper))

    def _end_of_signature(self, outcome: str, by: str) -> None:
        for step in flow.open_steps(self.dossier):
            if outcome in self._outcomes(step):
                self._end(SYSTEM, step, outcome, by=by)
                return

    def _end(self, actor: Actor, step: Step, outcome: str, *, note: str = "", by: str = "") -> None:
        self.ended.append((step.task, outcome))
        ready = ready_after(self.spec, tuple(self.ended), self.dossier.data)
        flow.follow(actor, self.dossier, step, outcome, ready, note=note, by=by, row=_STEP)

    def _deposit(self, result: Result) -> None:
        dossier = self.dossier
        assert dossier.applicant_person_id is not None
        assert result.issued_at is not None
        holding = made(
            Holding,
            origin=result.id,
            person_id=dossier.applicant_person_id,
            kind=self.spec.result.kind,
            title=result.title,
            number=result.number,
            file=self.office.sheet,
            issued_at=result.issued_at,
            issuer_id=dossier.agency_id,
            dossier=dossier.id,
        )
        self.rows.append(holding)
        self.office.load.tell(
            SYSTEM, [Deposited(holding.id, self.spec.result.kind, result.id)], subject=f"holding:{holding.id}"
        )

    def _official(self, role: str) -> Actor:
        return self.office.officials[role]

    def _open(self, outcome: str) -> Step:
        return next(s for s in flow.open_steps(self.dossier) if outcome in self._outcomes(s))

    def _outcomes(self, step: Step) -> frozenset[str]:
        return outcomes(self.spec, step.task)

    def _areas(self) -> tuple[str, ...]:
        deadline = self.dossier.deadline
        if not deadline.areas:
            return ()
        named = next((area.where for area in deadline.areas if area.where), "")
        topic, _dot, name = named.partition(".")
        code = str(self.dossier.data.get(topic, {}).get(name, "")) if named else ""
        key = clock.today().replace(day=1), code
        if key not in self.office.areas:
            self.office.areas[key] = tuple(sorted(area_groups(self.dossier.agency_id, clock.today(), code)))
        return self.office.areas[key]

    def _tell(self, actor: Actor, *told: Any) -> None:
        self.office.load.tell(actor, told, subject=flow.subject(self.dossier))

    def _tell_draft(self, told: Any) -> None:
        self.office.load.tell(self.applicant.actor, [told], subject=f"draft:{self.draft.id}")

    def _notify(self, kind: str, due: datetime | None = None) -> None:
        kind, due = telling.told(self.dossier, kind, due)
        context = telling.context_of(self.dossier, due)
        account: UUID | None = self.dossier.applicant_account_id
        self.office.load.add(notice(account, kind, context, subject=flow.subject(self.dossier)))
