"""What a first visit costs, what a page may run, and where menus lead."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import NoReverseMatch

from tinhso.kernel import frontend, navigation
from tinhso.kernel.ids import new_id
from tinhso.kernel.navigation import Menu, NavItem
from tinhso.kernel.policy import ANONYMOUS, Actor

BUDGET = 150 * 1024


@pytest.fixture
def _built() -> None:
    """Without built pages nothing here is proven: that is a failure, not a reason to look away."""
    assert frontend.is_built(), "the pages are not built: run `make dev`"


PAGES = ("/design", "/khong-co-trang-nay")


@pytest.mark.usefixtures("_built")
def test_the_first_page_weighs_less_than_150_kb_compressed(client: Client) -> None:
    """Page, style, script and every font that a page may load, as they travel."""
    assets = settings.BUILT / "assets"
    page = len(client.get("/design", headers={"Accept-Encoding": "gzip"}).content)
    files = [assets.parent / frontend.asset_url(name).removeprefix("/static/") for name in ("main.css", "site.js")]
    compressed = sum(path.with_name(path.name + ".br").stat().st_size for path in files)
    fonts = sum(path.stat().st_size for path in assets.glob("*.woff2"))

    assert page + compressed + fonts < BUDGET


@pytest.mark.usefixtures("_built")
def test_built_files_are_served_compressed_and_for_ever(client: Client) -> None:
    response = client.get(frontend.asset_url("main.css"), headers={"Accept-Encoding": "br"})

    assert response.status_code == 200
    assert response["Content-Encoding"] == "br"
    assert "immutable" in response["Cache-Control"]


@pytest.mark.parametrize("path", PAGES)
def test_pages_run_only_what_the_house_wrote(client: Client, path: str) -> None:
    response = client.get(path)
    policy, page = response["Content-Security-Policy"], response.content.decode()

    assert "'unsafe-inline'" not in policy
    assert "'unsafe-eval'" not in policy
    assert not re.search(r"<[^>]+\s(style|on[a-z]+)=", page)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))
    assert "<style" not in page


@pytest.mark.parametrize("path", PAGES)
def test_no_link_of_a_page_leads_nowhere(client: Client, path: str) -> None:
    page = client.get(path).content.decode()

    targets = set(re.findall(r'id="([^"]+)"', page))
    assert 'href="#"' not in page
    assert set(re.findall(r'href="#([^"]+)"', page)) <= targets


def test_the_reader_chooses_the_language_and_comes_back(client: Client) -> None:
    response = client.post("/language", {"language": "en", "next": "/design"})

    assert response.status_code == 302
    assert response["Location"] == "/design"
    assert client.get("/design").content.decode().startswith('<!doctype html>\n<html lang="en"')


def test_pages_speak_vietnamese_until_the_reader_chooses_whatever_the_telephone_says(client: Client) -> None:
    response = client.get("/design", headers={"Accept-Language": "en-US,en"})

    assert response["Content-Language"] == "vi"


def test_programs_choose_the_language_with_their_header(client: Client) -> None:
    response = client.get("/api/v1/khong-co", headers={"Accept-Language": "en"})

    assert response["Content-Language"] == "en"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_the_language_switch_never_leads_away(client: Client, elsewhere: str) -> None:
    assert client.post("/language", {"language": "vi", "next": elsewhere})["Location"] == "/"


def test_an_unknown_language_is_refused(client: Client) -> None:
    assert client.post("/language", {"language": "xx"}).status_code == 422


@pytest.fixture
def _own_menu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_items", {menu: {} for menu in Menu})


@pytest.mark.usefixtures("_own_menu")
def test_a_menu_shows_what_the_actor_may_open_and_where_they_are() -> None:
    member = Actor(account=new_id())
    navigation.register(Menu.DESK, NavItem("design", "Thiết kế", "kernel:design", order=20))
    navigation.register(
        Menu.DESK,
        NavItem("own", "Của tôi", "kernel:language", order=10, show=lambda a: not a.anonymous, count=lambda a: 3),
    )

    assert [entry.name for entry in navigation.entries(Menu.DESK, ANONYMOUS)] == ["design"]
    mine = navigation.entries(Menu.DESK, member, "/design")
    assert [(entry.name, entry.count, entry.current) for entry in mine] == [("own", 3, False), ("design", None, True)]


@pytest.mark.usefixtures("_own_menu")
def test_a_menu_never_promises_a_missing_page() -> None:
    navigation.register(Menu.SITE, NavItem("ghost", "Chưa có", "nowhere:at-all"))

    with pytest.raises(NoReverseMatch):
        navigation.entries(Menu.SITE, ANONYMOUS)
