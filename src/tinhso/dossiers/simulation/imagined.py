"""One dossier in memory, and what each act does to it: `actions` without locks, policies, jobs and printing.

The control sheet, the legal time and the events are those of `flow`, `clocks` and `events`. All printed papers are one
sample sheet. The engine's state is not written: it is a cache. `tests/test_simulation.py` holds the rows against those
of the actions.
"""

from collections.abc import Mapping
from datetime import date
from functools import partial

from tinhso.dossiers import clocks, events, fees, flow, papers, prefill
from tinhso.dossiers.actions.drafts import write
from tinhso.dossiers.applicants import known_by
from tinhso.dossiers.models import (
    Attachment,
    Channel,
    Dossier,
    Draft,
    Extension,
    FeeDue,
    FeeState,
    Pause,
    Phase,
    Proposal,
    Rating,
    Refusal,
    Result,
    ResultState,
    Supplement,
)
from tinhso.dossiers.pack import Made
from tinhso.dossiers.paperwork import TRACKING_BOOK, owed
from tinhso.dossiers.paperwork.contents import Taken
from tinhso.dossiers.policies import account_of
from tinhso.dossiers.reckoning import Cause, What
from tinhso.dossiers.simulation.frame import STEP, Framed
from tinhso.dossiers.simulation.ways import ready_after
from tinhso.kernel import clock
from tinhso.kernel.bulk import made
from tinhso.kernel.policy import SYSTEM
from tinhso.procedures import results

FEE = partial(made, FeeDue)


class Imagined(Framed):
    """A dossier as its acts leave it. Each act is called with the clock pinned to its instant."""

    # -- the applicant ---------------------------------------------------------------------------------------------

    def start(self) -> None:
        actor, version = self.applicant.actor, self.filing.version
        self.draft = made(
            Draft, account_id=account_of(actor), procedure_version=version, agency_id=self.office.agency.id
        )
        prefill.put(self.applicant.facts, self.spec, self.draft.data, self.draft.sources, since=self.applicant.since)
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
        self.office.sent.append(dossier.id)
        for paper in self.rows:
            paper.dossier = dossier
        draft.submitted_at, draft.submission_key = now, f"{draft.id}"
        given = [paper.component for paper in self.rows]
        vars(dossier).update(calendar=self.office.calendar, sheet=[], told=[], engine=None, given=given)
        dossier.sheet.extend(flow.new_steps(dossier, ready_after(self.spec, (), dossier.data), after=0, row=STEP))
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
        self._notify_desk("dossiers.answered_desk")
        self.supplement = None

    def withdraw(self, reason: str) -> None:
        actor = self.applicant.actor
        with self._act(actor, "rút hồ sơ") as dossier:
            dossier.phase, dossier.closed_at = Phase.WITHDRAWN, clock.now()
            for step in flow.open_steps(dossier):
                if "withdraw" in self._outcomes(step):
                    self._end(actor, step, "withdraw", note=reason)
            flow.abandon(actor, dossier)
            self._let_go("hồ sơ đã rút")
            if self.supplement is not None:
                self.supplement.answered_at = clock.now()
            if self.pause is not None:
                self.pause.ended_at, self.pause.ended_by_name = clock.now(), actor.name
            flow.tell(dossier, events.Withdrawn(dossier.id, dossier.version))

    def rate(self, stars: int, marks: Mapping[int, int]) -> None:
        given = {str(number): points for number, points in sorted(marks.items())}
        with self._act(self.applicant.actor, "", unseen=True) as dossier:
            self.rows.append(made(Rating, dossier=dossier, stars=stars, marks=given))
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
            self._charge()
            entry = self.office.next_entry(dossier, TRACKING_BOOK, clock.today().year)
            self.rows.append(entry)
            if owed(self.spec, dossier.data):
                self._issue(actor, Made.RECEIVED, flow.subject(dossier), Taken(entry))
        self._notify("dossiers.received" if due is not None else "dossiers.received_without_term", due)

    def _charge(self) -> None:
        """What the procedure's table says, on receipt; no amount of the pack is verified, so nothing is asked for."""
        dossier = self.dossier
        if self.spec.fee_table:
            self.fees = fees.first_due(dossier, row=FEE)
            self.rows += self.fees
            ids = tuple(row.id for row in self.fees)
            flow.tell(dossier, events.FeesReckoned(dossier.id, dossier.version, ids))

    def drop_fee(self, number: int, reason: str) -> None:
        row = self.fees[number - 1]
        with self._act(self._official("receiver"), "thôi thu phí") as dossier:
            row.state, row.dropped_reason = FeeState.DROPPED, reason
            flow.tell(dossier, events.FeeDropped(dossier.id, dossier.version, row.id))

    def _let_go(self, why: str) -> None:
        for row in self.fees:
            if row.state in fees.OUTSTANDING:
                row.state, row.dropped_reason = FeeState.DROPPED, why

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
            self._let_go("hồ sơ bị từ chối")
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
