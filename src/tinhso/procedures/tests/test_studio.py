"""The process studio: a draft, a pack's checks, changes in words, two people, a pack that does not overwrite."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
import yaml

from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Denied, Invalid, NotFound, Stale
from tinhso.kernel.events import history
from tinhso.kernel.packs import Pack, PackRefused
from tinhso.kernel.policy import ANONYMOUS, Actor, Grant
from tinhso.procedures import actions, dmn, pack, process, queries
from tinhso.procedures.models import ProcedureVersion, ProcessDraft
from tinhso.procedures.pack.beside_studio import load_beside, versions_of_studio
from tinhso.procedures.pack.reading import read
from tinhso.procedures.reading import content_hash
from tinhso.procedures.studio import drawn, reading
from tinhso.procedures.studio.checking import Content, mistakes
from tinhso.procedures.studio.comparing import changes
from tinhso.procedures.studio.exporting import as_version
from tinhso.procedures.studio.priced import fee_lines
from tinhso.procedures.tests.conftest import BIRTH, PACK, Copy

TODAY, FIRST = date(2025, 9, 15), date(2025, 10, 1)
CODE = "1.001193"


def admin(name: str, role: str = "province_admin") -> Actor:
    return Actor(account=uuid4(), strong=True, grants=frozenset({Grant(role, uuid4())}), name=name)


LAN, MINH = admin("Lan"), admin("Minh")


@pytest.fixture
def law(db: None) -> Iterator[ProcedureVersion]:
    """The birth registration as the pack has it, on a day of September 2025."""
    with clock.pinned("2025-09-15T08:00:00+07:00"):
        yield queries.procedure(CODE, TODAY)


def begun(code: str = CODE) -> ProcessDraft:
    return actions.begin_draft(LAN, code)


def changed(draft: ProcessDraft, old: str, new: str) -> Content:
    assert old in draft.bpmn
    return Content(draft.bpmn.replace(old, new, 1), dict(draft.roles), draft.fees)


def proposed() -> ProcessDraft:
    draft = begun()
    draft = actions.save_draft(LAN, draft.id, 1, changed(draft, 'kind="check" hours="2"', 'kind="check" hours="3"'))
    return actions.propose_draft(LAN, draft.id, draft.version, FIRST, "Quyết định thử 01")


def published() -> ProcessDraft:
    draft = proposed()
    actions.approve_draft(MINH, draft.id, draft.version)
    draft.refresh_from_db()
    return draft


def test_two_people_make_a_version_that_is_law_from_its_day(law: ProcedureVersion) -> None:
    draft = published()
    before, after = queries.procedure(CODE, date(2025, 9, 30)), queries.procedure(CODE, FIRST)
    assert (before.id, before.valid_to) == (law.id, date(2025, 9, 30))
    assert (after.id, after.valid_from, after.valid_to) == (draft.published_id, FIRST, None)
    assert process.step(law.spec, "check").deadline_hours == 2
    assert process.step(after.spec, "check").deadline_hours == 3
    assert after.spec.form == law.spec.form
    told = [entry.event.TYPE.rsplit(".", 1)[1] for entry in history(f"procedure:{CODE}")]
    assert told == ["process-draft-begun", "process-draft-saved", "process-proposed", "process-published"]


def test_nobody_approves_their_own_and_the_database_agrees(law: ProcedureVersion) -> None:
    draft = proposed()
    with pytest.raises(Denied):
        actions.approve_draft(LAN, draft.id, draft.version)
    for other in (admin("x", "agency_admin"), admin("x", "leader"), admin("x", "auditor"), ANONYMOUS):
        for act in (actions.approve_draft, actions.refuse_draft, actions.discard_draft, actions.undo_publication):
            with pytest.raises(Exception) as refused:
                act(other, draft.id, draft.version)
            assert getattr(refused.value, "status", 0) in (401, 403)
        with pytest.raises(Exception, match=r"denied|unauthenticated"):
            reading.draft(other, draft.id)
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError, match="process_published_by_two"), transaction.atomic():
        ProcessDraft.objects.filter(id=draft.id).update(state="published", decided_by=draft.proposed_by)


def test_what_is_proposed_stands_still_and_comes_back_whole(law: ProcedureVersion) -> None:
    draft = proposed()
    with pytest.raises(Conflict):
        actions.save_draft(LAN, draft.id, draft.version, changed(draft, 'hours="3"', 'hours="4"'))
    again = actions.refuse_draft(MINH, draft.id, draft.version)
    assert (again.state, 'hours="3"' in again.bpmn) == ("open", True)
    with pytest.raises(Conflict):
        actions.approve_draft(MINH, again.id, again.version)


def test_the_second_of_two_savers_is_told_and_nothing_is_written(law: ProcedureVersion) -> None:
    draft = begun()
    actions.save_draft(LAN, draft.id, 1, changed(draft, 'hours="2"', 'hours="5"'))
    with pytest.raises(Stale) as told:
        actions.save_draft(MINH, draft.id, 1, changed(draft, 'hours="2"', 'hours="6"'))
    assert "Lan" in str(told.value.detail)
    draft.refresh_from_db()
    assert 'hours="5"' in draft.bpmn
    assert 'hours="6"' not in draft.bpmn


def test_one_draft_at_a_time(law: ProcedureVersion) -> None:
    begun()
    with pytest.raises(Conflict):
        actions.begin_draft(MINH, CODE)
    with pytest.raises(NotFound):
        actions.begin_draft(MINH, "9.999999")


def test_before_its_day_it_is_taken_back_and_after_it_is_not(law: ProcedureVersion) -> None:
    draft = published()
    with pytest.raises(Conflict):
        actions.begin_draft(MINH, CODE)
    gone = actions.undo_publication(MINH, draft.id, draft.version)
    assert (gone.state, gone.published) == ("undone", None)
    assert queries.procedure(CODE, FIRST).id == law.id
    assert queries.procedure(CODE, FIRST).valid_to is None
    again = published()
    with clock.pinned("2025-10-01T00:00:00+07:00"), pytest.raises(Conflict):
        actions.undo_publication(MINH, again.id, again.version)


@pytest.mark.parametrize("day", [TODAY, date(2025, 9, 1), date(2027, 1, 1)])
def test_the_first_day_lies_ahead(law: ProcedureVersion, day: date) -> None:
    draft = begun()
    draft = actions.save_draft(LAN, draft.id, 1, changed(draft, 'hours="2"', 'hours="5"'))
    with pytest.raises(Invalid) as told:
        actions.propose_draft(LAN, draft.id, draft.version, day, "Quyết định")
    assert "valid_from" in told.value.fields


def test_the_day_that_came_while_waiting_is_not_approved(law: ProcedureVersion) -> None:
    draft = proposed()
    with clock.pinned("2025-10-01T08:00:00+07:00"), pytest.raises(Invalid):
        actions.approve_draft(MINH, draft.id, draft.version)


def test_a_law_that_changed_meanwhile_stops_the_approval(law: ProcedureVersion) -> None:
    draft = proposed()
    from tinhso.procedures.publishing import publish

    publish({**law.definition, "summary": "Bản sửa của gói"}, law.valid_from, law.valid_to)
    with pytest.raises(Conflict):
        actions.approve_draft(MINH, draft.id, draft.version)


SCRIPT = '<bpmn:scriptTask id="evil" scriptFormat="python"><bpmn:script>import os</bpmn:script></bpmn:scriptTask>'


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("</bpmn:process>", f"{SCRIPT}</bpmn:process>", "scriptTask"),
        ("outcome = 'accept'", "__import__('os').system('id')", "Biểu thức"),
        ("outcome = 'accept'", "child.nobody = 'x'", "child.nobody"),
        ('kind="check" hours="2"', 'kind="check" hours="-2"', "số nguyên dương"),
        ('kind="check"', 'kind="magic"', "magic"),
        ('name="Thẩm định"', 'name="Làn mới"', "Làn mới"),
    ],
)
def test_mistakes_are_those_of_pack_check(birth: Any, old: str, new: str, said: str) -> None:
    source = drawn.folded(birth)
    assert old in source
    content = Content(source.replace(old, new, 1), dict(birth.process.roles), birth.fee_table)
    found = mistakes(birth, content)
    assert any(said in str(one.message) for one in found), [str(one) for one in found]
    assert all(one.remedy for one in found)
    if said not in ("Làn mới",):
        assert any(one.line > 1 for one in found)


def test_what_is_right_has_no_mistake(birth: Any) -> None:
    assert mistakes(birth, Content(drawn.folded(birth), dict(birth.process.roles), birth.fee_table)) == []


BOMB = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]><d>&b;</d>'
XXE = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><d>&x;</d>'
HUGE = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">' + " " * 500_000 + "</definitions>"
MANY = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">' + "<userTask/>" * 401 + "</definitions>"


@pytest.mark.parametrize("text", [BOMB, XXE, HUGE, MANY, "", "không phải XML", "<html/>", "\x00"])
def test_what_is_no_process_is_not_even_kept(law: ProcedureVersion, text: str) -> None:
    draft = begun()
    with pytest.raises(Invalid) as told:
        actions.save_draft(LAN, draft.id, 1, Content(text, {}, draft.fees))
    assert "bpmn" in told.value.fields
    with pytest.raises(Invalid):
        actions.save_draft(LAN, draft.id, 1, Content(draft.bpmn, {}, BOMB))
    draft.refresh_from_db()
    assert draft.version == 1


def test_mistakes_are_kept_and_not_proposed(law: ProcedureVersion) -> None:
    draft = begun()
    draft = actions.save_draft(LAN, draft.id, 1, changed(draft, "</bpmn:process>", f"{SCRIPT}</bpmn:process>"))
    with pytest.raises(Invalid):
        actions.propose_draft(LAN, draft.id, draft.version, FIRST, "Quyết định")


def test_changes_are_said_in_words(birth: Any) -> None:
    before = Content(drawn.folded(birth), dict(birth.process.roles), birth.fee_table)
    ref = "<bpmn:flowNodeRef>propose</bpmn:flowNodeRef>"
    lane = '<bpmn:lane id="lane_leader" name="Lãnh đạo ký">'
    assert ref in before.bpmn
    assert lane in before.bpmn
    text = before.bpmn.replace(ref, "", 1).replace(lane, lane + ref, 1)
    text = text.replace('kind="check" hours="2"', 'kind="check" days="3"', 1).replace(
        "outcome = 'accept'", "outcome != 'refuse'", 1
    )
    roles = {**before.roles, "Tiếp nhận": "clerk"}
    said = [change.words for change in changes(before, Content(text, roles, before.fees))]
    assert "Bước “Trình ký trích lục và giấy khai sinh” chuyển từ" in " ".join(said) or any(
        "chuyển từ làn" in w for w in said
    )
    assert any("thời hạn 2 giờ làm việc → 3 ngày làm việc" in words for words in said), said
    assert any("vai Tiếp nhận và trả kết quả → Văn thư" in words for words in said), said
    assert any("outcome = 'accept' → outcome != 'refuse'" in words for words in said), said
    assert changes(before, before) == []


def test_a_fee_that_changes_is_said_by_row(birth: Any) -> None:
    table = read(Pack(PACK), "procedures/2.000635").versions[-1].spec.fee_table
    before = Content(drawn.folded(birth), {}, table)
    assert "<text>8000</text>" in table
    after = Content(before.bpmn, {}, table.replace("<text>8000</text>", "<text>9500</text>", 1))
    (said,) = (change.words.replace("\xa0", " ") for change in changes(before, after))
    assert said == "Bảng phí “Lệ phí cấp bản sao trích lục hộ tịch”, dòng 4: mức thu 8.000 đồng → 9.500 đồng."


def test_a_fee_table_is_read_out_in_the_forms_own_words() -> None:
    spec = read(Pack(PACK), "procedures/2.000635").versions[-1].spec
    (table,) = dmn.read(spec.fee_table)
    poor, *_others, usual = fee_lines(table, spec)[1:]
    assert (poor.when, poor.amount, poor.times) == ([("Diện được miễn", "Người thuộc hộ nghèo")], "0\xa0đồng", "")
    assert (usual.item, usual.amount) == ("Lệ phí cấp bản sao trích lục hộ tịch", "8.000\xa0đồng")
    assert (usual.times, usual.when, usual.verified) == ("Số bản sao", [], False)
    assert usual.article.startswith("Thấy trong một danh mục công khai")


def test_shared_processes_are_shown_with_the_procedures_own_hours(law: ProcedureVersion) -> None:
    for version in ProcedureVersion.objects.filter(complete=True):
        own = {s.step_id: (s.name, s.deadline_hours, s.deadline_days) for s in process.steps(version.spec)}
        content = reading.content_of(version)
        shown = {s.step_id: (s.name, s.hours, s.days) for s in drawn.lines(content.bpmn, content.roles)}
        assert shown == own
        assert mistakes(version.spec, content) == []


def test_a_pack_that_is_loaded_again_leaves_the_studios_version(law: ProcedureVersion, copy: Copy) -> None:
    draft = published()
    for _time in range(2):
        loaded = read(Pack(PACK), BIRTH)
        for version in loaded.versions:
            load_beside(loaded, version, versions_of_studio().get(CODE, []))
    assert queries.procedure(CODE, FIRST).id == draft.published_id
    assert queries.procedure(CODE, TODAY).valid_to == date(2025, 9, 30)
    assert not [one for one in history(f"procedure:{CODE}") if one.event.TYPE.endswith("pack-yielded")]


def test_a_corrected_pack_counts_until_the_day_before_and_says_so(law: ProcedureVersion, copy: Copy) -> None:
    draft = published()
    copy.change("process.bpmn", 'kind="check" hours="2"', 'kind="check" hours="1"')
    loaded = read(Pack(copy.root), BIRTH)
    for version in loaded.versions:
        load_beside(loaded, version, versions_of_studio()[CODE])
    assert process.step(queries.procedure(CODE, TODAY).spec, "check").deadline_hours == 1
    assert queries.procedure(CODE, FIRST).id == draft.published_id
    assert [one for one in history(f"procedure:{CODE}") if one.event.TYPE.endswith("pack-yielded")]
    assert reading.newer_in_pack(CODE, FIRST)


def test_the_exported_piece_makes_the_same_version_and_another_content_is_refused(
    law: ProcedureVersion, copy: Copy
) -> None:
    draft = published()
    piece = as_version(ProcedureVersion.objects.get(id=draft.published_id).definition, FIRST)
    said = yaml.safe_load(piece)
    assert said[0]["valid_from"] == FIRST
    text = copy.text("procedure.yaml")
    last = max(v.valid_from for v in read(Pack(copy.root), BIRTH).versions)
    assert f"valid_from: {last}" in text
    mark = "versions:\n"
    start = text.index(mark) + len(mark)
    indent = len(text[start:]) - len(text[start:].lstrip(" "))
    block = "".join(" " * indent + line + "\n" if line else "\n" for line in piece.splitlines())
    copy.write("procedure.yaml", text[:start] + block + text[start:])
    copy.change(
        "procedure.yaml", f"valid_from: {last}", f"valid_to: 2025-09-30\n{' ' * (indent + 2)}valid_from: {last}"
    )
    assert pack.check(Pack(copy.root)) == []
    loaded = read(Pack(copy.root), BIRTH)
    assert {content_hash(v.definition) for v in loaded.versions if v.valid_from == FIRST} == {
        ProcedureVersion.objects.get(id=draft.published_id).content_hash
    }
    for version in loaded.versions:
        load_beside(loaded, version, versions_of_studio()[CODE])
    assert queries.procedure(CODE, FIRST).id == draft.published_id
    copy.change("procedure.yaml", 'kind="check" hours="3"', 'kind="check" hours="9"')
    other = read(Pack(copy.root), BIRTH)
    clash = next(version for version in other.versions if version.valid_from == FIRST)
    with pytest.raises(PackRefused, match="01/10/2025"):
        load_beside(other, clash, versions_of_studio()[CODE])
