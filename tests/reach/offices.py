"""More things of the small world: requests about the mother's data, an official with all that hangs on him, a list of
officials, a proposed role, the strategy's snapshots and undertakings, notices to the public.

`THEIRS` names the parameters of things that belong to an agency, `SECRETS` what only some may read; what is sent to
change each stands in `bodies`.
"""

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from PIL import Image

from tests.reach.words import MARKUP, canary
from tinhso.dossiers import actions as dossiers
from tinhso.dossiers import trials
from tinhso.dossiers.digitising.lines import COLUMNS
from tinhso.dossiers.models import Digitised, DigitisedBatch, Paper
from tinhso.indicators import actions as strategy
from tinhso.indicators import queries as strategy_queries
from tinhso.indicators.models import Owner, Snapshot, SnapshotState, Undertaking
from tinhso.kernel import clock
from tinhso.kernel.clock import LOCAL
from tinhso.kernel.jobs import run_waiting
from tinhso.kernel.models import ServiceNotice
from tinhso.kernel.operating import notices
from tinhso.kernel.pdf.render import render
from tinhso.kernel.policy import Actor, Grant
from tinhso.people import actions as people
from tinhso.people import lists
from tinhso.people.actions import SeenIdentity
from tinhso.people.codes import account_code
from tinhso.people.models import Account, Official, OfficialImport, Post, Role, SigningForm
from tinhso.places.models import Agency
from tinhso.procedures import actions as studio
from tinhso.procedures import queries as procedures
from tinhso.procedures.models import ProcessDraft
from tinhso.vault import requests
from tinhso.vault.models import DataRequest

if TYPE_CHECKING:
    from tests.reach.world import World

#: Parameters that name a thing of an agency's administration.
THEIRS = re.compile(r"{(official|post|leave|authority|act|batch|proposal)}|(official|list|proposal|act|term)_id>")
#: Who sees such things at all.
ADMINISTER = frozenset({"agency_admin", "province_admin", "auditor"})
RELATED_OFFICIALS = frozenset({"receiver", "specialist", "leader", "clerk"})
#: Who answers for the agency that is asked for its opinion: they see the question and the papers chosen for it.
ASKED = frozenset({"specialist_elsewhere", "leader_elsewhere"})
#: Words that only these may read: why the mother wants her data erased, who stands on the list, the officials' talk.
SECRETS: dict[str, Callable[[str], bool]] = {
    canary("erasure"): lambda actor: actor == "province_admin",
    canary("listed"): lambda actor: actor in ADMINISTER,
    canary("role"): lambda actor: actor == "province_admin",
    canary("draftnotice"): lambda actor: actor in {"province_admin", "auditor"},
    canary("renamed"): lambda actor: actor in {"receiver", "leader"},
    canary("misspelt"): lambda actor: actor == "leader",
    canary("presence"): lambda actor: actor == "receiver",
    canary("copy"): lambda actor: actor in {"receiver", "leader", "clerk"},
    canary("opinion"): lambda actor: actor in {*RELATED_OFFICIALS, *ASKED},
    canary("remark"): lambda actor: actor not in {"anonymous", "unverified", "owner", "stranger", "weak_leader"},
}


def build_offices(world: "World") -> None:
    """All of it, as those who may make it."""
    _about_her(world)
    _official(world)
    _list(world)
    _proposal(world)
    _strategy(world)
    _notices(world)
    _counter_things(world)
    _correction(world)
    world.things["slug"] = procedures.life_events()[0].slug
    world.things["plan_name"] = "2025-07-01"
    _studio(world)


def _studio(world: "World") -> None:
    """A draft of how her procedure runs, and a trial of it."""
    admin = world.actor("province_admin")
    draft = studio.begin_draft(admin, "1.001193")
    world.things["procedure"], world.things["process_draft"] = draft.code, draft.pk
    world.things["trial_id"] = trials.ask_trial(admin, draft.pk, draft.version).pk


def picture() -> bytes:
    """A white page."""
    kept = io.BytesIO()
    Image.new("RGB", (60, 80), "white").save(kept, "PNG")
    return kept.getvalue()


