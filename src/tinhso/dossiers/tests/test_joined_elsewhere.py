"""A joined filing of two agencies: who took it hands over what is the other's matter, and each works on its own alone.

In Hòn Tre somebody died; in Rạch Giá lives the child that a grandmother takes care of from now on, and the office that
pays for the funeral. What Rạch Giá does about the child waits for nobody, the funeral for the death.
"""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings

from tinhso.config import ROOT
from tinhso.dossiers import actions, queries
from tinhso.dossiers.events import Received
from tinhso.dossiers.joined import pack as joined_pack
from tinhso.dossiers.joined import spec
from tinhso.dossiers.models import Book, Channel, Dossier, Joint, JointPart, Paper, Phase, Step
from tinhso.dossiers.tests import joined
from tinhso.dossiers.tests.conftest import actor_of, now_at, picture
from tinhso.dossiers.tests.test_counter import present
from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Denied, Invalid, NotFound
from tinhso.kernel.events import history
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.packs import Pack
from tinhso.kernel.policy import SYSTEM, Actor
from tinhso.places import queries as places
from tinhso.places.models import Agency, SpecialDay

KEY, FILE = "hai-noi", "joined/hai-noi/joined.yaml"
PACK = ROOT / "provinces" / "kien_giang"
GUARDIANSHIP = """  - key: guardianship
    procedure: "1.004837"
    agency: "30742"
    unverified: true
"""
WARD = {
    "full_name": "Lê Thị Cháu Mẫu",
    "birth_date": "2014-08-09",
    "sex": "female",
    "id_number": "091314012345",
    "residence": "Khu phố Mẫu, phường Rạch Giá, tỉnh An Giang",
    "reason": "minor",
}
GUARDIAN = {
    "full_name": "Nguyễn Thị Bà Mẫu",
    "birth_date": "1960-01-02",
    "id_number": "091160012345",
    "residence": "Khu phố Mẫu, phường Rạch Giá, tỉnh An Giang",
    "relationship": "Bà ngoại",
    "kind": "natural",
    "several": "no",
    "agrees": "yes",
}


def written(folder: Path, agency: str = '"30742"') -> Path:
    """A pack in which the funeral is another agency's matter, and a part that waits for nothing is too."""
    for name in ("joined", "procedures", "agencies", "catalogue"):
        shutil.copytree(PACK / name, folder / name)
    text = (PACK / "joined/khai-tu/joined.yaml").read_text()
    text = text.replace('procedure: "1.001731"\n', f'procedure: "1.001731"\n    agency: {agency}\n')
    text = text.replace("\nshared:", f"{GUARDIANSHIP}\nshared:")
    (folder / FILE).parent.mkdir()
    (folder / FILE).write_text(text)
    return folder


@pytest.fixture
def two(tmp_path: Path) -> Iterator[None]:
    """The pack's joined procedures are those of `written`."""
    spec.every.cache_clear()
    with override_settings(HERE=replace(settings.HERE, pack=written(tmp_path))):
        spec.every()
    yield
    spec.every.cache_clear()


@pytest.fixture
def rach_gia(agency: Agency) -> Agency:
    """It does not work on the Tuesday after."""
    other = places.agency_of_unit("30742", clock.today())
    SpecialDay.objects.create(agency=other, day=date(2026, 11, 10), working=False, name="Nghỉ riêng", certain=True)
    return other


def filled(mother: Actor, agency: Agency, **how: Any) -> Joint:
    joint = actions.start_joint(mother, KEY, agency.id, without=["removal"], **how)
    drafts = queries.joint(mother, joint.id).drafts
    applicant = joined.DEAD["death"]["applicant"]
    topics = {
        **{key: joined.DEAD[key] for key in ("death", "funeral")},
        "guardianship": {"applicant": {**applicant, "relation": "guardian"}, "ward": WARD, "guardian": GUARDIAN},
    }
    for part, pages in topics.items():
        for topic, values in pages.items():
            assert joined.save(mother, drafts[part], topic, values) == {}
    actions.attach(mother, drafts["death"], "death_notice", name="giấy báo tử.png", content=picture())
    actions.attach(mother, drafts["guardianship"], "natural_proof", name="khai sinh.png", content=picture())
    return joint


@pytest.fixture
def filing(mother: Actor, agency: Agency, rach_gia: Agency, two: None) -> Joint:
    return joined.sent(mother, filled(mother, agency))


@pytest.fixture
def at_rach_gia() -> Actor:
    return actor_of("rachgia.tiepnhan")


def local(dossier: Dossier) -> str:
    dossier.refresh_from_db()
    return f"{clock.local(dossier.due_at):%H:%M %d/%m/%Y}" if dossier.due_at else ""


