"""The document that a procedure ends with: its template, in a language that can only fill in.

Templates of a pack run in an engine of their own: a short list of tags, no loading of code, always escaped. What they
may look at is `FACTS`, the form's data, and the same data in words.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.template import Context, Engine, Template
from django.template.base import Lexer, TokenType
from django.template.exceptions import TemplateDoesNotExist, TemplateSyntaxError

from tinhso.procedures.filling import words
from tinhso.procedures.spec import ProcedureSpec

Facts = Mapping[str, Mapping[str, str]]

#: What an issuer of results gives besides the form's data. All are plain texts, empty when there is none.
FACTS: dict[str, frozenset[str]] = {
    "agency": frozenset({"name", "parent_name", "place"}),
    "result": frozenset({"number", "date", "day", "month", "year", "personal_number", "note", "answer", "procedure"}),
    "book": frozenset({"name"}),
    "signer": frozenset({"authority", "position", "name"}),
    "check": frozenset({"qr", "address"}),
}
TAGS = frozenset({"extends", "block", "endblock", "if", "elif", "else", "endif", "comment", "endcomment", "include"})
FILTERS = frozenset({"default", "upper", "lower", "title", "slice", "linebreaksbr"})
PAPER = frozenset({"print/official.html", "print/check.html"})  #: what a template may extend or include
_PATH = re.compile(r"\b(words|data|agency|result|book|signer|check)((?:\.[A-Za-z_][A-Za-z0-9_]*)+)")
_QUOTED = re.compile(r'"[^"]*"|\'[^\']*\'')
_WORD = re.compile(r"(?<![.\w])[A-Za-z_][A-Za-z0-9_]*")
_KEYWORDS = frozenset({"and", "or", "not", "in", "is", "with", "only", "True", "False", "None", "qr", "address"})


class TemplateError(ValueError):
    """What is wrong, on which line, and what to do; in Vietnamese."""

    def __init__(self, message: str, remedy: str, line: int) -> None:
        self.message, self.remedy, self.line = message, remedy, line
        super().__init__(f"{message} (dòng {line}). {remedy}")


@lru_cache(maxsize=1)
def _engine() -> Engine:
    """Reads the kernel's templates and nothing else; knows Django's own tags, of which `_refuse` lets few through."""
    return Engine(dirs=[apps.get_app_config("kernel").path + "/templates"], libraries={}, autoescape=True)


@lru_cache(maxsize=64)
def compiled(source: str) -> Template:
    """The template, once it is known to be harmless. Raises TemplateError."""
    _refuse(source)
    try:
        return Template(source, engine=_engine())
    except (TemplateSyntaxError, TemplateDoesNotExist) as error:
        token = getattr(error, "token", None)
        line = token.lineno if token is not None else 1
        raise TemplateError(
            f"Mẫu kết quả sai cú pháp: {error}", "Kiểm tra thẻ mở và thẻ đóng quanh dòng này", line
        ) from None


def render(spec: ProcedureSpec, data: Mapping[str, Any], facts: Facts, *, sample: bool) -> str:
    """The document as HTML. ``facts`` has the groups of `FACTS`; what is not given stays empty."""
    given = {group: {name: facts.get(group, {}).get(name, "") for name in names} for group, names in FACTS.items()}
    given["result"]["note"] = given["result"]["note"] or spec.result.note
    given["book"]["name"] = given["book"]["name"] or spec.result.book.name
    context = Context({**given, "data": data, "words": words(spec, data), "sample": sample})
    return str(compiled(spec.result.template).render(context))


def number(spec: ProcedureSpec, n: int, on: date) -> str:
    """The number of the book's n-th entry of that year, as printed."""

    def filled(match: re.Match[str]) -> str:
        return f"{n:0{int(match.group(1) or 1)}d}"

    return re.sub(r"\{n(?::0([1-9]))?\}", filled, spec.result.book.number).replace("{year}", str(on.year))


def looked_up(source: str) -> Iterator[tuple[str, int]]:
    """The fact paths that a template looks at, with their lines."""
    for token in Lexer(source).tokenize():
        if token.token_type in (TokenType.VAR, TokenType.BLOCK):
            for match in _PATH.finditer(_QUOTED.sub("", token.contents)):
                yield match.group(0), token.lineno or 1


def _refuse(source: str) -> None:
    if len(source) > 100_000:
        raise TemplateError("Mẫu kết quả quá dài", "Giữ dưới 100.000 ký tự", 1)
    for token in Lexer(source).tokenize():
        line = token.lineno or 1
        if token.token_type == TokenType.BLOCK:
            _refuse_tag(token.contents, line)
        elif token.token_type == TokenType.VAR:
            _refuse_words(token.contents, line)


def _refuse_tag(contents: str, line: int) -> None:
    tag, _space, rest = contents.partition(" ")
    if tag not in TAGS:
        raise TemplateError(f"Không cho phép thẻ “{tag}”", "Chỉ dùng: " + ", ".join(sorted(TAGS)), line)
    if tag in ("extends", "include"):
        name = _QUOTED.match(rest.strip())
        if name is None or name.group(0)[1:-1] not in PAPER:
            raise TemplateError(f"Không được lấy mẫu {rest[:60]}", "Chỉ lấy: " + ", ".join(sorted(PAPER)), line)
    if tag in ("if", "elif", "include"):
        _refuse_words(rest, line)


def _refuse_words(contents: str, line: int) -> None:
    plain = _QUOTED.sub("", contents)
    for name in re.findall(r"\|\s*([A-Za-z_]+)", plain):
        if name not in FILTERS:
            raise TemplateError(f"Không cho phép bộ lọc “{name}”", "Chỉ dùng: " + ", ".join(sorted(FILTERS)), line)
    for name in _WORD.findall(re.sub(r"\|\s*[A-Za-z_]+", "", plain)):
        if name not in _KEYWORDS and name not in {*FACTS, "words", "data", "sample"}:
            raise TemplateError(f"Mẫu không biết “{name}”", "Dùng words, data, " + ", ".join(sorted(FACTS)), line)
