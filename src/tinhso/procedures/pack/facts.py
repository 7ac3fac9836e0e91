"""Facts and conditions: every statement has a source or says that it is unverified; every expression can be parsed
and looks only at fields of the form."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from tinhso.kernel.expressions import ExpressionError, parse
from tinhso.kernel.packs import Mistake
from tinhso.procedures.pack.reading import BOOK, Draft, Path
from tinhso.procedures.spec import ProcedureSpec, Stated

#: {n} and {n:02} to {n:09}, {year}; other text as it stands
_NUMBER = re.compile(r"(?:[^{}]|\{n(?::0[1-9])?\}|\{year\})+")


def known(spec: ProcedureSpec) -> frozenset[str]:
    """The fact paths that a form can answer."""
    return frozenset(f"{t.name}.{name}" for t in spec.form.topics for name in t.schema.get("properties", {}))


def check(draft: Draft, spec: ProcedureSpec) -> list[Mistake]:
    return [
        *_sources(draft, spec),
        *_expressions(draft, spec),
        *_references(draft, spec),
        *_repeated(draft, spec),
        *_book(draft, spec),
    ]


def wrong_expression(text: str, facts: frozenset[str]) -> tuple[str, str] | None:
    """What is wrong with an expression over these facts: (message, remedy)."""
    try:
        unknown = sorted(parse(text).facts - facts)
    except ExpressionError as error:
        place = _("Ký tự %(n)d: %(remedy)s") % {"n": error.position + 1, "remedy": error.remedy}
        return _("Biểu thức “%(text)s”: %(message)s.") % {"text": text[:80], "message": error.message}, place
    if unknown:
        message = _("Biểu thức nhắc tới dữ kiện không có: %(names)s.") % {"names": ", ".join(unknown)}
        return message, _("Dùng tên dạng trang.ô, có trong form.schema.json.")
    return None


def _stated(spec: ProcedureSpec) -> Iterator[tuple[Path, Stated]]:
    for name in ("level", "online_level", "deadline", "fee", "result"):
        yield (name,), getattr(spec, name)
    for index, area in enumerate(spec.deadline.areas):
        yield ("deadline", "areas", index), area
    if spec.listed is not None:
        yield ("listed",), spec.listed
    yield ("result", "book"), spec.result.book
    for name in ("who", "legal_basis", "components", "rules", "refusal_reasons"):
        for index, item in enumerate(getattr(spec, name)):
            yield (name, index), item


def check_areas(draft: Draft, spec: ProcedureSpec, groups: frozenset[str]) -> Iterator[Mistake]:
    """More time in some communes: of a group of the pack, for a term in days, where a field of the form names one."""
    for index, area in enumerate(spec.deadline.areas):
        path: Path = ("deadline", "areas", index)
        if area.group not in groups:
            message = _("Không có nhóm xã “%(name)s” trong areas.yaml.") % {"name": area.group}
            yield draft.about((*path, "group"), message, _("Dùng nhóm có trong areas.yaml, hoặc thêm nhóm vào đó."))
        if spec.deadline.kind not in ("working_days", "calendar_days") or area.extra < 1:
            message = _("Chỉ thêm được số ngày dương cho thời hạn tính bằng ngày.")
            yield draft.about((*path, "extra"), message, _("Sửa extra, hoặc kind của thời hạn."))
        if area.where and area.where not in known(spec):
            message = _("Không có ô “%(name)s” trong biểu mẫu.") % {"name": area.where}
            yield draft.about((*path, "where"), message, _("Dùng tên dạng trang.ô, có trong form.schema.json."))


def _sources(draft: Draft, spec: ProcedureSpec) -> Iterator[Mistake]:
    remedy = _("Ghi source (văn bản, điều khoản), hoặc unverified: true nếu chưa kiểm chứng.")
    for path, stated in _stated(spec):
        if not stated.source.strip() and not stated.unverified:
            yield draft.about(path, _("Điều này không có nguồn."), remedy)


def _written(spec: ProcedureSpec) -> Iterator[tuple[Path, str]]:
    """Every expression of the pack but those of the process."""
    for index, component in enumerate(spec.components):
        if component.required_when is not None:
            yield ("components", index, "required_when"), component.required_when
    for index, rule in enumerate(spec.rules):
        yield ("rules", index, "expression"), rule.expression
    for t, topic in enumerate(spec.form.topics):
        for g, group in enumerate(topic.groups):
            path: Path = ("form", "topics", t, "groups", g)
            if group.show_when is not None:
                yield (*path, "show_when"), group.show_when
            for f, field in enumerate(group.fields):
                if field.show_when is not None:
                    yield (*path, "fields", f, "show_when"), field.show_when
                if field.same_as is not None:
                    yield (*path, "fields", f, "same_as"), field.same_as.when


def _expressions(draft: Draft, spec: ProcedureSpec) -> Iterator[Mistake]:
    facts = known(spec)
    for path, text in _written(spec):
        wrong = wrong_expression(text, facts)
        if wrong is not None:
            yield draft.about(path, *wrong)


def _references(draft: Draft, spec: ProcedureSpec) -> Iterator[Mistake]:
    """Fields named outside the form exist in it."""
    facts = known(spec)
    remedy = _("Dùng tên dạng trang.ô, có trong form.schema.json.")
    named: list[tuple[Path, str]] = [(("subject", i), path) for i, path in enumerate(spec.subject)]
    named += [(("rules", i, "field"), rule.field) for i, rule in enumerate(spec.rules) if rule.field]
    for path, name in named:
        if name not in facts:
            yield draft.about(path, _("Không có ô “%(name)s” trong biểu mẫu.") % {"name": name}, remedy)
    for key in spec.form.messages:
        name = key.split("/")[0]
        if name not in facts:
            yield draft.about(
                ("form", "messages", key), _("Không có ô “%(name)s” trong biểu mẫu.") % {"name": name}, remedy
            )


def _repeated(draft: Draft, spec: ProcedureSpec) -> Iterator[Mistake]:
    lists: list[tuple[str, list[Any]]] = [
        ("components", [c.code for c in spec.components]),
        ("rules", [r.id for r in spec.rules]),
        ("refusal_reasons", [r.code for r in spec.refusal_reasons]),
    ]
    for name, codes in lists:
        for code, count in Counter(codes).items():
            if count > 1:
                message = _("Mã “%(code)s” dùng %(n)d lần.") % {"code": code, "n": count}
                last = len(codes) - 1 - codes[::-1].index(code)
                yield draft.about((name, last), message, _("Đặt mỗi mục một mã riêng."))


def _book(draft: Draft, spec: ProcedureSpec) -> Iterator[Mistake]:
    number = spec.result.book.number
    if not _NUMBER.fullmatch(number) or "{n" not in number:
        message = _("Mẫu số “%(number)s” không dùng được.") % {"number": number}
        yield draft.at(BOOK, ("number",), message, _('Ví dụ: "{n:02}/{year}".'))
    elif spec.result.book.yearly and "{year}" not in number:
        message = _("Sổ đánh số lại mỗi năm nhưng mẫu số không có năm, nên số sẽ trùng.")
        yield draft.at(BOOK, ("number",), message, _('Thêm {year}, ví dụ "{n:02}/{year}".'))
