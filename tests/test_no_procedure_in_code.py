"""A procedure is files of the pack: no code of one stands in the product's own sources."""

import re

from tinhso.config import ROOT
from tinhso.kernel.packs import Pack

CODE = re.compile(r"\b[0-9]\.[0-9]{6}\b")
KINDS = (".py", ".html", ".po", ".js", ".css", ".yaml", ".json", ".txt")
PACK = Pack(ROOT / "provinces" / "kien_giang")


def codes() -> set[str]:
    """Every code that the pack knows: a folder of its own, or an entry of the catalogue."""
    listed = "\n".join(PACK.text(path) for path in PACK.files("catalogue/fields", ".yaml"))
    return {*PACK.folders("procedures"), *CODE.findall(listed)}


def test_no_code_of_a_procedure_stands_under_src_outside_of_tests() -> None:
    known = codes()
    assert len(known) > 80
    found = [
        f"{path.relative_to(ROOT)}: {code}"
        for path in sorted((ROOT / "src").rglob("*"))
        if path.suffix in KINDS and "tests" not in path.parts and "static" not in path.parts
        for code in CODE.findall(path.read_text())
        if code in known
    ]
    assert found == []
