"""The mistakes of joined procedures, by file and line: parts that do not exist, circles, questions nobody asks."""

from typing import Any

from django.utils.translation import gettext as _

from tinhso.dossiers.joined.spec import FILE, FOLDER, Joined, PartSpec, read
from tinhso.kernel.packs import Mistake, Pack, PackPart, line_at, register
from tinhso.places.pack import agencies

Way = tuple[str | int, ...]


def check(pack: Pack) -> list[Mistake]:
    """Raises Unreadable."""
    events = _life_events(pack)
    return [mistake for joined in read(pack) for mistake in _Checked(pack, joined, events).mistakes()]


def _life_events(pack: Pack) -> set[str]:
    path = "catalogue/life_events.yaml"
    return {event["slug"] for event in pack.yaml(path)["life_events"]} if pack.has(path) else set()


class _Checked:
    def __init__(self, pack: Pack, joined: Joined, events: set[str]) -> None:
        self.pack, self.joined, self.events = pack, joined, events
        self.path = f"{FOLDER}/{joined.key}/{FILE}"
        self.found: list[Mistake] = []
        self.questions = {part.key: _questions(pack, part.procedure) for part in joined.parts if part.procedure}

    def mistakes(self) -> list[Mistake]:
        for index, slug in enumerate(self.joined.life_events):
            if slug not in self.events:
                self.wrong(
                    ("life_events", index),
                    _("Không có chuyện trong đời “%(name)s”.") % {"name": slug},
                    _("Dùng slug trong catalogue/life_events.yaml."),
                )
        self._parts()
        self._paths()
        return self.found

    def wrong(self, way: Way, message: str, remedy: str) -> None:
        self.found.append(Mistake(self.path, line_at(self.pack.yaml(self.path), way), message, remedy))

    def _parts(self) -> None:
        known: list[str] = []
        first = self.joined.parts[0]
        if first.outside is not None or first.after or first.optional or first.agency:
            self.wrong(
                ("parts", 0),
                _("Phần đầu phải do cơ quan nhận hồ sơ giải quyết ngay, không chờ phần nào."),
                _("Đặt phần có thủ tục, không after, không optional, không agency, không outside lên đầu."),
            )
        for index, part in enumerate(self.joined.parts):
            way = ("parts", index)
            if part.key in known:
                self.wrong(
                    (*way, "key"), _("Phần “%(k)s” ghi hai lần.") % {"k": part.key}, _("Đặt mỗi phần một key riêng.")
                )
            if part.procedure and not self.questions[part.key]:
                self.wrong(
                    (*way, "procedure"),
                    _("Thủ tục %(code)s không có biểu mẫu riêng trong gói.") % {"code": part.procedure},
                    _("Dùng mã có thư mục trong procedures/."),
                )
            for number, other in enumerate(part.after):
                if other not in known:
                    self.wrong(
                        (*way, "after", number),
                        _("Phần “%(k)s” chờ phần “%(o)s” không đứng trước nó.") % {"k": part.key, "o": other},
                        _("Ghi phần được chờ trước phần chờ; không chờ vòng tròn."),
                    )
            self._agency(way, part)
            self._flows(way, index)
            known.append(part.key)

    def _agency(self, way: Way, part: PartSpec) -> None:
        """Of one that hangs on the office, the office decides when the form is begun."""
        if not part.agency or "{office}" in part.agency:
            return
        code = part.handled_by("", "").lstrip(".")
        first = self.joined.valid_from
        line = next((a for _n, a in agencies.read(self.pack) if a.suffix == code and a.on(first)), None)
        if line is None:
            self.wrong(
                (*way, "agency"),
                _("Không có cơ quan “%(s)s” trong agencies.csv vào ngày %(day)s.")
                % {"s": part.agency, "day": f"{first:%d/%m/%Y}"},
                _("Thêm cơ quan vào agencies/agencies.csv, hoặc ghi outside nếu cơ quan ở ngoài hệ thống của tỉnh."),
            )
        elif self.questions.get(part.key) and _level(self.pack, part.procedure) != agencies.SEAT[line.kind]:
            self.wrong(
                (*way, "agency"),
                _("%(name)s không thuộc cấp giải quyết thủ tục %(code)s.")
                % {"name": line.name, "code": part.procedure},
                _("Chọn cơ quan thuộc cấp ghi ở agency_level của thủ tục."),
            )

    def _flows(self, way: Way, index: int) -> None:
        part = self.joined.parts[index]
        components = _components(self.pack, part.procedure)
        for number, flow in enumerate(part.flows):
            place = (*way, "flows", number)
            if flow.after not in part.after:
                self.wrong(
                    (*place, "after"),
                    _("Kết quả chảy từ “%(o)s” mà phần này không chờ.") % {"o": flow.after},
                    _("Thêm phần ấy vào after."),
                )
            if flow.component and flow.component not in components:
                self.wrong(
                    (*place, "component"),
                    _("Thủ tục của phần không hỏi giấy tờ “%(c)s”.") % {"c": flow.component},
                    _("Dùng code trong components của thủ tục."),
                )
            if flow.field and flow.field not in self.questions.get(part.key, set()):
                self._no_question((*place, "field"), f"{part.key}.{flow.field}")

    def _paths(self) -> None:
        for index, shared in enumerate(self.joined.shared):
            self._question(("shared", index, "to"), shared.to)
            for number, source in enumerate(shared.sources):
                one = isinstance(shared.source, str)
                self._question(("shared", index, "source", *(() if one else (number,))), source)
        for index, path in enumerate(self.joined.left_out):
            self._question(("left_out", index), path)
        for index, part in enumerate(self.joined.parts):
            for number, path in enumerate(part.tells):
                self._question(("parts", index, "tells", number), path)

    def _question(self, way: Way, path: str) -> None:
        part, _dot, own = path.partition(".")
        if own not in self.questions.get(part, set()):
            self._no_question(way, path)

    def _no_question(self, way: Way, path: str) -> None:
        self.wrong(
            way,
            _("Không phần nào có ô “%(path)s”.") % {"path": path},
            _("Ghi phần.trang.ô như trong form.layout.yaml của thủ tục."),
        )


def _questions(pack: Pack, code: str) -> set[str]:
    """ "topic.field" of the procedure's own form; empty when it has none."""
    path = f"procedures/{code}/form.layout.yaml"
    if not pack.has(path):
        return set()
    return {
        f"{topic['name']}.{field['name']}"
        for topic in pack.yaml(path)["topics"]
        for group in topic.get("groups", [])
        for field in group.get("fields", [])
    }


def _level(pack: Pack, code: str) -> str:
    return str(pack.yaml(f"procedures/{code}/procedure.yaml").get("agency_level", ""))


def _components(pack: Pack, code: str) -> set[str]:
    path = f"procedures/{code}/procedure.yaml"
    if not code or not pack.has(path):
        return set()
    data: dict[str, Any] = pack.yaml(path)
    return {component["code"] for component in data.get("components", [])}


def load(pack: Pack) -> None:
    """Read where it is used, and kept whole with each filing."""


register(PackPart("dossiers.joined", FOLDER, check, load))
