"""SOURCES.md of the pack names the articles that its data cites: no more, no fewer."""

import re

from tinhso.config import ROOT

PACK = ROOT / "provinces" / "kien_giang"
#: `Luật Hộ tịch 60/2014/QH13 Điều 4–7, 9`
CITED = re.compile(r"Luật Hộ tịch(?: 60/2014/QH13)? Điều (\d+(?:–\d+)?(?:, \d+(?:–\d+)?)*)")
DATA = {".yaml", ".json", ".bpmn", ".dmn", ".html"}


def articles(text: str) -> set[int]:
    found = set()
    for said in CITED.findall(" ".join(text.split())):
        for first, last in re.findall(r"(\d+)(?:–(\d+))?", said):
            found |= set(range(int(first), int(last or first) + 1))
    return found


def test_a_citation_is_read() -> None:
    assert articles("Luật Hộ tịch 60/2014/QH13 Điều 4–6, 9\n và Luật Hộ tịch Điều 17") == {4, 5, 6, 9, 17}


def test_the_articles_of_the_law_on_civil_status_are_those_that_the_data_cites() -> None:
    cited = {path: articles(path.read_text()) for path in PACK.rglob("*") if path.suffix in DATA}
    named = articles((PACK / "SOURCES.md").read_text())
    unnamed = {str(path.relative_to(PACK)): more for path, here in cited.items() if (more := here - named)}
    assert unnamed == {}
    assert named - set().union(*cited.values()) == set()
