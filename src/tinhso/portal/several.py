"""Several files sent at once: each is added or refused by itself."""

from collections.abc import Callable, Iterable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tinhso.kernel.errors import Problem


def add_each(files: "Iterable[UploadedFile[Any]]", add: "Callable[[UploadedFile[Any]], object]") -> Problem | None:
    """Add every file that can be added; None when all were.

    Otherwise one problem that says which stay and, by name, which do not and why. A refused file takes no other one
    with it: what was added is on record.
    """
    added: list[str] = []
    refused: list[tuple[str, Problem]] = []
    for file in files:
        try:
            add(file)
        except Problem as problem:
            refused.append((file.name or _("tệp"), problem))
        else:
            added.append(file.name or _("tệp"))
    if not refused:
        return None
    first = refused[0][1]
    if added or len(refused) > 1:
        first.detail = _words(added, refused)
    return first


def _words(added: list[str], refused: list[tuple[str, Problem]]) -> str:
    told = " ".join(_named(name, problem) for name, problem in refused)
    words: str = ngettext("Chưa thêm được %(n)s tệp. %(told)s", "Chưa thêm được %(n)s tệp. %(told)s", len(refused)) % {
        "n": len(refused),
        "told": told,
    }
    return f"{words} {_('Đã thêm: %(names)s.') % {'names': ', '.join(added)}}" if added else words


def _named(name: str, problem: Problem) -> str:
    """The refusal with the file's name in it."""
    said = str(problem.detail)
    return said if name in said else f"“{name}”: {said}"
