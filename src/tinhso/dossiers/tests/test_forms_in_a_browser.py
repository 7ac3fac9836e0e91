"""Every question of every form can be answered on its page: what a browser would send is read as what was meant."""

from html.parser import HTMLParser
from typing import Any

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string
from django.test import RequestFactory

from tinhso.dossiers.tests.test_each_procedure import CODES, COMMON, of
from tinhso.kernel.form_view import read_topic, topic_view
from tinhso.procedures.spec import Topic


class Browser(HTMLParser):
    """The form as a browser sends it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sent = QueryDict(mutable=True)
        self.select = self.area = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        name, value = has.get("name") or "", has.get("value")
        if tag == "input" and name and "disabled" not in has:
            if has.get("type") not in ("radio", "checkbox") or "checked" in has:
                self.sent.appendlist(name, "on" if value is None and has.get("type") == "checkbox" else value or "")
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in has:
            self.sent.appendlist(self.select, value or "")
        elif tag == "textarea":
            self.area = name
            self.sent.appendlist(name, "")

    def handle_endtag(self, tag: str) -> None:
        self.select = "" if tag == "select" else self.select
        self.area = "" if tag == "textarea" else self.area

    def handle_data(self, data: str) -> None:
        if self.area:
            self.sent[self.area] = self.sent[self.area] + data.removeprefix("\n")


def read_back(topic: Topic, answers: dict[str, Any], form: dict[str, Any]) -> dict[str, Any]:
    view = topic_view(topic, values=answers, facts=form)
    html = render_to_string("cotton/form_topic.html", {"view": view}, RequestFactory().get("/"))
    return read_topic(topic, Browser(html).sent)


@pytest.mark.parametrize("code", [*CODES, *COMMON])
def test_the_accepted_example_comes_through_the_page_as_it_is(code: str) -> None:
    spec, shown = of(code)
    for topic in (topic for topic in spec.form.topics if topic.kind == "fields"):
        answers = shown.accepted.get(topic.name, {})
        kinds = {field.name: "" if field.readonly else field.kind for field in topic.fields}
        given = {
            name: value.replace(" ", "") if kinds[name] == "phone" else value
            for name, value in answers.items()
            if kinds[name]
        }
        assert read_back(topic, answers, shown.accepted) == given, topic.name


def test_a_question_of_yes_or_no_can_be_answered_with_either() -> None:
    asked = [
        (code, topic, field.name)
        for code in CODES
        for topic in of(code)[0].form.topics
        if topic.kind == "fields"
        for field in topic.fields
        if field.kind == "yesno"
    ]
    assert len(asked) > 10
    for _code, topic, name in asked:
        for answer in (True, False):
            assert read_topic(topic, QueryDict(f"{name}={str(answer).lower()}")) == {name: answer}