def test_the_office_takes_it_in_and_hands_over(
    mother: Actor, receiver: Actor, at_rach_gia: Actor, filing: Joint, rach_gia: Agency
) -> None:
    assert joined.states(filing) == {"death": "open", "guardianship": "waiting", "funeral": "waiting"}
    assert queries.inbox(at_rach_gia)[0] == [], "nobody there reads what nobody handed over"
    words = {part.key: part.state_words for part in queries.joint(mother, filing.id).parts}
    assert words["guardianship"] == "Chờ bộ phận một cửa chuyển"

    joined.receive(joined.dossier(filing, "death"))

    child = joined.dossier(filing, "guardianship")
    assert (child.agency, child.phase) == (rach_gia, Phase.RECEIVED)
    (taken_in,) = Step.objects.filter(dossier=child, ended_at__isnull=False)
    assert (taken_in.agency, taken_in.holder_id) == (rach_gia, None)
    assert taken_in.ended_by_name == receiver.name, "who received the filing, not a machine"
    assert taken_in.note == (f"Bộ phận một cửa {filing.agency.name} đã tiếp nhận cả hồ sơ liên thông {filing.code}.")
    (told,) = [one.envelope for one in history(f"dossier:{child.id}") if isinstance(one.event, Received)]
    assert (told.actor_account, told.actor_name) == (None, SYSTEM.name), "the trail says that the house did it"
    book = Book.objects.get(agency=rach_gia, kind="tracking")
    assert book.last == 1, "a line in the tracking book of who works on it"


def test_one_receipt_of_the_office_names_who_does_what(filing: Joint, receiver: Actor, rach_gia: Agency) -> None:
    joined.receive(joined.dossier(filing, "death"))
    paper = Paper.objects.get(kind="receipt")
    assert (paper.agency, paper.values["code"], paper.values["signer"]) == (filing.agency, filing.code, receiver.name)
    assert [(part["where"], part["due"]) for part in paper.values["parts"]] == [
        (filing.agency.name, "trước 17:00, 09/11/2026"),
        (rach_gia.name, "sau khi có kết quả: Đăng ký khai tử"),
        (rach_gia.name, "trước 17:00, 13/11/2026"),
    ]


def test_each_clock_is_its_own_by_its_agencys_calendar(filing: Joint, agency: Agency) -> None:
    SpecialDay.objects.create(agency=agency, day=date(2026, 11, 11), working=False, name="Nghỉ riêng", certain=True)
    death = joined.dossier(filing, "death")
    joined.receive(death)
    child = joined.dossier(filing, "guardianship")
    assert local(death) == "17:00 09/11/2026", "on the same day"
    assert local(child) == "17:00 13/11/2026", "three days, without the Tuesday of Rạch Giá, with Hòn Tre's Wednesday"
    with clock.pinned("2026-11-09T16:00:00+07:00"):
        joined.issue(death)
    funeral = joined.dossier(filing, "funeral")
    assert funeral.received_at is not None
    assert f"{clock.local(funeral.received_at):%H:%M}" == "16:00", "from its hand-over"


def test_each_works_on_its_own_part_alone(
    filing: Joint, receiver: Actor, specialist: Actor, leader: Actor, at_rach_gia: Actor
) -> None:
    death = joined.dossier(filing, "death")
    joined.receive(death)
    child = joined.dossier(filing, "guardianship")
    theirs = actor_of("rachgia.hotich")
    assert [(row.code, row.step_title) for row in queries.inbox(theirs)[0]] == [(child.code, "Thẩm định hồ sơ")]
    assert [row.code for row in queries.inbox(specialist)[0]] == [death.code]
    seen = queries.dossier(theirs, child.id)
    assert [part.name for part in seen.parts] == [
        "Đăng ký khai tử",
        "Hỗ trợ chi phí mai táng cho đối tượng bảo trợ xã hội",
    ]
    assert set(seen.data) == {"applicant", "ward", "guardian"}, "nothing that only the other part was told"
    for stranger, one in ((specialist, child), (receiver, child), (leader, child), (theirs, death)):
        with pytest.raises(NotFound):
            queries.dossier(stranger, one.id)
        with pytest.raises(NotFound):
            actions.propose(stranger, one.id, text="Đồng ý.", version=now_at(one))
        with pytest.raises(NotFound):
            actions.refuse(stranger, one.id, "conditions_not_met", text="Không.", version=now_at(one))
    with pytest.raises((NotFound, Denied)):
        actions.receive(at_rach_gia, death.id, version=now_at(death))


