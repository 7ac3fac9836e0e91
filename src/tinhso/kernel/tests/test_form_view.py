"""A topic is drawn from data and read back: nothing typed is lost, nothing typed is run."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from tinhso.kernel import clock
from tinhso.kernel.form_view import Option, Source, TopicView, read_topic, topic_view

EVIL = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'; DROP TABLE dossiers; -- {{ 71|add:70000 }}{% now %}"


@dataclass(frozen=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True)
class Question:
    name: str
    kind: str = "text"
    label: str = "Câu hỏi"
    hint: str = ""
    width: str = "full"
    choices: tuple[Choice, ...] = ()
    autocomplete: str = ""
    readonly: bool = False
    when: str = ""

    def shown(self, facts: dict[str, Any], /) -> bool:
        return not self.when or bool(facts["child"].get(self.when))


@dataclass(frozen=True)
class Help:
    title: str = "Đặt tên thế nào"
    text: str = "Bằng tiếng Việt"
    source: str = ""


@dataclass(frozen=True)
class Group:
    fields: tuple[Question, ...]
    title: str = "Tên của trẻ"
    hint: str = ""
    help: tuple[Help, ...] = ()

    def shown(self, facts: dict[str, Any], /) -> bool:
        return True


@dataclass(frozen=True)
class Topic:
    groups: tuple[Group, ...]
    name: str = "child"
    schema: dict[str, Any] = field(default_factory=dict)


def topic(*questions: Question, required: tuple[str, ...] = (), **more: Any) -> Topic:
    return Topic((Group(questions, **more),), schema={"required": list(required)})


def drawn(view: TopicView) -> str:
    return render_to_string("cotton/form_topic.html", {"view": view}, RequestFactory().get("/"))


class Tags(HTMLParser):
    """What a browser would see."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.seen if name == tag]


KINDS = ("text", "name", "textarea", "date", "integer", "number", "select", "radio", "checkbox", "phone")


@pytest.mark.parametrize("kind", [*KINDS, "email", "unit"])
@pytest.mark.parametrize("error", ["", EVIL])
def test_markup_in_any_field_stays_text(kind: str, error: str) -> None:
    question = Question("x", kind, label=EVIL, hint=EVIL, choices=(Choice(EVIL, EVIL), Choice("b", "B")))
    asked = topic(question, title=EVIL, hint=EVIL, help=(Help(EVIL, EVIL, EVIL),))
    source = Source(EVIL, datetime(2025, 5, 7, 2, 40, tzinfo=UTC), EVIL + "-was")
    view = topic_view(asked, values={"x": EVIL}, errors={"x": error} if error else {}, sources={"x": source})

    html = drawn(view)

    tags = Tags(html)
    assert not tags.all("script")
    assert not tags.all("img")
    assert not any(name.startswith("on") or name == "style" for _tag, attrs in tags.seen for name in attrs)
    assert "70071" not in html, "typed template syntax was run"
    assert "&amp;lt;" not in html, "escaped twice: people would read &lt;"


@pytest.mark.parametrize(("answer", "ticked"), [(True, ["true"]), (False, ["false"]), (None, [])])
def test_a_question_of_yes_or_no_is_two_choices_and_none_is_made_beforehand(
    answer: bool | None, ticked: list[str]
) -> None:
    html = drawn(topic_view(topic(Question("x", "yesno")), values={"x": answer}))

    boxes = [tag for tag in Tags(html).all("input") if tag.get("type") == "radio"]
    assert [(box["name"], box["value"]) for box in boxes] == [("x", "true"), ("x", "false")]
    assert [box["value"] for box in boxes if "checked" in box] == ticked
    assert "Có" in html
    assert "Không" in html


def test_what_was_typed_comes_back_exactly() -> None:
    view = topic_view(topic(Question("x")), values={"x": 'Lê "Út" <& con>'})

    assert Tags(drawn(view)).all("input")[1]["value"] == 'Lê "Út" <& con>'


def test_a_longer_text_keeps_its_lines() -> None:
    html = drawn(topic_view(topic(Question("x", "textarea")), values={"x": "\nmột\nhai </textarea>"}))

    assert "\n\nmột\nhai &lt;/textarea&gt;</textarea>" in html