def _counter_things(world: "World") -> None:
    """A number being called, her appointment, a person at the counter with a draft and a copy to be certified."""
    receiver, agency = world.actor("receiver"), world.things["agency"]
    drawn = dossiers.draw(receiver, agency, "A")
    seen = people.SeenIdentity(
        full_name=canary("presence"), birth_date=date(1961, 4, 12), sex="female", kind="cccd", number="091161000123"
    )
    presence = dossiers.identify(receiver, agency, seen, papers_seen=True, ticket=drawn.id)
    pages = [("a.png", picture())]
    copy = dossiers.attest(receiver, presence.id, title=f"{canary('copy')} {MARKUP}", original_seen=True, pages=pages)
    draft = dossiers.start_draft(receiver, "1.001193", agency, presence.id)
    paper = dossiers.attach_pages(receiver, draft.id, "birth_paper", pages)
    starts = datetime.combine(clock.today(), time(9, 30), LOCAL)
    appointment = dossiers.book(world.actor("owner"), agency, starts)
    dossiers.call(receiver, drawn.id, "1")
    batch = dossiers.upload_batch(receiver, agency, [("so.zip", old_papers())])
    run_waiting(1000)
    world.things |= {"batch_id": batch.id, "digitised_id": Digitised.objects.get(batch=batch).id}
    world.things |= {
        "ticket": drawn.id,
        "waiting_ticket": dossiers.draw(receiver, agency, "A").id,
        "presence": presence.id,
        "presence_id": presence.id,
        "appointment": appointment.id,
        "appointment_id": appointment.id,
        "copy_id": copy.id,
        "number": 1,
        "token": dossiers.kiosk_token(receiver, agency),
        "agency_id": agency,
        "original_paper": paper.id,
    }


def _correction(world: "World") -> None:
    """Somebody whose name was typed wrongly; what the paper says waits for the leader."""
    agency, number = world.things["agency"], "091162000125"
    seen = people.SeenIdentity(
        full_name=canary("misspelt"), birth_date=date(1962, 4, 12), sex="female", kind="cccd", number=number
    )
    receiver = world.actor("receiver")
    visit = dossiers.identify(receiver, agency, seen, papers_seen=True)
    dossiers.leave(receiver, visit.id)  # else the counter lists who stands there
    right = replace(seen, full_name=canary("renamed"))
    made = people.propose_correction(receiver, agency, right, reason=MARKUP, papers_seen=True)
    world.things |= {"correction": made.pk, "correction_id": made.pk}


def old_papers() -> BytesIO:
    """One old paper with its scan, of somebody whom the state does not know."""
    made, cells = BytesIO(), ["7", "05/09/2011", "Giấy khai sinh", "091055001234", f"{canary('note')} {MARKUP}"]
    rows = [[str(title) for title in COLUMNS.values()], [*cells, "", "", "7.pdf"]]
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("so.csv", "\n".join(";".join(row) for row in rows))
        page = render("<p>Trang quét</p>", title="Trang quét")
        archive.writestr("7.pdf", page + f"\n% {canary('paper')}\n".encode())
    made.seek(0)
    return made


def build_exports(world: "World") -> None:
    """Her own export and one written down at the counter. Early: each dossier more is slow to draw."""
    own = requests.ask(world.actor("owner"), "export")
    run_waiting(1000)
    card = SeenIdentity("Nguyễn Thị Bé Ba", date(1998, 3, 14), "female", "cccd", "091198004127")
    counter = requests.ask_at_counter(
        world.actor("receiver"), world.things["agency"], "export", papers_seen=True, seen=card
    )
    run_waiting(1000)
    world.things |= {"export": own.pk, "counter_export": counter.pk}