def test_done_by_each_returned_once_by_the_office(clerk: Actor, filing: Joint) -> None:
    theirs = actor_of("rachgia.vanthu")
    death = joined.dossier(filing, "death")
    joined.receive(death)
    child = joined.dossier(filing, "guardianship")
    joined.issue(child, "rachgia")
    with pytest.raises(Conflict):
        actions.return_result(theirs, child.id, version=now_at(child))
    joined.issue(death)
    with pytest.raises(Conflict) as carried:
        actions.return_result(theirs, child.id, version=now_at(child))
    assert death.code in str(carried.value.detail)
    funeral = joined.dossier(filing, "funeral")
    assert funeral.data["deceased"]["death_record"] == death.results.get().number
    joined.issue(funeral, "rachgia")

    joined.hand_out(death)

    filing.refresh_from_db()
    assert filing.closed_at is not None
    assert set(Dossier.objects.values_list("phase", flat=True)) == {Phase.RETURNED}
    last = Step.objects.filter(dossier=child).order_by("-number")[0]
    assert (last.outcome, last.ended_by_name) == ("return_result", clerk.name)
    assert Paper.objects.filter(kind="receipt").count() == 1
    signed = {s.name for s in queries.dossier(theirs, child.id).results[0].signatures}
    assert signed == {actor_of("rachgia.phochutich").name, theirs.name}, "by the officers of who decided"


def test_what_the_office_refuses_to_take_in_leaves_the_rest_to_the_other_agency(
    filing: Joint, at_rach_gia: Actor
) -> None:
    joined.refuse(joined.dossier(filing, "death"))
    assert joined.states(filing) == {"death": "refused", "guardianship": "open", "funeral": "dropped"}
    child = joined.dossier(filing, "guardianship")
    assert child.phase == Phase.SUBMITTED, "nobody received it, so its own agency does"
    actions.receive(at_rach_gia, child.id, version=now_at(child))
    run_waiting()
    receipt = Paper.objects.get(kind="receipt")
    assert (receipt.agency_id, receipt.values["signer"]) == (child.agency_id, at_rach_gia.name)
    joined.issue(child, "rachgia")
    actions.return_result(actor_of("rachgia.vanthu"), child.id, version=now_at(child))
    run_waiting()
    filing.refresh_from_db()
    assert filing.closed_at is not None


def test_what_waits_to_be_handed_over_is_withdrawn_without_a_trace_there(mother: Actor, filing: Joint) -> None:
    actions.withdraw_part(mother, filing.id, "guardianship")
    joined.receive(joined.dossier(filing, "death"))
    assert Dossier.objects.count() == 1
    assert joined.states(filing) == {"death": "open", "guardianship": "withdrawn", "funeral": "waiting"}


@pytest.mark.parametrize(
    ("agency", "office", "code"),
    [
        ("", "H33.31108", "H33.31108"),
        ("30742", "H33.31108", "H33.30742"),
        ("{office}.CA", "H33.31108", "H33.31108.CA"),
        ("{office}.CA", "H33", "H33.CA"),
        ("{province}", "H33.31108", "H33"),
    ],
)
def test_a_part_names_its_agency_by_suffix_by_the_office_or_as_the_provinces_own(
    agency: str, office: str, code: str
) -> None:
    part = spec.PartSpec(key="one", procedure="1.001731", agency=agency, unverified=True)
    assert part.handled_by(office, "H33") == code


@pytest.mark.parametrize(
    ("agency", "said"),
    [('"99999"', "Không có cơ quan"), ('"01"', "Không có cơ quan"), ('"{province}"', "không thuộc cấp")],
)
def test_an_agency_that_is_not_there_or_settles_no_such_matter_is_a_mistake(
    tmp_path: Path, agency: str, said: str
) -> None:
    assert joined_pack.check(Pack(written(tmp_path / "right"))) == []
    folder = written(tmp_path / "wrong", agency)
    (mistake,) = joined_pack.check(Pack(folder))
    line = next(n for n, line in enumerate((folder / FILE).read_text().splitlines(), 1) if f"agency: {agency}" in line)
    assert (mistake.file, mistake.line) == (FILE, line)
    assert said in mistake.message
    assert mistake.remedy


def test_an_office_of_another_level_begins_no_such_form(mother: Actor, two: None, rach_gia: Agency) -> None:
    with pytest.raises(Invalid):
        actions.start_joint(mother, KEY, places.agency_by_code("H33", clock.today()).id)
    assert not JointPart.objects.exists()


def test_at_the_counter_the_person_files_once_for_both(
    agency: Agency, receiver: Actor, rach_gia: Agency, two: None
) -> None:
    joint = filled(receiver, agency, presence_id=present(receiver, agency).id)
    actions.file_joint_at_counter(receiver, joint.id)
    run_waiting()
    child = joined.dossier(joint, "guardianship")
    assert (child.agency, child.phase, child.channel) == (rach_gia, Phase.RECEIVED, Channel.COUNTER)
    assert queries.joint(receiver, joint.id).parts[2].state_words == "Đã tiếp nhận", "so the person may be told"
    with pytest.raises(NotFound):
        queries.dossier(receiver, child.id)
