"""Processes and refusals that several procedures name: checked by themselves too, whether or not anything uses them."""

from django.utils.translation import gettext as _

from tinhso.kernel.packs import Mistake, Pack, Unreadable
from tinhso.procedures.pack import process
from tinhso.procedures.pack.reading import PROCESS, PROCESSES, ROLES, SHARED_FEES, SHARED_REFUSALS, Draft, shared_names
from tinhso.procedures.spec import ProcessSpec


def check(pack: Pack) -> list[Mistake]:
    """Every mistake of the shared processes, and names that no procedure could use."""
    found = [*_names(pack)]
    for name in shared_names(pack, "process"):
        try:
            found += _process(pack, f"{PROCESSES}/{name}")
        except Unreadable as unreadable:
            found += unreadable.mistakes
    return found


def _names(pack: Pack) -> list[Mistake]:
    remedy = _("Đặt tên bằng chữ thường không dấu, số và gạch nối, ví dụ same-day.")
    good = {f"{SHARED_REFUSALS}/{name}.yaml" for name in shared_names(pack, "refusals")}
    good |= {f"{SHARED_FEES}/{name}.dmn" for name in shared_names(pack, "fees")}
    wrong = [path for folder in (SHARED_REFUSALS, SHARED_FEES) for path in pack.files(folder) if path not in good]
    names = shared_names(pack, "process")
    wrong += [f"{PROCESSES}/{name}" for name in pack.folders(PROCESSES) if name not in names]
    return [Mistake(path, 0, _("Tên này không dùng được."), remedy) for path in wrong]


def _process(pack: Pack, folder: str) -> list[Mistake]:
    draft = Draft(folder)
    draft.texts[PROCESS] = pack.text(f"{folder}/{PROCESS}")
    roles = pack.yaml(f"{folder}/{ROLES}")
    if not isinstance(roles, dict) or not all(isinstance(role, str) for role in roles.values()):
        remedy = _("Viết mỗi dòng: tên làn: vai.")
        return [Mistake(f"{folder}/{ROLES}", 1, _("Nội dung tệp chưa đúng dạng."), remedy)]
    draft.sources[ROLES] = roles
    return process.check_drawn(draft, ProcessSpec(bpmn=draft.texts[PROCESS], roles=dict(roles)), frozenset())