def test_an_error_stands_in_the_summary_and_at_the_field_with_the_same_words() -> None:
    view = topic_view(topic(Question("given_name")), values={}, errors={"/child/given_name": "Ghi tên của trẻ"})

    html = drawn(view)
    summary = render_to_string("cotton/error_summary.html", {"errors": view.errors}, RequestFactory().get("/"))

    (box,) = (tag for tag in Tags(html).all("input") if tag.get("type") != "hidden")
    assert box["aria-invalid"] == "true"
    assert "child-given_name-error" in str(box["aria-describedby"])
    assert "Ghi tên của trẻ" in html
    assert "Ghi tên của trẻ" in summary
    assert Tags(summary).all("a")[0]["href"] == f"#{box['id']}"


def test_an_error_of_no_field_here_is_still_told() -> None:
    view = topic_view(topic(Question("x")), values={}, errors={"mother.birth_date": "Mẹ phải lớn tuổi hơn con"})

    assert [error.words for error in view.errors] == ["Mẹ phải lớn tuổi hơn con"]


def test_only_the_part_of_the_date_that_is_wrong_is_coloured() -> None:
    asked = topic(Question("born", "date"))

    def wrong(value: str) -> list[str]:
        with clock.pinned("2025-05-07T10:00:00+07:00"):
            view = topic_view(asked, values={"born": value}, errors={"born": "Sai"})
        return [part.name for part in view.sections[0].widgets[0].parts if part.wrong]

    assert wrong("2026-04-29") == ["born-year"]
    assert wrong("2025-06-01") == ["born-month"]
    assert wrong("2025-13-01") == ["born-month"]
    assert wrong("2025-02-30") == ["born-day"]
    assert wrong("2025--") == ["born-day", "born-month"]


def test_an_impossible_date_is_kept_and_shown_again() -> None:
    asked = topic(Question("born", "date"))

    data = read_topic(asked, QueryDict("born-day=31&born-month=2&born-year=2025"))

    assert data == {"born": "2025-02-31"}
    parts = topic_view(asked, values=data).sections[0].widgets[0].parts
    assert [part.value for part in parts] == ["31", "02", "2025"]


@given(typed=st.text(max_size=40))
def test_reading_never_fails_whatever_is_typed(typed: str) -> None:
    asked = topic(*(Question(kind, kind) for kind in (*KINDS, "email", "unit")))
    sent = QueryDict(mutable=True)
    for kind in (*KINDS, "email", "unit", "date-day", "date-month", "date-year", "restore"):
        sent[kind] = typed

    drawn(topic_view(asked, values=read_topic(asked, sent)))


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("12", 12),
        ("1.234", 1234),
        ("1.234,5", 1234.5),
        ("50 000 000", 50_000_000),
        ("1 234,5", 1234.5),
        ("50 00", "50 00"),
        ("1,5", 1.5),
        ("-3", -3),
        ("7.5", 7.5),
        ("mười", "mười"),
        ("1.2.3", "1.2.3"),
    ],
)
def test_numbers_are_read_the_vietnamese_way(typed: str, read: object) -> None:
    sent = QueryDict(mutable=True)
    sent["x"] = typed

    assert read_topic(topic(Question("x", "number")), sent) == {"x": read}


def test_a_unit_is_picked_by_name_and_stored_by_code() -> None:
    asked = topic(Question("commune", "unit"))
    options = {"commune": [Option("30742", "Xã Minh Hòa"), Option("30745", "Xã Hòn Tre")]}
    sent = QueryDict("commune=xã+hòn+tre")

    data = read_topic(asked, sent, options=options)

    assert data == {"commune": "30745"}
    html = drawn(topic_view(asked, values=data, options=options))
    assert Tags(html).all("input")[1]["value"] == "Xã Hòn Tre"
    assert len(Tags(html).all("datalist")) == 1


