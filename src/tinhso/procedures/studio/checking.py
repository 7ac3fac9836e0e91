"""A draft is held to the checks of `tinhso pack check` for its files; what cannot even be kept is refused at once."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from tinhso.kernel.errors import Invalid
from tinhso.kernel.packs import Mistake
from tinhso.procedures import bpmn, dmn
from tinhso.procedures.bpmn import BPMN, BpmnError
from tinhso.procedures.pack import fees as fee_checks
from tinhso.procedures.pack import process as process_checks
from tinhso.procedures.pack.facts import known
from tinhso.procedures.pack.reading import FEES, PROCESS, ROLES, Draft
from tinhso.procedures.spec import ProcedureSpec, ProcessSpec

LARGEST_BPMN, LARGEST_DMN = 500_000, 200_000  #: characters; the longest process of a pack has 30,000
MOST_NODES, MOST_RULES = 400, 300  #: beyond them nobody reads it, and checking takes minutes


@dataclass(frozen=True)
class Content:
    """What the studio changes of a procedure. ``fees`` is empty when it has no table."""

    bpmn: str
    roles: dict[str, str]
    fees: str

    def with_plain_line_ends(self) -> "Content":
        """A file from Windows is no other process."""
        return replace(self, bpmn=self.bpmn.replace("\r\n", "\n"), fees=self.fees.replace("\r\n", "\n"))

    def within(self, spec: ProcedureSpec) -> ProcedureSpec:
        """The procedure with this process and table in place of its own."""
        process = ProcessSpec(bpmn=self.bpmn, roles=self.roles)
        return replace(spec, process=process, fee_table=self.fees, content_hash="")


def keepable(content: Content) -> None:
    """Raise Invalid for what is no BPMN or DMN file at all, or too large. Anything else is kept, right or wrong."""
    for name, text, largest, ours, most in (
        ("bpmn", content.bpmn, LARGEST_BPMN, f"{{{BPMN}}}definitions", MOST_NODES),
        ("fees", content.fees, LARGEST_DMN, f"{{{dmn.DMN}}}definitions", MOST_RULES),
    ):
        if not text and name == "fees":
            continue
        if len(text) > largest:
            raise Invalid(fields={name: _("Tệp quá lớn: nhiều nhất %(n)d nghìn ký tự.") % {"n": largest // 1000}})
        if "<!DOCTYPE" in text.upper() or "<!ENTITY" in text.upper():
            raise Invalid(fields={name: _("Tệp có khai báo DOCTYPE hoặc ENTITY. Bỏ khai báo này rồi lưu lại.")})
        try:
            root = bpmn.tree(text)
        except BpmnError as error:
            raise Invalid(fields={name: f"{error.message} ({_('dòng')} {error.line}). {error.remedy}."}) from None
        if root.tag != ours:
            raise Invalid(fields={name: _("Đây không phải tệp BPMN 2.0 hoặc DMN 1.3. Chọn đúng tệp.")})
        counted = ("userTask", "exclusiveGateway", "parallelGateway", "sequenceFlow", "rule")
        number = max(len(list(root.iter(f"{{*}}{tag}"))) for tag in counted)
        if number > most:
            raise Invalid(fields={name: _("Quá nhiều phần tử: nhiều nhất %(n)d mỗi loại.") % {"n": most}})


def mistakes(spec: ProcedureSpec, content: Content) -> list[Mistake]:
    """Every mistake of process, roles and fee table, with its line and remedy; empty when it may be published."""
    draft = Draft("", sources={ROLES: {}}, places={PROCESS: PROCESS, ROLES: ROLES, FEES: FEES})
    changed = content.within(spec)
    found = [*process_checks.check_drawn(draft, changed.process, known(spec)), *fee_checks.check(draft, changed)]
    if spec.fee_table and not content.fees:
        found.append(
            Mistake(
                FEES, 0, _("Bảng phí bị bỏ trống."), _("Tải lên hoặc vẽ lại bảng phí; không thu thì ghi số tiền 0.")
            )
        )
    return list(dict.fromkeys(found))
