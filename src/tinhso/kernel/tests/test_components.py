"""Components that are drawn once look as if they were drawn each time."""

from typing import Any

import pytest
from django.template import engines
from django.test import RequestFactory
from django.utils.safestring import mark_safe

from tinhso.kernel.navigation import Entry
from tinhso.kernel.templatetags import components


def drawn(source: str, **values: Any) -> str:
    """As a page of a request of its own."""
    return engines["django"].from_string(source).render(values, RequestFactory().get("/"))


def entry(**changes: Any) -> Entry:
    plain = {"name": "a", "title": "Hồ sơ", "url": "/a", "icon": "inbox", "count": None, "post": False}
    return Entry(**{**plain, "current": False, **changes})


@pytest.fixture(autouse=True)
def nothing_known() -> None:
    components._drawn.clear()


NAV = '{% cotton nav-link :entry="entry" :icons="True" class="b" / %}'


def test_what_was_drawn_once_is_the_same_as_drawn_by_cotton() -> None:
    for source in ('{% cotton icon name="menu" class="size-6" / %}', '{% cotton mark class="size-8" / %}', NAV):
        first, again = (drawn(source, entry=entry()) for _time in range(2))
        components.ALONE, kept = {}, components.ALONE
        try:
            assert first == again == drawn(source, entry=entry())
        finally:
            components.ALONE = kept
    assert len(components._drawn) >= 3


def test_each_value_has_its_own_drawing() -> None:
    shown = [drawn(NAV, entry=one) for one in (entry(), entry(count=3), entry(current=True), entry(title="Bản sao"))]
    assert len(set(shown)) == 4
    marked = '{% cotton icon name="menu" :class="name" / %}'
    assert "&lt;b&gt;" in drawn(marked, name="<b>")
    assert "<b>" in drawn(marked, name=mark_safe("<b>"))
    assert "&lt;b&gt;" in drawn(marked, name="<b>")


def test_a_form_with_the_token_of_a_session_is_never_kept() -> None:
    button = entry(post=True, url="/dang-xuat/")
    one, other = drawn(NAV, entry=button), drawn(NAV, entry=button)
    assert "csrfmiddlewaretoken" in one
    assert one != other


def test_what_is_kept_does_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(components, "MOST", 3)
    for number in range(10):
        drawn(NAV, entry=entry(count=number))
        assert len(components._drawn) <= 3 + 1