def _about_her(world: "World") -> None:
    """An erasure that waits, the receipt of her dossier, a log-in of hers."""
    reason = f"{canary('erasure')} {MARKUP}"
    mother = world.accounts["owner"]
    # her open dossiers stand in the way of an erasure: the row is what an earlier day left
    erasure = DataRequest.objects.create(
        person=mother.person, kind="erasure", asked_by=mother, asked_by_name=mother.full_name, reason=reason
    )
    world.things["erasure"] = erasure.pk
    dossiers.ask_receipt(world.actor("receiver"), world.things["issued"])
    world.things["issued_id"] = Paper.objects.get(dossier=world.things["issued"], kind="receipt").pk
    run_waiting(1000)
    world.things["session"] = world.token_row("owner").pk


def _official(world: "World") -> None:
    """An official of her agency with a role, leave to sign, and leave."""
    agency, admin = world.things["agency"], world.actor("agency_admin")
    made, _password = people.appoint_official(
        admin, agency_id=agency, login="hontre.moi", full_name="Danh Văn Mới", title="Công chức"
    )
    first, last = date(2026, 11, 1), date(2026, 12, 31)
    post = people.grant_post(admin, made.pk, agency_id=agency, role=Role.RECEIVER, valid_from=first)
    signs = people.grant_signing_authority(
        admin,
        made.pk,
        agency_id=agency,
        form=SigningForm.FOR_HEAD,
        on_behalf_of="CHỦ TỊCH",
        position="PHÓ CHỦ TỊCH",
        basis="1",
        valid_from=clock.today(),
        valid_to=last,
    )
    leave = people.take_leave(admin, made.pk, valid_from=date(2026, 12, 1), valid_to=date(2026, 12, 5))
    newest = made.acts.order_by("-id").first()
    assert newest is not None
    ids = {"post": post.pk, "authority": signs.pk, "leave": leave.pk, "act": newest.pk}
    world.things |= {**ids, "official": made.pk, "official_id": made.pk, "act_id": newest.pk}


def sheet(agency: str, login: str, name: str) -> bytes:
    """A list of one official."""
    book = Workbook(write_only=True)
    page = book.create_sheet()
    page.append([str(title) for title in lists.COLUMNS.values()])
    page.append([login, name, "Công chức", agency, "Chuyên môn thụ lý", "", "", ""])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def _list(world: "World") -> None:
    """A list that waits to be carried out and one that was."""
    code, admin = Agency.objects.get(pk=world.things["agency"]).code, world.actor("agency_admin")
    for name in ("done_list", "ready_list"):
        content = sheet(code, f"hontre.{name[:4]}", f"{canary('listed')} {MARKUP}")
        world.things[name] = people.upload_list(admin, name="can-bo.xlsx", content=content).pk
        run_waiting(1000)
        if name == "done_list":
            people.confirm_import(admin, world.things[name])
            run_waiting(1000)
    states = set(OfficialImport.objects.values_list("state", flat=True))
    assert states == {"done", "ready"}


def _proposal(world: "World") -> None:
    """Proposed by another administrator of the province, so that the one who looks may decide."""
    seat = strategy_queries.issuing_agency()
    account = Account.objects.create(login="tinh.quantri2", full_name="Quản Trị Hai", code=account_code())
    official = Official.objects.create(account=account, full_name="Quản Trị Hai", title="Quản trị")
    Post.objects.create(official=official, agency=seat, role=Role.PROVINCE_ADMIN, valid_from=date(2026, 1, 1))
    grants = frozenset({Grant(Role.PROVINCE_ADMIN, seat.pk)})
    second = Actor(account=account.pk, strong=True, grants=grants, name="Quản Trị Hai")
    reason = f"{canary('role')} {MARKUP}"
    made = people.propose_role(second, world.things["official"], agency_id=seat.pk, role=Role.AUDITOR, reason=reason)
    world.things |= {"proposal": made.pk, "proposal_id": made.pk, "seat": seat.pk}


