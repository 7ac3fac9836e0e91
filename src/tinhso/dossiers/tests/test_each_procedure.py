"""Every procedure of the pack, by its own `examples.yaml`: filed, completed, refused, issued; every rule has its work.
Those of the catalogue that have no form of their own: one of each field, by the common form.

The expectations stand in the pack. Taking a rule out of a procedure makes its tests fail.
"""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import pytest

from tinhso.config import ROOT
from tinhso.dossiers import actions, checks, clocks, queries
from tinhso.dossiers.models import Dossier, Draft, Phase, Supplement
from tinhso.dossiers.tests.conftest import now_at, picture
from tinhso.dossiers.verification import verify_result
from tinhso.kernel import clock
from tinhso.kernel.errors import Invalid
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.packs import Pack
from tinhso.kernel.policy import Actor, Grant
from tinhso.kernel.signing import service
from tinhso.kernel.signing.check import inspect
from tinhso.people.codes import account_code
from tinhso.people.models import Account, Official, Post, SigningAuthority, SigningForm
from tinhso.places import queries as places
from tinhso.places.models import Agency, AgencyKind
from tinhso.procedures import process
from tinhso.procedures import queries as procedures
from tinhso.procedures.pack import generic
from tinhso.procedures.pack.catalogue import entries
from tinhso.procedures.pack.examples import EXAMPLES_OF, Data, Examples, examples
from tinhso.procedures.pack.reading import plain
from tinhso.procedures.publishing import publish
from tinhso.procedures.spec import SPEC, ProcedureSpec

pytestmark = pytest.mark.proof  # 300 ways of 33 procedures

PACK = Pack(ROOT / "provinces" / "kien_giang")
CODES = PACK.folders("procedures")
ROLES = ("receiver", "specialist", "leader", "clerk")
#: A commune that kept its code through the reform, and a district of the time before it.
COMMUNE, DISTRICT = "31108", "899"
#: A commune of the mainland.
INLAND = "30742"


@cache
def of(code: str) -> tuple[ProcedureSpec, Examples]:
    return COMMON[code] if code in COMMON else examples(PACK, f"procedures/{code}")


def common() -> Iterator[tuple[str, tuple[ProcedureSpec, Examples]]]:
    """Of each field of the catalogue one procedure that has no form of its own, with the common form's examples."""
    for path in PACK.files("catalogue/fields", ".yaml"):
        kit = generic.kit(PACK, path)
        assert kit is not None
        shown = EXAMPLES_OF.validate_python(plain(kit.sources["examples.yaml"]))
        for version in entries.read(PACK, path).versions:
            if version.valid_from <= shown.on and (version.valid_to is None or shown.on <= version.valid_to):
                yield version.code, (SPEC.validate_python(generic.definition(kit, path, version.entry)), shown)
                break


COMMON = dict(common())
#: What the official answers where the result prints an answer.
ANSWER = "Đồng ý giải quyết việc ví dụ từ ngày 01/10/2025"


def rules() -> Iterator[tuple[str, str]]:
    """Each rule of each procedure, whose example of breaking it `tinhso pack check` has seen."""
    for code in CODES:
        spec, shown = of(code)
        assert set(shown.broken) == {rule.id for rule in spec.rules}
        yield from ((code, rule.id) for rule in spec.rules)


@dataclass
class Office:
    """The agency that a procedure goes to, one official for each role, and who applies."""

    code: str
    spec: ProcedureSpec
    shown: Examples
    agency: Agency
    officials: dict[str, Actor]
    applicant: Actor

    def draft(self, filing: Data, papers: list[str]) -> Draft:
        draft = actions.start_draft(self.applicant, self.code, self.agency.id)
        version = draft.version
        for topic, answers in filing.items():
            version = actions.save_topic(self.applicant, draft.id, topic, answers, version).version
        for paper in papers:
            actions.attach(self.applicant, draft.id, paper, name=f"{paper}.png", content=picture())
        draft.refresh_from_db()
        return draft

    def file(self) -> Dossier:
        """The accepted example, sent."""
        draft = self.draft(self.shown.accepted, list(self.shown.papers))
        return actions.submit(self.applicant, draft.id, f"once {draft.id}")

    def papers_for(self, filing: Data) -> list[str]:
        return [c.code for c in self.spec.components if c.kind == "file" and c.asked(filing)]


