"""Compile every template of the house, components included, and name what is wrong before a reader meets it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import get_template

from tinhso.config import ROOT
from tinhso.kernel.frontend import icon_shapes, is_built

#: What the content security policy forbids, and why a template may not hold it.
FORBIDDEN = (
    (re.compile(r"<[^>]*\sstyle\s*="), "a style attribute: use classes (CSP)"),
    (re.compile(r"<style\b"), "a <style> element: put it in frontend/styles (CSP)"),
    (re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.I), "a script without src: put it in frontend/scripts (CSP)"),
    (re.compile(r"<[^>]*\son[a-z]+\s*="), "an event attribute: put it in frontend/scripts (CSP)"),
    (re.compile(r"\|\s*safe\b|\{%\s*autoescape\s+off"), "unescaped output"),
    (re.compile(r"""href=["']#["']"""), "a link that leads nowhere"),
)
ICON = re.compile(r"""<c-icon\b[^>]*?\sname=["']([\w-]+)["']""")
COMPONENT = re.compile(r"<c-([\w.-]+)")
COMMENT = re.compile(r"\{%\s*comment\s*%\}.*?\{%\s*endcomment\s*%\}", re.S)
#: Printed documents are styled inside the file: they are rendered to PDF, never served.
PRINTED = ("print/",)


class Command(BaseCommand):
    help = "Compile every template; refuse what the content security policy forbids, unknown icons and dead links."

    def handle(self, *args: Any, **options: Any) -> None:
        mistakes = [mistake for name, path in _templates() for mistake in _mistakes(name, path)]
        for mistake in mistakes:
            self.stderr.write(mistake)
        if mistakes:
            raise CommandError(f"{len(mistakes)} mistakes in templates")
        self.stdout.write("templates: all compile")


def _templates() -> Iterator[tuple[str, Path]]:
    for app in apps.get_app_configs():
        if not app.name.startswith("tinhso."):
            continue
        folder = Path(app.path) / "templates"
        for path in sorted([*folder.rglob("*.html"), *folder.rglob("*.txt")]):
            yield path.relative_to(folder).as_posix(), path


def _mistakes(name: str, path: Path) -> Iterator[str]:
    where = path.relative_to(ROOT)
    try:
        get_template(name)
    except (TemplateSyntaxError, TemplateDoesNotExist) as error:
        yield f"{where}: {error}"
    text = COMMENT.sub("", path.read_text())
    printed = any(mark in name for mark in PRINTED)
    for number, line in enumerate(text.splitlines(), 1):
        for pattern, reason in () if printed else FORBIDDEN:
            if pattern.search(line):
                yield f"{where}:{number}: {reason}"
    for component in set(COMPONENT.findall(text)) - {"vars", "slot", "component"}:
        try:
            get_template(f"cotton/{component.replace('.', '/').replace('-', '_')}.html")
        except TemplateDoesNotExist:
            yield f"{where}: there is no component <c-{component}>"
    for icon in set(ICON.findall(text)) if is_built() else ():
        try:
            icon_shapes(icon)
        except LookupError as error:
            yield f"{where}: {error}"
