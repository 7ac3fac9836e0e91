"""What `taking`, `flow`, signing, printing and telling do around each act, on one dossier in memory."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from tinhso.dossiers import clocks, events, flow, talking, telling
from tinhso.dossiers.models import (
    Dossier,
    Draft,
    FeeDue,
    Paper,
    Pause,
    Result,
    Signature,
    SigningSession,
    Step,
    Supplement,
)
from tinhso.dossiers.pack import Made, form_on, kinds_made
from tinhso.dossiers.paperwork.contents import law_day
from tinhso.dossiers.paperwork.issuing import issued, standing, unnumbered
from tinhso.dossiers.policies import account_of
from tinhso.dossiers.simulation.stage import Applicant, Filing, Office
from tinhso.dossiers.simulation.ways import outcomes, ready_after
from tinhso.kernel import clock
from tinhso.kernel.bulk import made, notice
from tinhso.kernel.policy import SYSTEM, Actor
from tinhso.kernel.signing import person_key, seal_key
from tinhso.people.queries import Authority
from tinhso.places.belonging import area_groups
from tinhso.vault.events import Deposited
from tinhso.vault.models import Holding

STEP, PAPER = partial(made, Step), partial(made, Paper)


class Framed:
    """A dossier in memory and the frame of its acts."""

    draft: Draft  #: once begun
    dossier: Dossier  #: once sent

    def __init__(self, office: Office, applicant: Applicant, filing: Filing) -> None:
        self.office, self.applicant, self.filing = office, applicant, filing
        self.spec = filing.version.spec
        self.ended: list[tuple[str, str]] = []
        self.rows: list[Any] = []
        self.fees: list[FeeDue] = []
        self.supplement: Supplement | None = None
        self.supplements = 0
        self.pause: Pause | None = None
        self.result: Result | None = None
        self.answer = ""
        self.undrawn: list[Paper] = []

    @contextmanager
    def _act(self, actor: Actor, act: str, *, unseen: bool = False) -> Iterator[Dossier]:
        """What `taking.taken` does around an act."""
        dossier = self.dossier
        if not unseen:
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
            paper = unnumbered(actor, kind, form, agency.id, dossier.id, about, values, row=PAPER)
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
        flow.follow(actor, self.dossier, step, outcome, ready, note=note, by=by, row=STEP)

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

    def _notify_desk(self, kind: str) -> None:
        """What `talking.tell_desk` writes."""
        steps = [(step.holder_id, step.role, step.agency_id) for step in flow.open_steps(self.dossier)]
        found = talking.heard_by(steps, lambda _agency, role: self.office.accounts_of(role))
        context = talking.context_of(self.dossier)
        for account in sorted(found - {self.dossier.applicant_account_id}):
            self.office.load.add(notice(account, kind, context, subject=flow.subject(self.dossier)))

    def _notify(self, kind: str, due: datetime | None = None) -> None:
        kind, due = telling.told(self.dossier, kind, due)
        context = telling.context_of(self.dossier, due)
        account: UUID | None = self.dossier.applicant_account_id
        self.office.load.add(notice(account, kind, context, subject=flow.subject(self.dossier)))
