"""What must hold of the strategy's files besides their shape."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from tinhso.indicators.pack.reading import Written, has, read
from tinhso.indicators.pack.shapes import DUTIES, HEADINGS, TARGETS, TASKS, OwnerLine
from tinhso.kernel.measures import every_measure
from tinhso.kernel.packs import Mistake, Pack
from tinhso.places.pack import agencies


def check(pack: Pack) -> list[Mistake]:
    """Every mistake: words that are not the decision's, ids twice, unknown measures, agencies, headings."""
    if not has(pack):
        return []
    written = read(pack)
    known = {line.suffix for _number, line in agencies.read(pack)}
    return [
        *_words(written),
        *_twice(written),
        *_measures(written),
        *_series(written),
        *_headings(written),
        *_owners(written, known),
    ]


def _undertakings(written: Written) -> Iterator[tuple[str, int, str, str, OwnerLine | None, str, str]]:
    for file, lines in ((TASKS, written.tasks), (DUTIES, written.duties)):
        for number, line in lines:
            yield file, number, line.id, line.clause, line.owner, line.measure, line.sentence


def _words(written: Written) -> Iterator[Mistake]:
    """Each sentence is a bullet of the decision, byte for byte, and each part lies in its sentence."""
    bullets = {line[2:].strip() for line in written.text.splitlines() if line.startswith("- ")}
    message = _("Câu không đúng từng chữ với văn bản quyết định.")
    remedy = _("Chép lại nguyên câu sau dấu gạch đầu dòng trong tệp văn bản, kể cả dấu câu, bỏ khoảng trắng ở cuối.")
    for number, bullet in written.bullets:
        if bullet.sentence not in bullets:
            yield Mistake(TARGETS, number, message, remedy)
        for target in bullet.targets:
            if target.part not in bullet.sentence:
                words = _("%(id)s: phần trích không nằm trong câu.") % {"id": target.id}
                yield Mistake(TARGETS, number, words, _("Chép part từ sentence, không đổi chữ nào."))
    for file, number, _id, _clause, _owner, _measure, sentence in _undertakings(written):
        if sentence not in bullets:
            yield Mistake(file, number, message, remedy)
    for key, title in written.headings.items():
        if title not in written.text:
            yield Mistake(HEADINGS, 0, _("%(key)s: tên mục không có trong văn bản.") % {"key": key}, remedy)


def _twice(written: Written) -> Iterator[Mistake]:
    seen: set[str] = set()
    named = [(TARGETS, number, target.id) for number, bullet in written.bullets for target in bullet.targets]
    named += [(file, number, id) for file, number, id, *_rest in _undertakings(written)]
    for file, number, id in named:
        if id in seen:
            yield Mistake(file, number, _("Mã %(id)s đã dùng.") % {"id": id}, _("Đặt cho mỗi mục một mã riêng."))
        seen.add(id)


def _measures(written: Written) -> Iterator[Mistake]:
    known = {measure.name for measure in every_measure()}
    named = [(TARGETS, number, t.measure) for number, bullet in written.bullets for t in bullet.targets]
    named += [(file, number, measure) for file, number, _id, _clause, _owner, measure, _s in _undertakings(written)]
    for file, number, measure in named:
        if measure and measure not in known:
            message = _("Hệ thống không có số liệu tên %(name)s.") % {"name": measure}
            remedy = _("Dùng một trong: %(names)s; hoặc bỏ measure nếu chưa có nguồn số liệu.")
            yield Mistake(file, number, message, remedy % {"names": ", ".join(sorted(known))})


def _series(written: Written) -> Iterator[Mistake]:
    """A series has one target a year: its marks stand on one gauge."""
    seen: set[tuple[str, int]] = set()
    for number, bullet in written.bullets:
        for target in bullet.targets:
            pair = (target.series, bullet.year)
            if pair in seen:
                message = _("Chuỗi %(series)s có hai mục tiêu của năm %(year)d.")
                yield Mistake(
                    TARGETS,
                    number,
                    message % {"series": target.series, "year": bullet.year},
                    _("Đặt series khác cho một trong hai."),
                )
            seen.add(pair)


def _headings(written: Written) -> Iterator[Mistake]:
    named = [(TARGETS, number, bullet.clause) for number, bullet in written.bullets]
    named += [(file, number, clause) for file, number, _id, clause, *_rest in _undertakings(written)]
    for file, number, clause in named:
        if clause not in written.headings:
            message = _("Mục %(clause)s không có tên trong headings.yaml.") % {"clause": clause}
            yield Mistake(file, number, message, _("Thêm tên mục, chép từ văn bản."))


def _owners(written: Written, known: set[str]) -> Iterator[Mistake]:
    named = [(TARGETS, number, t.owner) for number, bullet in written.bullets for t in bullet.targets]
    named += [(file, number, owner) for file, number, _id, _clause, owner, _m, _s in _undertakings(written)]
    for file, number, owner in named:
        if owner is None:
            continue
        for suffix in owner.agencies:
            if suffix not in known:
                message = _("Không có cơ quan %(suffix)s trong agencies.csv.") % {"suffix": suffix}
                yield Mistake(file, number, message, _("Sửa mã, hoặc bỏ agencies và chỉ giữ name."))
        if owner.name not in written.text:
            message = _("Tên “%(name)s” không có trong văn bản quyết định.") % {"name": owner.name}
            yield Mistake(file, number, message, _("Chép tên cơ quan đúng như trong quyết định."))
