"""A version that the studio published, as a piece of the pack: pasted under `versions` it makes the same content."""

from datetime import date
from typing import Any

import yaml


class _Dumper(yaml.SafeDumper):
    """Texts of several lines as blocks, so that an analyst can read them."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    block = "\n" in text and not any(line.endswith((" ", "\t")) for line in text.split("\n"))
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if block else '"')


_Dumper.add_representer(str, _text)


#: What a pack writes in files of its own beside procedure.yaml, for all versions.
_APART = ("form", "rules", "refusal_reasons", "result", "code", "name")


def as_version(definition: dict[str, Any], valid_from: date) -> str:
    """An entry of `versions` in procedure.yaml, with all that a version may say of its own."""
    facts = {name: value for name, value in definition.items() if name not in _APART}
    entry = {"valid_from": valid_from, **facts}
    return yaml.dump([entry], Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=100_000)