@pytest.fixture(autouse=True)
def _checked_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Signatures are checked in this process: the one apart, for strangers' files, has tests of its own."""
    monkeypatch.setattr(service, "check_apart", inspect)


@pytest.fixture
def office(request: pytest.FixtureRequest, db: None) -> Iterator[Office]:
    with clock.pinned(of(request.param)[1].morning):
        yield office_of(request.param)


def office_of(code: str, commune: str = COMMUNE) -> Office:
    spec, shown = of(code)
    agency = agency_for(spec.agency_level, shown.on, commune)
    officials = {role: official(role, agency) for role in ROLES}
    applicant = Account.objects.create(login="vi.du@vidu.vn", full_name="Người Ví Dụ", code=account_code())
    return Office(code, spec, shown, agency, officials, Actor(account=applicant.pk, name=applicant.full_name))


def agency_for(level: str, on: date, commune: str = COMMUNE) -> Agency:
    if level == "province":
        return places.agencies(on, AgencyKind.PROVINCE_COMMITTEE)[0]
    return places.agency_of_unit(commune if level == "commune" else DISTRICT, on)


def official(role: str, agency: Agency) -> Actor:
    """An official with that role at the agency; the leader may sign for its head."""
    account = Account.objects.create(login=f"vidu.{role}", full_name=f"Cán bộ {role}", code=account_code())
    person = Official.objects.create(account=account, full_name=account.full_name, title="Công chức")
    Post.objects.create(official=person, agency_id=agency.id, role=role, valid_from=agency.valid_from)
    if role == "leader":
        SigningAuthority.objects.create(
            official=person,
            agency_id=agency.id,
            form=SigningForm.FOR_HEAD,
            on_behalf_of="CHỦ TỊCH",
            position="PHÓ CHỦ TỊCH",
            valid_from=agency.valid_from,
        )
    return Actor(
        account=account.pk,
        assured=True,
        strong=True,
        grants=frozenset({Grant(role, agency.id)}),
        name=account.full_name,
    )


each_field = pytest.mark.parametrize("office", list(COMMON), indirect=True)
each_procedure = pytest.mark.parametrize("office", CODES, indirect=True)
each_rule = pytest.mark.parametrize(("office", "rule"), list(rules()), indirect=["office"])


@each_procedure
def test_it_is_filed_completed_once_and_issued_with_what_its_result_must_say(office: Office) -> None:
    said = issued(office)

    assert [words for words in office.shown.result_says if squeezed(words) not in said] == []


@each_field
def test_a_procedure_without_a_form_of_its_own_is_filed_and_answered_with_the_common_one(office: Office) -> None:
    assert procedures.procedure(office.code, office.shown.on).complete is False
    said = issued(office)

    wanted = [*office.shown.result_says, office.spec.name, ANSWER, f"lĩnh vực {office.spec.field}, số 01/2025"]
    assert [words for words in wanted if squeezed(words) not in said] == []


def issued(office: Office) -> str:
    """The accepted example filed, completed once, signed, sealed and returned: what the document says."""
    dossier = office.file()
    actions.receive(office.officials["receiver"], dossier.id, version=now_at(dossier))
    complete(office, dossier)
    pass_every_check(office, dossier)
    actions.sign(office.officials["leader"], dossier.id, version=now_at(dossier))
    run_waiting()
    actions.seal(office.officials["clerk"], dossier.id, version=now_at(dossier))
    run_waiting()
    actions.return_result(office.officials["clerk"], dossier.id, version=now_at(dossier))

    dossier.refresh_from_db()
    assert dossier.phase == Phase.RETURNED
    signed = queries.result_file(office.applicant, dossier.id).content
    assert verify_result(signed).valid
    return text_of(signed)