def _strategy(world: "World") -> None:
    """A snapshot that waits for its signature, one in force; an undertaking that the mother's agency owns."""
    admin = world.actor("province_admin")
    world.things["frozen"] = strategy.take_snapshot(admin, 2025).pk
    world.things["in_force"] = strategy.take_snapshot(admin, 2026).pk
    task = Undertaking.objects.filter(kind="task", listed=True).order_by("position").first()
    assert task is not None
    Owner.objects.get_or_create(undertaking=task, agency_id=world.things["agency"])
    clerk = world.actor("clerk")
    shown = strategy.add_file(clerk, task.key, title="Quyết định", name="a.pdf", content=b"%PDF-1.7\n%%EOF")
    strategy.comment(clerk, task.key, text=f"{canary('remark')} {MARKUP}")
    # in force: how it is signed is shown by the tests of the strategy
    Snapshot.objects.filter(pk=world.things["in_force"]).update(state=SnapshotState.ISSUED, file=shown.file)
    world.things |= {"evidence": shown.pk, "task": task.key, "target": "II.1.1-1b"}


def notice_words() -> dict[str, str]:
    return {
        "kind": "incident",
        "severity": "information",
        "title_vi": f"{canary('draftnotice')} {MARKUP}",
        "starts_at": "2026-11-09T08:00:00+07:00",
    }


def _notices(world: "World") -> None:
    admin = world.actor("province_admin")
    begins = clock.now() - timedelta(minutes=5)
    for name, title in (("draft_notice", f"{canary('draftnotice')} {MARKUP}"), ("told_notice", "Bảo trì")):
        words = notices.Words(kind="incident", severity="information", title_vi=title, starts_at=begins)
        made = notices.draft(admin, words)
        world.things[name] = made.pk
        if name == "told_notice":
            notices.publish(admin, made.pk, made.version)


def values(world: "World", route: str) -> dict[str, Any]:
    """What stands for parameters that mean another thing in each address."""
    things, last = world.things, route.rpartition("/")[2]
    if "erasures" in route or "xoa-du-lieu" in route:
        asked = things["erasure"]
    else:
        asked = things["counter_export" if "/ban-lam-viec/" in route else "export"]
    batch = things["done_list" if last in {"undo", "hoan-tac", "mat-khau", "lines"} else "ready_list"]
    notice = things["told_notice" if last in {"end", "ket-thuc"} else "draft_notice"]
    told = {"paper_id": things["original_paper"]} if "ban-chinh" in route else {}
    if "opinion" in route or "y-kien" in route:
        told |= {"dossier_id": things["working"], "opinion_id": things[_opinion(route)]}
    if last == "call":
        told["ticket"] = things["waiting_ticket"]
    terms = {"nghi": "leave", "quyen-ky": "authority"}
    return {
        "term_id": things[next((terms[part] for part in terms if f"ket-thuc/{part}/" in route), "post")],
        "request_id": asked,
        "batch": batch,
        "list_id": batch,
        "notice": notice,
        "notice_id": notice,
        "snapshot": things["in_force" if "." in last else "frozen"],
        "key": _key(route, things),
        **told,
    }


def _opinion(route: str) -> str:
    """Of one's own dossier: what was recorded, or what somebody outside is still asked."""
    if route.endswith(("/file", "/tep")):
        return "recorded_opinion" if "dossier" in route else "given_opinion"
    return "outside_opinion" if "record" in route or "ho-so" in route else "opinion_id"


def _key(route: str, things: dict[str, Any]) -> str:
    """A target, a task that has a number beside it, or a task that somebody wrote about."""
    if "target" in route or "muc-tieu" in route:
        return str(things["target"])
    return "III.8-1" if route.endswith("/viec/<str:key>/danh-sach") else str(things["task"])


def version(route: str, found: dict[str, Any]) -> int | None:
    """The version of the thing that the address names; None when it is a dossier or has none."""
    if "notice" in route or "thong-bao" in route:
        return ServiceNotice.objects.values_list("version", flat=True).get(pk=found["notice"])
    if "process-drafts" in route:
        return ProcessDraft.objects.values_list("version", flat=True).get(pk=found["process_draft"])
    if "digitised" in route or "so-hoa" in route:
        return DigitisedBatch.objects.values_list("version", flat=True).get(pk=found["batch_id"])
    if "official-lists" in route or "danh-sach" in route:
        return OfficialImport.objects.values_list("version", flat=True).get(pk=found["batch"])
    if THEIRS.search(route):
        return Official.objects.values_list("version", flat=True).get(pk=found["official"])
    return None
