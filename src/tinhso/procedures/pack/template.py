"""The result's template: only harmless tags, only facts that exist."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from tinhso.kernel.packs import Mistake
from tinhso.procedures.pack.reading import RESULT, Draft
from tinhso.procedures.results import FACTS, TemplateError, compiled, looked_up
from tinhso.procedures.spec import ProcedureSpec


def check(draft: Draft, spec: ProcedureSpec) -> list[Mistake]:
    try:
        compiled(spec.result.template)
    except TemplateError as error:
        return [draft.on(RESULT, error.line, error.message + ".", error.remedy + ".")]
    return list(_unknown(draft, spec))


def _unknown(draft: Draft, spec: ProcedureSpec) -> Iterator[Mistake]:
    fields = {t.name: set(t.schema.get("properties", {})) for t in spec.form.topics}
    for path, line in looked_up(spec.result.template):
        root, *rest = path.split(".")
        if root in ("words", "data"):
            good = len(rest) == 2 and rest[1] in fields.get(rest[0], set())
        else:
            good = len(rest) == 1 and rest[0] in FACTS.get(root, frozenset())
        if not good:
            message = _("Mẫu kết quả nhắc tới dữ kiện không có: %(path)s.") % {"path": path}
            roots = ", ".join(
                ["words.trang.ô", "data.trang.ô", *(f"{k}.{n}" for k, v in FACTS.items() for n in sorted(v))]
            )
            yield draft.on(RESULT, line, message, _("Dùng: %(names)s.") % {"names": roots})