def test_a_read_only_field_is_shown_and_never_read() -> None:
    asked = topic(Question("personal_number", readonly=True))

    assert read_topic(asked, QueryDict("personal_number=091")) == {}

    html = drawn(topic_view(asked, values={}))
    assert "Chờ cấp" in html
    assert all(tag["type"] == "hidden" for tag in Tags(html).all("input"))


def test_a_prefilled_value_names_its_source_and_can_be_put_back() -> None:
    asked = topic(Question("born", "date"))
    sources = {"born": Source("giấy chứng sinh điện tử", datetime(2025, 5, 7, 2, 40, tzinfo=UTC), "2025-04-29")}

    html = drawn(topic_view(asked, values={"born": "2025-04-28"}, sources=sources))
    restored = read_topic(asked, QueryDict("born-day=28&born-month=4&born-year=2025&restore=born"), sources=sources)

    assert "giấy chứng sinh điện tử" in html
    assert "09:40 ngày 07/05/2025".replace(" ", "\u00a0") in html
    assert "29/04/2025" in html
    assert restored == {"born": "2025-04-29"}


def test_a_source_that_filled_several_fields_at_several_times_is_named_once_with_the_oldest() -> None:
    asked = topic(Question("name"), Question("home"))
    later, earlier = (datetime(2025, 5, 7, 2, minute, tzinfo=UTC) for minute in (45, 40))
    sources = {"name": Source("mục bạn đã điền", later, "Ba"), "home": Source("mục bạn đã điền", earlier, "Hòn Tre")}

    html = drawn(topic_view(asked, values={"name": "Ba", "home": "Hòn Tre"}, sources=sources))

    assert html.count("mục bạn đã điền") == 1
    assert "09:40" in html


def test_a_question_that_depends_on_another_appears_with_it() -> None:
    asked = topic(Question("married", "checkbox"), Question("since", "date", when="married"))

    assert len(topic_view(asked, values={}).sections[0].widgets) == 1
    assert len(topic_view(asked, values={"married": True}).sections[0].widgets) == 2


def test_two_topics_in_one_form_keep_their_answers_apart() -> None:
    mother = Topic((Group((Question("born", "date"), Question("phone", "phone"))),), name="mother")
    child = topic(Question("born", "date"), Question("phone", "phone"))
    sent = QueryDict(mutable=True)
    for each, day in ((mother, "2"), (child, "9")):
        view = topic_view(each, values={}, prefix=f"{each.name}.")
        sent.update(
            dict(zip((part.name for part in view.sections[0].widgets[0].parts), (day, "3", "1995"), strict=True))
        )
        sent[view.sections[0].widgets[1].name] = "0900 000 00" + day

    assert read_topic(mother, sent, prefix="mother.") == {"born": "1995-03-02", "phone": "0900000002"}
    assert read_topic(child, sent, prefix="child.") == {"born": "1995-03-09", "phone": "0900000009"}


def test_nobody_is_blamed_for_a_question_not_seen_yet() -> None:
    asked = topic(Question("married", "checkbox"), Question("since", "date", when="married"))
    errors = {"since": "Ghi ngày kết hôn"}

    first = topic_view(asked, values={"married": True}, errors=errors, asked="married")
    second = topic_view(asked, values={"married": True}, errors=errors, asked=first.asked)

    assert first.fresh
    assert not first.errors
    assert not second.fresh
    assert [error.words for error in second.errors] == ["Ghi ngày kết hôn"]


def test_optional_questions_say_so() -> None:
    html = drawn(topic_view(topic(Question("a"), Question("b"), required=("a",)), values={}))

    assert html.count("(không bắt buộc)") == 1


def test_ids_are_unique_and_labels_point_at_them() -> None:
    questions = [Question(kind, kind, choices=(Choice("a", "A"), Choice("b", "B"))) for kind in KINDS]
    tags = Tags(drawn(topic_view(topic(*questions), values={}, errors=dict.fromkeys(KINDS, "Sai"))))

    ids = [attrs["id"] for _tag, attrs in tags.seen if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert {attrs["for"] for attrs in tags.all("label") if "for" in attrs} <= set(ids)
    described = {ref for _t, attrs in tags.seen for ref in (attrs.get("aria-describedby") or "").split()}
    assert described <= set(ids)
