"""Optimistic locking over HTTP (RFC 9110): the answer carries an ETag, the change sends it back as If-Match."""

from typing import ClassVar

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tinhso.kernel.errors import Invalid, Problem, Stale, Text


class VersionRequired(Problem):
    """A change was sent without saying which version it changes (RFC 6585, 428)."""

    status: ClassVar[int] = 428
    code: ClassVar[str] = "version-required"
    title: ClassVar[Text] = _("Thiếu tiêu đề If-Match: hãy gửi ETag của lần đọc gần nhất")


def etag(version: int | str) -> str:
    """The ETag of a version number, quoted as the standard asks."""
    return f'"{version}"'


def require_match(request: HttpRequest, version: int | str) -> None:
    """Raise VersionRequired without If-Match, Stale when it names another version. ``*`` matches any."""
    sent = request.headers.get("If-Match")
    if sent is None:
        raise VersionRequired
    named = {part.strip().removeprefix("W/") for part in sent.split(",")}
    if "*" not in named and etag(version) not in named:
        raise Stale


def whole(text: str) -> int | None:
    """The number that a hidden field of a page carries; None when it is none that a page of ours could send."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def version_typed(request: HttpRequest) -> int:
    """The version in a form's hidden field. Raises Invalid when the page did not send one."""
    version = whole(request.POST.get("version", ""))
    if version is None:
        raise Invalid(_("Trang này gửi thiếu thông tin. Tải lại trang rồi làm lại."))
    return version


def version_sent(request: HttpRequest) -> int:
    """The version number in If-Match, for actions that compare it under their own lock.

    Raises VersionRequired without the header and Stale when it is not one of our ETags.
    """
    sent = request.headers.get("If-Match")
    if sent is None:
        raise VersionRequired
    number = sent.strip().removeprefix("W/").strip('"')
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        raise Stale
    return int(number)