@pytest.mark.parametrize("office", [*CODES, *COMMON], indirect=True)
def test_it_is_refused_with_its_own_reason(office: Office) -> None:
    dossier = office.file()
    actions.receive(office.officials["receiver"], dossier.id, version=now_at(dossier))
    ground = next(r for r in office.spec.refusal_reasons if r.code == office.shown.refusal)
    refusal = actions.refuse(
        office.officials["specialist"], dossier.id, ground.code, text="Căn cứ ví dụ", version=now_at(dossier)
    )

    dossier.refresh_from_db()
    assert dossier.phase == Phase.REFUSED
    assert (refusal.reason_title, refusal.article) == (ground.text, ground.source)


@pytest.mark.parametrize(("commune", "days"), [(COMMUNE, 30), (INLAND, 20)])
def test_where_a_rule_gives_islands_more_days_they_have_them(db: None, commune: str, days: int) -> None:
    """20 days, 30 on an island: as the list of the procedure says (not verified for this province)."""
    shown = of("1.012817")[1]
    with clock.pinned(shown.morning):
        office = office_of("1.012817", commune)
        dossier = office.file()
        actions.receive(office.officials["receiver"], dossier.id, version=now_at(dossier))
    last = shown.on + timedelta(days=days)
    while last.weekday() > 4:
        last += timedelta(days=1)
    due = clocks.due_at(Dossier.objects.get(id=dossier.id))
    assert due is not None
    assert clock.local(due).date() == last


@each_rule
def test_each_rule_stops_or_warns_and_only_that_rule(office: Office, rule: str) -> None:
    told = next(r for r in office.spec.rules if r.id == rule)

    assert said_of(office, office.shown.breaking(rule)) == [told.message]
    take_out(office, rule)
    assert said_of(office, office.shown.breaking(rule)) == []


def said_of(office: Office, filing: Data) -> list[str]:
    """What stops a filing from being sent; when nothing does, what is pointed out about it."""
    draft = office.draft(filing, office.papers_for(filing))
    try:
        dossier = actions.submit(office.applicant, draft.id, f"once {draft.id}")
    except Invalid as refused:
        return list(refused.fields.values())
    return checks.warnings(dossier.procedure_version.spec, dossier.data)


def take_out(office: Office, rule: str) -> None:
    """From now on the procedure is without that rule."""
    version = procedures.procedure(office.code, office.shown.on)
    left = [each for each in version.definition["rules"] if each["id"] != rule]
    publish({**version.definition, "rules": left}, version.valid_from, version.valid_to)


def complete(office: Office, dossier: Dossier) -> None:
    """The officer who checks asks for something; the applicant adds it, and the clock begins anew."""
    asked = office.shown.supplement
    with clock.pinned(office.shown.morning + timedelta(hours=1)):
        supplement = actions.request_supplement(
            office.officials["specialist"],
            dossier.id,
            [actions.Point(asked.text, asked.component)],
            version=now_at(dossier),
        )
    actions.attach_answer(office.applicant, dossier.id, asked.component, name="them.png", content=picture())
    actions.answer_supplement(office.applicant, dossier.id, version=now_at(dossier))
    assert Supplement.objects.get(id=supplement.id).points[0]["text"] == asked.text


def pass_every_check(office: Office, dossier: Dossier) -> None:
    """Whoever's lane each step is in passes it, until it waits for the leader's signature."""
    for _step in process.steps(office.spec):
        shown = queries.dossier(office.officials["leader"], dossier.id)
        waiting = next(step for step in shown.steps if step.open)
        if process.step(office.spec, waiting.task).kind == "sign":
            return
        role = process.role_of(office.spec, waiting.task)
        recorded = process.step(office.spec, waiting.task).kind in actions.RECORDED
        text = ANSWER if recorded or office.spec.result.answered else ""
        with clock.pinned(max(clock.now(), waiting.due_at or clock.now())):  # what is posted hangs for its time
            actions.propose(office.officials[role], dossier.id, text=text, version=now_at(dossier))


def text_of(signed: bytes) -> str:
    done = subprocess.run(["pdftotext", "-", "-"], input=signed, capture_output=True, check=True)
    return squeezed(done.stdout.decode())


def squeezed(words: str) -> str:
    """Without any spaces: a cell of a table may break a line anywhere."""
    return "".join(words.split())
