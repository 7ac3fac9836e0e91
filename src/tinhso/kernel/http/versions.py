"""Optimistic locking over HTTP (RFC 9110): the answer carries an ETag, the change sends it back as If-Match."""

import re
from typing import ClassVar

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tinhso.kernel.errors import Invalid, Problem, Stale, Text

#: A strong ETag with a version number in it.
OURS = re.compile(r'"([0-9]{1,18})"')


class VersionRequired(Problem):
    """A change was sent without saying which version it changes (RFC 6585, 428)."""

    status: ClassVar[int] = 428
    code: ClassVar[str] = "version-required"
    title: ClassVar[Text] = _("Thiếu tiêu đề If-Match: hãy gửi ETag của lần đọc gần nhất")


class VersionNamed(VersionRequired):
    """``If-Match: *``: any version at all. An act on what somebody saw must name what they saw (decision 0216)."""

    title: ClassVar[Text] = _(
        "If-Match: * không đủ: việc này phải nêu phiên bản bạn đã xem. Đọc lại rồi gửi If-Match với ETag vừa nhận"
    )


def etag(version: int | str) -> str:
    """The ETag of a version number, quoted as the standard asks."""
    return f'"{version}"'


def require_match(request: HttpRequest, version: int | str) -> None:
    """Raise VersionRequired without If-Match, Stale when it names another version. ``*`` matches any; a weak tag
    (``W/"1"``) none (RFC 9110, 13.1.1)."""
    sent = request.headers.get("If-Match")
    if sent is None:
        raise VersionRequired
    named = {part.strip() for part in sent.split(",")}
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

    Raises VersionRequired without the header, VersionNamed for ``*``, and Stale when it is not one of our ETags, or a
    weak one, which never matches (RFC 9110, 13.1.1).
    """
    sent = request.headers.get("If-Match")
    if sent is None:
        raise VersionRequired
    if sent.strip() == "*":
        raise VersionNamed
    named = OURS.fullmatch(sent.strip())
    if named is None:
        raise Stale
    return int(named[1])
